"""Delta Lab: train a small network and see every matrix of backpropagation as it runs."""
