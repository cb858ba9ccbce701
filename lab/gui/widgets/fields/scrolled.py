"""A column of fields that scrolls where it is higher than its room."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

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
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)

    def scroll_sideways(self, narrowest: int) -> None:
        """Let the area be narrower than its content, down to so many pixels, and scroll sideways then."""
        self._narrowest = narrowest
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Scroll to what has the keyboard where none of it is in view: Tab may come from outside the area."""
        if now is not None and self._inner.isAncestorOf(now) and now.visibleRegion().isEmpty():
            self.ensureWidgetVisible(now)

    def _fit_height(self) -> None:
        """Give the content the height that its texts need in this width: Qt asks for that of a wide one only."""
        layout = self._inner.layout()
        if layout is not None and layout.hasHeightForWidth():
            wanted = layout.totalMinimumHeightForWidth(max(self.viewport().width(), self._inner.minimumWidth()))
            if wanted != self._inner.minimumHeight():
                self._inner.setMinimumHeight(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inner and event.type() == QEvent.Type.LayoutRequest:
            self._fit_height()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return self._inner.sizeHint()

    def minimumSizeHint(self) -> QSize:
        if self._narrowest is not None:
            return QSize(self._narrowest, _LEAST)
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._inner.minimumSizeHint().width() + bar, _LEAST)
