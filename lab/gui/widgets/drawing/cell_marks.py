"""Marks over the cells of a matrix: a corner on what is frozen, a question mark on what somebody is asked for."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from lab.gui.theme import Theme, sans

Mask = NDArray[np.bool_]
_CORNER = 7
"""Pixels of the corner of a frozen cell, at the most; of a small one it is two fifths."""
_LEAST_FOR_CORNER = 6
_HATCH = 4
"""Pixels from one line to the next over frozen cells that are too small for a corner."""


class FrozenMarks:
    """The marks of one frozen matrix as an image over its cells; drawn anew where cells, size or theme are others."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        self._key: tuple[object, ...] = ()
        self._image = QImage()

    def image(self, size: QSize, ratio: float, colour: str) -> QImage:
        """Return the image for a matrix that is drawn in that size, transparent but for the marks."""
        key = (size.toTuple(), ratio, colour)
        if key != self._key:
            self._key = key
            height, width = max(round(size.height() * ratio), 1), max(round(size.width() * ratio), 1)
            shown = np.where(_marked(self.mask, height, width, ratio), np.uint32(QColor(colour).rgba()), np.uint32(0))
            image = QImage(shown.data, width, height, 4 * width, QImage.Format.Format_ARGB32)
            self._image = image.copy()  # the array goes with this call
        return self._image


def frozen_marks(mask: Mask | None, before: FrozenMarks | None) -> FrozenMarks | None:
    """Return the marks of a mask, a vector as one row; they are those from before where it is the same."""
    if mask is None:
        return None
    shown = mask.reshape((1, -1)) if mask.ndim == 1 else mask
    return before if before is not None and np.array_equal(before.mask, shown) else FrozenMarks(shown)


def _marked(mask: Mask, height: int, width: int, ratio: float) -> Mask:
    """Return the pixels that are marked: a corner of each frozen cell, or lines over cells too small for one."""
    row, down = _cells(height, mask.shape[0])
    column, across = _cells(width, mask.shape[1])
    frozen: Mask = mask[np.ix_(row, column)]
    side = min(height / mask.shape[0], width / mask.shape[1])
    if side >= _LEAST_FOR_CORNER * ratio:
        pattern = np.add.outer(down, across) < min(_CORNER * ratio, 0.4 * side)
    else:
        pattern = np.add.outer(np.arange(height), np.arange(width)) % round(_HATCH * ratio) < ratio
    marked: Mask = frozen & pattern
    return marked


def _cells(pixels: int, cells: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the cell of each pixel along an axis, and how far the pixel lies from the first one of its cell."""
    at = np.arange(pixels)
    cell = at * cells // pixels
    return cell, at + (-(cell * pixels) // cells)


def paint_question(painter: QPainter, cell: QRectF, theme: Theme) -> None:
    """Cover a cell that somebody is asked for."""
    painter.fillRect(cell.adjusted(1, 1, 0, 0), QColor(theme.inset))
    painter.setFont(sans(11))
    painter.setPen(QColor(theme.warn))
    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, "?")
