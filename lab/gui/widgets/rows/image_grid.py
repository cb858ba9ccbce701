"""Images of an array as a grid of thumbnails with their labels: only those in view are made into pictures."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from lab.gui.theme import Theme, sans
from lab.gui.widgets.drawing.array_types import Integers, Values
from lab.gui.widgets.drawing.cell_widget import cell_after_key
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.number_text import count_text, number_text
from lab.gui.widgets.drawing.painted_area import PaintedArea
from lab.gui.widgets.drawing.text_align import CENTER

_SIDE = 84
"""A thumbnail is as many whole times as large as its image as fit into this, and never larger."""
_GAP = 10
_LABEL = 18
_MARGIN = 8
_NARROWEST = 84
KEYS_HELP: Final = KeysHelp(
    "Images",
    (
        ("arrows", "the next image"),
        ("Page Up, Page Down", "as many rows on as fit"),
        ("Home, End", "the first and the last image of the row; with Ctrl of all"),
    ),
)


def pictures_of(x: Values, shape: tuple[int, ...], highest: float) -> NDArray[np.uint8]:
    """Return rows of pixels, (k, h*w) or (k, h*w*3), as bytes (k, h, w) or (k, h, w, 3); `highest` becomes 255."""
    if x.dtype == np.uint8 and highest == 255:
        return np.ascontiguousarray(x).reshape(len(x), *shape)
    scaled = np.nan_to_num(x.astype(np.float64) * (255.0 / highest), nan=0.0)
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8).reshape(len(x), *shape)


class ImageGrid(PaintedArea):
    """Shows the images of rows; arrow keys, Home, End and Page keys move a cursor that tells row and label."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: tuple[int, ...] = (1, 1)
        self._highest = 255.0
        self._names: tuple[str, ...] = ()
        self._losses: Values | None = None
        self._place: Callable[[int], str] | None = None
        self._current = -1
        self._forget()
        self.setAccessibleName("Images")
        self.setToolTip("Point at an image to read its row; arrow keys go from image to image.")
        self.viewport().setMouseTracking(True)

    def _forget(self) -> None:
        self._x: Values = np.zeros((0, 1), np.uint8)
        self._rows: Integers = np.zeros(0, np.int64)
        self._labels: Values = np.zeros(0)
        self._predicted: Values | None = None

    def set_format(self, shape: tuple[int, ...], highest: float, names: tuple[str, ...]) -> None:
        """Say what a row of pixels is: (h, w) or (h, w, 3) up to `highest`, and the names that labels are numbers of.

        Without names labels are numbers themselves. Nothing is shown until `set_rows`.
        """
        self._shape, self._highest, self._names = shape, highest, names
        self._forget()
        self._current = -1
        self.verticalScrollBar().setValue(0)
        self._fit()

    def set_rows(
        self,
        x: Values,
        rows: Integers,
        labels: Values,
        predicted: Values | None = None,
        losses: Values | None = None,
        place: Callable[[int], str] | None = None,
    ) -> None:
        """Show the rows `rows` (k,) of x (N, pixels), kept and not copied, with labels, predictions, losses (k,).

        place: says in words where the i-th on show comes from; its row where there is none.
        """
        self._place = place
        self._x, self._rows, self._labels = x, rows, labels
        self._predicted, self._losses = predicted, losses
        self._current = min(self._current, len(rows) - 1)
        self._fit()

    def label(self, index: int) -> str:
        """Return what is written under an image: its label, and what it is taken for."""
        if self._predicted is None:
            return self._name(self._labels[index])
        return f"{self._name(self._labels[index])} → {self._name(self._predicted[index])}"

    def text(self, index: int) -> str:
        """Return an image in words: where it comes from, its label and the loss."""
        loss = "" if self._losses is None else f", loss {number_text(float(self._losses[index]))}"
        row = f"row {count_text(int(self._rows[index]) + 1)}"
        return f"{row if self._place is None else self._place(index)}: {self.label(index)}{loss}"

    def current(self) -> int:
        """Return the index of the image with the cursor, -1 for none."""
        return self._current

    def set_current(self, index: int) -> None:
        """Put the cursor on an image and scroll to it; one that is not there is ignored."""
        if not 0 <= index < len(self._rows):
            return
        self._current = index
        top = index // self._columns() * self._cell().height()
        bar, page = self.verticalScrollBar(), self.viewport().height()
        if not bar.value() <= top <= bar.value() + page - self._cell().height() - _MARGIN:
            bar.setValue(top if top < bar.value() else top + self._cell().height() + 2 * _MARGIN - page)
        self.setAccessibleDescription(self.text(index))
        self.viewport().update()

    def index_at(self, point: QPoint) -> int:
        """Return the index of the image under a point of the viewport, -1 beside them."""
        cell, columns = self._cell(), self._columns()
        column = (point.x() - _MARGIN) // cell.width()
        row = (point.y() - _MARGIN + self.verticalScrollBar().value()) // cell.height()
        index = row * columns + column
        return index if 0 <= column < columns and 0 <= index < len(self._rows) else -1

    def cell_rect(self, index: int) -> QRect:
        """Return the pixels of the viewport that an image and its label have."""
        cell, columns = self._cell(), self._columns()
        top = index // columns * cell.height() + _MARGIN - self.verticalScrollBar().value()
        return QRect(index % columns * cell.width() + _MARGIN, top, cell.width(), cell.height())

    def sizeHint(self) -> QSize:
        return QSize(560, 360)

    def _name(self, value: Any) -> str:
        return self._names[int(value)] if self._names else number_text(float(value))

    def _thumbnail(self) -> QSize:
        height, width = self._shape[:2]
        longest = max(height, width)
        factor = _SIDE // longest if longest <= _SIDE else _SIDE / longest
        return QSize(max(round(width * factor), 1), max(round(height * factor), 1))

    def _cell(self) -> QSize:
        """Return the room of an image and its label; the cells of a line share the width."""
        width = (self.viewport().width() - 2 * _MARGIN) // self._columns()
        return QSize(max(width, self._narrowest()), self._thumbnail().height() + _LABEL + _GAP)

    def _narrowest(self) -> int:
        return max(self._thumbnail().width(), _NARROWEST) + _GAP

    def _columns(self) -> int:
        return max((self.viewport().width() - 2 * _MARGIN) // self._narrowest(), 1)

    def content_height(self) -> int:
        lines = -(-len(self._rows) // self._columns())
        return lines * self._cell().height() + 2 * _MARGIN

    def step_height(self) -> int:
        return self._cell().height() // 3

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(self._theme.panel))
        first = max(self.verticalScrollBar().value() - _MARGIN, 0) // self._cell().height() * self._columns()
        lines = self.viewport().height() // self._cell().height() + 2
        last = min(first + lines * self._columns(), len(self._rows))
        if first < last:
            self._paint_images(painter, first, last)
        self._paint_focus(painter)
        painter.end()

    def _paint_images(self, painter: QPainter, first: int, last: int) -> None:
        pictures = pictures_of(self._x[self._rows[first:last]], self._shape, self._highest)
        height, width = self._shape[:2]
        colour = len(self._shape) == 3
        kind = QImage.Format.Format_RGB888 if colour else QImage.Format.Format_Grayscale8
        size = self._thumbnail()
        painter.setFont(sans(11))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, size.width() < width)
        for index in range(first, last):
            cell = self.cell_rect(index)
            box = QRect(cell.x() + (cell.width() - size.width()) // 2, cell.y() + 4, size.width(), size.height())
            if index == self._current:
                self._paint_current(painter, cell)
            image = QImage(pictures[index - first].data, width, height, width * (3 if colour else 1), kind)
            painter.drawImage(box, image)
            painter.setPen(self._edge)
            painter.drawRect(box.adjusted(-1, -1, 0, 0))
            painter.setPen(self._wrong if self._predicted is not None else self._ink)
            line = QRect(cell.x() + 2, box.bottom() + 2, cell.width() - 4, _LABEL)
            text = painter.fontMetrics().elidedText(self.label(index), Qt.TextElideMode.ElideMiddle, line.width())
            painter.drawText(line, CENTER, text)

    def _paint_current(self, painter: QPainter, cell: QRect) -> None:
        painter.fillRect(cell, QColor(self._theme.selection))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(cell).adjusted(1, 1, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns()
        lines = -(-len(self._rows) // columns)
        if not lines:
            super().keyPressEvent(event)
            return
        index = max(self._current, 0)
        page = max(self.viewport().height() // self._cell().height(), 1) * columns
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        if event.key() in steps:
            wanted = index + steps[Qt.Key(event.key())]
        else:
            whole = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            cell = cell_after_key(event.key(), whole, divmod(index, columns), (lines, columns))
            if cell is None:
                super().keyPressEvent(event)
                return
            wanted = cell[0] * columns + cell[1]
        # the first key of all shows where the cursor is
        self.set_current(min(max(wanted, 0), len(self._rows) - 1) if self._current >= 0 else 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.set_current(self.index_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.index_at(event.pos())
            if index >= 0:
                QToolTip.showText(event.globalPos(), self.text(index), self.viewport(), self.cell_rect(index))
                return True
        return super().viewportEvent(event)

    def _dress(self, theme: Theme) -> None:
        self._ink, self._wrong, self._edge = QColor(theme.ink), QColor(theme.error), QColor(theme.line)
