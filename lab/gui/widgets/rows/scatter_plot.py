"""Points in two dimensions, coloured by class or by a number, with axes in their units and a legend."""

from math import isfinite
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from lab.gui.theme import Theme, class_colours, diverging_lut, follow, mono, sans
from lab.gui.widgets.drawing.array_types import Floats, Integers
from lab.gui.widgets.drawing.axis_ticks import Tick, linear_ticks
from lab.gui.widgets.drawing.colour_index import colour_index
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.markers import MARKERS, MarkerStyle, marker
from lab.gui.widgets.drawing.number_text import count_text, number_text
from lab.gui.widgets.drawing.painted_area import paint_focus
from lab.gui.widgets.drawing.point_legend import paint_names, paint_scale
from lab.gui.widgets.drawing.text_align import CENTER, LEFT, RIGHT
from lab.gui.widgets.rows.scatter_points import Flags, ScatterPoints, View, scale_of, stretch

_LEFT, _TOP, _BOTTOM = 62, 24, 40
_NAME_ROOM, _TICK_GAP = 16, 6
_LEGEND = 132
_POINT, _SMALL_POINT = 8, 6
_RING = 6.0
_NAME_LINE = 20
_MANY = 1000
_NEAR = 9.0
_X_TICK_ROOM, _Y_TICK_ROOM = 84, 40
_PAGE = 50
KEYS_HELP: Final = KeysHelp(
    "Points of the examples",
    (
        ("←, →", "the next point from left to right"),
        ("Page Up, Page Down", f"{_PAGE} points on"),
        ("Home, End", "the first and the last point"),
    ),
)


class ScatterPlot(QWidget):
    """Paints points once and keeps the picture; Left and Right go from point to point and read each out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points = ScatterPoints()
        self._view: View = ((-0.5, 0.5), (-0.5, 0.5))
        self._current = -1
        self._ground: QPixmap | None = None
        """The axes; over it come the backdrop and the curve, which move while a run goes on."""
        self._marks: QPixmap | None = None
        self._backdrop, self._smooth = QImage(), False
        self._curve: QPolygonF | None = None
        self._wrong: Flags | None = None
        self._taken: Integers | Floats | None = None
        self.setAccessibleName("Scatter plot")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow(self._on_theme_changed)

    def set_points(self, points: ScatterPoints) -> None:
        """Show points until the next; the arrays are kept, not copied."""
        self._points = points
        self._order = np.argsort(points.x, kind="stable")
        self._current = -1
        self._view = points.view or (stretch(points.x), stretch(points.y))
        self._centre, self._level = points.scale or (scale_of(points.values) if not points.names else (0.0, 0.0))
        self._wrong = self._taken = self._curve = None
        self._backdrop = QImage()
        self._forget_pictures()
        self.setAccessibleDescription(f"{count_text(len(points.x))} points: {points.y_name} by {points.x_name}")
        self.update()

    def set_backdrop(self, image: QImage, smooth: bool = False) -> None:
        """Show a picture behind the points that fills the plot, until they are set; a null one shows none.

        smooth: mix its pixels where it is enlarged, rather than show each as a square.
        """
        self._backdrop = image
        self._smooth = smooth
        self.update()

    def set_curve(self, x: Floats, y: Floats) -> None:
        """Show a line behind the points, through places x, y (k,), until the points are set."""
        (left, right), (low, high) = self._view
        across, up = (x - left) / (right - left), (high - y) / (high - low)
        places = zip(across.tolist(), up.tolist(), strict=True)
        self._curve = QPolygonF([QPointF(a, b) for a, b in places if isfinite(b)])
        self.update()

    def set_predictions(self, taken: Integers | Floats, wrong: Flags) -> None:
        """Say what each point is taken for, (m,), until the points are set, and ring those that are wrong."""
        self._taken, self._wrong = taken, wrong
        self.update()

    @property
    def points(self) -> ScatterPoints:
        """What is shown."""
        return self._points

    def plot_rect(self) -> QRect:
        """Return the rectangle between the axes, in the widget's own pixels."""
        room = self.rect().adjusted(self._left(), _TOP, -_LEGEND - 12, -_BOTTOM)
        return QRect(room.x(), room.y(), max(room.width(), 1), max(room.height(), 1))

    def _left(self) -> int:
        """Return the room of the y axis, where no number is cut."""
        metrics = QFontMetrics(mono(10))
        widest = max((metrics.horizontalAdvance(text) for _, text in self._y_ticks()), default=0)
        return max(_LEFT, _NAME_ROOM + widest + 2 + _TICK_GAP)

    def _y_ticks(self) -> list[Tick]:
        low, high = self._view[1]
        if names := self._points.y_places:
            return _named(names, max((self.height() - _TOP - _BOTTOM) // _NAME_LINE, 1))
        return linear_ticks(low, high, max((self.height() - _TOP - _BOTTOM) // _Y_TICK_ROOM, 2))

    def pixels(self) -> tuple[Floats, Floats]:
        """Return the pixels of the points, (m,) and (m,)."""
        plot, ((left, right), (low, high)) = self.plot_rect(), self._view
        across = plot.x() + (self._points.x - left) / (right - left) * plot.width()
        down = plot.y() + plot.height() - (self._points.y - low) / (high - low) * plot.height()
        return across, down

    def point_at(self, pixel: QPoint) -> int:
        """Return the number of the point nearest to a pixel, -1 where none is near."""
        across, down = self.pixels()
        if not len(across):
            return -1
        distance = np.hypot(across - pixel.x(), down - pixel.y())
        nearest = int(distance.argmin())
        return nearest if distance[nearest] <= _NEAR else -1

    def text(self, number: int) -> str:
        """Return a point in words: where it comes from, its class or number, and both coordinates."""
        points = self._points
        value = points.values[number]
        what = points.names[int(value)] if points.names else f"{points.value_name} {number_text(float(value))}"
        x, y = (
            names[int(value)] if names and value == int(value) else number_text(float(value))
            for value, names in ((points.x[number], points.x_places), (points.y[number], points.y_places))
        )
        if self._taken is not None:
            taken = self._taken[number]
            what += f", taken for {points.names[int(taken)] if points.names else number_text(float(taken))}"
        row = f"row {count_text(int(points.rows[number]) + 1)}"
        where = row if points.place is None else points.place(number)
        return f"{where}: {what} · {points.x_name} {x} · {points.y_name} {y}"

    def sizeHint(self) -> QSize:
        return QSize(560, 380)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._ground is None or self._ground.size() != self.size() * ratio:
            self._ground, self._marks = (self._new_picture(ratio) for _ in range(2))
            self._paint_ground(self._ground)
            self._paint_marks(self._marks)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        self._paint_map(painter)
        assert self._marks is not None
        painter.drawPixmap(0, 0, self._marks)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_rings(painter)
        if self._current >= 0:
            self._paint_current(painter)
        if self.hasFocus():
            paint_focus(painter, self.rect(), self._theme)
        painter.end()

    def _new_picture(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        return picture

    def _forget_pictures(self) -> None:
        self._ground = self._marks = None

    def _paint_ground(self, picture: QPixmap) -> None:
        picture.fill(QColor(self._theme.panel))
        painter = QPainter(picture)
        if len(self._points.x) or self._points.view is not None:
            self._paint_axes(painter)
        else:
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(self.rect(), CENTER, "No points to draw.")
        painter.end()

    def _paint_map(self, painter: QPainter) -> None:
        plot = self.plot_rect()
        if not self._backdrop.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
            painter.drawImage(plot, self._backdrop)
        if self._curve is not None:
            painter.save()
            painter.setClipRect(plot)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            to_plot = QTransform(plot.width(), 0, 0, plot.height(), plot.x(), plot.y())
            painter.drawPolyline(to_plot.map(self._curve))
            painter.restore()

    def _paint_marks(self, picture: QPixmap) -> None:
        picture.fill(Qt.GlobalColor.transparent)
        if not len(self._points.x) and self._points.view is None:
            return
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_points(painter, picture.devicePixelRatio())
        self._paint_legend(painter)
        painter.end()

    def _paint_rings(self, painter: QPainter) -> None:
        if self._wrong is None or not self._wrong.any():
            return
        across, down = (places[self._wrong] for places in self.pixels())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self._theme.panel, 2.4), (self._theme.ink, 1.2)):
            painter.setPen(QPen(QColor(colour), width))
            for x, y in zip(across.tolist(), down.tolist(), strict=True):
                painter.drawEllipse(QPointF(x, y), _RING, _RING)

    def _paint_axes(self, painter: QPainter) -> None:
        theme, plot, ((left, right), (low, high)) = self._theme, self.plot_rect(), self._view
        painter.setFont(mono(10))
        most, names = max(plot.width() // _X_TICK_ROOM, 2), self._points.x_places
        for value, text in _named(names, most) if names else linear_ticks(left, right, most):
            at = plot.x() + round((value - left) / (right - left) * plot.width())
            painter.fillRect(at, plot.y(), 1, plot.height(), QColor(theme.grid))
            painter.setPen(QColor(theme.dim))
            written = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, 80)
            painter.drawText(QRect(at - 40, plot.bottom() + 4, 80, 14), CENTER, written)
        for value, text in self._y_ticks():
            at = plot.bottom() - round((value - low) / (high - low) * plot.height())
            painter.fillRect(plot.x(), at, plot.width(), 1, QColor(theme.grid))
            painter.setPen(QColor(theme.dim))
            painter.drawText(QRect(_NAME_ROOM, at - 8, plot.x() - _NAME_ROOM - _TICK_GAP, 16), RIGHT, text)
        painter.setFont(sans(11))
        painter.setPen(QColor(theme.ink))
        metrics, elide = painter.fontMetrics(), Qt.TextElideMode.ElideMiddle
        name = metrics.elidedText(self._points.x_name, elide, plot.width())
        painter.drawText(QRect(plot.x(), plot.bottom() + 20, plot.width(), 16), CENTER, name)
        painter.save()
        painter.translate(10, plot.center().y())
        painter.rotate(-90)
        name = metrics.elidedText(self._points.y_name, elide, plot.height())
        painter.drawText(QRect(-plot.height() // 2, -8, plot.height(), 16), CENTER, name)
        painter.restore()

    def _styles(self) -> list[MarkerStyle]:
        """Return the style of each point: a class has a colour and a shape of its own, a number a colour."""
        points = self._points
        rims = np.zeros(len(points.x), bool) if points.rimmed is None else points.rimmed
        if points.names:
            return [self._style_of(int(value), rim) for value, rim in zip(points.values, rims.tolist(), strict=True)]
        indices = colour_index(np.atleast_2d(points.values - self._centre), self._level)[0]
        plain, rimmed = self._theme.dim, self._theme.ink
        pairs = zip(indices.tolist(), rims.tolist(), strict=True)
        return [MarkerStyle(self._lut[index], 0, rimmed if rim else plain) for index, rim in pairs]

    def _style_of(self, number: int, has_rim: bool = False) -> MarkerStyle:
        rim = self._theme.ink if has_rim else self._theme.panel
        return MarkerStyle(self._colours[number % len(self._colours)], number % MARKERS, rim)

    def _paint_points(self, painter: QPainter, ratio: float) -> None:
        made: dict[MarkerStyle, QPixmap] = {}
        across, down = self.pixels()
        size = _POINT if len(across) <= _MANY else _SMALL_POINT
        for x, y, style in zip(across.tolist(), down.tolist(), self._styles(), strict=True):
            if style not in made:
                made[style] = marker(style, size, ratio)
            painter.drawPixmap(QPointF(x - size / 2 - 1, y - size / 2 - 1), made[style])

    def _paint_legend(self, painter: QPainter) -> None:
        plot, points = self.plot_rect(), self._points
        room = QRect(plot.right() + 14, plot.y(), _LEGEND - 4, plot.height())
        if points.names:
            entries = [(self._style_of(number), name) for number, name in enumerate(points.names)]
            paint_names(painter, room, entries, self._theme)
        else:
            paint_scale(painter, room, points.value_name, self._centre, self._level, self._theme)

    def _paint_current(self, painter: QPainter) -> None:
        across, down = self.pixels()
        at = QPointF(across[self._current], down[self._current])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.ink), 1.5))
        painter.drawEllipse(at, _POINT, _POINT)
        painter.setFont(sans(11))
        line = QRect(self._left(), 2, self.width() - self._left() - 8, _TOP - 6)
        text = painter.fontMetrics().elidedText(self.text(self._current), Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, LEFT, text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._order) - 1 if len(self._points.x) else -1
        index = int(np.flatnonzero(self._order == self._current)[0]) if self._current >= 0 else -1
        moves: dict[int, int] = {
            Qt.Key.Key_Left: index - 1, Qt.Key.Key_Right: index + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
            Qt.Key.Key_PageUp: index - _PAGE, Qt.Key.Key_PageDown: index + _PAGE,
        }  # fmt: skip
        if last < 0 or event.key() not in moves:
            super().keyPressEvent(event)
            return
        self._current = int(self._order[min(max(moves[event.key()], 0), last)])
        self.setAccessibleDescription(self.text(self._current))
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self.point_at(event.pos())
            if number >= 0:
                QToolTip.showText(event.globalPos(), self.text(number), self)
                return True
        return super().event(event)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self._colours = class_colours()
        self._lut = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b, _ in diverging_lut(theme).tolist()]
        self._forget_pictures()
        self.update()


def _named(names: tuple[str, ...], most: int) -> list[Tick]:
    """Return a tick for each name, or for every other where there is no room for all."""
    every = -(-len(names) // most)
    return [(float(place), name) for place, name in enumerate(names) if place % every == 0]
