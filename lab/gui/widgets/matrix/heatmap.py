"""A matrix as a picture: blue below zero, orange above, the same scale on both sides, magenta for NaN and infinity."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QStaticText
from PySide6.QtWidgets import QWidget

from lab.array_blocks import reduce_by_magnitude
from lab.gui.theme import Theme, diverging_lut, mono, sans
from lab.gui.widgets.drawing.array_types import Matrix
from lab.gui.widgets.drawing.cell_marks import FrozenMarks, Mask, frozen_marks, paint_question
from lab.gui.widgets.drawing.cell_widget import Cell, CellWidget
from lab.gui.widgets.drawing.colour_index import as_matrix, colour_index, largest_finite
from lab.gui.widgets.drawing.number_text import NUMBER_CHARACTERS, number_text
from lab.gui.widgets.drawing.text_align import RIGHT

_LARGEST_CELL = 28
_MARGIN = 3
_CAPTION = 16
_SCALE_WIDTH = 36


class Heatmap(CellWidget):
    """Paints one matrix, cells stretched over the widget but never larger than 28 pixels.

    Two of them of equal width and equal columns have their columns exactly below each other.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self._picture: QImage | None = None
        super().__init__(parent)
        self._matrix: Matrix | None = None
        self._picture_key = (0, 0)
        self._covered = (0, 0)
        self._level = 0.0
        self._frozen: FrozenMarks | None = None
        self._hidden: frozenset[Cell] = frozenset()
        self._axis_names = ("", "")
        self.set_cell_names()
        self._names = QStaticText()  # laid out once: the arrows come from another font, and looking them up takes long
        self._names.setTextFormat(Qt.TextFormat.PlainText)
        self._number_room = QFontMetrics(mono(10)).horizontalAdvance("0") * NUMBER_CHARACTERS
        self.setAccessibleName("Heatmap")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_matrix(self, values: ArrayLike | None) -> None:
        """Show a matrix, (rows, columns) or (columns,), until the next; None shows nothing.

        The array is kept, not copied: its owner must not change it. Raises ValueError as `as_matrix` does.
        """
        matrix = None if values is None else as_matrix(values)
        self._matrix = matrix if matrix is not None and matrix.size else None
        self._picture = None
        self._set_shape((0, 0) if self._matrix is None else (self._matrix.shape[0], self._matrix.shape[1]))
        self.update()

    def set_frozen(self, frozen: Mask | None) -> None:
        """Mark the frozen cells by a mask in the shape of the matrix; None: there are none."""
        before, self._frozen = self._frozen, frozen_marks(frozen, self._frozen)
        if self._frozen is not before:
            self.update()

    def set_hidden(self, cells: frozenset[Cell]) -> None:
        """Cover these cells: somebody is asked for them."""
        if cells != self._hidden:
            self._hidden = cells
            self.update()

    def set_axis_names(self, rows: str, columns: str) -> None:
        """Say beneath the plot what rows and columns are, beside the colour scale; two empty texts remove the line."""
        if (rows, columns) == self._axis_names:
            return
        self._axis_names = (rows, columns)
        texts = [f"{arrow} {name}" for arrow, name in zip("↓→", self._axis_names, strict=True) if name]
        self._names.setText("  ".join(texts))
        self._names.prepare(font=sans(11))
        self.update()

    def plot_rect(self) -> QRect:
        """Return the rectangle of the cells; its left edge and width depend on the columns and the width alone."""
        rows, columns = self._shape
        caption = _CAPTION if any(self._axis_names) else 0
        width = min(self.width() - 2 * _MARGIN, columns * _LARGEST_CELL)
        height = min(self.height() - 2 * _MARGIN - caption, rows * _LARGEST_CELL)
        return QRect(_MARGIN, _MARGIN, max(width, 1), max(height, 1))

    def cell_text(self, row: int, column: int) -> str:
        """Return a cell's row, column and value."""
        if self._matrix is None:
            return ""
        where = f"[{self._row_name(row)}, {self._column_name(column)}]"
        if (row, column) in self._hidden:
            return f"{where}  ?"
        if self._frozen is not None and self._frozen.mask.shape == self._shape and self._frozen.mask[row, column]:
            where = f"{where} frozen"
        return f"{where}  {number_text(float(self._matrix[row, column]), signed=True)}"

    def set_cell_names(self, row: Callable[[int], str] = str, column: Callable[[int], str] = str) -> None:
        """Say how rows and columns are called by their numbers; they are asked when a cell is read out."""
        self._row_name, self._column_name = row, column

    def sizeHint(self) -> QSize:
        return QSize(280, 250)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.panel))
        if self._matrix is None:
            painter.setPen(QColor(self._theme.dim))
            painter.setFont(sans(11))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "nothing to show yet")
        else:
            plot = self.plot_rect()
            self._paint_matrix(painter, plot, self._matrix)
            self._paint_marks(painter, plot)
            if any(self._axis_names):
                self._paint_caption(painter, plot)
        self._paint_cursor(painter)
        painter.end()

    def _paint_matrix(self, painter: QPainter, plot: QRect, matrix: Matrix) -> None:
        ratio = self.devicePixelRatioF()
        key = (round(plot.height() * ratio), round(plot.width() * ratio))
        if self._picture is None or key != self._picture_key:
            self._picture_key = key
            self._draw_picture(matrix, *key)
        assert self._picture is not None
        # the last blocks of a reduced matrix may hold fewer cells than their size in the picture says
        if self._covered == matrix.shape:
            painter.drawImage(plot, self._picture)
        else:
            height = round(plot.height() * self._covered[0] / matrix.shape[0])
            width = round(plot.width() * self._covered[1] / matrix.shape[1])
            painter.setClipRect(plot)
            painter.drawImage(QRect(plot.x(), plot.y(), width, height), self._picture)
            painter.setClipping(False)
        painter.setPen(QColor(self._theme.line))
        painter.drawRect(plot.adjusted(-1, -1, 0, 0))

    def _paint_marks(self, painter: QPainter, plot: QRect) -> None:
        if self._frozen is not None and self._frozen.mask.shape == self._shape:
            painter.drawImage(plot, self._frozen.image(plot.size(), self.devicePixelRatioF(), self._theme.accent))
        for row, column in self._hidden:
            if row < self._shape[0] and column < self._shape[1]:
                paint_question(painter, QRectF(self.cell_rect(row, column)), self._theme)

    def _draw_picture(self, matrix: Matrix, rows: int, columns: int) -> None:
        """Reduce to the pixels that there are, then look the colours up once: repainting is one copy after that."""
        shown, row_step, column_step = reduce_by_magnitude(matrix, rows, columns)
        self._level = largest_finite(shown if np.isfinite(shown).all() else matrix)
        self._pixels = self._colours[np.ascontiguousarray(colour_index(shown, self._level))]  # the image looks into it
        height, width = self._pixels.shape
        self._picture = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        self._covered = (height * row_step, width * column_step)

    def _paint_caption(self, painter: QPainter, plot: QRect) -> None:
        line = QRect(_MARGIN, plot.bottom() + 3, self.width() - 2 * _MARGIN, _CAPTION - 2)
        painter.setFont(sans(11))
        painter.setPen(QColor(self._theme.dim))
        names = self._names.size()
        painter.drawStaticText(line.x(), round(line.y() + (line.height() - names.height()) / 2), self._names)
        painter.setFont(mono(10))
        scale = QRect(line.right() - self._number_room - 5 - _SCALE_WIDTH, line.y() + 4, _SCALE_WIDTH, 6)
        if scale.x() >= line.x() + names.width() + 6:
            painter.drawText(line, RIGHT, "±" + number_text(self._level))
            painter.drawImage(scale, self._scale)

    def _dress(self, theme: Theme) -> None:
        rgba = diverging_lut(theme).astype(np.uint32)
        packed = (rgba[:, 3] << 24) | (rgba[:, 0] << 16) | (rgba[:, 1] << 8) | rgba[:, 2]
        self._colours: NDArray[np.uint32] = packed.astype(np.uint32)
        self._colours[0] = QColor(theme.invalid).rgb()
        shown = 1 + np.rint(np.linspace(0, 254, _SCALE_WIDTH)).astype(np.intp)
        self._scale_pixels = self._colours[shown]
        self._scale = QImage(self._scale_pixels.data, _SCALE_WIDTH, 1, 4 * _SCALE_WIDTH, QImage.Format.Format_RGB32)
        self._picture = None
