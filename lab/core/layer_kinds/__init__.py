"""The kinds of layer, one a file: forward, backward, parameters and their first values."""
