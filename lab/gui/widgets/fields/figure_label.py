"""A label for a figure that changes while a run goes on: its size is fixed, so a new text lays nothing out again."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QLabel, QWidget

_LARGEST = QSize(16777215, 16777215)


class FigureLabel(QLabel):
    """Has the room of the widest text so far, or of one that is given, whatever it shows now.

    A label of any other size has the layouts around it done anew with every text, whether it fits or not.
    """

    def __init__(self, widest: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._widest = widest
        self._advance = 0
        self._fix_size()

    def setText(self, text: str) -> None:
        if text == self.text():
            return
        super().setText(text)
        if self.fontMetrics().horizontalAdvance(text) > self._advance:
            self._widest = text
            self._fix_size()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fix_size()

    def _fix_size(self) -> None:
        text = self.text()
        self._advance = self.fontMetrics().horizontalAdvance(self._widest)
        super().setText(self._widest)
        self.setMinimumSize(0, 0)
        self.setMaximumSize(_LARGEST)
        self.setFixedSize(self.sizeHint())
        super().setText(text)
