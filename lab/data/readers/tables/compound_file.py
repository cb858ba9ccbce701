"""The compound file around an xls workbook: its chains of sectors must end, or a reader that follows one never does.

Layout: Microsoft, [MS-CFB] Compound File Binary File Format.
"""

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError

_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER = 512
_SECTORS_IN_HEADER = 109
_SECTOR_SHIFTS = (9, 12)

Links = NDArray[np.uint32]


def refuse_endless(path: Path, stream: BinaryIO) -> None:
    """Raise DataError where a chain of a compound file runs in a circle; other files are left alone."""
    stream.seek(0)
    header = stream.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        return
    (shift,) = struct.unpack_from("<H", header, 30)
    first_small, _, first_list, _ = struct.unpack_from("<4I", header, 60)
    size = 1 << shift if shift in _SECTOR_SHIFTS else _HEADER
    listed = np.frombuffer(header, "<u4", _SECTORS_IN_HEADER, 76)
    # Where the header has no room for all, a chain of sectors follows whose last entry names the next one.
    seen: set[int] = set()
    while (sector := _sector(stream, first_list, size)).size:
        if first_list in seen:
            raise _endless(path)
        seen.add(first_list)
        listed, first_list = np.append(listed, sector[:-1]), int(sector[-1])
    links = _joined(stream, listed, size)
    if _has_circle(links):
        raise _endless(path)
    small = []
    while first_small < len(links):
        small.append(first_small)
        first_small = int(links[first_small])
    if _has_circle(_joined(stream, np.array(small, np.uint32), size)):
        raise _endless(path)


def _endless(path: Path) -> DataError:
    return DataError(f"{path.name} is damaged (a chain of its sectors has no end); save it again as xlsx, or as CSV.")


def _sector(stream: BinaryIO, number: int, size: int) -> Links:
    """Return a sector as numbers, empty where the file has no such sector."""
    stream.seek((number + 1) * size)
    data = stream.read(size)
    return np.frombuffer(data, "<u4", len(data) // 4)


def _joined(stream: BinaryIO, sectors: Links, size: int) -> Links:
    parts = [_sector(stream, int(number), size) for number in sectors]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint32)


def _has_circle(links: Links) -> bool:
    """Whether following the links from anywhere never leads out of them."""
    out = len(links)
    jump = np.append(np.minimum(links, out), out).astype(np.int64)
    # Each round doubles how many links a jump follows.
    for _ in range(out.bit_length()):
        jump = jump[jump]
    return bool((jump != out).any())
