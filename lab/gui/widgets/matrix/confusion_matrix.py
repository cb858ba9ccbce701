"""Which class was taken for which: true classes in rows, predicted ones in columns, shares of the row as colour."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from lab.gui.theme import Theme, blend, mono, sans
from lab.gui.widgets.drawing.cell_widget import CellWidget
from lab.gui.widgets.drawing.number_text import count_text, share_text
from lab.gui.widgets.drawing.text_align import CENTER, LEFT, RIGHT

_AXIS = 16
_LONGEST_NAME = 84
_LOWEST_NAME = 11
_LOWEST_NUMBER = 12
_FOOT = 24
_LARGEST_CELL = 92
_ROOM_FOR_SHARE = 42
_STRONGEST = 0.85
_SHADES = 64


Shade = tuple[QColor, QColor]


@dataclass(frozen=True)
class _Layout:
    """Where the cells of `number` classes lie in a widget, beside and under names up to `name_room` wide."""

    width: int
    height: int
    number: int
    name_room: int

    def plot(self) -> QRect:
        """Return the square of the cells; without room for names the cells take it."""
        return self._named() if self.names_fit() else self._square(0, 0)

    def names_fit(self) -> bool:
        """Return whether a row beside the names is as high as its name."""
        return self._named().height() >= _LOWEST_NAME * self.number

    def upright(self) -> bool:
        """Return whether the names of the columns have to stand on end to fit."""
        room = self.width - _AXIS - self.name_room - 10
        return self.name_room + 6 > min(room / max(self.number, 1), _LARGEST_CELL)

    def _named(self) -> QRect:
        return self._square(self.name_room, self.name_room if self.upright() else 16)

    def _square(self, left_names: int, top_names: int) -> QRect:
        left, top, number = _AXIS + left_names + 6, _AXIS + top_names + 4, max(self.number, 1)
        side = min(self.width - left - 4, self.height - top - _FOOT, number * _LARGEST_CELL)
        side = max(side // number * number, number)
        return QRect(left, top, side, side)


class ConfusionMatrix(CellWidget):
    """Paints the counts of 2 to about 26 classes; cells too small for numbers tell them in their tooltips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] = np.zeros((0, 0), dtype=np.int64)
        self._names: list[str] = []
        self._empty = "No predictions counted yet."
        self._about = ""
        self.setAccessibleName("Confusion matrix")

    def set_counts(self, counts: ArrayLike | None, class_names: Sequence[str], about: str = "") -> None:
        """Show counts, (c, c) with the true class in the row, and the c names; None or zeros show the empty text.

        `about` says in words what was counted: which examples, by which network.
        Raises ValueError where the counts are not square or the names are not c.
        """
        c = len(class_names)
        new = np.zeros((c, c), dtype=np.int64) if counts is None else np.asarray(counts, dtype=np.int64)
        if new.shape != (c, c):
            raise ValueError(f"confusion: the counts have the shape {new.shape}; {c} names need ({c}, {c}).")
        self._counts, self._names, self._about = new, list(class_names), about
        self._set_shape((c, c) if new.any() else (0, 0))
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
        said = f"accuracy {100 * right / total:.1f} %  ·  {count_text(right)} of {count_text(total)} right"
        return f"{said}  ·  {self._about}" if self._about else said

    def plot_rect(self) -> QRect:
        """Return the square of the cells, beside the names of the rows and under those of the columns."""
        return self._layout_now().plot()

    def _layout_now(self) -> _Layout:
        metrics = QFontMetrics(sans(11))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        return _Layout(self.width(), self.height(), len(self._names), min(widest, _LONGEST_NAME))

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

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not all(self._shape):
            painter.setFont(sans(12))
            painter.setPen(QColor(self._theme.dim))
            flags = int(CENTER) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(12, 12, -12, -12), flags, self._empty)
        else:
            layout = self._layout_now()
            plot = layout.plot()
            self._paint_cells(painter, plot)
            if layout.names_fit():
                self._paint_names(painter, plot, layout)
            self._paint_axes(painter, plot)
        self._paint_cursor(painter)
        painter.end()

    def _paint_cells(self, painter: QPainter, plot: QRect) -> None:
        """Paint the cells, and their numbers where the longest fits: some without would look like zeros."""
        step = plot.width() // len(self._names)
        small = step < _ROOM_FOR_SHARE
        painter.setFont(mono(10 if small else 12))
        longest = painter.fontMetrics().horizontalAdvance(str(self._counts.max()))
        numbered = longest <= step - 3 and step >= _LOWEST_NUMBER
        shares = self._counts / np.maximum(self._counts.sum(axis=1, keepdims=True), 1)
        shade_of = np.rint(shares * _SHADES).astype(int).tolist()
        for row, line in enumerate(self._counts.tolist()):
            for column, count in enumerate(line):
                box = QRect(plot.x() + column * step, plot.y() + row * step, step - 1, step - 1)
                back, text = self._shades[row == column][shade_of[row][column]]
                painter.fillRect(box, back)
                if numbered:
                    painter.setPen(text if count else self._faint)
                    painter.drawText(box if small or not count else box.adjusted(0, 0, 0, -13), CENTER, str(count))
        if not small:
            self._paint_shares(painter, plot, shares, step)

    def _paint_shares(self, painter: QPainter, plot: QRect, shares: NDArray[np.float64], step: int) -> None:
        painter.setFont(sans(10))
        for row, column in np.argwhere(self._counts > 0).tolist():
            share = float(shares[row, column])
            painter.setPen(self._shades[row == column][round(share * _SHADES)][1])
            box = QRect(plot.x() + column * step, plot.y() + row * step + 16, step - 1, step - 17)
            painter.drawText(box, CENTER, share_text(share, 1))

    def _paint_names(self, painter: QPainter, plot: QRect, layout: _Layout) -> None:
        painter.setFont(sans(11))
        painter.setPen(QColor(self._theme.ink))
        metrics, room = painter.fontMetrics(), layout.name_room
        step, upright = plot.width() // len(self._names), layout.upright()
        for index, name in enumerate(self._names):
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room + 1)
            middle = round((index + 0.5) * step)
            painter.drawText(QRect(_AXIS, plot.y() + middle - 8, room, 16), RIGHT, text)
            if upright:
                painter.save()
                painter.translate(plot.x() + middle, plot.y() - 4)
                painter.rotate(-90)
                painter.drawText(QRect(0, -8, room, 16), LEFT, text)
                painter.restore()
            else:
                painter.drawText(QRect(plot.x() + index * step, plot.y() - 18, step, 16), CENTER, text)

    def _paint_axes(self, painter: QPainter, plot: QRect) -> None:
        painter.setFont(sans(11))
        painter.setPen(QColor(self._theme.dim))
        painter.drawText(QRect(plot.x(), 0, plot.width(), _AXIS), CENTER, "predicted")
        said = self.accuracy_text()
        left = max(min(plot.x(), self.width() - painter.fontMetrics().horizontalAdvance(said) - 4), 4)
        foot = QRect(left, plot.bottom() + 4, self.width() - left - 4, _FOOT - 6)
        painter.drawText(foot, LEFT, painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, foot.width()))
        painter.save()
        painter.translate(_AXIS / 2, plot.center().y())
        painter.rotate(-90)
        painter.drawText(QRect(-60, -_AXIS // 2, 120, _AXIS), CENTER, "true")
        painter.restore()

    def _dress(self, theme: Theme) -> None:
        self._faint = QColor(theme.disabled)
        self._shades = [_shades(theme, theme.warn_fill), _shades(theme, theme.ok_fill)]


def _shades(theme: Theme, fill: str) -> list[Shade]:
    """Return the colour of a cell and of its text for shares from 0 to 1.

    The text has whichever of black and white stands out more; contrast is a ratio of luminances.
    """
    texts = (QColor("black"), QColor("white"))
    shades = []
    for index in range(_SHADES + 1):
        back = blend(theme.inset, fill, _STRONGEST * (index / _SHADES) ** 0.7)
        behind = _log_luminance(back)
        shades.append((back, max(texts, key=lambda text: abs(_log_luminance(text) - behind))))
    return shades


def _log_luminance(colour: QColor) -> float:
    """Return the logarithm of WCAG 2's relative luminance with its 0.05 of stray light."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return math.log(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
