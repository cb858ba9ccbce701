"""IDX files, the format of MNIST: a header of dimensions, then unsigned bytes."""

import gzip
import math
import os
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError
from lab.data.open_file import opened

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTES = b"\0\0\x08"
# Deflate cannot shrink anything below 1/1032 of its size, so a longer claim is false.
_DEFLATE_LIMIT = 1032
_MOST_DIMENSIONS = 4
_CHUNK = 1 << 20


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read a plain or gzipped IDX file of unsigned bytes, in the shape that its header declares.

    The declared size is compared with the file's length before memory is taken for it.
    Raises DataError where the file cannot be read or is not what its header says.
    """
    path = Path(path)
    with opened(path) as stream:
        length = os.fstat(stream.fileno()).st_size
        zipped = stream.read(2) == _GZIP_MAGIC
        stream.seek(0)
        if not zipped:
            return _read_body(path, stream, length)
        try:
            with gzip.GzipFile(fileobj=stream, mode="rb") as unzipped:
                return _read_body(path, unzipped, length * _DEFLATE_LIMIT)
        except EOFError as error:
            raise DataError(f"{path.name}: the gzip data breaks off; copy the file again.") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise DataError(f"{path.name}: damaged gzip data ({error}); copy the file again.") from error


def _read_body(path: Path, stream: BinaryIO | gzip.GzipFile, most: int) -> NDArray[np.uint8]:
    """Read header and values from a stream that cannot hold more than `most` bytes."""
    shape = _read_shape(path, stream)
    declared = math.prod(shape)
    size = " × ".join(f"{length:,}" for length in shape)
    if declared == 0:
        raise DataError(f"{path.name}: the header declares {size} values, which is none at all.")
    if declared > most:
        raise DataError(
            f"{path.name}: the header declares {size} = {declared:,} bytes, more than the file can hold; "
            "choose a whole IDX file."
        )
    # Grows with what is really there: one read of `declared` bytes would take that much at once.
    body = bytearray()
    while len(body) <= declared and (part := stream.read(min(_CHUNK, declared + 1 - len(body)))):
        body += part
    if len(body) != declared:
        found = f"{len(body):,} follow" if len(body) < declared else "more follow"
        raise DataError(
            f"{path.name}: the header declares {size} = {declared:,} bytes, but {found}; choose a whole IDX file."
        )
    return np.frombuffer(body, np.uint8).reshape(shape)


def _read_shape(path: Path, stream: BinaryIO | gzip.GzipFile) -> tuple[int, ...]:
    """Read the magic number and the dimensions, big-endian, four bytes each."""
    magic = stream.read(4)
    if magic[:3] != _UNSIGNED_BYTES or len(magic) < 4 or not 1 <= magic[3] <= _MOST_DIMENSIONS:
        raise DataError(
            f"{path.name} starts with the bytes '{magic.hex(' ')}'; an IDX file of unsigned bytes starts "
            f"with '00 00 08' and its number of dimensions, 1 to {_MOST_DIMENSIONS}."
        )
    dimensions = stream.read(4 * magic[3])
    if len(dimensions) < 4 * magic[3]:
        raise DataError(
            f"{path.name}: the header breaks off after {4 + len(dimensions)} bytes, but its {magic[3]} "
            f"dimensions need {4 + 4 * magic[3]}; choose a whole IDX file."
        )
    return tuple(int(length) for length in np.frombuffer(dimensions, ">u4"))
