"""Widgets of the import page: the first rows, the columns and what becomes of each."""
