"""An axis of a plot that writes given texts at given values, and nothing else.

pyqtgraph's own axis plans texts and lines of several levels and records them as a picture whenever a range changes,
which takes longer than all curves. What else an axis does, its name and its place beside the view, stays pyqtgraph's.
"""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from lab.gui.theme import mono
from lab.gui.widgets.drawing.axis_ticks import Tick

TEXT_GAP = 5
"""Pixels between the texts and the plot."""

_WHOLE = Qt.AlignmentFlag.AlignCenter.value | Qt.TextFlag.TextDontClip.value
_TEXT_STEP = 8
"""The room of the texts beside the plot changes by that many pixels, so that the plot rarely moves."""


class TickAxis(pg.AxisItem):
    """The left or the bottom axis; it is kept as a picture until its texts change."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.ticks: list[Tick] = []
        """Places and texts."""
        self._line, self._ink = QColor(), QColor()
        self._room = 0
        self.enableAutoSIPrefix(False)
        self.setStyle(
            tickLength=0, tickTextOffset=TEXT_GAP, autoExpandTextSpace=False,
            hideOverlappingLabels=False,  # which lets a text at an end reach beyond it
        )  # fmt: skip
        self.setZValue(-1)
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)  # it touches what a new point repaints

    def set_colours(self, line: str, ink: str) -> None:
        """Draw the line along the plot and the texts in these colours."""
        self._line, self._ink = QColor(line), QColor(ink)
        self.update()

    def set_ticks(self, ticks: Sequence[Tick]) -> None:
        """Write these texts at their values; beside the plot there is room for the widest."""
        self.ticks = list(ticks)
        if self.orientation == "left":
            metrics = QFontMetrics(mono(10))
            room = max((metrics.horizontalAdvance(text) for _, text in ticks), default=0) + TEXT_GAP
            room = -(-room // _TEXT_STEP) * _TEXT_STEP
            if room != self._room:
                self._room = room
                self.setStyle(tickTextWidth=room)
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        width, height = self.size().width(), self.size().height()
        painter.setFont(mono(10))
        beside = self.orientation == "left"
        painter.fillRect(QRectF(width - 1, 0, 1, height) if beside else QRectF(0, 0, width, 1), self._line)
        painter.setPen(self._ink)
        for value, text in self.ticks:
            painter.drawText(self.text_box(value, text), _WHOLE, text)

    def text_box(self, value: float, text: str) -> QRectF:
        """Return where the text of a value is written, in the axis' own pixels."""
        low, high = self.range
        share, metrics = (value - low) / (high - low), QFontMetrics(mono(10))
        room = QRectF(0, 0, metrics.horizontalAdvance(text), metrics.height())
        if self.orientation == "left":
            room.moveRight(self.size().width() - TEXT_GAP)
            room.moveTop(self.size().height() * (1 - share) - room.height() / 2)
        else:
            room.moveLeft(self.size().width() * share - room.width() / 2)
            room.moveTop(TEXT_GAP - 2)
        return room
