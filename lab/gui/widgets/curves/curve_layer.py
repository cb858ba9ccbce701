"""The picture of a plot's curves, kept from one frame to the next: only what new points change is drawn again."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from lab.gui.widgets.curves.band import Band, band_columns
from lab.gui.widgets.curves.pixel_columns import Stretches, pixel_columns
from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.curves.view import View
from lab.gui.widgets.drawing.array_types import Floats

_DOT = 2.5
"""Half the width of the dot that a point without neighbours has."""


@dataclass(frozen=True)
class _Drawn:
    """What of a curve is in the picture: points that lie before `end` between `low` and `high` change nothing."""

    beginnings: int
    points: int
    end: float
    low: float
    high: float

    def is_all_of(self, series: Series) -> bool:
        """Return whether the curve has no point more."""
        return series.beginnings == self.beginnings and len(series) == self.points

    def holds(self, series: Series) -> bool:
        """Return whether all of the curve is in the picture."""
        new = series.y[self.points :]
        if series.beginnings != self.beginnings or not len(new):
            return series.beginnings == self.beginnings
        return series.last < self.end and bool(self.low <= new.min() and new.max() <= self.high)  # false for NaN


@dataclass(frozen=True, eq=False)
class _Made:
    """The lines of a curve in a view from its column `first` on."""

    view: View
    first: int
    drawn: _Drawn
    lines: Stretches


class CurveLayer:
    """Curves over a ground with level lines, in a pixmap as large as the plot.

    A curve grows at its right end, so everything left of the last point that was drawn stays as it is while the view
    stays. Only another view, other colours or a curve that starts anew have everything drawn.
    """

    def __init__(self) -> None:
        self._curves: list[tuple[Series, QColor]] = []
        self._bands: list[tuple[Band, QColor]] = []
        self._back, self._grid = QColor(), QColor()
        self._levels: Floats = np.empty(0)
        self._lines = PrimitiveArray(QLineF, 4)
        self._pixmap: QPixmap | None = None
        self.view: View | None = None
        """What the picture shows; None where everything has to be drawn."""
        self._drawn: list[_Drawn] = []
        self._made: dict[Series, _Made] = {}
        self.lines_drawn = 0
        """Lines handed to the painter for the curves of the last picture."""

    def set_curves(self, curves: Iterable[tuple[Series, QColor]]) -> None:
        """Draw these curves in these colours, the first one beneath."""
        self._curves = list(curves)
        self._made.clear()
        self.view = None

    def set_bands(self, bands: Iterable[tuple[Band, QColor]]) -> None:
        """Draw these bands in these colours, beneath all curves."""
        self._bands = list(bands)
        self.view = None

    def set_ground(self, back: QColor, lines: QColor, levels: Floats) -> None:
        """Draw level lines of one colour at these heights of the y axis, on a ground of another."""
        self._back, self._grid, self._levels = back, lines, levels
        self.view = None

    def drawn(self, view: View, ratio: float) -> QPixmap:
        """Return the picture of a view, with `ratio` pixels to a point of the window."""
        reach = _reach(ratio)
        first = 0 if view != self.view else self._first_changed(view) - reach
        if self._pixmap is None or self._pixmap.size().toTuple() != (view.columns, view.rows):
            self._pixmap = QPixmap(view.columns, view.rows)
        self.lines_drawn = 0
        if first < view.columns:
            self._draw(self._pixmap, view, ratio, max(first, 0), reach)
        if view != self.view:
            self.view = view
            self._drawn = [_drawn(series, view) for series, _ in self._curves]
        else:
            self._drawn = [
                drawn if drawn.is_all_of(series) else _drawn(series, view)
                for (series, _), drawn in zip(self._curves, self._drawn, strict=True)
            ]
        return self._pixmap

    def outdated_from(self, view: View, ratio: float) -> int | None:
        """Return the first column in which the picture of this view lacks points; None: most fall where a curve is."""
        if view is not self.view:
            return 0
        if all(drawn.holds(series) for (series, _), drawn in zip(self._curves, self._drawn, strict=True)):
            return None
        return max(self._first_changed(view) - _reach(ratio), 0)

    def _first_changed(self, view: View) -> int:
        """Return the first column that has anything new in it."""
        first = view.columns + view.columns  # right of all, and of what reaches back from there
        for (series, _), drawn in zip(self._curves, self._drawn, strict=True):
            if series.beginnings != drawn.beginnings or (len(series) and not drawn.points):
                return 0
            if len(series) > drawn.points:
                last = view.column_of(series.x.position(drawn.points - 1))
                first = int(min(max(last, 0), first))
        return first

    def _draw(self, pixmap: QPixmap, view: View, ratio: float, first: int, reach: int) -> None:
        painter = QPainter(pixmap)
        part = QRect(first, 0, view.columns - first, view.rows)
        painter.setClipRect(part)
        painter.fillRect(part, self._back)
        for row in np.rint(view.pixel_rows(self._levels)).astype(int).tolist():
            painter.fillRect(first, row, part.width(), 1, self._grid)
        for band, colour in self._bands:
            self._draw_lines(painter, band_columns(band, view, max(first, 0)), colour)
        for series, colour in self._curves:
            if not len(series) or view.column_of(series.last) < first - reach:
                continue  # it ends left of what is drawn anew
            lines = self._lines_of(series, view, ratio, max(first - reach, 0))
            self.lines_drawn += len(lines)
            self._draw_lines(painter, lines, colour)
        painter.end()

    def _lines_of(self, series: Series, view: View, ratio: float, first: int) -> Stretches:
        """Return what a curve covers from a column on, or further left: of a curve that has not grown it is known."""
        made = self._made.get(series)
        if made is None or made.view is not view or made.first > first or not made.drawn.is_all_of(series):
            width = max(round(series.width * ratio), 1)
            lines = pixel_columns(series, view, first, width, _DOT * ratio)
            made = _Made(view, first, _Drawn(series.beginnings, len(series), 0, 0, 0), lines)
            self._made[series] = made
        return made.lines

    def _draw_lines(self, painter: QPainter, lines: Stretches, colour: QColor) -> None:
        if len(lines):
            self._lines.resize(len(lines))
            self._lines.ndarray()[:] = lines
            painter.setPen(QPen(colour, 1, Qt.PenStyle.SolidLine))
            painter.drawLines(*self._lines.drawargs())


def _reach(ratio: float) -> int:
    """Return how many columns a point reaches back."""
    return round((_DOT + 1) * ratio)


def _drawn(series: Series, view: View) -> _Drawn:
    """Return what of a curve a picture of this view holds."""
    low, high, end = math.inf, -math.inf, -math.inf
    column = math.floor(view.column_of(series.last)) if len(series) else -1
    if 0 <= column < view.columns:
        begin, end = view.edges[column : column + 2].tolist()
        inside = series.y[series.x.count_before(begin) :]
        low, high = float(inside.min()), float(inside.max())
        if view.log and low <= 0:  # a height without a place breaks the line: what comes next is drawn
            low, high = math.inf, -math.inf
    return _Drawn(series.beginnings, len(series), end, low, high)
