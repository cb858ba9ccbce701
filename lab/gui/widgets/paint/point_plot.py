"""A square plot of points in two dimensions, coloured by class: -1 to 1 both ways, whatever the widget's shape."""

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.gui.theme import Theme, class_colours, follow, mono, sans
from lab.gui.widgets.drawing.array_types import Floats, Integers
from lab.gui.widgets.drawing.number_text import MINUS
from lab.gui.widgets.drawing.text_align import RIGHT
from lab.gui.widgets.paint.point_cloud import REACH, PointCloud

Point = tuple[float, float]

_LEFT, _TOP, _RIGHT, _BOTTOM = 30, 8, 14, 22
_TICKS = ((-1.0, f"{MINUS}1"), (0.0, "0"), (1.0, "1"))
_LINES = (-1.0, -0.5, 0.0, 0.5, 1.0)
_PIXELS_A_DISC = 70


class PointPlot(QWidget):
    """Shows points with their axes; the plot is the largest square that fits, in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._x: Floats = np.zeros(0)
        self._y: Floats = np.zeros(0)
        self._label: Integers = np.zeros(0, np.int64)
        self._cloud = PointCloud()
        self._backdrop = QImage()
        self._hint = ""
        self._names = ("x1", "x2")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow(self._on_theme_changed)

    def set_points(self, x: Floats, y: Floats, label: Integers) -> None:
        """Show points, (N,) each, with classes from 0 on; the arrays are kept, their owner must not change them."""
        self._x, self._y, self._label = x, y, label
        self.update()

    def set_hint(self, text: str) -> None:
        """Write a text into the plot while there are no points."""
        self._hint = text
        self.update()

    def set_backdrop(self, image: QImage) -> None:
        """Show a picture behind the points that fills the plot, from -REACH to REACH; a null one shows none."""
        self._backdrop = image
        self.update()

    def plot_rect(self) -> QRect:
        """Return the square of the plot in the widget's own pixels; it reaches a little beyond -1 and 1."""
        room = self.rect().adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        side = max(min(room.width(), room.height()), 1)
        return QRect(room.x() + (room.width() - side) // 2, room.y() + (room.height() - side) // 2, side, side)

    def to_pixel(self, x: float, y: float) -> QPointF:
        """Return where a point is in the widget; y points up."""
        plot = QRectF(self.plot_rect())
        scale = plot.width() / (2 * REACH)
        return QPointF(plot.x() + (x + REACH) * scale, plot.y() + (REACH - y) * scale)

    def to_point(self, pixel: QPointF) -> Point:
        """Return the point at a pixel of the widget; beside the plot it lies beyond REACH."""
        plot = QRectF(self.plot_rect())
        scale = 2 * REACH / plot.width()
        return (pixel.x() - plot.x()) * scale - REACH, REACH - (pixel.y() - plot.y()) * scale

    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.panel))
        plot = self.plot_rect()
        self._paint_axes(painter, plot)
        if not self._backdrop.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(plot, self._backdrop)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        ratio = self.devicePixelRatioF()
        disc = ratio * min(max(plot.width() / _PIXELS_A_DISC, 5.0), 8.0)
        picture = self._cloud.picture(self._x, self._y, self._label, round(plot.width() * ratio), disc)
        painter.drawImage(plot, picture)
        if not len(self._x) and self._hint:
            self._paint_hint(painter, plot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_over(painter, plot)
        painter.end()

    def _paint_over(self, painter: QPainter, plot: QRect) -> None:
        """Paint what lies over the points; subclasses fill this."""

    def _paint_axes(self, painter: QPainter, plot: QRect) -> None:
        theme = self._theme
        painter.fillRect(plot, QColor(theme.field))
        for value in _LINES:
            at = self.to_pixel(value, value).toPoint()
            painter.setPen(QColor(theme.edge if value == 0 else theme.grid))
            painter.drawLine(at.x(), plot.top(), at.x(), plot.bottom())
            painter.drawLine(plot.left(), at.y(), plot.right(), at.y())
        painter.setPen(QColor(theme.line))
        painter.drawRect(plot.adjusted(0, 0, -1, -1))
        for value, text in _TICKS:
            painter.setFont(mono(11))
            self._write_at(painter, plot, value, (text, text))
        painter.setFont(sans(12))
        self._write_at(painter, plot, 0.5, self._names)

    def _write_at(self, painter: QPainter, plot: QRect, value: float, texts: tuple[str, str]) -> None:
        """Write below the horizontal axis and to the left of the vertical one, both at a value."""
        at = self.to_pixel(value, value).toPoint()
        below = QRect(at.x() - 20, plot.bottom() + 2, 40, _BOTTOM - 4)
        beside = QRect(plot.left() - _LEFT, at.y() - 9, _LEFT - 6, 18)
        painter.setPen(QColor(self._theme.dim))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, texts[0])
        painter.drawText(beside, RIGHT, texts[1])

    def _paint_hint(self, painter: QPainter, plot: QRect) -> None:
        painter.setFont(sans(13))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        room = plot.adjusted(16, 8, -16, -8)
        box = painter.boundingRect(room, flags, self._hint).adjusted(-8, -6, 8, 6)
        painter.fillRect(box, QColor(self._theme.field))
        painter.setPen(QColor(self._theme.ink))
        painter.drawText(room, flags, self._hint)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self._colours = class_colours()
        self._cloud.set_colours(self._colours, theme.field)
        self.update()
