"""A matrix as a picture: blue below zero, orange above, magenta for NaN and infinity; it can be looked at closely."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QStaticText,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from lab.array_blocks import reduce_by_magnitude
from lab.gui.theme import Theme, diverging_lut, mono, sans
from lab.gui.widgets.drawing.array_types import Matrix
from lab.gui.widgets.drawing.cell_marks import FrozenMarks, Mask, frozen_marks, paint_question
from lab.gui.widgets.drawing.cell_widget import Cell, CellWidget, Part
from lab.gui.widgets.drawing.colour_index import as_matrix
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.number_text import NUMBER_CHARACTERS, number_text
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT
from lab.gui.widgets.matrix.colour_ranges import COLOUR_RANGES

_LARGEST_CELL = 28
_MARGIN = 3
_CAPTION = 16
_SCALE_WIDTH = 36
_ZOOM = 0.7
KEYS_HELP: Final = KeysHelp(
    "Heatmap",
    (
        ("+, −", "look closer, look from further away"),
        ("0", "show the whole matrix again"),
    ),
)


class Heatmap(CellWidget):
    """Paints one matrix, cells stretched over the widget but never larger than 28 pixels.

    Two of them of equal width and equal columns have their columns exactly below each other. With the keyboard here
    the wheel, plus and minus look closer and from further away, a drag moves what is in view, a double click and 0
    show all again.
    """

    part_changed = Signal()
    """Another part of the matrix is in view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._picture: QImage | None = None
        super().__init__(parent)
        self._matrix: Matrix | None = None
        self._picture_key = (0, 0)
        self._covered = (0, 0)
        self._range = COLOUR_RANGES["symmetric"]
        self._span = ""
        """What the scale of colours spans."""
        self._has_broken = False
        self._part: Part | None = None
        self._grabbed: tuple[QPoint, Part] | None = None
        """Where a drag began, and what was in view then."""
        self._has_moved = False
        self._rules: Cell = (0, 0)
        self._frozen: FrozenMarks | None = None
        self._hidden: frozenset[Cell] = frozenset()
        self._axis_names = ("", "")
        self.set_cell_names()
        self.set_place_text(None)
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
        shape = (0, 0) if self._matrix is None else (self._matrix.shape[0], self._matrix.shape[1])
        if shape != self._shape and self._part is not None and all(shape):
            self._part = None  # a matrix of another shape is shown whole
            self.part_changed.emit()
        self._set_shape(shape)
        self.update()

    def set_range(self, name: str) -> None:
        """Spread the colours as COLOUR_RANGES has it under that name; raises KeyError for another."""
        if name != self._range.name:
            self._range = COLOUR_RANGES[name]
            self._picture = None
            self.update()

    def set_rules(self, rows: int, columns: int) -> None:
        """Draw lines after every so many rows and columns, as between images, whose pixels are square then; 0: none."""
        if (rows, columns) != self._rules:
            self._rules = (rows, columns)
            self.update()

    def part_in_view(self) -> Part:
        return super().part_in_view() if self._part is None or not all(self._shape) else self._part

    def shape(self) -> Cell:
        """Return how many rows and columns there are."""
        return self._shape

    def is_zoomed(self) -> bool:
        """Return whether only a part of the matrix is in view."""
        return self._part is not None

    def show_part(self, part: Part | None) -> None:
        """Show a part of the matrix, moved to where it fits; None, or all of it: the whole."""
        wanted = None
        if part is not None and all(self._shape):
            size = [max(1, min(count, most)) for count, most in zip(part[2:], self._shape, strict=True)]
            first = [
                max(0, min(start, most - count)) for start, count, most in zip(part[:2], size, self._shape, strict=True)
            ]
            wanted = None if tuple(size) == self._shape else (first[0], first[1], size[0], size[1])
        if wanted != self._part:
            self._part, self._picture = wanted, None
            self.update()
            self.part_changed.emit()

    def zoom(self, factor: float, around: Cell | None = None) -> None:
        """Show so many times more (above 1) or fewer rows and columns, around a cell or the middle of what is shown."""
        row, column, rows, columns = self.part_in_view()
        if not rows or not columns:
            return
        centre = (row + rows / 2, column + columns / 2) if around is None else (around[0] + 0.5, around[1] + 0.5)
        new = [max(1, _scaled(count, factor)) for count in (rows, columns)]
        places = ((row, rows), (column, columns))
        first = [
            round(at - (at - start) / count * wanted)
            for at, (start, count), wanted in zip(centre, places, new, strict=True)
        ]
        self.show_part((first[0], first[1], new[0], new[1]))

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
        _, _, rows, columns = self.part_in_view()
        caption = _CAPTION if any(self._axis_names) else 0
        width = min(self.width() - 2 * _MARGIN, columns * _LARGEST_CELL)
        height = min(self.height() - 2 * _MARGIN - caption, rows * _LARGEST_CELL)
        if any(self._rules) and rows and columns:
            pixel = min(width / columns, height / rows)
            width, height = round(pixel * columns), round(pixel * rows)
        return QRect(_MARGIN, _MARGIN, max(width, 1), max(height, 1))

    def cell_text(self, row: int, column: int) -> str:
        """Return a cell's row, column and value."""
        if self._matrix is None:
            return ""
        where = f"[{self._row_name(row)}, {self._column_name(column)}]"
        if self._place_text is not None:
            where = self._place_text(row, column)
        if (row, column) in self._hidden:
            return f"{where}  ?"
        if self._frozen is not None and self._frozen.mask.shape == self._shape and self._frozen.mask[row, column]:
            where = f"{where} frozen"
        return f"{where}  {number_text(float(self._matrix[row, column]), signed=True)}"

    def set_cell_names(self, row: Callable[[int], str] = str, column: Callable[[int], str] = str) -> None:
        """Say how rows and columns are called by their numbers; they are asked when a cell is read out."""
        self._row_name, self._column_name = row, column

    def set_place_text(self, text: Callable[[int, int], str] | None) -> None:
        """Say how a cell is called by its row and column together, as where rows are no rows; None: by its names."""
        self._place_text = text

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
            row, column, rows, columns = self.part_in_view()
            self._paint_matrix(painter, plot, self._matrix[row : row + rows, column : column + columns])
            self._paint_rules(painter, plot)
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

    def _paint_rules(self, painter: QPainter, plot: QRect) -> None:
        """Draw the lines between tiles."""
        first_row, first_column, rows, columns = self.part_in_view()
        painter.setPen(QColor(self._theme.edge))
        for row in range(self._rules[0], first_row + rows, self._rules[0] or first_row + rows):
            if row > first_row:
                y = self.cell_rect(row, first_column).y()
                painter.drawLine(plot.left(), y, plot.right(), y)
        for column in range(self._rules[1], first_column + columns, self._rules[1] or first_column + columns):
            if column > first_column:
                x = self.cell_rect(first_row, column).x()
                painter.drawLine(x, plot.top(), x, plot.bottom())

    def _paint_marks(self, painter: QPainter, plot: QRect) -> None:
        if self._frozen is not None and self._frozen.mask.shape == self._shape and self._part is not None:
            row, column, rows, columns = self._part
            marks = FrozenMarks(self._frozen.mask[row : row + rows, column : column + columns])
            painter.drawImage(plot, marks.image(plot.size(), self.devicePixelRatioF(), self._theme.accent))
        elif self._frozen is not None and self._frozen.mask.shape == self._shape:
            painter.drawImage(plot, self._frozen.image(plot.size(), self.devicePixelRatioF(), self._theme.accent))
        for row, column in self._hidden:
            if row < self._shape[0] and column < self._shape[1] and self._is_in_view((row, column)):
                paint_question(painter, QRectF(self.cell_rect(row, column)), self._theme)

    def _draw_picture(self, matrix: Matrix, rows: int, columns: int) -> None:
        """Reduce to the pixels that there are, then look the colours up once: repainting is one copy after that."""
        shown, row_step, column_step = reduce_by_magnitude(matrix, rows, columns)
        self._has_broken = not np.isfinite(shown).all()
        index, self._span = self._range.colour(shown, matrix if self._has_broken else shown)
        self._pixels = self._colours[np.ascontiguousarray(index)]  # the image looks into it
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
        room = max(self._number_room, QFontMetrics(mono(10)).horizontalAdvance(self._span))
        scale = QRect(line.right() - room - 5 - _SCALE_WIDTH, line.y() + 4, _SCALE_WIDTH, 6)
        if scale.x() >= line.x() + names.width() + 6:
            painter.drawText(line, RIGHT, self._span)
            painter.drawImage(scale, self._scale)
        if self._has_broken:
            self._paint_broken(painter, plot)

    def _paint_broken(self, painter: QPainter, plot: QRect) -> None:
        """Say what the colour of no number means, in the corner of the matrix."""
        text, metrics = "NaN or ∞", QFontMetrics(mono(10))
        box = QRect(0, 0, metrics.horizontalAdvance(text) + 19, 15)
        box.moveTopRight(QPoint(max(plot.right(), box.width()), plot.top()))
        painter.fillRect(box, QColor(self._theme.panel))
        painter.fillRect(QRect(box.x() + 4, box.y() + 4, 8, 8), QColor(self._theme.invalid))
        painter.setPen(QColor(self._theme.ink))
        painter.drawText(box.adjusted(16, 0, 0, 0), LEFT, text)

    # looking closer

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Look closer at the cell under the pointer, where the heatmap has the keyboard; else scroll what is around."""
        if not self.hasFocus() or not all(self._shape):
            event.ignore()
            return
        turned = event.angleDelta().y()
        if turned:
            self.zoom(_ZOOM if turned > 0 else 1 / _ZOOM, self.cell_at(event.position().toPoint()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._part is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._grabbed, self._has_moved = (event.position().toPoint(), self._part), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            super().mouseMoveEvent(event)
            return
        place, (row, column, rows, columns) = self._grabbed
        away, plot = event.position().toPoint() - place, self.plot_rect()
        down, across = round(away.y() * rows / plot.height()), round(away.x() * columns / plot.width())
        self._has_moved = self._has_moved or bool(down or across)
        self.show_part((row - down, column - across, rows, columns))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            super().mouseReleaseEvent(event)
            return
        self._grabbed = None
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and not self._has_moved:
            self._choose(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._part is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.show_part(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.zoom(_ZOOM if event.key() == Qt.Key.Key_Plus else 1 / _ZOOM, self._cursor)
        elif event.key() == Qt.Key.Key_0:
            self.show_part(None)
        else:
            super().keyPressEvent(event)

    def set_cursor(self, row: int, column: int) -> None:
        super().set_cursor(row, column)
        if self._part is not None and self._cursor is not None and not self._is_in_view(self._cursor):
            _, _, rows, columns = self._part
            self.show_part((row - rows // 2, column - columns // 2, rows, columns))

    def _dress(self, theme: Theme) -> None:
        rgba = diverging_lut(theme).astype(np.uint32)
        packed = (rgba[:, 3] << 24) | (rgba[:, 0] << 16) | (rgba[:, 1] << 8) | rgba[:, 2]
        self._colours: NDArray[np.uint32] = packed.astype(np.uint32)
        self._colours[0] = QColor(theme.invalid).rgb()
        shown = 1 + np.rint(np.linspace(0, 254, _SCALE_WIDTH)).astype(np.intp)
        self._scale_pixels = self._colours[shown]
        self._scale = QImage(self._scale_pixels.data, _SCALE_WIDTH, 1, 4 * _SCALE_WIDTH, QImage.Format.Format_RGB32)
        self._picture = None


def _scaled(count: int, factor: float) -> int:
    """Return a count of rows or columns times a factor, at least one more or less."""
    return min(round(count * factor), count - 1) if factor < 1 else max(round(count * factor), count + 1)
