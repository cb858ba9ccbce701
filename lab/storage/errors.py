"""What is wrong with a file that was kept, in one sentence."""

_LONGEST = 600


class StorageError(ValueError):
    """One sentence a person can act on: which file, what was found, what would be valid.

    It stays one line, and not a long one, whatever the file has in it.
    """

    def __init__(self, sentence: str) -> None:
        line = " ".join(sentence.splitlines())
        super().__init__(line if len(line) <= _LONGEST else line[:_LONGEST] + "…")
