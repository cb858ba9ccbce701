"""What leaves the program: a trained network in the formats of others, one file a format, and the table of them all.

To add an export (two files):

1. A file here with a function that takes a `Capture` and the path that was asked for, and returns the bytes of every
   file: `{path: ..., path.with_name(...): ...}`. Files that go beside it have "Delta Lab" near their beginning, so that
   a later export may replace them. What the format cannot hold is refused with a StorageError: one sentence with the
   layer and what would be possible. Nothing is written there: `write_export` writes all of the files or none.
   An export that writes the layers in the words of another program has a table from the operations that layers and
   activations say of themselves (`lab.core.expression`) to its words, and asks nobody which kind a layer is; one that
   writes Python source has `layer_source` do the rest. `row_files` are what encodes raw rows, the same for all.
2. A row of EXPORTS in `exports.py`: name, title, file ending, help text, and a function that imports that file when it
   is called, so that nobody waits for it before; `needs_run=True` where it needs the history or the data too. The File
   menu and the command line have the row from then on.
"""
