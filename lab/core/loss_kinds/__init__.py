"""The losses by family: each entry with its terms, its derivative, texts, and what cancels with which activation.

To add a loss: write its terms and their derivative by a, and one entry in ROWS, in the file of its family here. A
family of its own is a new file, which `lab/core/losses.py` adds to the table.
"""
