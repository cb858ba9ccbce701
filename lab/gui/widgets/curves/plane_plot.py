"""A plot of points or lines over two axes of numbers, with a line to compare them with: a ROC, residuals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from lab.gui.theme import Theme, follow, mono, sans
from lab.gui.widgets.drawing.axis_ticks import linear_ticks
from lab.gui.widgets.drawing.text_align import CENTER, RIGHT

Floats = NDArray[np.float64]

_LEFT, _BOTTOM, _TOP, _RIGHT = 52, 34, 8, 10
_DOT: Final = 3.0
_NEAR: Final = 9.0
_MOST_LINE_POINTS: Final = 400
_LEGEND_LINE: Final = 15


@dataclass(frozen=True, eq=False)
class Curve:
    """A line through points, (k,) each, in a colour of the theme."""

    name: str
    x: Floats
    y: Floats
    role: str
    width: float = 1.0


@dataclass(frozen=True, eq=False)
class Dots:
    """Points, (k,) each, in a colour of the theme, and what is told of each."""

    x: Floats
    y: Floats
    role: str
    texts: Sequence[str]


class PlanePlot(QWidget):
    """Paints what it is given once; pointing at a dot tells what it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: tuple[Curve, ...] = ()
        self._dots: Dots | None = None
        self._names = ("", "")
        self._x_range = self._y_range = (0.0, 1.0)
        self._compare: tuple[tuple[float, float], tuple[float, float]] | None = None
        self._empty = ""
        self.setMouseTracking(True)
        follow(self._on_theme_changed)

    def show_nothing(self, text: str) -> None:
        """Show a sentence in place of the plot."""
        self._curves, self._dots, self._empty = (), None, text
        self.setAccessibleDescription(text)
        self.update()

    def show_curves(self, curves: Sequence[Curve], names: tuple[str, str], told: str) -> None:
        """Show lines in the unit square over its diagonal; names of the axes; told: all of it in words."""
        self._curves, self._dots, self._names, self._empty = tuple(curves), None, names, ""
        self._x_range = self._y_range = (0.0, 1.0)
        self._compare = ((0.0, 0.0), (1.0, 1.0))
        self.setAccessibleDescription(told)
        self.update()

    def show_dots(self, dots: Dots, names: tuple[str, str], is_diagonal: bool, told: str) -> None:
        """Show points in a range that holds them all, with the line y = x, or y = 0."""
        self._curves, self._dots, self._names, self._empty = (), dots, names, ""
        self._x_range, self._y_range = _range_of(dots.x), _range_of(dots.y)
        if is_diagonal:
            low, high = (pick(a, b) for pick, a, b in zip((min, max), self._x_range, self._y_range, strict=True))
            self._x_range = self._y_range = (low, high)
            self._compare = ((low, low), (high, high))
        else:
            self._compare = ((self._x_range[0], 0.0), (self._x_range[1], 0.0))
        self.setAccessibleDescription(told)
        self.update()

    def text_at(self, point: QPointF) -> str:
        """Return what is told of the dot nearest to a point of the widget; "" where none is near."""
        dots = self._dots
        if dots is None or not len(dots.x):
            return ""
        x, y = self._pixels(dots.x, dots.y)
        squares = (x - point.x()) ** 2 + (y - point.y()) ** 2
        nearest = int(squares.argmin())
        return dots.texts[nearest] if squares[nearest] <= _NEAR**2 else ""

    def sizeHint(self) -> QSize:
        return QSize(300, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(190, 150)

    def plot_rect(self) -> QRectF:
        """Return the rectangle between the axes."""
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)

    def _pixels(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        plot, (left, right), (low, high) = self.plot_rect(), self._x_range, self._y_range
        across = plot.left() + (x - left) / (right - left) * plot.width()
        return across, plot.bottom() - (y - low) / (high - low) * plot.height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.panel))
        if self._empty or not (self._curves or self._dots):
            painter.setFont(sans(12))
            painter.setPen(QColor(self._theme.dim))
            flags = int(CENTER) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(12, 8, -12, -8), flags, self._empty)
            painter.end()
            return
        self._paint_axes(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.plot_rect().adjusted(-_DOT, -_DOT, _DOT, _DOT))
        if self._compare is not None:
            (x0, y0), (x1, y1) = self._compare
            across, up = self._pixels(np.array([x0, x1]), np.array([y0, y1]))
            painter.setPen(QPen(QColor(self._theme.dim), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(across[0], up[0]), QPointF(across[1], up[1]))
        for curve in self._curves:
            self._paint_curve(painter, curve)
        self._paint_legend(painter)
        if self._dots is not None:
            self._paint_dots(painter, self._dots)
        painter.end()

    def _paint_axes(self, painter: QPainter) -> None:
        plot = self.plot_rect()
        painter.setFont(mono(10))
        for place, text in linear_ticks(*self._x_range, max(int(plot.width()) // 70, 2)):
            x = float(self._pixels(np.array([place]), np.array([0.0]))[0][0])
            painter.fillRect(QRectF(x, plot.top(), 1, plot.height()), QColor(self._theme.grid))
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(QRectF(x - 35, plot.bottom() + 2, 70, 14), CENTER, text)
        for place, text in linear_ticks(*self._y_range, max(int(plot.height()) // 40, 2)):
            y = float(self._pixels(np.array([0.0]), np.array([place]))[1][0])
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), QColor(self._theme.grid))
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(QRectF(16, y - 7, _LEFT - 20, 14), RIGHT, text)
        painter.setFont(sans(11))
        painter.drawText(QRectF(plot.left(), self.height() - 17, plot.width(), 16), CENTER, self._names[0])
        painter.save()
        painter.translate(8, plot.center().y())
        painter.rotate(-90)
        painter.drawText(QRect(-80, -8, 160, 16), CENTER, self._names[1])
        painter.restore()

    def _paint_curve(self, painter: QPainter, curve: Curve) -> None:
        if not len(curve.x):
            return
        chosen = np.unique(np.linspace(0, len(curve.x) - 1, min(len(curve.x), _MOST_LINE_POINTS)).round().astype(int))
        x, y = self._pixels(curve.x[chosen], curve.y[chosen])
        painter.setPen(QPen(QColor(getattr(self._theme, curve.role)), curve.width))
        painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]))

    def _paint_legend(self, painter: QPainter) -> None:
        """Name the curves in the corner that a ROC leaves free, as many as there is room for."""
        plot = self.plot_rect()
        most = min(len(self._curves), int(plot.height() * 0.8) // _LEGEND_LINE)
        top = plot.bottom() - most * _LEGEND_LINE - 4
        painter.setFont(sans(11))
        for line, curve in enumerate(self._curves[:most]):
            box = QRectF(plot.right() - 170, top + line * _LEGEND_LINE, 152, _LEGEND_LINE)
            painter.fillRect(
                QRectF(plot.right() - 12, box.center().y() - 4, 8, 8), QColor(getattr(self._theme, curve.role))
            )
            painter.setPen(QColor(self._theme.dim))
            name = painter.fontMetrics().elidedText(curve.name, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, RIGHT, name)

    def _paint_dots(self, painter: QPainter, dots: Dots) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        colour = QColor(getattr(self._theme, dots.role))
        colour.setAlphaF(0.65)
        painter.setBrush(colour)
        x, y = self._pixels(dots.x, dots.y)
        for across, up in zip(x.tolist(), y.tolist(), strict=True):
            painter.drawEllipse(QPointF(across, up), _DOT, _DOT)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._dots is not None:
            text = self.text_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().event(event)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self.update()


def _range_of(values: Floats) -> tuple[float, float]:
    """Return a range that holds all values, with some room around them."""
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = (high - low) * 0.06 or max(abs(high), 1.0) * 0.1
    return low - room, high + room
