"""What a plot of curves is put together from: pyqtgraph's view box and axes, and one item that draws all curves.

pyqtgraph's PlotWidget brings seven menus that outlive the plot, and a grid of translucent lines that costs 12 ms a
frame. Here a new point has one item painted; axes and their texts are made when the range in view changes, which it
does in steps.
"""

import math

import numpy as np
import pyqtgraph as pg  # a third of a second: whoever needs this module imports it when it is shown
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsGridLayout

from lab.gui.theme import Theme, blend, mono, sans
from lab.gui.widgets.curves.band import Band
from lab.gui.widgets.curves.curve_item import CurveItem
from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.curves.tick_axis import TickAxis
from lab.gui.widgets.curves.view import View
from lab.gui.widgets.drawing.axis_ticks import Tick, linear_ticks, log_ticks, rounded_out, rounded_up

Range = tuple[float, float]

_DIM_SHARE = 0.45
_BAND_SHARE = 0.22
_NOTE_SHARE = 0.6
_PADDING = 0.05
_LIMIT = 1e300
_DECADES = 300
_NEAR = 0.012
"""How much of the view the read-out may be away from a note that it tells."""
_X_TICK_ROOM = 90
_Y_TICK_ROOM = 34
_RIGHT_MARGIN = 10
_TOP_MARGIN = 8
"""Half the height of the text that may stand at the top."""
_NAME_PIXELS = 11
_LEAST_HEIGHT = 68
_HEIGHT_FOR_NAME = 110
"""Below it the bottom axis goes without its name, which the read-out says too: its room is the curves'."""

pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)


class PlotArea(pg.GraphicsView):
    """The widget that shows the scene; pyqtgraph's own scene loses some double clicks."""

    double_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._curves: CurveItem | None = None
        self._plot: tuple[QRect, QPointF] | None = None

    def set_curves(self, curves: CurveItem, box: pg.ViewBox) -> None:
        """Say what alone is to be seen in the plot itself, and what moves when the plot does."""
        self._curves = curves
        box.sigResized.connect(self._on_moved)
        self.sigDeviceRangeChanged.connect(self._on_moved)

    def plot_rect(self) -> QRect:
        """Return the pixels that the curves cover, without those at its edges that they share."""
        return QRect(self._place()[0])

    def _place(self) -> tuple[QRect, QPointF]:
        """Return the pixels of the curves, and where their corner is."""
        if self._plot is None:
            assert self._curves is not None
            inside: QRectF = self.viewportTransform().mapRect(self._curves.sceneBoundingRect())
            self._plot = inside.toAlignedRect().adjusted(1, 1, -1, -1), inside.topLeft()
        return self._plot

    @Slot(object)
    @Slot(object, object)
    def _on_moved(self, _what: object, _range: object = None) -> None:
        self._plot = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the curves alone where nothing else is asked for.

        Qt's scene would ask each of its items in Python where it is, thirty times a picture, and each question waits
        for the lock that training holds.
        """
        if self._curves is None or not self.plot_rect().contains(event.rect()):
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        self._curves.paint_at(painter, self._place()[1])
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the plot has the keyboard; else let the wheel scroll what is around it."""
        plot = self.parentWidget()
        if plot is not None and plot.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit()


class CurveCanvas:
    """A pyqtgraph plot with its series, without any say in what the reader does to it."""

    def __init__(self, theme: Theme) -> None:
        self.series: dict[str, Series] = {}
        self.bands: dict[str, Band] = {}
        self.area = PlotArea()
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setMinimumSize(0, _LEAST_HEIGHT)
        self.view = pg.ViewBox(enableMenu=False)
        self.view.disableAutoRange()
        self.item = CurveItem(self.view, self.view_of)
        self.area.set_curves(self.item, self.view)
        self._axes = {side: TickAxis(side) for side in ("left", "bottom")}
        self.names = {"bottom": "", "left": ""}
        """What each axis is."""
        self._written: dict[str, tuple[str, str]] = {}
        self._view = View(0, 1, 0, 1, 1, 1, False)
        self.log_x = self.log_y = False
        """Whether an axis is logarithmic; the ends of its range are then log10 of the values."""
        self._mark: float | None = None
        self.notes: tuple[tuple[float, str], ...] = ()
        """Places on the x axis with a text each."""
        self._lay_out()
        self.set_theme(theme)

    def _lay_out(self) -> None:
        for axis in self._axes.values():
            axis.linkToView(self.view)
        middle = pg.GraphicsWidget()
        grid = QGraphicsGridLayout(middle)
        grid.setContentsMargins(0, _TOP_MARGIN, _RIGHT_MARGIN, 0)
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
        for side, line in (("left", theme.panel), ("bottom", theme.line)):
            axis = self._axes[side]
            axis.set_colours(line, theme.dim)
        self._write_names()
        self.set_mark(self._mark)
        self.set_notes(self.notes)
        self._hand_over_curves()
        self.draw_axes()

    def set_series(self, name: str, title: str, role: str, width: int, dim: bool) -> None:
        """Add a curve, or change how it looks."""
        series = self.series.setdefault(name, Series())
        series.title, series.role, series.width, series.dim = title, role, width, dim
        self._hand_over_curves()

    def remove_series(self, name: str) -> None:
        """Take a curve away."""
        del self.series[name]
        self._hand_over_curves()

    def set_band(self, name: str, band: Band | None) -> None:
        """Put a band beneath the curves, or take it away."""
        self.bands.pop(name, None)
        if band is not None:
            self.bands[name] = band
        self._hand_over_curves()

    def name_axes(self, x: str, y: str) -> None:
        """Write what the axes are beside them, where there is room."""
        self.names = {"bottom": x, "left": y}
        self._write_names()

    def colour(self, series: Series) -> QColor:
        """Return a curve's colour; a dim one is mixed with the panel, as translucent lines cost far more."""
        colour = str(getattr(self._theme, series.role))
        return blend(self._theme.panel, colour, _DIM_SHARE) if series.dim else QColor(colour)

    def ranges(self) -> tuple[Range, Range]:
        """Return the x and the y range in view; on a logarithmic axis they are log10 of the values."""
        (left, right), (low, high) = self.view.viewRange()
        return (left, right), (low, high)

    def fit(self) -> None:
        """Make the view hold all points and a little more, so that it need not change with every new one."""
        filled = [series for series in self.series.values() if len(series)]
        x_range, y_range = (0.0, 1.0), (0.0, 1.0)
        if filled:
            first = self._across(min(series.first for series in filled))
            x_range = first, rounded_up(self._across(max(series.last for series in filled)), first)
            lowest, highest = min(map(self._lowest, filled)), max(s.highest for s in filled)
            if lowest <= highest:
                low, high = self._placed(lowest), self._placed(highest)
                pad = (high - low) * _PADDING or max(abs(high) * _PADDING, 0.05)
                y_range = rounded_out(low - pad, high + pad)
        if (x_range, y_range) != self.ranges():
            self.view.setRange(xRange=x_range, yRange=y_range, padding=0)

    def _placed(self, y: float) -> float:
        """Return the place of a height on the y axis."""
        inside = min(max(y, -_LIMIT), _LIMIT)
        return math.log10(max(inside, 1 / _LIMIT)) if self.log_y else inside

    def _lowest(self, series: Series) -> float:
        """Return the lowest height of a curve that the y axis has a place for, infinity where there is none."""
        return series.least_positive if self.log_y else series.lowest

    def _across(self, x: float) -> float:
        """Return the place of a value on the x axis; one that a logarithmic axis has no place for lies at 1."""
        return math.log10(x if x > 0 else 1.0) if self.log_x else x

    def draw(self) -> None:
        """Have the curves painted where new points change them, with the next paint of the window."""
        shown, place = self.item.layer.view, self.area.plot_rect()
        if shown is not None:
            ratio = self.area.devicePixelRatioF()
            first = self.item.layer.outdated_from(self.view_of(shown.columns, shown.rows), ratio)
            if first is None:
                return
            place.setLeft(min(place.left() + max(math.floor(first / ratio) - 2, 0), place.right()))
        self.area.viewport().update(place)

    def draw_axes(self) -> None:
        """Make the texts of the axes and the lines of the grid for the range and the room in view."""
        self._write_names()
        (left, right), (low, high) = self.ranges()
        most_x, most_y = round(self.view.width() / _X_TICK_ROOM), round(self.view.height() / _Y_TICK_ROOM)
        metrics = QFontMetrics(mono(10))
        scale = self.view.width() / (right - left)
        whole = [  # an end that leaves no room for its text has none
            (place, text)
            for place, text in (log_ticks if self.log_x else linear_ticks)(left, right, max(most_x, 2))
            if (right - place) * scale + _RIGHT_MARGIN >= metrics.horizontalAdvance(text) / 2
        ]
        self._axes["bottom"].set_ticks(_apart(whole, scale, metrics))
        ticks = (log_ticks if self.log_y else linear_ticks)(low, high, max(most_y, 2))
        self._axes["left"].set_ticks(ticks)
        back, lines = QColor(self._theme.panel), QColor(self._theme.grid)
        self.item.set_ground(back, lines, np.array([place for place, _ in ticks]))

    def set_mark(self, x: float | None) -> None:
        """Put the upright line at x, or take it away."""
        self._mark = x
        self.item.set_mark(x, QColor(self._theme.dim))

    def set_notes(self, notes: tuple[tuple[float, str], ...]) -> None:
        """Put an upright line with a flag at each of these x; the texts are read out."""
        self.notes = notes
        places = np.array([x for x, _ in notes], dtype=np.float64)
        self.item.set_notes(places, blend(self._theme.panel, self._theme.accent, _NOTE_SHARE))

    def x_at(self, place: QPointF) -> float | None:
        """Return the x under a point of the scene, None beside the plot."""
        inside = self.view.sceneBoundingRect().contains(place)
        return self._value(float(self.view.mapSceneToView(place).x())) if inside else None

    def _value(self, place: float) -> float:
        """Return the x of a place on the x axis."""
        return 10.0 ** min(max(place, -_DECADES), _DECADES) if self.log_x else place

    def near(self, x: float) -> tuple[float, float]:
        """Return the values of x that look as if they were at x: a little to the left and to the right of it."""
        (left, right), _ = self.ranges()
        place, reach = self._across(x), _NEAR * (right - left)
        return self._value(place - reach), self._value(place + reach)

    def curves(self) -> list[tuple[Series, QColor]]:
        """Return the curves with their colours, the pale ones first."""
        ordered = sorted(self.series.values(), key=lambda series: not series.dim)
        return [(series, self.colour(series)) for series in ordered]

    def ticks(self) -> tuple[list[Tick], list[Tick]]:
        """Return places and texts of the x and of the y axis."""
        return self._axes["bottom"].ticks, self._axes["left"].ticks

    def _hand_over_curves(self) -> None:
        self.item.set_curves(self.curves())
        self.item.layer.set_bands(
            (band, blend(self._theme.panel, str(getattr(self._theme, band.role)), _BAND_SHARE))
            for band in self.bands.values()
        )

    def _write_names(self) -> None:
        """Name each axis; the left one by its first word where no more fits beside the view, or not at all."""
        whole, metrics = self.names["left"], QFontMetrics(sans(_NAME_PIXELS))
        fitting = [
            name
            for name in (whole, whole.partition(" ")[0], "")
            if metrics.horizontalAdvance(name) <= self.view.height()
        ]
        bottom = self.names["bottom"] if self.area.height() >= _HEIGHT_FOR_NAME else ""
        for side, name in (("left", fitting[0]), ("bottom", bottom)):
            axis, look = self._axes[side], (name, self._theme.dim)
            if self._written.get(side) == look:
                continue
            self._written[side] = look
            if name:
                axis.setLabel(name, color=self._theme.dim, **{"font-size": f"{_NAME_PIXELS}px"})
            else:
                axis.showLabel(False)

    def view_of(self, columns: int, rows: int) -> View:
        """Return what is in view, the same object while nothing about it changes."""
        (left, right), (low, high) = self.ranges()
        view = View(left, right, low, high, columns, rows, self.log_y, self.log_x)
        if view != self._view:
            self._view = view
        return self._view


def _apart(ticks: list[Tick], scale: float, metrics: QFontMetrics) -> list[Tick]:
    """Return the ticks whose texts, `scale` pixels to a place, do not touch the one before."""
    kept: list[Tick] = []
    end = -math.inf
    for place, text in ticks:
        half = metrics.horizontalAdvance(text) / 2 + 3
        if place * scale - half >= end:
            kept.append((place, text))
            end = place * scale + half
    return kept
