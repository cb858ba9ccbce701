"""The line above a plot: what each colour means at the right, and the read-out under the pointer."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.gui.theme import current, mono, sans
from lab.gui.widgets.drawing.text_align import LEFT

_HEIGHT = 20
_DOT = 4.0
_GAP = 16


@dataclass(frozen=True)
class Entry:
    """One curve of the legend: its title, its colour and, while something is read out, its number."""

    title: str
    colour: QColor
    number: str = ""


class CurveLegend(QWidget):
    """Paints entries from the right and the read-out's place at the left; entries that find no room are left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._place = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_entries(self, entries: list[Entry], place: str = "") -> None:
        """Show the entries, and `place`, such as 'step 1 035', while the pointer is on the plot."""
        if (entries, place) != (self._entries, self._place):
            self._entries, self._place = entries, place
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        titles, numbers = sans(11), mono(11)
        line = self.rect()
        painter.setFont(numbers)
        painter.setPen(QColor(current().ink))
        painter.drawText(line, LEFT, self._place)
        edge = QFontMetrics(numbers).horizontalAdvance(self._place) + _GAP
        right = line.right()
        for entry in reversed(self._entries):
            width = self._width(entry, titles, numbers)
            if right - width < edge:
                break
            self._paint_entry(painter, entry, right - width, titles, numbers)
            right -= width + _GAP
        painter.end()

    def _width(self, entry: Entry, titles: QFont, numbers: QFont) -> int:
        width = QFontMetrics(titles).horizontalAdvance(entry.title) + 14
        return width + (QFontMetrics(numbers).horizontalAdvance(entry.number) + 6 if entry.number else 0)

    def _paint_entry(self, painter: QPainter, entry: Entry, left: int, titles: QFont, numbers: QFont) -> None:
        theme = current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(entry.colour)
        painter.drawEllipse(QPointF(left + _DOT, self.height() / 2), _DOT, _DOT)
        painter.setPen(QColor(theme.dim))
        painter.setFont(titles)
        line = QRect(left + 14, 0, self.width(), self.height())
        painter.drawText(line, LEFT, entry.title)
        if entry.number:
            line.translate(QFontMetrics(titles).horizontalAdvance(entry.title) + 6, 0)
            painter.setPen(QColor(theme.ink))
            painter.setFont(numbers)
            painter.drawText(line, LEFT, entry.number)
