"""What draws the curves of a plot: each with all of its points, reduced to what the pixels can show."""

from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from lab.gui.theme import Theme, blend, mono
from lab.gui.widgets.log_ticks import log_ticks
from lab.gui.widgets.min_max import Points, reduce_min_max

_DIM_SHARE = 0.45
_PADDING = 0.05
_LOG_LIMIT = 1e300


@dataclass
class Series:
    """One curve: how it looks, all of its points, and the item that draws the reduced ones."""

    title: str
    role: str
    width: int
    dim: bool
    item: pg.PlotCurveItem
    x: Points = field(default_factory=lambda: np.zeros(0))
    y: Points = field(default_factory=lambda: np.zeros(0))

    def nearest(self, x: float) -> int:
        """Return the place of the point nearest to x; the curve must have points."""
        after = min(int(np.searchsorted(self.x, x)), len(self.x) - 1)
        before = max(after - 1, 0)
        return before if x - self.x[before] <= self.x[after] - x else after


class CurveCanvas:
    """A pyqtgraph plot with its series, without any say in what the reader does to it."""

    def __init__(self, theme: Theme) -> None:
        self.series: dict[str, Series] = {}
        self.plot = pg.PlotWidget()
        self.view = self.plot.getViewBox()
        self._log = False
        self._line = pg.InfiniteLine()
        self._line.hide()
        self.plot.addItem(self._line, ignoreBounds=True)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickFont=mono(10), tickLength=0, tickTextOffset=5)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.plot.setBackground(theme.panel)
        for side, line in (("left", theme.panel), ("bottom", theme.line)):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(line))
            axis.setTextPen(pg.mkPen(theme.dim))
            axis.setLabel(axis.labelText, color=theme.dim, **{"font-size": "11px"})
            axis.setTickPen(pg.mkPen(theme.edge))
        self.plot.getAxis("left").setGrid(110)
        self._line.setPen(pg.mkPen(theme.dim))
        for series in self.series.values():
            self._dress(series)

    def set_series(self, name: str, title: str, role: str, width: int, dim: bool) -> None:
        """Add a curve, or change how it looks."""
        if name in self.series:
            series = self.series[name]
            series.title, series.role, series.width, series.dim = title, role, width, dim
        else:
            item = pg.PlotCurveItem(skipFiniteCheck=True)
            self.plot.addItem(item, ignoreBounds=True)
            series = self.series[name] = Series(title, role, width, dim, item)
        self._dress(series)

    def name_axes(self, x: str, y: str) -> None:
        """Write what the axes are beside them."""
        for side, name in (("bottom", x), ("left", y)):
            self.plot.getAxis(side).setLabel(name, color=self._theme.dim, **{"font-size": "11px"})

    def set_log(self, on: bool) -> None:
        """Choose between a linear and a logarithmic y axis."""
        self._log = on
        self.plot.getAxis("left").setTicks(None)

    def colour(self, series: Series) -> QColor:
        """Return a curve's colour; a dim one is mixed with the panel, as translucent lines cost a hundred times more."""
        colour = str(getattr(self._theme, series.role))
        return blend(self._theme.panel, colour, _DIM_SHARE) if series.dim else QColor(colour)

    def fit(self) -> bool:
        """Make the view hold all points; returns whether it had to change."""
        filled = [s for s in self.series.values() if len(s.x)]
        if not filled:
            return False
        before = self.view.viewRange()
        first, last = min(float(s.x[0]) for s in filled), max(float(s.x[-1]) for s in filled)
        low, high = self._heights(filled)
        pad = (high - low) * _PADDING or max(abs(high) * _PADDING, 0.05)
        last = last if last > first else first + 1
        self.view.setRange(xRange=(first, last), yRange=(low - pad, high + pad), padding=0)
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
        """Draw all curves and the lines of a logarithmic axis."""
        for series in self.series.values():
            self.draw(series)
        if self._log:
            self.plot.getAxis("left").setTicks([log_ticks(*self.view.viewRange()[1])])

    def set_line(self, x: float | None) -> None:
        """Put the upright line at x, or take it away."""
        self._line.setVisible(x is not None)
        if x is not None:
            self._line.setPos(x)

    def _dress(self, series: Series) -> None:
        series.item.setPen(pg.mkPen(self.colour(series), width=series.width))
        series.item.setZValue(0 if series.dim else 1)

    def _heights(self, filled: list[Series]) -> tuple[float, float]:
        """Return the lowest and the highest place on the y axis, 0 and 1 where nothing is finite."""
        finite = [s.y[np.isfinite(s.y)] for s in filled]
        ends = [float(end) for y in finite if len(y) for end in (y.min(), y.max())]
        if not ends:
            return 0.0, 1.0
        low, high = self._placed(np.array([min(ends), max(ends)])).tolist()
        return low, high

    def _placed(self, y: Points) -> Points:
        """Return the heights' places on the y axis.

        A logarithmic axis has no place for zero: what is not positive lies at the smallest positive value of all.
        """
        if not self._log:
            return y
        positive = [s.y[(s.y > 0) & np.isfinite(s.y)] for s in self.series.values()]
        floor = min((float(p.min()) for p in positive if len(p)), default=1.0)
        placed: Points = np.log10(np.clip(y, max(floor, 1 / _LOG_LIMIT), _LOG_LIMIT))
        placed[~np.isfinite(y)] = np.nan
        return placed
