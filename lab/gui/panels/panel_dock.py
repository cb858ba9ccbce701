"""A dock around a panel: the panel is hidden while another tab is in front of it, so that it takes no keys unseen."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from lab.gui.widgets.fields.panel_frame import framed

_FRAME = 2
_ANY_HEIGHT = 2**24 - 1


def on_screen(place: QRect, screens: Sequence[QRect]) -> QRect:
    """Return where a floating window is to be: its place where a screen has all of it, else moved into the nearest."""
    if any(screen.contains(place) for screen in screens):
        return place
    best = max(screens, key=lambda screen: _area(screen.intersected(place)))
    size = place.size().boundedTo(best.size())
    left = min(max(place.x(), best.left()), best.right() + 1 - size.width())
    top = min(max(place.y(), best.top()), best.bottom() + 1 - size.height())
    return QRect(QPoint(left, top), size)


def _area(place: QRect) -> int:
    return max(place.width(), 0) * max(place.height(), 0)


class PanelDock(QDockWidget):
    """Holds a panel at least `width` pixels wide; saved layouts know the dock by its name.

    Qt only moves the docks behind a tab out of sight, where Tab still goes into them.
    """

    def __init__(self, name: str, title: str, panel: QWidget, width: int, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(f"dock_{name}")
        self.setWhatsThis(panel.whatsThis())  # which the help tells
        panel.setMinimumWidth(width)
        frame = framed(panel)
        policy = frame.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the docks keep their sizes whichever is in front
        frame.setSizePolicy(policy)
        self.setWidget(frame)
        self._content: QWidget | None = None
        self._asked = (0, 0)
        self.visibilityChanged.connect(self._on_visibility_changed)

    def keep_to(self, content: QWidget) -> None:
        """Make the dock as high as what scrolls in it needs, now and whenever that changes; it is never higher."""
        self._content = content
        content.installEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._content is not None:
            QTimer.singleShot(0, self, self._keep)  # the window is still sharing out its room

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self._keep()
        return super().eventFilter(watched, event)

    @Slot()
    def _keep(self) -> None:
        window, content = self.parentWidget(), self._content
        if content is None or not isinstance(window, QMainWindow):
            return
        height = content.sizeHint().height() + _FRAME
        alone = not self.isFloating() and not window.tabifiedDockWidgets(self)
        self.widget().setMaximumHeight(height if alone else _ANY_HEIGHT)
        asked = (height, window.height())
        if alone and self.isVisible() and height != self.widget().height() and asked != self._asked:
            self._asked = asked  # once: there may not be so much room, and the user may want another share
            window.resizeDocks([self], [height + self.height() - self.widget().height()], Qt.Orientation.Vertical)

    @Slot(bool)
    def _on_visibility_changed(self, visible: bool) -> None:
        self.widget().setVisible(visible)
