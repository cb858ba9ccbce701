"""A button with a long and a short text: the room decides, and its shortcut stays."""

from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.short_button import ShortButton


def test_the_room_decides_which_text_is_shown(qtbot: QtBot, application: object) -> None:
    button = ShortButton("Next equation", "Next")
    button.setShortcut(QKeySequence("Ctrl+."))
    qtbot.addWidget(button)
    button.show()
    for width, text in ((button.sizeHint().width(), "Next equation"), (button.minimumSizeHint().width(), "Next")):
        button.resize(width, 30)
        assert button.text() == text
    button.resize(300, 30)
    assert button.text() == "Next equation"
    assert button.shortcut() == QKeySequence("Ctrl+.")
    assert button.accessibleName() == "Next equation"
    button.set_texts("Stop", "Stop")
    assert button.text() == "Stop"
    assert button.shortcut() == QKeySequence("Ctrl+.")
