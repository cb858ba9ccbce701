"""The marks of points in a plot: a class has a shape beside its colour, for eyes that do not tell the colours apart."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

_ARM = 0.36
_PLUS = [
    (-_ARM, -1), (_ARM, -1), (_ARM, -_ARM), (1, -_ARM), (1, _ARM), (_ARM, _ARM),
    (_ARM, 1), (-_ARM, 1), (-_ARM, _ARM), (-1, _ARM), (-1, -_ARM), (-_ARM, -_ARM),
]  # fmt: skip
_OUTLINES: list[list[tuple[float, float]]] = [
    [],  # a disc
    [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
    [(0, -1.05), (1, 0.8), (-1, 0.8)],
    [(0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)],
    _PLUS,
    [(0, 1.05), (1, -0.8), (-1, -0.8)],
    [(0.74 * (x - y), 0.74 * (x + y)) for x, y in _PLUS],
]
MARKERS = len(_OUTLINES)
"""There are seven shapes and ten colours, so that class 10 is not drawn as class 0 is."""


@dataclass(frozen=True)
class MarkerStyle:
    """A fill '#rrggbb', the number of a shape, and the colour of the thin ring that parts marks which touch."""

    colour: str
    shape: int
    ring: str


def paint_marker(painter: QPainter, style: MarkerStyle, middle: QPointF, size: float) -> None:
    """Paint a mark `size` pixels wide around a point; the painter should be antialiased."""
    painter.setPen(QPen(QColor(style.ring), 0.8))
    painter.setBrush(QColor(style.colour))
    outline = _OUTLINES[style.shape]
    half = size / 2
    if outline:
        painter.drawPolygon(QPolygonF([middle + QPointF(x * half, y * half) for x, y in outline]))
    else:
        painter.drawEllipse(middle, half, half)


def marker(style: MarkerStyle, size: int, ratio: float) -> QPixmap:
    """Return a mark as a picture two pixels wider than itself: stamping it is far cheaper than drawing the shape."""
    side = size + 2
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_marker(painter, style, QPointF(side / 2, side / 2), size)
    painter.end()
    return pixmap
