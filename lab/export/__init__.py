"""What leaves the program: a trained network in the formats of others, one file a format, and the table of them all.

To add an export (two files):

1. A file here with a function that takes a path and a `Model` and writes the file through `lab.paths.write_atomically`.
   What the format cannot hold is refused with a StorageError: one sentence with the layer and what would be possible.
2. A row of EXPORTS in `exports.py`: name, title, file ending, help text, and a function that imports that file when it
   is called, so that nobody waits for it before. The File menu and the command line have the row from then on.
"""
