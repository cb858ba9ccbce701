"""What the colours of points mean, painted beside them: the names of classes, or a scale of numbers."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from lab.gui.theme import Theme, diverging_lut, mono, sans
from lab.gui.widgets.drawing.markers import MarkerStyle, paint_marker
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.widgets.drawing.text_align import LEFT

_LINE = 18
_MARK = 9
_SCALE = 12
_TALLEST = 180


def paint_names(painter: QPainter, room: QRect, entries: Sequence[tuple[MarkerStyle, str]], theme: Theme) -> None:
    """Paint marks with their names from the top; where there is no room for all, a line says how many more."""
    most = max(room.height() // _LINE, 1)
    shown = len(entries) if len(entries) <= most else most - 1
    painter.setFont(sans(12))
    for index, (style, name) in enumerate(entries[:shown]):
        line = QRect(room.x(), room.y() + index * _LINE, room.width(), _LINE)
        paint_marker(painter, style, QPointF(line.x() + 6, line.center().y() + 0.5), _MARK)
        painter.setPen(QColor(theme.ink))
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, line.width() - 18)
        painter.drawText(line.adjusted(18, 0, 0, 0), LEFT, text)
    if shown < len(entries):
        painter.setPen(QColor(theme.dim))
        line = QRect(room.x(), room.y() + shown * _LINE, room.width(), _LINE)
        painter.drawText(line, LEFT, f"and {len(entries) - shown} more")


def paint_scale(painter: QPainter, room: QRect, name: str, centre: float, reach: float, theme: Theme) -> None:
    """Paint the colours from `centre` + `reach` at the top down to `centre` - `reach`, with the mean in the middle."""
    left, top, height = room.x() + 2, room.y() + 24, min(room.height() - 30, _TALLEST)
    colours = diverging_lut(theme)[1:].tolist()
    for line in range(height):
        index = round((1 - line / max(height - 1, 1)) * (len(colours) - 1))
        painter.fillRect(left, top + line, _SCALE, 1, QColor(*colours[index]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QColor(theme.edge))
    painter.drawRect(left - 1, top - 1, _SCALE + 1, height + 1)
    painter.setFont(sans(11))
    painter.setPen(QColor(theme.ink))
    text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room.width() - 4)
    painter.drawText(QRect(left, room.y() - 2, room.width() - 4, 18), LEFT, text)
    painter.setFont(mono(10))
    painter.setPen(QColor(theme.dim))
    for share, note in ((1.0, ""), (0.0, " mean"), (-1.0, "")):
        middle = round(top + (1 - share) / 2 * (height - 1))
        line_box = QRect(left + _SCALE + 6, middle - 8, room.width() - _SCALE - 10, 16)
        painter.drawText(line_box, LEFT, number_text(centre + share * reach) + note)
