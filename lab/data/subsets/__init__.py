"""Train, validation and test: which rows each has, how they are scaled, and the batches made of them."""
