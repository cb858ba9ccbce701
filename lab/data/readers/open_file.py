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
            raise DataError(f"{path} does not exist; check the name, or choose the file again.")
        if not path.is_file():
            raise DataError(f"{path} is a device or a pipe; choose an ordinary file.")
        with path.open("rb") as stream:
            yield stream
    except PermissionError as error:
        raise DataError(
            f"{path} cannot be opened: you are not permitted to read it; change its permissions, or choose a copy."
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"{path} cannot be read ({reason}); choose a file that can.") from error
