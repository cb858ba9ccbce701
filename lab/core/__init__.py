"""The numbers: layers, losses, optimizers and the network, on plain NumPy arrays."""
