"""Ctrl+Z in a field takes back what is being typed, and with nothing typed the window's last edit."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.undo_keys import UndoKeys


@pytest.mark.parametrize("kind", [QLineEdit, QSpinBox])
def test_undo_is_the_windows_own_unless_something_is_being_typed(
    qtbot: QtBot, kind: type[QLineEdit | QSpinBox]
) -> None:
    window, inner = QMainWindow(), QWidget()
    qtbot.addWidget(window)
    window.setCentralWidget(inner)
    field, other = kind(), QLineEdit()
    for each in (other, field):
        QVBoxLayout(inner) if inner.layout() is None else None
        inner.layout().addWidget(each)
    undone: list[bool] = []
    undo = QAction("Undo", window)
    undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
    undo.triggered.connect(lambda: undone.append(True))
    window.addAction(undo)
    UndoKeys(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    other.setFocus()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)

    def press_undo() -> None:
        qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    press_undo()
    assert len(undone) == 1
    qtbot.keyClicks(field, "7")
    typed = field.text()
    press_undo()
    assert (len(undone), field.text() == typed) == (1, False)
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    press_undo()
    assert len(undone) == 2
