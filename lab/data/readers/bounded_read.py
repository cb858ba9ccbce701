"""Bounded reads: read or map as many bytes as a header declares, without trusting the number."""

from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError

# Deflate cannot shrink anything below 1/1032 of its size, so a longer claim is false.
DEFLATE_LIMIT = 1032
_CHUNK = 1 << 20


class Readable(Protocol):
    """What is read: a file, or the unpacked side of a compressed one."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        ...


def read_bounded(stream: Readable, declared: int) -> bytearray:
    """Return the next `declared` bytes, fewer where the stream ends before, one more where it goes on.

    Memory grows with what is really there: one read of `declared` bytes would take that much at once.
    """
    body = bytearray()
    while len(body) <= declared and (part := stream.read(min(_CHUNK, declared + 1 - len(body)))):
        body += part
    return body


def map_bounded(
    path: Path, stream: BinaryIO, dtype: np.dtype[Any], shape: tuple[int, ...], order: Literal["C", "F"] = "C"
) -> NDArray[Any]:
    """Map what follows in `stream`, whose length was compared with `shape`, as a read-only array.

    Raises DataError where the file became shorter meanwhile, OSError where the system cannot map it.
    """
    try:
        mapped = np.memmap(stream, dtype, "r", stream.tell(), shape, order)
    except ValueError as error:
        raise DataError(f"{path.name} became shorter while it was opened; open it again.") from error
    # A plain array: slices of np.memmap pay for its bookkeeping each time.
    return mapped.view(np.ndarray)
