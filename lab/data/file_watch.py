"""Watches the files that a mapped array is read from: reading one that was cut short would end the program."""

import os
from pathlib import Path

from lab.data.errors import DataError


class FileWatch:
    """Remembers size and time of change of `files` as they are now.

    Reading a mapped file behind its new end kills the process (SIGBUS), so `check` comes before a stretch of
    reading. Raises DataError where one of the files is missing already.
    """

    def __init__(self, files: tuple[Path, ...]) -> None:
        self.files = files
        self._seen = tuple((os.fspath(path), *_state(os.fspath(path))) for path in files)

    def check(self) -> None:
        """Return where every file is as it was; raises DataError where one vanished or changed."""
        for path, size, changed in self._seen:
            now_size, now_changed = _state(path)
            if now_size != size:
                what = f"it had {size:,} bytes and has {now_size:,}"
            elif now_changed != changed:
                what = "it was written to"
            else:
                continue
            raise DataError(f"{os.path.basename(path)} changed while it was in use: {what}; open it again.")


def _state(path: str) -> tuple[int, int]:
    """Return the file's size and its time of change in nanoseconds."""
    try:
        found = os.stat(path)
    except OSError as error:
        raise DataError(
            f"{os.path.basename(path)} vanished while it was in use ({error.strerror}); put {path} back and open "
            "it again."
        ) from error
    return found.st_size, found.st_mtime_ns
