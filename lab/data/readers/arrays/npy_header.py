"""Reads the header of a .npy array and checks it against the bytes that follow."""

import io
import math
import tokenize
import warnings
from dataclasses import dataclass
from typing import IO, Any, Literal

import numpy as np
from numpy.lib import format as npy_format

from lab.data.errors import DataError, quoted

_MAGIC_LENGTH = 8
_LONGEST_HEADER = 10_000
# How each version of the format is read, and in how many bytes it writes the length of its header.
_VERSIONS = {b"\1\0": (2, npy_format.read_array_header_1_0), b"\2\0": (4, npy_format.read_array_header_2_0)}
# What reading a header that makes no sense ends in: it is a Python expression, parsed by Python.
_SENSELESS = (
    ValueError,
    TypeError,
    SyntaxError,
    tokenize.TokenError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    MemoryError,
)


@dataclass(frozen=True)
class NpyHeader:
    """What a header declares; `size` is that of the values in bytes."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    order: Literal["C", "F"]
    size: int


def read_npy_header(stream: IO[bytes], length: int, where: str) -> NpyHeader:
    """Read the header at the beginning of `stream`, which has `length` bytes, and stop where the values begin.

    Raises DataError where it makes no sense, declares objects, records or nothing, or other than what follows.
    """
    shape, fortran, dtype = _read(stream, where)
    if dtype.hasobject:
        raise DataError(
            f"{where} holds Python objects, which only pickle could read, and pickle may run any program; save "
            "numbers, or texts as a fixed-width array."
        )
    if dtype.names is not None or dtype.subdtype is not None or dtype.kind == "V":
        raise DataError(f"{where} holds records; save its fields as the columns of one array of numbers.")
    size = math.prod(shape) * dtype.itemsize
    if min(shape, default=1) < 0 or size == 0:
        raise DataError(f"{where} declares no values at all; save an array with rows.")
    follow = length - stream.tell()
    if size != follow:
        # A declared size may be too long to be written out.
        declared = f"{size:,}" if size < 2**63 else "more than 2**63"
        raise DataError(
            f"{where}: the header declares {declared} bytes of values, but {follow:,} follow; choose a whole file."
        )
    return NpyHeader(dtype, shape, "F" if fortran else "C", size)


def _read(stream: IO[bytes], where: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read the magic number and the header with NumPy's own functions."""
    magic = stream.read(_MAGIC_LENGTH)
    if not magic.startswith(npy_format.MAGIC_PREFIX):
        raise DataError(
            f"{where} starts with the bytes '{magic.hex(' ')}'; a NumPy array starts with '93 4e 55 4d 50 59', so "
            "save it with np.save."
        )
    if magic[6:] not in _VERSIONS:
        raise DataError(
            f"{where} is of the version {quoted(magic[6:].hex('.'))} of the format; numbers are saved in 01.00 or "
            "02.00, so save them with np.save."
        )
    width, read = _VERSIONS[magic[6:]]
    # NumPy would read a header as long as it says to be before it looks at the length.
    length = stream.read(width)
    header = stream.read(min(int.from_bytes(length, "little"), _LONGEST_HEADER))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old headers, which are read all the same
            return read(io.BytesIO(length + header))
    except _SENSELESS as error:
        raise DataError(f"{where} has a header that makes no sense; save the array again with np.save.") from error
