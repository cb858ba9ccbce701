"""Open a data file; what prevents it is one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lab.data.errors import DataError


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open `path` for reading bytes.

    Raises DataError where it is missing, not a file, not permitted, or fails while it is read.
    """
    try:
        if path.is_dir():
            raise DataError(f"{path} is a folder; choose a file in it.")
        if not path.exists():
            raise missing(path, "file")
        if not path.is_file():
            raise DataError(f"{path} is a device or a pipe; choose an ordinary file.")
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise unreadable(path, error, "file") from error


def unreadable(path: Path, error: OSError, kind: str) -> DataError:
    """Return the sentence on a file or folder (its `kind`) that the system does not let be read."""
    if isinstance(error, FileNotFoundError):
        return missing(path, kind)
    if isinstance(error, PermissionError):
        return DataError(
            f"{path} cannot be opened: you are not permitted to read it; change its permissions, or choose a copy."
        )
    return DataError(f"{path} cannot be read ({error.strerror or error}); choose a {kind} that can.")


def missing(path: Path, kind: str) -> DataError:
    """Return the sentence on a file or folder that is not there."""
    return DataError(f"{path} does not exist; check the name, or choose the {kind} again.")
