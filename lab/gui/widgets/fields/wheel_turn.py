"""The mouse wheel over a field: without focus it scrolls what is around the field, with focus a turn is one change."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget

TURN_ENDS_AFTER = 300
"""Milliseconds without another notch of the wheel."""

_ENDS_A_TURN = (QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)


def scroll_past(widget: QWidget) -> None:
    """Let the wheel pass over a widget to what is around it, unless the widget has the focus."""
    WheelGuard(widget).watch(widget)


def take_turns(field: QAbstractSpinBox | QComboBox) -> None:
    """Let the wheel pass unless the field has the focus; a turn of many notches is told as one change, at its end."""
    _WheelTurn(field, _told(field))


def _told(field: QAbstractSpinBox | QComboBox) -> Callable[[], None]:
    """Return what tells of a field's value as the user's own choice."""
    if isinstance(field, QComboBox):

        def tell_choice() -> None:
            field.activated.emit(field.currentIndex())
            field.textActivated.emit(field.currentText())

        return tell_choice
    return lambda: field.valueChanged.emit(field.value())  # type: ignore[attr-defined]  # as all boxes for numbers have


class WheelGuard(QObject):
    """Keeps the wheel from the widgets that it watches while they have no focus."""

    def watch(self, widget: QWidget) -> None:
        """Watch one more widget."""
        if widget.focusPolicy() == Qt.FocusPolicy.WheelFocus:
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # else the wheel would give a field the focus
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()  # so that Qt offers it to the parent
            return True
        return False


class _WheelTurn(WheelGuard):
    """Holds a field's signals back while the wheel turns, and tells of the value once when it rests."""

    def __init__(self, field: QAbstractSpinBox | QComboBox, tell: Callable[[], None]) -> None:
        super().__init__(field)
        self.watch(field)
        self._field = field
        self._tell = tell
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(TURN_ENDS_AFTER)
        self._rest.timeout.connect(self._on_timeout)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if super().eventFilter(watched, event):
            return True
        if isinstance(event, QWheelEvent):
            self._turn(event)
            return True
        if event.type() in _ENDS_A_TURN and self._rest.isActive():
            self._rest.stop()
            self._tell()
        return False

    def _turn(self, event: QWheelEvent) -> None:
        before = self._shown()
        blocked = self._field.blockSignals(True)
        self._field.wheelEvent(event)
        self._field.blockSignals(blocked)
        event.accept()  # at the end of its range too: a field in use does not let the page jump away
        if self._shown() != before:
            self._rest.start()

    def _shown(self) -> float:
        if isinstance(self._field, QComboBox):
            return self._field.currentIndex()
        value: float = self._field.value()  # type: ignore[attr-defined]
        return value

    @Slot()
    def _on_timeout(self) -> None:
        self._tell()
