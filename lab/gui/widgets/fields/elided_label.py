"""A line of text that ends in dots where it has no room; its tooltip then begins with the whole text."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QToolTip, QWidget


class ElidedLabel(QLabel):
    """Takes the room of its text where there is enough, and never asks for more than `narrowest` pixels.

    With `widest` it asks for the room of that text, whatever it shows: a new text then lays nothing out again.
    """

    def __init__(self, narrowest: int = 40, widest: str = "", parent: QWidget | None = None) -> None:
        super().__init__(widest, parent)
        self._narrowest = narrowest
        self._has_fixed_room = bool(widest)
        self._text = ""
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
        return self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().boundedTo(QSize(self._narrowest, self.sizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        box, flags = self.contentsRect(), int(self.alignment())
        ink = QPalette.ColorRole.WindowText
        self.style().drawItemText(painter, box, flags, self.palette(), self.isEnabled(), self.shown_text(), ink)
        painter.end()

    def event(self, event: QEvent) -> bool:
        cut = event.type() == QEvent.Type.ToolTip and self.shown_text() != self._text
        if cut and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), f"{self._text}\n{self.toolTip()}".strip(), self)
            return True
        return super().event(event)
