"""The arrays of an .npz archive, unpacked no further than its bounds."""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError, quoted
from lab.data.readers.arrays.npy_header import read_npy_header
from lab.data.readers.bounded_read import DEFLATE_LIMIT, read_bounded
from lab.data.readers.open_file import opened

MOST_UNPACKED = 2 << 30
_SUFFIX = ".npy"
_ENCRYPTED = 1
_LOCAL_HEADER = 30
# The directory is read at once, and becomes objects ten times its size.
_LONGEST_READ = 2 << 20
# What a damaged archive ends in; zipfile checks little itself.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    ValueError,
)


class _ShortReads:
    """A stream that is read in short pieces only, because zipfile believes what a directory says of its length."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1, /) -> bytes:
        part = self._stream.read(size if 0 <= size <= _LONGEST_READ else _LONGEST_READ + 1)
        if len(part) > _LONGEST_READ:
            raise zipfile.BadZipFile("the directory is longer than that of a set can be")
        return part


class NpzArchive:
    """The .npy members of an open archive, by their names without the suffix."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, length: int) -> None:
        self._path = path
        self._archive = archive
        members = archive.infolist()
        _check_members(path, members, length)
        self._members = {
            member.filename.removesuffix(_SUFFIX): member for member in members if member.filename.endswith(_SUFFIX)
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arrays, in the archive's order."""
        return tuple(self._members)

    def where(self, name: str) -> str:
        """Name an array for a sentence."""
        return f"{self._path.name}, array {quoted(name)}"

    def read(self, name: str) -> NDArray[Any]:
        """Unpack one array; raises DataError where it is not what its headers say."""
        member = self._members[name]
        with self._archive.open(member) as stream:
            header = read_npy_header(stream, member.file_size, self.where(name))
            body = read_bounded(stream, header.size)
        if len(body) != header.size:
            raise DataError(f"{self.where(name)} breaks off after {len(body):,} bytes; copy the file again.")
        return np.frombuffer(body, header.dtype).reshape(header.shape, order=header.order)


@contextmanager
def opened_npz(path: Path) -> Iterator[NpzArchive]:
    """Open an archive for reading its arrays.

    Raises DataError where it is damaged, encrypted, or would unpack to more than 2 GB or than it can hold.
    """
    with opened(path) as stream:
        length = os.fstat(stream.fileno()).st_size
        try:
            with zipfile.ZipFile(_ShortReads(stream)) as archive:
                yield NpzArchive(path, archive, length)
        except DataError:
            raise
        except _DAMAGED as error:
            raise DataError(
                f"{path.name} is no whole .npz archive ({error}); save it again with np.savez or np.savez_compressed."
            ) from error


def _check_members(path: Path, members: list[zipfile.ZipInfo], length: int) -> None:
    """Compare what the directory declares with what `length` bytes can hold."""
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED:
        raise DataError(
            f"{path.name} would unpack to {unpacked:,} bytes, more than {MOST_UNPACKED:,}; save the arrays as .npy "
            "files, which stay on disk."
        )
    end = 0
    names = set()
    for member in sorted(members, key=lambda each: each.header_offset):
        where = f"{path.name}, array {quoted(member.filename)}"
        if member.flag_bits & _ENCRYPTED:
            raise DataError(f"{where} is encrypted; save the archive without a password.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataError(f"{where} is packed in a way that NumPy does not use; save it with np.savez_compressed.")
        if member.header_offset < end or member.filename in names:
            raise DataError(f"{where} shares its bytes or its name with another; save the archive again.")
        end = member.header_offset + _LOCAL_HEADER + member.compress_size
        factor = DEFLATE_LIMIT if member.compress_type == zipfile.ZIP_DEFLATED else 1
        if end > length or member.file_size > member.compress_size * factor:
            raise DataError(
                f"{where} declares {member.file_size:,} bytes, more than the file can hold; choose a whole file."
            )
        names.add(member.filename)
