"""Undo and redo by key while a field has the keyboard: what is being typed is taken back first, else the last edit."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class UndoKeys(QObject):
    """Watches the field that has the keyboard: a line takes Ctrl+Z for itself, even with nothing to take back."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_typing = False
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        self._is_typing = False
        line = now if isinstance(now, QLineEdit) else None
        if isinstance(now, QAbstractSpinBox):
            line = now.findChild(QLineEdit)
        if now is None or line is None:
            return
        now.installEventFilter(self)  # once more is no other filter: Qt moves the one that is there
        line.textEdited.connect(self._on_text_edited, Qt.ConnectionType.UniqueConnection)

    @Slot(str)
    def _on_text_edited(self, _text: str) -> None:
        self._is_typing = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._is_typing = False
        is_taken = event.type() == QEvent.Type.ShortcutOverride and any(event.matches(key) for key in _KEYS)
        if is_taken and not self._is_typing:
            event.ignore()  # so that the window's own undo gets the key
            return True
        return False
