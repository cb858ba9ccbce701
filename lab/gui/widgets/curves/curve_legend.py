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
_DOT_ROOM = 14
_GAP = 12
_NUMBER_GAP = 6
_PLACE_CHARACTERS = 14
"""The room of the read-out's place, such as 'Step 1 234 567'."""

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
    number is ever left out. Where one line is too short for all of it the numbers have a second one, and titles
    that are too long for their share of it are shortened.
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
        numbers = len(self._entries) * (self._number_room() + _GAP)
        return QSize(self._place_room() + numbers, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = current()
        two_lines = self._lines == 2
        if self._place:
            line = QRect(0, _MARGIN + (_LINE if two_lines else 0), self.width(), _LINE)
            self._write(painter, self._numbers, theme.ink, line, self._place)
        right = self.width()
        widths = self._shared_widths() if two_lines else [self._width(entry) for entry in self._entries]
        for entry, width in zip(reversed(self._entries), reversed(widths), strict=True):
            self._paint_entry(painter, entry, QRect(right - width, _MARGIN, width, _LINE))
            right -= width + _GAP
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_lines()

    def _set_lines(self) -> None:
        """Take one line where everything fits into one, else two; only the titles and the width decide."""
        one = self._place_room() + sum(self._width(entry) + _GAP for entry in self._entries)
        self._lines = 1 if one <= self.width() else 2
        self.setFixedHeight(self._lines * _LINE + _MARGIN)

    def _place_room(self) -> int:
        return _PLACE_CHARACTERS * QFontMetrics(self._numbers).horizontalAdvance("0")

    def _number_room(self) -> int:
        return _NUMBER_CHARACTERS * QFontMetrics(self._numbers).horizontalAdvance("0")

    def _title_room(self, entry: Entry) -> int:
        return _DOT_ROOM + QFontMetrics(self._titles).horizontalAdvance(entry.title) + 1

    def _width(self, entry: Entry) -> int:
        return self._title_room(entry) + _NUMBER_GAP + self._number_room() + _GAP

    def _shared_widths(self) -> list[int]:
        """Return the widths of titles that stand above their numbers: what they need, or less of the longest ones."""
        least = self._number_room()
        widths = [max(self._title_room(entry), least) for entry in self._entries]
        spare = self.width() - sum(widths) - _GAP * (len(widths) - 1) - self._place_room()
        while spare < 0 and max(widths, default=0) > least:
            longest = widths.index(max(widths))
            widths[longest] -= 1
            spare += 1
        return widths

    def _paint_entry(self, painter: QPainter, entry: Entry, box: QRect) -> None:
        theme = current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(entry.colour)
        painter.drawEllipse(QPointF(box.x() + _DOT, box.y() + _LINE / 2), _DOT, _DOT)
        room = box.width() - _DOT_ROOM - (0 if self._lines == 2 else _NUMBER_GAP + self._number_room() + _GAP)
        title = QFontMetrics(self._titles).elidedText(entry.title, Qt.TextElideMode.ElideRight, room)
        self._write(painter, self._titles, theme.dim, box.adjusted(_DOT_ROOM, 0, 0, 0), title)
        if entry.number:
            beneath = QRect(box.x(), box.y() + _LINE, box.width() + _GAP, _LINE)
            beside = box.adjusted(_DOT_ROOM + room + _NUMBER_GAP, 0, 0, 0)
            self._write(painter, self._numbers, theme.ink, beneath if self._lines == 2 else beside, entry.number)

    def _write(self, painter: QPainter, font: QFont, colour: str, box: QRect, text: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(box, LEFT, text)
