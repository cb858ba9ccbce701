"""The board: equations as tiles of real matrices, and the picture of the chain of layers above them."""
