"""What is wrong with a file that was kept, in one sentence."""


class StorageError(ValueError):
    """One sentence a person can act on: which file, what was found, what would be valid."""
