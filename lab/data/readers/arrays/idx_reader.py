"""IDX files, the format of MNIST: a header of dimensions, then unsigned bytes; and a set of two of them."""

import gzip
import math
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Arrays
from lab.data.errors import DataError
from lab.data.readers.arrays.array_rows import Named, assemble
from lab.data.readers.bounded_read import DEFLATE_LIMIT, map_bounded, read_bounded
from lab.data.readers.open_file import opened
from lab.data.readers.paired_files import pair_names

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = ".gz"
_UNSIGNED_BYTES = b"\0\0\x08"
_IDX = re.compile(rb"\0\0\x08[\x01-\x04]")
_MOST_DIMENSIONS = 4


def is_idx(path: Path, head: bytes) -> bool:
    """Tell IDX data of unsigned bytes, plain or gzipped."""
    if head.startswith(_GZIP_MAGIC):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, 4)
        except zlib.error:
            return False
    return _IDX.match(head) is not None


def read_idx_pair(path: Path, unlabelled: bool = False) -> Arrays:
    """Read images (N, h, w) or (N, h, w, 3), or rows (N, n), with their labels; either file may be named.

    The second file lies in the same folder: train-images-idx3-ubyte and train-labels-idx1-ubyte, with .gz or without
    on each side. The class names are the labels. Images stay mapped where their file is not compressed. `unlabelled`
    images, which are to be predicted on, may lie there without labels: y is None.
    Raises DataError where a file cannot be read, the second file is missing, or the two do not belong together.
    """
    path = Path(path)
    images, labels = (path, None) if unlabelled and not _has_pair(path) else _pair(path)
    values = read_idx(images)
    mapped = () if values.flags.writeable else (images,)
    named = None if labels is None else Named(read_idx(labels), labels.name)
    return assemble(path, Named(values, images.name), named, mapped)


def _has_pair(path: Path) -> bool:
    names = (other for pair in _names(path.name) if path.name in pair for other in pair if other != path.name)
    return any(os.path.isfile(path.with_name(other)) for other in names)


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read a gzipped IDX file of unsigned bytes, or map a plain one, in the shape that its header declares.

    The declared size is compared with the file's length before memory is taken for it.
    Raises DataError where the file cannot be read or is not what its header says.
    """
    path = Path(path)
    with opened(path) as stream:
        length = os.fstat(stream.fileno()).st_size
        zipped = stream.read(2) == _GZIP_MAGIC
        stream.seek(0)
        if not zipped:
            shape = _read_shape(path, stream, length)
            _check_length(path, shape, length - stream.tell())
            return map_bounded(path, stream, np.dtype(np.uint8), shape)
        try:
            with gzip.GzipFile(fileobj=stream, mode="rb") as unzipped:
                shape = _read_shape(path, unzipped, length * DEFLATE_LIMIT)
                body = read_bounded(unzipped, math.prod(shape))
        except EOFError as error:
            raise DataError(f"{path.name}: the gzip data breaks off; copy the file again.") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise DataError(f"{path.name}: damaged gzip data ({error}); copy the file again.") from error
        _check_length(path, shape, len(body))
        return np.frombuffer(body, np.uint8).reshape(shape)


def _check_length(path: Path, shape: tuple[int, ...], follow: int) -> None:
    declared = math.prod(shape)
    if follow != declared:
        found = f"{follow:,} follow" if follow < declared else "more follow"
        raise DataError(
            f"{path.name}: the header declares {_size(shape)} = {declared:,} bytes, but {found}; choose a whole IDX "
            "file."
        )


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{length:,}" for length in shape)


def _read_shape(path: Path, stream: BinaryIO | gzip.GzipFile, most: int) -> tuple[int, ...]:
    """Read the header of a stream that cannot hold more than `most` bytes."""
    shape = _read_dimensions(path, stream)
    declared = math.prod(shape)
    if declared == 0:
        raise DataError(
            f"{path.name}: the header declares {_size(shape)} values, which is zero; choose a file with data."
        )
    if declared > most:
        raise DataError(
            f"{path.name}: the header declares {_size(shape)} = {declared:,} bytes, more than the file can hold; "
            "choose a whole IDX file."
        )
    return shape


def _read_dimensions(path: Path, stream: BinaryIO | gzip.GzipFile) -> tuple[int, ...]:
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


def _pair(path: Path) -> tuple[Path, Path]:
    """Return the files of the images and of the labels, of which `path` is one."""
    sought = [pair for pair in _names(path.name) if path.name in pair]
    for names in sought:
        images, labels = (path.with_name(name) for name in names)
        if os.path.isfile(labels if images == path else images):
            return images, labels
    if not sought:
        raise DataError(
            f"{path.name} is one of two files, and its name does not tell the other; name the two "
            "NAME-images-idx3-ubyte and NAME-labels-idx1-ubyte."
        )
    second = next(name for name in sought[0] if name != path.name)
    raise DataError(
        f"{path.name} belongs with {second}, which is not in the same folder; put it there, or rename it so."
    )


def _names(name: str) -> Iterator[tuple[str, str]]:
    """Yield the names (images, labels) that the pair may have, the likeliest first."""
    plain = name.removesuffix(_GZIP)
    ends = ("", _GZIP) if plain == name else (_GZIP, "")
    for images, labels in [*pair_names(plain), (plain, plain)]:
        for dimensions in ("idx3", "idx4", "idx2"):
            inputs, targets = re.sub("idx[1-4]", dimensions, images), re.sub("idx[1-4]", "idx1", labels)
            if inputs != targets:
                yield from ((inputs + one, targets + other) for one in ends for other in ends)
