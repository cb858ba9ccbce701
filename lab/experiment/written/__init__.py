"""Cells, matrices and equations with their numbers, written as text, LaTeX, NumPy or Markdown.

To add a format: a file with a `Writing`, and its row in `writings.WRITINGS`; menus and tests read the table.
"""
