"""An activation as a curve over z with its slope, the zones where no gradient passes, and the spread of z beneath."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.gui.theme import Theme, blend, follow, mono, sans
from lab.gui.widgets.drawing.array_types import Floats, Integers
from lab.gui.widgets.drawing.axis_ticks import linear_ticks
from lab.gui.widgets.drawing.text_align import CENTER, LEFT, RIGHT

_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 14, 22, 34
_SPREAD: Final = 0.32
"""The share of the height that the spread of z has."""
_GAP: Final = 12
_TICK_ROOM = 70
_PADDING: Final = 0.08


@dataclass(frozen=True, eq=False)
class ActivationShape:
    """A curve at places z (k,): a and slope (k,), and its zones, each a name with its two ends."""

    z: Floats
    a: Floats
    slope: Floats
    zones: tuple[tuple[str, float, float], ...]


class ActivationPlot(QWidget):
    """Paints the curves once and keeps the picture; the bars and the tangent move with every step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: ActivationShape | None = None
        self._counts: Integers = np.zeros(0, np.int64)
        self._unit_counts: Integers = np.zeros(0, np.int64)
        self._point: tuple[float, float, float] | None = None
        self._ground: QPixmap | None = None
        self._empty = ""
        self.setAccessibleName("Activation")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow(self._on_theme_changed)

    def set_shape(self, shape: ActivationShape | None, empty: str = "") -> None:
        """Show another curve, or with None a sentence in its place; the same object again paints nothing anew."""
        if shape is not self._shape or empty != self._empty:
            self._shape, self._empty, self._ground = shape, empty, None
            self.update()

    def set_spread(self, counts: Integers, unit_counts: Integers, point: tuple[float, float, float]) -> None:
        """Show how many z lie in equal bars over the axis, (bars,): of all units and of one; point: z, a and slope."""
        self._counts, self._unit_counts, self._point = counts, unit_counts, point
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(520, 380)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 180)

    # where things lie

    def _room(self) -> QRect:
        room = self.rect().adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        return QRect(room.x(), room.y(), max(room.width(), 1), max(room.height(), 10))

    def _upper(self) -> QRect:
        room = self._room()
        return room.adjusted(0, 0, 0, -round(room.height() * _SPREAD) - _GAP)

    def _lower(self) -> QRect:
        room = self._room()
        return room.adjusted(0, room.height() - round(room.height() * _SPREAD), 0, 0)

    def _heights(self, shape: ActivationShape) -> tuple[float, float]:
        known = np.concatenate([shape.a, shape.slope, [0.0]])
        known = known[np.isfinite(known)]
        low, high = float(known.min()), float(known.max())
        pad = (high - low) * _PADDING or 0.5
        return low - pad, high + pad

    def _x(self, z: float, shape: ActivationShape) -> float:
        first, last = float(shape.z[0]), float(shape.z[-1])
        room = self._room()
        return room.x() + (z - first) / (last - first) * room.width()

    def _y(self, value: float, ends: tuple[float, float]) -> float:
        upper = self._upper()
        return upper.bottom() + 1 - (value - ends[0]) / (ends[1] - ends[0]) * upper.height()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shape = self._shape
        if shape is None:
            painter.fillRect(self.rect(), QColor(self._theme.panel))
            painter.setPen(QColor(self._theme.dim))
            painter.setFont(sans(13))
            painter.drawText(self.rect().adjusted(20, 0, -20, 0), CENTER | Qt.TextFlag.TextWordWrap, self._empty)
        else:
            ratio = self.devicePixelRatioF()
            if self._ground is None or self._ground.size() != self.size() * ratio:
                self._ground = QPixmap(self.size() * ratio)
                self._ground.setDevicePixelRatio(ratio)
                self._paint_ground(self._ground, shape)
            painter.drawPixmap(0, 0, self._ground)
            self._paint_bars(painter, self._counts, blend(self._theme.panel, self._theme.ink, 0.35))
            self._paint_bars(painter, self._unit_counts, QColor(self._theme.test))
            if self._point is not None and np.isfinite(self._point).all():
                self._paint_tangent(painter, shape, self._point)
        painter.end()

    def _paint_ground(self, picture: QPixmap, shape: ActivationShape) -> None:
        picture.fill(QColor(self._theme.panel))
        painter = QPainter(picture)
        ends = self._heights(shape)
        self._paint_zones(painter, shape)
        self._paint_axes(painter, shape, ends)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room, upper = self._room(), self._upper()
        painter.setClipRect(upper.adjusted(0, -1, 0, 1))
        for values, colour in ((shape.slope, self._theme.validation), (shape.a, self._theme.train)):
            painter.setPen(QPen(QColor(colour), 2))
            known = np.isfinite(values)
            across = room.x() + (shape.z[known] - shape.z[0]) / (shape.z[-1] - shape.z[0]) * room.width()
            down = upper.bottom() + 1 - (values[known] - ends[0]) / (ends[1] - ends[0]) * upper.height()
            points = [QPointF(x, y) for x, y in zip(across.tolist(), down.tolist(), strict=True)]
            painter.drawPolyline(QPolygonF(points))
        painter.end()

    def _paint_zones(self, painter: QPainter, shape: ActivationShape) -> None:
        room = self._room()
        painter.setFont(sans(11))
        for name, low, high in shape.zones:
            left, right = round(self._x(low, shape)), round(self._x(high, shape))
            painter.fillRect(
                left, room.y(), right - left, room.height(), blend(self._theme.panel, self._theme.warn, 0.13)
            )
            painter.setPen(QColor(self._theme.warn))
            width = painter.fontMetrics().horizontalAdvance(name) + 4
            if right - left >= width:
                painter.drawText(QRect(left, room.y() + 2, right - left, 16), CENTER, name)

    def _paint_axes(self, painter: QPainter, shape: ActivationShape, ends: tuple[float, float]) -> None:
        theme, room, upper, lower = self._theme, self._room(), self._upper(), self._lower()
        painter.setFont(mono(10))
        for value, text in linear_ticks(float(shape.z[0]), float(shape.z[-1]), max(room.width() // _TICK_ROOM, 3)):
            at = round(self._x(value, shape))
            painter.fillRect(at, room.y(), 1, room.height(), QColor(theme.edge if value == 0 else theme.grid))
            painter.setPen(QColor(theme.dim))
            painter.drawText(QRect(at - 35, lower.bottom() + 4, 70, 14), CENTER, text)
        for value, text in linear_ticks(*ends, max(upper.height() // 40, 2)):
            at = round(self._y(value, ends))
            painter.fillRect(upper.x(), at, upper.width(), 1, QColor(theme.edge if value == 0 else theme.grid))
            painter.setPen(QColor(theme.dim))
            painter.drawText(QRect(0, at - 8, _LEFT - 6, 16), RIGHT, text)
        painter.fillRect(lower.x(), lower.bottom() + 1, lower.width(), 1, QColor(theme.line))
        painter.setFont(sans(11))
        painter.setPen(QColor(theme.dim))
        painter.drawText(QRect(room.x(), lower.bottom() + 18, room.width(), 14), CENTER, "z")
        painter.drawText(QRect(2, lower.y(), _LEFT - 8, 16), RIGHT, "count")
        left = room.x()
        for text, colour in (
            ("a = σ(z)", theme.train), ("σ′(z), the slope", theme.validation), ("tangent", theme.ink),
            ("z of all units", blend(theme.panel, theme.ink, 0.5).name()), ("z of the unit", theme.test),
        ):  # fmt: skip
            painter.fillRect(left, 9, 12, 3, QColor(colour))
            painter.drawText(QRect(left + 16, 2, 120, 16), LEFT, text)
            left += painter.fontMetrics().horizontalAdvance(text) + 32

    def _paint_bars(self, painter: QPainter, counts: Integers, colour: QColor) -> None:
        """Paint bars to their own tallest: one unit has far fewer z than all."""
        if not len(counts) or not counts.any():
            return
        lower = self._lower()
        step = lower.width() / len(counts)
        heights = (counts / counts.max() * (lower.height() - 2)).tolist()
        inset = step * 0.3 if counts is self._unit_counts else 0.5
        boxes = [
            QRectF(lower.x() + bar * step + inset, lower.bottom() + 1 - height, max(step - 2 * inset, 1.0), height)
            for bar, height in enumerate(heights)
            if height
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRects(boxes)

    def _paint_tangent(self, painter: QPainter, shape: ActivationShape, point: tuple[float, float, float]) -> None:
        z, a, slope = point
        ends = self._heights(shape)
        reach = (float(shape.z[-1]) - float(shape.z[0])) / 6
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self._room())
        at = QPointF(self._x(z, shape), self._y(a, ends))
        painter.setPen(QPen(QColor(self._theme.dim), 1))
        painter.drawLine(QLineF(at.x(), at.y(), at.x(), self._lower().bottom()))
        painter.setPen(QPen(QColor(self._theme.ink), 1.6))
        places = [QPointF(self._x(z + by, shape), self._y(a + slope * by, ends)) for by in (-reach, reach)]
        painter.drawLine(QLineF(*places))
        painter.setBrush(QColor(self._theme.ink))
        painter.drawEllipse(at, 4, 4)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self._ground = None
        self.update()
