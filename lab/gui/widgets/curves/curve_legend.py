"""The line above a plot: what each colour means, and every curve's number while something is read out."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.gui.theme import current, mono, sans
from lab.gui.widgets.drawing.text_align import LEFT

_LINE = 18
_MARGIN = 2
_DOT = 4.0
_DOT_ROOM = 13
_GAP = 8
_NUMBER_GAP = 6
_PLACE_CHARACTERS = 12
"""The room of the read-out's place, such as 'Step 123 456'; a longer one reaches into the gap."""

_NUMBER_CHARACTERS = 9
"""The room of a number, such as 1.234e-12; a longer one, negative with a long exponent, reaches into the gap."""


@dataclass(frozen=True)
class Entry:
    """One curve of the legend: its title, its colour and, while something is read out, its number."""

    title: str
    colour: QColor
    number: str = ""


class CurveLegend(QWidget):
    """Paints the read-out's place at the left and the entries from the right.

    Every number has a room of its own that is free while nothing is read out, so nothing moves when it comes and no
    number is ever left out. Where one line is too short for all of it the numbers have a second one, each behind a
    dot of its curve's colour, and titles that are too long for theirs are shortened; the place stands before the
    numbers, or on a line above them where that is too short as well.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._place = ""
        self._titles, self._numbers = sans(11), mono(11)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._set_lines()

    def set_entries(self, entries: list[Entry], place: str = "") -> None:
        """Show the entries, and `place`, such as 'step 1 035', while the pointer is on the plot."""
        if (entries, place) != (self._entries, self._place):
            titles_stay = [entry.title for entry in entries] == [entry.title for entry in self._entries]
            self._entries, self._place = entries, place
            if not titles_stay:
                self._set_lines()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(max(self._place_room(), self._numbers_room()), self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lower = _MARGIN + (self._lines - 1) * _LINE
        if self._place:
            line = QRect(0, _MARGIN + min(self._lines - 1, 1) * _LINE, self._room_of_place(), _LINE)
            text = QFontMetrics(self._numbers).elidedText(self._place, Qt.TextElideMode.ElideRight, line.width())
            self._write(painter, self._numbers, current().ink, line, text)
        right = edge = self.width()
        for entry, width in zip(reversed(self._entries), reversed(self._title_widths()), strict=True):
            slot = self._slot()
            if self._lines == 1:
                right -= slot
                self._paint_number(painter, entry, QRect(right, lower, slot, _LINE))
            elif entry.number:
                edge -= slot
                self._paint_dot(painter, entry, edge, lower)
                self._paint_number(painter, entry, QRect(edge + _DOT_ROOM, lower, slot - _DOT_ROOM + _GAP, _LINE))
            right -= width
            self._paint_dot(painter, entry, right, _MARGIN)
            box = QRect(right + _DOT_ROOM, _MARGIN, width - _DOT_ROOM, _LINE)
            title = QFontMetrics(self._titles).elidedText(entry.title, Qt.TextElideMode.ElideRight, box.width())
            self._write(painter, self._titles, current().dim, box, title)
            right -= _GAP
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_lines()

    def _set_lines(self) -> None:
        """Take one line where everything fits into one, else two or three; only the titles and the width decide."""
        one = self._place_room() + sum(self._title_room(entry) + self._slot(1) + _GAP for entry in self._entries)
        two = self._place_room() + self._numbers_room()
        self._lines = 1 if one <= self.width() else 2 if two <= self.width() else 3
        self.setFixedHeight(self._lines * _LINE + _MARGIN)

    def _characters(self, count: int) -> int:
        return count * QFontMetrics(self._numbers).horizontalAdvance("0")

    def _place_room(self) -> int:
        return self._characters(_PLACE_CHARACTERS)

    def _room_of_place(self) -> int:
        """Return the width that entries or numbers on the same line leave free."""
        taken = [0, self._numbers_room(), 0][self._lines - 1]
        if self._lines == 1:
            taken = sum(self._title_room(entry) + self._slot(1) + _GAP for entry in self._entries)
        return max(self.width() - taken, 0)

    def _numbers_room(self) -> int:
        """Return the width of all numbers on a line of their own."""
        return len(self._entries) * self._slot(2)

    def _slot(self, lines: int | None = None) -> int:
        """Return the room of a number: behind its title, or behind a dot on a line of its own."""
        if (lines or self._lines) == 1:
            return _NUMBER_GAP + self._characters(_NUMBER_CHARACTERS + 1)
        return _DOT_ROOM + self._characters(_NUMBER_CHARACTERS) + _GAP

    def _title_room(self, entry: Entry) -> int:
        return _DOT_ROOM + QFontMetrics(self._titles).horizontalAdvance(entry.title) + 1

    def _title_widths(self) -> list[int]:
        """Return the widths of the titles: what they need, or less of the longest where they share a short line."""
        widths = [self._title_room(entry) for entry in self._entries]
        while self._lines > 1 and sum(widths) + _GAP * (len(widths) - 1) > self.width() and max(widths) > _DOT_ROOM:
            widths[widths.index(max(widths))] -= 1
        return widths

    def _paint_dot(self, painter: QPainter, entry: Entry, left: int, top: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(entry.colour)
        painter.drawEllipse(QPointF(left + _DOT, top + _LINE / 2), _DOT, _DOT)

    def _paint_number(self, painter: QPainter, entry: Entry, box: QRect) -> None:
        inside = box.adjusted(_NUMBER_GAP, 0, 0, 0) if self._lines == 1 else box
        self._write(painter, self._numbers, current().ink, inside, entry.number)

    def _write(self, painter: QPainter, font: QFont, colour: str, box: QRect, text: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(box, LEFT, text)
