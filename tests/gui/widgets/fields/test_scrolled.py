"""A scroll area gives texts the height that they need, and shows what has the keyboard."""

from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.scrolled import Scrolled


def test_a_text_that_wraps_gets_the_height_of_its_lines(qtbot: QtBot) -> None:
    inner, text = QWidget(), QLabel("many words " * 40)
    text.setWordWrap(True)
    layout = QVBoxLayout(inner)
    for label in (text, QLabel("the line below")):
        layout.addWidget(label)
    area = Scrolled(inner)
    qtbot.addWidget(area)
    area.resize(150, 100)
    area.show()
    qtbot.waitUntil(lambda: text.height() >= text.heightForWidth(text.width()))
    long = inner.height()
    text.setText("few words")
    qtbot.waitUntil(lambda: inner.height() < long)


def test_the_field_that_gets_the_keyboard_comes_into_view(qtbot: QtBot) -> None:
    around, inner, outside = QWidget(), QWidget(), QLineEdit()
    fields = [QLineEdit() for _ in range(30)]
    inside = QVBoxLayout(inner)
    for field in fields:
        inside.addWidget(field)
    area, layout = Scrolled(inner), QVBoxLayout(around)
    layout.addWidget(outside)
    layout.addWidget(area)
    qtbot.addWidget(around)
    around.resize(200, 160)
    with qtbot.waitActive(around):
        around.show()
        around.activateWindow()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    outside.setFocus()
    qtbot.waitUntil(outside.hasFocus)
    fields[0].setFocus()
    qtbot.waitUntil(lambda: not fields[0].visibleRegion().isEmpty())
