"""A line of text that ends in dots where it has no room; its tooltip then begins with the whole text."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QToolTip, QWidget

_NARROWEST_CHARACTER = 2
"""Pixels of a character at the least."""


class ElidedLabel(QLabel):
    """Takes the room of its text where there is enough, and never asks for more than `narrowest` pixels.

    With `widest` it asks for the room of that text, whatever it shows: a new text then lays nothing out again.
    """

    def __init__(self, narrowest: int = 40, widest: str = "", parent: QWidget | None = None) -> None:
        super().__init__(widest, parent)
        self._narrowest = narrowest
        self._has_fixed_room = bool(widest)
        self._text = ""
        self._shown: tuple[str, int, str] = ("", 0, "")
        """A text, the room that it has, and what of it is shown."""
        self._ground: QPixmap | None = None
        """What is behind the text: the style takes longer for it than for the text."""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            if not self._has_fixed_room:
                super().setText(text)
            self.update()

    def shown_text(self) -> str:
        """Return the text as it is painted."""
        room = self.contentsRect().width()
        if self._shown[:2] != (self._text, room):
            fitting = self._text[: max(room, 0) // _NARROWEST_CHARACTER + 1]  # a text of pages takes long to measure
            shown = self.fontMetrics().elidedText(fitting, Qt.TextElideMode.ElideRight, room)
            self._shown = self._text, room, shown
        return self._shown[2]

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().boundedTo(QSize(self._narrowest, self.sizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._ground is None or self._ground.devicePixelRatioF() != self.devicePixelRatioF():
            self._ground = self._drawn_ground()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment()), self.shown_text())
        painter.end()

    def _drawn_ground(self) -> QPixmap:
        ground = QPixmap(self.size() * self.devicePixelRatioF())
        ground.setDevicePixelRatio(self.devicePixelRatioF())
        ground.fill(Qt.GlobalColor.transparent)
        painter, option = QPainter(ground), QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        painter.end()
        return ground

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._ground = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        self._ground, self._shown = None, ("", 0, "")  # another style, font, palette or state
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        cut = event.type() == QEvent.Type.ToolTip and self.shown_text() != self._text
        if cut and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), f"{self._text}\n{self.toolTip()}".strip(), self)
            return True
        return super().event(event)
