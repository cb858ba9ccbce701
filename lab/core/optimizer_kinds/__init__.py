"""The optimizers by family: each one class with its update, its memories and its explanation, and one row of texts.

To add an optimizer: write its class on `Optimizer` (`_change`, `explain`, its options and memories) and one row in
ROWS, in the file of its family here. A family of its own is a new file, which `lab/core/optimizers.py` adds to the
table.
"""
