"""A button that says the same in fewer words where a row has no room for all of them."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget


class ShortButton(QPushButton):
    """Asks for the room of its long text, and takes no less than that of its short one."""

    def __init__(self, long: str, short: str, parent: QWidget | None = None) -> None:
        super().__init__(long, parent)
        self._texts = (long, short)
        self.setAccessibleName(long)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_texts(self, long: str, short: str) -> None:
        """Say something else; the same again lays nothing out."""
        if (long, short) == self._texts:
            return
        self._texts = (long, short)
        self.setAccessibleName(long)
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:
        return self._size_of(self._texts[0])

    def minimumSizeHint(self) -> QSize:
        return self._size_of(self._texts[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Choose the text anew where the style sheet or the font has come: they change the room that it needs."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _size_of(self, text: str) -> QSize:
        """Return the size of the button with another text: what surrounds the text stays."""
        shown, metrics = super().sizeHint(), self.fontMetrics()
        return shown + QSize(metrics.horizontalAdvance(text) - metrics.horizontalAdvance(self.text()), 0)

    def _fit(self) -> None:
        long, short = self._texts
        wanted = long if self.width() >= self._size_of(long).width() else short
        if wanted != self.text():
            keys = self.shortcut()
            self.setText(wanted)
            self.setShortcut(keys)  # which a text without a mnemonic takes away
