"""Shares that sum to 1 as bars with names, such as what a network gives each class: the largest one stands out."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from lab.gui.theme import Theme, mono, sans
from lab.gui.widgets.drawing.painted_area import PaintedArea
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT

_LINE = 20
_BAR = 11
_GAP = 8
_LONGEST_NAME = 150
_WIDEST = "100.0 %"


class ShareBars(PaintedArea):
    """Paints a line for each name: its bar, from nothing to the whole width at 1, and the share in per cent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._shares: list[float] = []
        self._best = self._marked = -1
        self.setAccessibleName("Share of each class")

    def set_shares(self, names: Sequence[str], shares: Sequence[float], marked: int = -1) -> None:
        """Show shares, one for each name; `marked` is the number of a name that is told apart, -1 for none.

        Raises ValueError where there is not one share for each name.
        """
        if len(names) != len(shares):
            raise ValueError(f"shares: {len(shares)} for {len(names)} names; each name must have one.")
        is_other = len(names) != len(self._names)
        self._names, self._shares, self._marked = list(names), [float(share) for share in shares], marked
        known = [-math.inf if math.isnan(share) else share for share in self._shares]
        self._best = known.index(max(known)) if known else -1
        order = sorted(range(len(known)), key=lambda index: -known[index])[:3]
        told = (f"{self._names[index]} {share_percent(self._shares[index])}" for index in order)
        self.setAccessibleDescription(", ".join(told))
        if is_other:
            self._fit()
        self.viewport().update()

    def best(self) -> int:
        """Return the number of the largest share, -1 where there are none."""
        return self._best

    def text(self) -> str:
        """Return all lines as they are read."""
        return "\n".join(
            f"{name} {share_percent(share)}" for name, share in zip(self._names, self._shares, strict=True)
        )

    def sizeHint(self) -> QSize:
        return QSize(260, min(max(len(self._names), 3), 12) * _LINE + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, min(max(len(self._names), 2), 10) * _LINE + 6)

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
        names = QFontMetrics(sans(12))
        widest = max((names.horizontalAdvance(name) for name in self._names), default=0)
        name_room, number_room = min(widest, _LONGEST_NAME) + 2, QFontMetrics(mono(11)).horizontalAdvance(_WIDEST) + 2
        for index in range(first, last):
            line = QRect(4, index * _LINE + 2 - scrolled, self.viewport().width() - 10, _LINE)
            self._paint_line(painter, line, index, name_room, number_room)
        self._paint_focus(painter)
        painter.end()

    def _paint_line(self, painter: QPainter, line: QRect, index: int, name_room: int, number_room: int) -> None:
        is_best, share = index == self._best, self._shares[index]
        ink = QColor(self._theme.ink if is_best else self._theme.dim)
        painter.setFont(sans(12))
        painter.setPen(ink)
        name = painter.fontMetrics().elidedText(self._names[index], Qt.TextElideMode.ElideRight, name_room)
        painter.drawText(QRect(line.x(), line.y(), name_room, _LINE), LEFT, name)
        left = line.x() + name_room + _GAP
        room = max(line.width() - name_room - number_room - 2 * _GAP, 8)
        top = line.y() + (_LINE - _BAR) // 2
        painter.fillRect(left, top, room, _BAR, QColor(self._theme.inset))
        if share > 0:
            colour = QColor(self._theme.primary if is_best else self._theme.edge)
            painter.fillRect(left, top, max(round(room * min(share, 1.0)), 1), _BAR, colour)
        if index == self._marked:
            painter.setPen(QColor(self._theme.ok))
            painter.drawRect(left - 1, top - 2, room + 1, _BAR + 3)
            painter.setPen(ink)
        painter.setFont(mono(11))
        painter.drawText(QRect(left + room + _GAP, line.y(), number_room, _LINE), RIGHT, share_percent(share))

    def _dress(self, theme: Theme) -> None:
        """Nothing is kept of a theme: every line takes its colours as it is painted."""


def share_percent(share: float) -> str:
    """Return a share in per cent with one digit; NaN as a dash."""
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"
