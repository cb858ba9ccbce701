"""A line of text that ends in dots where it has no room; its tooltip then begins with the whole text."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QToolTip, QWidget


class ElidedLabel(QLabel):
    """Takes the room of its whole text where there is enough, and never asks for more than `narrowest` pixels."""

    def __init__(self, narrowest: int = 40, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._narrowest = narrowest
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def shown_text(self) -> str:
        """Return the text as it is painted."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())

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
        cut = event.type() == QEvent.Type.ToolTip and self.shown_text() != self.text()
        if cut and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), f"{self.text()}\n{self.toolTip()}".strip(), self)
            return True
        return super().event(event)
