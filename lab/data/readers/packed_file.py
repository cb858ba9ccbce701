"""A data file inside a gzip or a zip archive: unpacked to a file of its own, with a limit on what that takes."""

import gzip
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.data.errors import DataError, quoted
from lab.data.readers.bounded_read import Readable
from lab.data.readers.limits import folder_in_memory
from lab.data.readers.open_file import opened
from lab.data.readers.zip_members import ZIP_MEMBER

GZIP_MAGIC = b"\x1f\x8b"
MOST_BYTES = 2 << 30
_BLOCK = 1 << 20
_FAULTS = (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, NotImplementedError, RuntimeError)
_NO_DATA = ("__MACOSX/", ".DS_Store")


def is_packed(path: Path, head: bytes) -> bool:
    """Tell a gzip file or a zip archive; formats that are archives themselves are asked before."""
    return head.startswith((GZIP_MAGIC, ZIP_MEMBER))


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Yield a file with the content of the one file that is packed in `path`, under its name; it goes at the end.

    Raises DataError where the archive is damaged, holds more than one file or unpacks to more than 2 GB.
    """
    with tempfile.TemporaryDirectory(prefix="delta-lab-", dir=folder_in_memory()) as folder:
        try:
            with opened(path) as stream:
                if stream.read(2) == GZIP_MAGIC:
                    stream.seek(0)
                    with gzip.GzipFile(fileobj=stream) as content:
                        yield _copied(path, content, Path(folder) / (path.name.removesuffix(".gz") or "data"))
                else:
                    stream.seek(0)
                    with zipfile.ZipFile(stream) as archive, archive.open(_only_member(path, archive)) as content:
                        yield _copied(path, content, Path(folder) / os.path.basename(content.name or "data"))
        except _FAULTS as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise DataError(f"{path.name} cannot be unpacked ({reason}); pack it again.") from error


def _only_member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [
        one for one in archive.infolist() if not one.is_dir() and not any(sign in one.filename for sign in _NO_DATA)
    ]
    if len(files) == 1:
        return files[0]
    if not files:
        raise DataError(f"{path.name} is an archive without a file in it; choose one with a table.")
    shown = ", ".join(quoted(one.filename) for one in files[:3])
    raise DataError(
        f"{path.name} is an archive of {len(files):,} files ({shown}{', …' if len(files) > 3 else ''}); unpack it and "
        "choose one of them, or their folder."
    )


def _copied(path: Path, content: Readable, target: Path) -> Path:
    size = 0
    with target.open("wb") as out:
        while block := content.read(_BLOCK):
            size += len(block)
            if size > MOST_BYTES:
                raise DataError(f"{path.name} unpacks to more than {MOST_BYTES:,} bytes; save less of it.")
            out.write(block)
    return target
