"""A column of fields that scrolls where it is higher than its room."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LEAST = 44


class Scrolled(QScrollArea):
    """Shows a widget as wide as the area; Tab goes to what is inside and never stops at the area itself."""

    def __init__(self, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = inner
        self._narrowest: int | None = None
        self.setWidget(inner)

    def scroll_sideways(self, narrowest: int) -> None:
        """Let the area be narrower than its content, down to so many pixels, and scroll sideways then."""
        self._narrowest = narrowest
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def sizeHint(self) -> QSize:
        return self._inner.sizeHint()

    def minimumSizeHint(self) -> QSize:
        if self._narrowest is not None:
            return QSize(self._narrowest, _LEAST)
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._inner.minimumSizeHint().width() + bar, _LEAST)
