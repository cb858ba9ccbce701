"""The picture of a plot's curves, kept from one frame to the next: only what new points change is drawn again."""

from collections.abc import Iterable

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from lab.gui.widgets.curves.pixel_columns import Stretches, View, pixel_columns
from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.drawing.array_types import Floats

_DOT = 2.5
"""Half the width of the dot that a point without neighbours has."""


class CurveLayer:
    """Curves over a ground with level lines, in a pixmap as large as the plot.

    A curve grows at its right end, so everything left of the last point that was drawn stays as it is while the view
    stays. Only another view, other colours or a curve that starts anew have everything drawn.
    """

    def __init__(self) -> None:
        self._curves: list[tuple[Series, QColor]] = []
        self._back, self._grid = QColor(), QColor()
        self._levels: Floats = np.empty(0)
        self._lines = PrimitiveArray(QLineF, 4)
        self._pixmap: QPixmap | None = None
        self._view: View | None = None
        self._seen: list[tuple[int, int]] = []
        """Of each curve how often it was started anew and how many points it had when it was drawn."""
        self.lines_drawn = 0
        """Lines handed to the painter for the curves of the last picture."""

    def set_curves(self, curves: Iterable[tuple[Series, QColor]]) -> None:
        """Draw these curves in these colours, the first one beneath."""
        self._curves = list(curves)
        self._view = None

    def set_ground(self, back: QColor, lines: QColor, levels: Floats) -> None:
        """Draw level lines of one colour at these heights of the y axis, on a ground of another."""
        self._back, self._grid, self._levels = back, lines, levels
        self._view = None

    def drawn(self, view: View, ratio: float) -> QPixmap:
        """Return the picture of a view, with `ratio` pixels to a point of the window."""
        reach = round((_DOT + 1) * ratio)
        first = 0 if view != self._view else self._first_changed(view) - reach
        if self._pixmap is None or self._pixmap.size().toTuple() != (view.columns, view.rows):
            self._pixmap = QPixmap(view.columns, view.rows)
        self.lines_drawn = 0
        if first < view.columns:
            self._draw(self._pixmap, view, ratio, max(first, 0), reach)
        self._view = view
        self._seen = [(series.beginnings, len(series)) for series, _ in self._curves]
        return self._pixmap

    def _first_changed(self, view: View) -> int:
        """Return the first column that has anything new in it."""
        first = view.columns + view.columns  # right of all, and of what reaches back from there
        for (series, _), (beginnings, points) in zip(self._curves, self._seen, strict=True):
            if series.beginnings != beginnings or (len(series) and not points):
                return 0
            if len(series) > points:
                last = series.x.at(np.array([points - 1]))
                first = min(first, int(np.clip(view.columns_of(last), 0, first)[0]))
        return first

    def _draw(self, pixmap: QPixmap, view: View, ratio: float, first: int, reach: int) -> None:
        painter = QPainter(pixmap)
        part = QRect(first, 0, view.columns - first, view.rows)
        painter.setClipRect(part)
        painter.fillRect(part, self._back)
        for row in np.rint(view.pixel_rows(self._levels)).astype(int).tolist():
            painter.fillRect(first, row, part.width(), 1, self._grid)
        for series, colour in self._curves:
            if not len(series) or view.columns_of(np.array(series.ends()))[1] < first - reach:
                continue  # it ends left of what is drawn anew
            width = max(round(series.width * ratio), 1)
            lines = pixel_columns(series, view, max(first - reach, 0), width, _DOT * ratio)
            self.lines_drawn += len(lines)
            self._draw_lines(painter, lines, colour)
        painter.end()

    def _draw_lines(self, painter: QPainter, lines: Stretches, colour: QColor) -> None:
        if len(lines):
            self._lines.resize(len(lines))
            self._lines.ndarray()[:] = lines
            painter.setPen(QPen(colour, 1, Qt.PenStyle.SolidLine))
            painter.drawLines(*self._lines.drawargs())
