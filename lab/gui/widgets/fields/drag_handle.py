"""A small handle that is dragged: sideways it changes a number, up and down it moves what it belongs to."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget


class DragHandle(QLabel):
    """Tells how far it is dragged along its axis, in pixels, and where it is let go."""

    dragged = Signal(int)  # pixels from where it was pressed
    dropped = Signal(int, QPoint)  # pixels, and the place on the screen
    pressed = Signal()

    def __init__(self, text: str, sideways: bool, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._sideways = sideways
        self._start: QPoint | None = None
        self.setCursor(Qt.CursorShape.SizeHorCursor if sideways else Qt.CursorShape.SizeVerCursor)
        self.setToolTip(help_text)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _way(self, event: QMouseEvent) -> int:
        assert self._start is not None
        way = event.globalPosition().toPoint() - self._start
        return way.x() if self._sideways else way.y()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start = event.globalPosition().toPoint()
            self.pressed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            self.dragged.emit(self._way(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            way = self._way(event)
            self._start = None
            self.dropped.emit(way, event.globalPosition().toPoint())
