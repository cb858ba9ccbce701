"""The loss over two directions of the weights: the plane, the loss on a grid of it, the path so far, a race on it."""
