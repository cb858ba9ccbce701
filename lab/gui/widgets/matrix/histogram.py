"""How the values of an array are spread: bars, blue below zero and orange above, exact zeros told apart."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from lab.gui.theme import Theme, blend, follow, mono
from lab.gui.widgets.drawing.array_types import Matrix
from lab.gui.widgets.drawing.colour_index import as_matrix
from lab.gui.widgets.drawing.number_text import count_text, number_text, share_text
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT

BARS = 46
_LABELS = 15
_MARGIN = 3
_NARROWEST = 190
"""Room for two notes, or two numbers, side by side."""
_NOTE = 12
_FEWEST_BARS = 9
_BLOCK = 65536
_MOST = 262_144
"""Values that are counted at most: their bars look like those of millions, which take longer than a picture."""


@dataclass(frozen=True)
class Spread:
    """The bars of an array: `counts` (n,) over `edges` (n + 1,), zero always being an edge where it lies inside.

    `zeros` are counted apart, as a rectified layer would have nothing else to show; so are the `broken` values, NaN
    and infinities. `low` and `high` are the extremes of what is finite. Of a very large array only each `every`-th
    value is counted, which are `size` of them; the extremes and what is broken are those of all.
    """

    counts: NDArray[np.int64]
    edges: NDArray[np.float64]
    zeros: int
    broken: int
    size: int
    low: float
    high: float
    every: int = 1

    def with_zeros_in_bars(self) -> "Spread":
        """Return the same spread with the zeros counted among the bars."""
        counts = self.counts.copy()
        if self.zeros:
            counts[_bar_of(0.0, self.edges)] += self.zeros
        return replace(self, counts=counts, zeros=0)


def spread_of(matrix: Matrix, bars: int = BARS) -> Spread:
    """Return about `bars` equal bars over the data; at most two more, so that no bar has values of both signs.

    An array of one value has one bar around it, an array without finite values has none.
    """
    size = matrix.size
    values = matrix.ravel()
    low, high = (float(values.min()), float(values.max())) if size else (0.0, 0.0)
    if not np.isfinite(high - low):
        values = values[np.isfinite(values)].astype(np.float64)
        low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    broken, every = size - values.size, _step(values.size, matrix.shape[-1])
    values = values[::every]
    zeros = values.size - int(np.count_nonzero(values))
    counts, edges = _bars(values, low, high, bars)
    counts[_bar_of(0.0, edges)] -= zeros if values.size and low <= 0 <= high else 0
    return Spread(counts, edges, zeros, broken, values.size + broken, low, high, every)


def _step(size: int, columns: int) -> int:
    """Return the step through that many values that leaves few enough of them; it goes through all columns alike."""
    every = -(-size // _MOST)
    while every > 1 and math.gcd(every, columns) > 1:
        every += 1
    return max(every, 1)


def _bars(values: Matrix, low: float, high: float, bars: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    width = high / bars - low / bars
    if width == 0 or not np.isfinite(1 / width):
        half = abs(low) / 2 or 0.5
        return np.array([values.size], dtype=np.int64), np.array([low - half, low + half])
    # only where zero lies inside is the grid of bars pinned to it
    pinned = low < 0 < high
    first = int(np.floor(low / width)) if pinned else 0
    origin = 0.0 if pinned else low
    number = int(np.ceil(high / width)) - first if pinned else bars
    counts = np.zeros(number + 1, dtype=np.int64)
    for start in range(0, values.size, _BLOCK):
        bar = values[start : start + _BLOCK].astype(np.float64)
        bar -= origin
        bar /= width
        np.floor(bar, out=bar)  # before the shift, which would round the smallest negative numbers up to zero
        bar -= first
        np.clip(bar, 0, number, out=bar)
        counts += np.bincount(bar.astype(np.uint8), minlength=number + 1)
    counts[number - 1] += counts[number]  # the largest value lies on the last edge
    return counts[:number], origin + np.arange(first, first + number + 1, dtype=np.float64) * width


def _bar_of(value: float, edges: NDArray[np.float64]) -> int:
    return int(np.clip(np.searchsorted(edges, value, side="right") - 1, 0, len(edges) - 2))


@lru_cache(maxsize=16)
def _bars_of_columns(columns: int, left: float, step: float, gap: float, number: int) -> NDArray[np.intp]:
    """Return which bar each column of pixels belongs to, `number` where it belongs to none."""
    place = np.arange(columns) + 0.5 - left
    bars = np.floor(place / step).astype(np.intp)
    none = (bars < 0) | (bars >= number) | (place - bars * step >= step - gap)
    return np.where(none, number, bars)


class Histogram(QWidget):
    """Paints the spread of the array that it was given last; the bars are counted when they are painted."""

    def __init__(self, signed: bool = True, parent: QWidget | None = None) -> None:
        """Without `signed` all bars have one colour and zero is a value like any other, as in a column of data."""
        super().__init__(parent)
        self._signed = signed
        self._values: Matrix | None = None
        self._spread: Spread | None = None
        self.setAccessibleName("Histogram")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow(self._on_theme_changed)

    def set_values(self, values: ArrayLike | None) -> None:
        """Show an array with one axis or two, kept and not copied; None shows nothing. Raises ValueError for others."""
        matrix = None if values is None else as_matrix(values)
        self._values = matrix if matrix is not None and matrix.size else None
        self._spread = None
        self.update()

    def spread(self) -> Spread | None:
        """Return the bars of the array shown."""
        if self._spread is None and self._values is not None:
            spread = spread_of(self._values)
            self._spread = spread if self._signed else spread.with_zeros_in_bars()
        return self._spread

    def sizeHint(self) -> QSize:
        return QSize(280, 60 + _NOTE + _LABELS)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, 20 + _NOTE + _LABELS)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.panel))
        spread = self.spread()
        if spread is not None:
            plot = self._plot()
            self._paint_bars(painter, plot, spread)
            painter.setFont(mono(10))
            self._paint_labels(painter, plot, spread)
            self._paint_notes(painter, plot, spread)
        painter.end()

    def _plot(self) -> QRect:
        return self.rect().adjusted(_MARGIN, _NOTE, -_MARGIN, -_LABELS)

    def _paint_bars(self, painter: QPainter, plot: QRect, spread: Spread) -> None:
        tallest = max(int(spread.counts.max()), 1)
        step = plot.width() / max(len(spread.counts), _FEWEST_BARS)
        left = plot.x() + (plot.width() - step * len(spread.counts)) / 2
        gap = 1.0 if step >= 4 else 0.0
        ratio = self.devicePixelRatioF()
        rows, columns = round(plot.height() * ratio), round(plot.width() * ratio)
        if rows < 1 or columns < 1:
            return
        heights = np.where(spread.counts, np.maximum(spread.counts / tallest * (rows - 2 * ratio), 1.0), 0.0)
        above = spread.edges[:-1] / 2 + spread.edges[1:] / 2 > 0
        bars = _bars_of_columns(columns, (left - plot.x()) * ratio, step * ratio, gap * ratio, len(heights))
        tops = np.full(len(heights) + 1, rows, np.int32)  # the last one is where no bar is
        tops[:-1] = np.rint(rows - ratio - heights)
        colours = np.append(np.where(above, self._above, self._below), self._ground)
        heights_of_rows = np.arange(rows, dtype=np.int32)[:, None]
        self._pixels = np.where(heights_of_rows >= tops[bars], colours[bars], self._ground)
        self._pixels[-max(round(ratio), 1) :] = self._line
        image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        painter.drawImage(plot, image)
        if spread.zeros:
            height = min(spread.zeros / tallest, 1.0) * (plot.height() - 2)
            at = self._x_of(0.0, plot, spread)
            painter.fillRect(QRectF(at - 1.5, plot.bottom() - height, 3, height), QColor(self._theme.dim))

    def _x_of(self, value: float, plot: QRect, spread: Spread) -> float:
        # halves, as the whole way between two numbers may be beyond the largest one
        first, last = float(spread.edges[0]) / 2, float(spread.edges[-1]) / 2
        return plot.x() + plot.width() * ((value / 2 - first) / (last - first))

    def _paint_labels(self, painter: QPainter, plot: QRect, spread: Spread) -> None:
        """Label the two ends, and zero where it lies between them and there is room."""
        line = QRect(plot.x(), plot.bottom() + 2, plot.width(), _LABELS - 2)
        painter.setPen(QColor(self._theme.dim))
        low, high = (number_text(end, signed=self._signed) for end in (spread.low, spread.high))
        if spread.low == spread.high:
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, low)
            return
        painter.drawText(line, LEFT, low)
        painter.drawText(line, RIGHT, high)
        if spread.low < 0 < spread.high:
            at = round(self._x_of(0.0, plot, spread))
            metrics = painter.fontMetrics()
            left = at - line.x() - metrics.horizontalAdvance(low)
            right = line.right() - at - metrics.horizontalAdvance(high)
            if min(left, right) > 12:
                painter.drawText(QRect(at - 20, line.y(), 40, line.height()), Qt.AlignmentFlag.AlignCenter, "0")

    def _paint_notes(self, painter: QPainter, plot: QRect, spread: Spread) -> None:
        """Say in the corner what the bars leave out."""
        line = QRect(plot.x(), 0, plot.width(), _NOTE)
        flags = RIGHT
        if spread.broken:
            painter.setPen(QColor(self._theme.error))
            painter.drawText(line, flags, f"{count_text(spread.broken)} NaN or ∞")
        elif spread.zeros:
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(line, flags, f"{share_text(spread.zeros, spread.size)} zero")
        if spread.every > 1:
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(line, LEFT, f"one of {count_text(spread.every)} values")

    def event(self, event: QEvent) -> bool:
        spread = self.spread() if event.type() == QEvent.Type.ToolTip else None
        if spread is None or not isinstance(event, QHelpEvent):
            return super().event(event)
        plot = self._plot()
        bar = int((event.pos().x() - plot.x()) * len(spread.counts) / plot.width())
        if not 0 <= bar < len(spread.counts):
            return super().event(event)
        start, end = (number_text(float(e), signed=self._signed) for e in spread.edges[bar : bar + 2])
        text = f"{count_text(int(spread.counts[bar]))} of {count_text(spread.size)} from {start} to {end}"
        QToolTip.showText(event.globalPos(), text, self)
        return True

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        plain = blend(theme.panel, theme.ink, 0.5)
        below = blend(theme.panel, theme.negative, 0.85) if self._signed else plain
        above = blend(theme.panel, theme.positive, 0.85) if self._signed else plain
        shades = (below, above, QColor(theme.panel), QColor(theme.line))
        self._below, self._above, self._ground, self._line = (np.uint32(shade.rgb()) for shade in shades)
        self.update()
