"""Which class was taken for which: true classes in rows, predicted ones in columns, shares of the row as colour."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from lab.gui.theme import blend, mono, sans
from lab.gui.widgets.cell_widget import CellWidget
from lab.gui.widgets.number_text import count_text, share_text

_AXIS = 16
_LONGEST_NAME = 84
_LOWEST_NAME = 11
_FOOT = 24
_LARGEST_CELL = 92
_STRONGEST = 0.85
_ROOM_FOR_SHARE = 42


class ConfusionMatrix(CellWidget):
    """Paints the counts of 2 to about 26 classes; cells too small for numbers tell them in their tooltips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] = np.zeros((0, 0), dtype=np.int64)
        self._names: list[str] = []
        self._empty = "No predictions counted yet."
        self.setAccessibleName("Confusion matrix")

    def set_counts(self, counts: ArrayLike | None, class_names: list[str]) -> None:
        """Show counts, (c, c) with the true class in the row, and the c names; None shows the empty text.

        Raises ValueError where the counts are not square or the names are not c.
        """
        new = np.zeros((0, 0), dtype=np.int64) if counts is None else np.asarray(counts, dtype=np.int64)
        if counts is not None and new.shape != (len(class_names), len(class_names)):
            raise ValueError(
                f"confusion: counts of shape {new.shape} with {len(class_names)} names; must be (c, c), c."
            )
        self._counts, self._names = new, list(class_names)
        self._set_shape((new.shape[0], new.shape[1]) if new.any() else (0, 0))
        self.setAccessibleDescription(self.accuracy_text())
        self.update()

    def set_empty_text(self, text: str) -> None:
        """Say what is shown while nothing is counted."""
        self._empty = text
        self.update()

    def accuracy_text(self) -> str:
        """Return the share of right predictions in words."""
        total, right = int(self._counts.sum()), int(np.trace(self._counts))
        if not total:
            return self._empty
        return f"accuracy {100 * right / total:.1f} %  ·  {count_text(right)} of {count_text(total)} right"

    def plot_rect(self) -> QRect:
        """Return the square of the cells, beside the names of the rows and under those of the columns."""
        named = self._named_square()
        return named if self._names_fit(named) else self._square(0, 0)

    def cell_text(self, row: int, column: int) -> str:
        """Return a cell in words: which class was taken for which, how often, and the share of the row."""
        count, of = int(self._counts[row, column]), int(self._counts[row].sum())
        what = f"{self._names[row]} taken for {self._names[column]}"
        if row == column:
            what = f"{self._names[row]} recognised"
        return f"{what}: {count_text(count)} of {count_text(of)} ({share_text(count, of)})"

    def sizeHint(self) -> QSize:
        return QSize(420, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 160)

    def _name_room(self) -> int:
        metrics = QFontMetrics(sans(11))
        return min(max((metrics.horizontalAdvance(name) for name in self._names), default=0), _LONGEST_NAME)

    def _named_square(self) -> QRect:
        return self._square(self._name_room(), self._name_room() if self._upright() else 16)

    def _square(self, left_names: int, top_names: int) -> QRect:
        left, top, number = _AXIS + left_names + 6, _AXIS + top_names + 4, max(len(self._names), 1)
        side = min(self.width() - left - 4, self.height() - top - _FOOT, number * _LARGEST_CELL)
        side = max(side // number * number, number)
        return QRect(left, top, side, side)

    def _names_fit(self, plot: QRect) -> bool:
        """Return whether a row is as high as its name; without room for names the cells take it."""
        return plot.height() >= _LOWEST_NAME * len(self._names)

    def _upright(self) -> bool:
        """Return whether the names of the columns have to stand on end to fit."""
        room = self.width() - _AXIS - self._name_room() - 10
        return self._name_room() + 6 > min(room / max(len(self._names), 1), _LARGEST_CELL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not all(self._shape):
            painter.setFont(sans(12))
            painter.setPen(QColor(self._theme.dim))
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(12, 12, -12, -12), flags, self._empty)
        else:
            plot = self.plot_rect()
            self._paint_cells(painter)
            if self._names_fit(self._named_square()):
                self._paint_names(painter, plot)
            self._paint_axes(painter, plot)
        self._paint_cursor(painter)
        painter.end()

    def _paint_cells(self, painter: QPainter) -> None:
        totals = np.maximum(self._counts.sum(axis=1, keepdims=True), 1)
        shares = self._counts / totals
        for row in range(len(self._names)):
            for column in range(len(self._names)):
                box = self.cell_rect(row, column).adjusted(0, 0, -1, -1)
                share = float(shares[row, column])
                back = self._cell_colour(row == column, share)
                painter.fillRect(box, back)
                self._paint_numbers(painter, box, back, int(self._counts[row, column]), share)

    def _cell_colour(self, right: bool, share: float) -> QColor:
        theme = self._theme
        strength = _STRONGEST * share**0.7
        return blend(theme.inset, theme.ok if right else theme.warn, strength)

    def _paint_numbers(self, painter: QPainter, box: QRect, back: QColor, count: int, share: float) -> None:
        painter.setPen(self._text_colour(back, faint=count == 0))
        painter.setFont(mono(12 if box.width() >= _ROOM_FOR_SHARE else 10))
        text = count_text(count) if box.width() >= _ROOM_FOR_SHARE else str(count)
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(text) > box.width() - 1 or metrics.ascent() > box.height():
            return
        if min(box.width(), box.height()) < _ROOM_FOR_SHARE or not count:
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            return
        painter.drawText(box.adjusted(0, 0, 0, -13), Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(sans(10))
        painter.drawText(box.adjusted(0, 16, 0, 0), Qt.AlignmentFlag.AlignCenter, share_text(share, 1))

    def _text_colour(self, back: QColor, faint: bool) -> QColor:
        """Return what stands out more from a cell, ink or background: contrast is a ratio of luminances."""
        theme = self._theme
        if faint:
            return QColor(theme.disabled)
        choices = (QColor(theme.ink), QColor(theme.background))
        behind = math.log(_luminance(back) + 0.05)
        return max(choices, key=lambda colour: abs(math.log(_luminance(colour) + 0.05) - behind))

    def _paint_names(self, painter: QPainter, plot: QRect) -> None:
        painter.setFont(sans(11))
        painter.setPen(QColor(self._theme.ink))
        metrics, room = painter.fontMetrics(), self._name_room()
        step, upright = plot.width() / len(self._names), self._upright()
        for place, name in enumerate(self._names):
            middle = round((place + 0.5) * step)
            row = QRect(_AXIS, plot.y() + middle - 8, room, 16)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(row, right, metrics.elidedText(name, Qt.TextElideMode.ElideRight, room + 1))
            if upright:
                painter.save()
                painter.translate(plot.x() + middle, plot.y() - 4)
                painter.rotate(-90)
                text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room + 1)
                painter.drawText(QRect(0, -8, room, 16), Qt.AlignmentFlag.AlignLeft, text)
                painter.restore()
            else:
                box = QRect(plot.x() + round(place * step), plot.y() - 18, round(step), 16)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_axes(self, painter: QPainter, plot: QRect) -> None:
        painter.setFont(sans(11))
        painter.setPen(QColor(self._theme.dim))
        painter.drawText(QRect(plot.x(), 0, plot.width(), _AXIS), Qt.AlignmentFlag.AlignCenter, "predicted")
        foot = QRect(plot.x(), plot.bottom() + 4, self.width() - plot.x(), _FOOT - 6)
        painter.drawText(
            foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.accuracy_text()
        )
        painter.translate(_AXIS / 2, plot.center().y())
        painter.rotate(-90)
        painter.drawText(QRect(-60, -_AXIS // 2, 120, _AXIS), Qt.AlignmentFlag.AlignCenter, "true")
        painter.resetTransform()


def _luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2, 0 to 1."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
