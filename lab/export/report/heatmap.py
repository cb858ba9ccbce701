"""A matrix as a small picture inside the page: blue below zero, orange above, the page's ground at zero."""

from base64 import b64encode
from struct import pack
from typing import Any
from zlib import compress, crc32

import numpy as np
from numpy.typing import NDArray

from lab.array_blocks import reduce_by_magnitude
from lab.export.report.markup import Markup, element

Matrix = NDArray[np.floating[Any]]

_MOST_CELLS = 256
"""Rows or columns of a picture; of a larger matrix each block shows its number of the largest magnitude."""
_BELOW, _ABOVE, _BROKEN = (31, 111, 224), (232, 120, 12), (212, 0, 196)
_LARGEST, _SMALLEST = 26, 2


def heatmap(matrix: Matrix, about: str) -> Markup:
    """Return the picture of a matrix, (rows, columns); its colours are full at the largest magnitude."""
    small, _, _ = reduce_by_magnitude(matrix, _MOST_CELLS, _MOST_CELLS)
    rows, columns = small.shape
    finite = np.abs(small[np.isfinite(small)])
    level = float(finite.max()) if finite.size else 0.0
    side = max(_SMALLEST, min(_LARGEST, 224 // max(rows, columns)))
    source = f"data:image/png;base64,{b64encode(_png(_indices(small, level))).decode()}"
    return Markup(element("img", src=source, alt=about, width=columns * side, height=rows * side, class_="heat")
                  .removesuffix("</img>"))  # fmt: skip


def grey_picture(pixels: NDArray[np.uint8], about: str, side: int) -> Markup:
    """Return a picture of bytes, (rows, columns) grey or (rows, columns, 3), `side` pixels high."""
    height, width = pixels.shape[:2]
    data = _file(pixels.reshape(height, -1), width, height, 2 if pixels.ndim == 3 else 0)
    source = f"data:image/png;base64,{b64encode(data).decode()}"
    shown = element("img", src=source, alt=about, height=side, width=round(side * width / height), class_="heat")
    return Markup(shown.removesuffix("</img>"))


def _indices(matrix: Matrix, level: float) -> NDArray[np.uint8]:
    """Return rows of the palette: 128 is zero, 1 and 255 the ends, 0 is no number."""
    with np.errstate(invalid="ignore", over="ignore"):
        share = np.clip(matrix.astype(np.float64) / (level or 1.0), -1.0, 1.0)
    found = np.where(np.isfinite(share), np.rint(share * 127.0) + 128.0, 0.0)
    return found.astype(np.uint8)


def _png(indices: NDArray[np.uint8]) -> bytes:
    palette, alpha = [_BROKEN], [255]
    for index in range(1, 256):
        palette.append(_BELOW if index < 128 else _ABOVE)
        alpha.append(round(abs(index - 128) / 127 * 255))
    extra = _chunk(b"PLTE", bytes(part for colour in palette for part in colour)) + _chunk(b"tRNS", bytes(alpha))
    return _file(indices, indices.shape[1], indices.shape[0], 3, extra)


def _file(rows: NDArray[np.uint8], width: int, height: int, colour: int, extra: bytes = b"") -> bytes:
    """Return a PNG file (ISO/IEC 15948) of 8-bit rows; colour: 0 grey, 2 red-green-blue, 3 by a palette in `extra`."""
    lines = np.zeros((height, rows.shape[1] + 1), np.uint8)  # each row begins with 0: no filter
    lines[:, 1:] = rows
    head = _chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + _chunk(b"IDAT", compress(lines.tobytes(), 6)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + name + data + pack(">I", crc32(name + data))
