"""The edges between two layers as a picture: lines drawn by NumPy, the strong over the weak, in one pass.

Qt takes about ten microseconds for a line, which is 20 milliseconds for a layer of 64 on one of 32; here thousands of
pixels are set at once.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from lab.gui.widgets.drawing.array_types import Floats, Matrix
from lab.gui.widgets.drawing.colour_index import ZERO, colour_index, largest_finite

MOST_EDGES: Final = 300
"""Edges of a gap at most, the strongest: more than that cover each other."""
_FAINTEST: Final = 8
"""Rows of the colour table on both sides of zero that cannot be told from the background."""
_WIDTHS: Final = ((60, 1), (95, -1))
"""From this far beyond zero, of 127, a line has one more row of pixels, below it or above."""
_MOST_KEPT: Final = 1_000_000
"""Pixels of lines that are found once and kept, 8 MB; a larger gap finds those of its strong edges each time."""
_SAMPLES: Final = 1.3
"""Points of a line for each column of pixels: steep lines must have no holes."""


class EdgePicture:
    """Draws lines from the heights `before` to the heights `after`, (n,) and (k,), in a rectangle of device pixels."""

    def __init__(self, before: Floats, after: Floats, width: int, height: int) -> None:
        self._before, self._after = before.astype(np.float32) + 1, after.astype(np.float32) + 1
        self._size = max(width, 1), max(height, 1)
        self._stride = -(-self._size[0] // 4) * 4
        rows = self._size[1] + 2  # one above and one below, for thick lines
        self._index: NDArray[np.uint8] = np.full((rows, self._stride), ZERO, np.uint8)
        self._pixels: NDArray[np.uint32] = np.zeros((rows, self._stride), np.uint32)
        along = np.linspace(0.0, 1.0, max(int(width * _SAMPLES), 2), dtype=np.float32)
        self._along = along
        self._columns = np.minimum((along * width).astype(np.int32), self._size[0] - 1)
        edges = len(before) * len(after)
        self._places = self._pixels_of(np.arange(edges)) if edges * len(along) <= _MOST_KEPT else None

    def draw(self, matrix: Matrix, colours: NDArray[np.uint32]) -> QImage:
        """Return the picture of a matrix (n, k), each number's line in its colour, (256,) of 0xffRRGGBB.

        The picture looks into memory that the next call overwrites.
        """
        index = colour_index(matrix, largest_finite(matrix)).ravel()
        strength = np.abs(index.astype(np.int16) - ZERO)
        chosen = np.flatnonzero(strength >= _FAINTEST)
        if len(chosen) > MOST_EDGES:
            chosen = chosen[np.argpartition(strength[chosen], -MOST_EDGES)[-MOST_EDGES:]]
        chosen = chosen[np.argsort(strength[chosen], kind="stable")]
        self._index.fill(ZERO)
        places = self._places[chosen] if self._places is not None else self._pixels_of(chosen)
        flat, colour, strong = self._index.reshape(-1), index[chosen], strength[chosen]
        for least, offset in _WIDTHS:  # first, for the middle of a strong line is to lie over all that is beside others
            first = int(np.searchsorted(strong, least))
            flat[places[first:] + offset * self._stride] = colour[first:, None]
        flat[places] = colour[:, None]
        np.take(colours, self._index, out=self._pixels, mode="clip")
        width, height = self._size
        below = self._pixels[1:]
        return QImage(below.data, width, height, 4 * self._stride, QImage.Format.Format_RGB32)

    def _pixels_of(self, edges: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the pixels of these edges of the matrix, (edges, points), by their places in the flat picture."""
        start, end = self._before[edges // len(self._after)], self._after[edges % len(self._after)]
        places = (start[:, None] + (end - start)[:, None] * self._along).astype(np.intp)
        places *= self._stride
        places += self._columns
        return places
