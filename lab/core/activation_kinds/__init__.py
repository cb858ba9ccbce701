"""The activation functions by family: each entry with its functions, texts, explanation and what it keeps of z.

To add an activation: write its function, its slope and its expression (what exports read), and one entry in ROWS, in
the file of its family here. A family of its own is a new file, which
`lab/core/activations.py` adds to the table.
"""
