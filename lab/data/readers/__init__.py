"""Readers: a file or folder becomes a Table or Arrays.

To add a reader:

1. Write its file in `tables` or `arrays`: a function `is_NAME(path, head)` that tells the format from the path and
   the first 64 KB, and a function that returns a Table or Arrays. A fault in the file is a DataError, one sentence.
   Import a library that is not needed at the start inside the function.
2. Add its row to FORMATS in `formats.py`, before the formats that would take its files as theirs (text comes last),
   with two functions that import the reader when they are called: `_is_NAME`, and `_read_NAME`, which hands the options
   on. Set `in_child` where other people's native code parses the file.
3. Where it needs a library, add that to `pyproject.toml`.

Everything else follows from the row: the file dialog, the import page, `predict`, the child process and its limits.
"""
