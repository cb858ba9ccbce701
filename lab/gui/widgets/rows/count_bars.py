"""How many there are of each: a line with a name, a bar in the name's colour, the count and its share."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from lab.gui.theme import Theme, class_colours, mono, sans
from lab.gui.widgets.drawing.number_text import count_text, share_text
from lab.gui.widgets.drawing.painted_area import PaintedArea
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT

_LINE = 20
_BAR = 10
_GAP = 8
_LEAST_BAR = 8
_LONGEST_NAME = 160
_MOST_TOLD = 20


class CountBars(PaintedArea):
    """Paints counts with their names in proportion to the largest; scrolls where there are many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._counts: list[int] = []
        self.setAccessibleName("Counts")

    def set_counts(self, names: Sequence[str], counts: Sequence[int]) -> None:
        """Show counts, one for each name; raises ValueError where that is not so or a count is negative."""
        if len(names) != len(counts) or min(counts, default=0) < 0:
            raise ValueError(f"counts: {len(counts)} for {len(names)} names; each name must have one of 0 or more.")
        self._names, self._counts = list(names), [int(count) for count in counts]
        lines = self.lines()
        told = [" ".join(line) for line in lines[:_MOST_TOLD]]
        more = [f"and {len(lines) - _MOST_TOLD} more"] if len(lines) > _MOST_TOLD else []
        self.setAccessibleDescription(", ".join(told + more))
        self._fit()

    def lines(self) -> list[tuple[str, str, str]]:
        """Return what is shown, as (name, count, share of all)."""
        total = sum(self._counts)
        return [
            (name, count_text(count), share_text(count, total))
            for name, count in zip(self._names, self._counts, strict=True)
        ]

    def sizeHint(self) -> QSize:
        return QSize(260, min(max(len(self._names), 3), 10) * _LINE + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 3 * _LINE)

    def content_height(self) -> int:
        return len(self._names) * _LINE + 4

    def step_height(self) -> int:
        return _LINE

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(self._theme.panel))
        scrolled = self.verticalScrollBar().value()
        first = scrolled // _LINE
        last = min((scrolled + self.viewport().height()) // _LINE + 1, len(self._names))
        lines = self.lines()
        names, numbers = QFontMetrics(sans(12)), QFontMetrics(mono(11))
        name_room = min(max((names.horizontalAdvance(line[0]) for line in lines), default=0), _LONGEST_NAME) + 2
        width = self.viewport().width() - 10
        rooms = [max((numbers.horizontalAdvance(line[part]) + 2 for line in lines), default=0) for part in (1, 2)]
        name_room = min(name_room, max(width - sum(rooms) - 4 * _GAP - _LEAST_BAR, 0))  # a name may be cut, no number
        for index in range(first, last):
            line = QRect(4, index * _LINE + 2 - scrolled, width, _LINE)
            self._paint_line(painter, line, index, lines[index], (name_room, rooms[0], rooms[1]))
        self._paint_focus(painter)
        painter.end()

    def _paint_line(
        self, painter: QPainter, line: QRect, index: int, texts: tuple[str, str, str], rooms: tuple[int, int, int]
    ) -> None:
        name_room, count_room, share_room = rooms
        painter.setFont(sans(12))
        painter.setPen(QColor(self._theme.ink))
        name = painter.fontMetrics().elidedText(texts[0], Qt.TextElideMode.ElideRight, name_room)
        painter.drawText(QRect(line.x(), line.y(), name_room, _LINE), LEFT, name)
        left = line.x() + name_room + _GAP
        room = max(line.width() - name_room - count_room - share_room - 4 * _GAP, _LEAST_BAR)
        most = max(self._counts) or 1
        width = round(room * self._counts[index] / most)
        if self._counts[index]:
            colour = QColor(self._colours[index % len(self._colours)])
            painter.fillRect(left, line.y() + (_LINE - _BAR) // 2, max(width, 1), _BAR, colour)
        painter.setFont(mono(11))
        count_at = left + room + _GAP
        painter.drawText(QRect(count_at, line.y(), count_room, _LINE), RIGHT, texts[1])
        painter.setPen(QColor(self._theme.dim))
        painter.drawText(QRect(count_at + count_room + _GAP, line.y(), share_room, _LINE), RIGHT, texts[2])

    def _dress(self, theme: Theme) -> None:
        self._colours = class_colours()
