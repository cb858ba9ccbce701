"""What draws the curves of a plot: each with all of its points, reduced to what the pixels can show.

It is put together from pyqtgraph's parts. Its PlotWidget brings seven menus that outlive the plot, and a grid of
translucent lines that costs 12 ms a frame.
"""

import math

import numpy as np
import pyqtgraph as pg  # a third of a second: whoever needs this module imports it when it is shown
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QGraphicsGridLayout

from lab.gui.theme import Theme, blend, mono
from lab.gui.widgets.curves.min_max import Points, reduce_min_max
from lab.gui.widgets.drawing.axis_ticks import linear_ticks, log_ticks, rounded_up

_DIM_SHARE = 0.45
_PADDING = 0.05
_LOG_LIMIT = 1e300
_X_TICK_ROOM = 90
_Y_TICK_ROOM = 34


class Series:
    """One curve: how it looks, all of its points with their extremes, and the item that draws the reduced ones."""

    def __init__(self) -> None:
        self.title = ""
        self.role = "ink"
        self.dim = False
        self.item = pg.PlotCurveItem(skipFiniteCheck=True)
        self.set_points(np.zeros(0), np.zeros(0))

    def set_points(self, x: Points, y: Points) -> None:
        """Keep the points, and what of them the axes must know: the finite extremes and the least positive value."""
        self.x, self.y = x, y
        finite = y if not len(y) or math.isfinite(float(y.max() - y.min())) else y[np.isfinite(y)]
        positive = finite[finite > 0]
        self.lowest = float(finite.min()) if len(finite) else math.inf
        self.highest = float(finite.max()) if len(finite) else -math.inf
        self.least_positive = float(positive.min()) if len(positive) else math.inf


pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)


class PlotArea(pg.GraphicsView):
    """The widget that shows the scene; pyqtgraph's own scene loses some double clicks."""

    double_clicked = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit()


class CurveCanvas:
    """A pyqtgraph plot with its series, without any say in what the reader does to it."""

    def __init__(self, theme: Theme) -> None:
        self.series: dict[str, Series] = {}
        self.area = PlotArea()
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view = pg.ViewBox(enableMenu=False)
        self.view.disableAutoRange()
        self._axes = {side: pg.AxisItem(side) for side in ("left", "bottom")}
        self._log = False
        self._line = pg.InfiniteLine()
        self._line.hide()
        self._grid = pg.PlotCurveItem(skipFiniteCheck=True)
        self._grid.setZValue(-1)
        for item in (self._line, self._grid):
            self.view.addItem(item, ignoreBounds=True)
        self._lay_out()
        self.set_theme(theme)

    def _lay_out(self) -> None:
        for axis in self._axes.values():
            axis.linkToView(self.view)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickFont=mono(10), tickLength=0, tickTextOffset=5, hideOverlappingLabels=False)
            axis.setZValue(-1)
        middle = pg.GraphicsWidget()
        grid = QGraphicsGridLayout(middle)
        grid.setContentsMargins(0, 4, 10, 0)
        grid.setSpacing(0)
        grid.addItem(self._axes["left"], 0, 0)
        grid.addItem(self.view, 0, 1)
        grid.addItem(self._axes["bottom"], 1, 1)
        grid.setRowStretchFactor(0, 1)
        grid.setColumnStretchFactor(1, 1)
        self.area.setCentralItem(middle)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.area.setBackground(theme.panel)
        self._grid.setPen(pg.mkPen(theme.grid))
        self._line.setPen(pg.mkPen(theme.dim))
        for side, line in (("left", theme.panel), ("bottom", theme.line)):
            axis = self._axes[side]
            axis.setPen(pg.mkPen(line))
            axis.setTextPen(pg.mkPen(theme.dim))
            self._name(side, axis.labelText)
        for series in self.series.values():
            series.item.setPen(pg.mkPen(self.colour(series), width=series.item.opts["pen"].width()))

    def set_series(self, name: str, title: str, role: str, width: int, dim: bool) -> None:
        """Add a curve, or change how it looks."""
        if name not in self.series:
            self.series[name] = Series()
            self.view.addItem(self.series[name].item, ignoreBounds=True)
        series = self.series[name]
        series.title, series.role, series.dim = title, role, dim
        series.item.setPen(pg.mkPen(self.colour(series), width=width))
        series.item.setZValue(0 if dim else 1)

    def name_axes(self, x: str, y: str) -> None:
        """Write what the axes are beside them."""
        self._name("bottom", x)
        self._name("left", y)

    def set_log(self, on: bool) -> None:
        """Choose between a linear and a logarithmic y axis."""
        self._log = on

    def colour(self, series: Series) -> QColor:
        """Return a curve's colour; a dim one is mixed with the panel, as translucent lines cost far more."""
        colour = str(getattr(self._theme, series.role))
        return blend(self._theme.panel, colour, _DIM_SHARE) if series.dim else QColor(colour)

    def fit(self) -> bool:
        """Make the view hold all points; returns whether it had to change."""
        filled = [s for s in self.series.values() if len(s.x)]
        if not filled:
            return False
        before = self.view.viewRange()
        first, last = min(float(s.x[0]) for s in filled), max(float(s.x[-1]) for s in filled)
        ends = np.array([min(s.lowest for s in filled), max(s.highest for s in filled)])
        low, high = self._placed(ends).tolist() if ends[0] <= ends[1] else (0.0, 1.0)
        pad = (high - low) * _PADDING or max(abs(high) * _PADDING, 0.05)
        self.view.setRange(xRange=(first, rounded_up(last, first)), yRange=(low - pad, high + pad), padding=0)
        return bool(before != self.view.viewRange())

    def draw(self, series: Series) -> None:
        """Draw a curve's points that are in view."""
        left, right = self.view.viewRange()[0]
        start = max(int(np.searchsorted(series.x, left)) - 1, 0)
        stop = int(np.searchsorted(series.x, right, side="right")) + 1
        buckets = max(round(self.view.width()), 2)
        x, y = reduce_min_max(series.x[start:stop], series.y[start:stop], buckets)
        y = self._placed(y)
        series.item.setData(x, y, connect="all" if np.isfinite(y).all() else "finite", skipFiniteCheck=True)

    def draw_all(self) -> None:
        """Draw all curves, the texts of the axes and the lines of the grid."""
        for series in self.series.values():
            self.draw(series)
        (left, right), (low, high) = self.view.viewRange()
        most_x, most_y = round(self.view.width() / _X_TICK_ROOM), round(self.view.height() / _Y_TICK_ROOM)
        self._axes["bottom"].setTicks([linear_ticks(left, right, max(most_x, 2))])
        ticks = (log_ticks if self._log else linear_ticks)(low, high, max(most_y, 2))
        self._axes["left"].setTicks([ticks])
        heights = np.repeat([place for place, _ in ticks], 2)
        ends = np.tile([left, right], len(ticks))
        self._grid.setData(ends, heights, connect="pairs", skipFiniteCheck=True)

    def set_line(self, x: float | None) -> None:
        """Put the upright line at x, or take it away."""
        self._line.setVisible(x is not None)
        if x is not None:
            self._line.setPos(x)

    def _name(self, side: str, name: str) -> None:
        axis = self._axes[side]
        if name:
            axis.setLabel(name, color=self._theme.dim, **{"font-size": "11px"})
        else:
            axis.showLabel(False)

    def _placed(self, y: Points) -> Points:
        """Return the heights' places on the y axis.

        A logarithmic axis has no place for zero: what is not positive lies at the least positive value of all.
        """
        if not self._log:
            return y
        floor = min((s.least_positive for s in self.series.values()), default=math.inf)
        placed: Points = np.log10(np.clip(y, max(floor, 1 / _LOG_LIMIT) if floor < math.inf else 1.0, _LOG_LIMIT))
        placed[~np.isfinite(y)] = np.nan
        return placed
