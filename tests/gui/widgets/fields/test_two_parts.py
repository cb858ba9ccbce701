"""A row in two parts stands side by side where there is room, else one above the other."""

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.two_parts import TwoParts, part_of


def test_the_second_part_goes_below_where_the_room_is_short(qtbot: QtBot) -> None:
    first, second = part_of((QPushButton("one"), QPushButton("two"))), QPushButton("three")
    around = QWidget()
    row = TwoParts(first, second)
    row.setParent(around)
    qtbot.addWidget(around)
    row.resize(600, 40)
    around.show()
    qtbot.waitUntil(lambda: second.x() > first.geometry().right())
    assert row.minimumSizeHint().width() == max(first.minimumSizeHint().width(), second.minimumSizeHint().width())
    row.resize(row.minimumSizeHint().width(), 100)
    qtbot.waitUntil(lambda: second.y() > first.geometry().bottom())
    row.resize(600, 40)
    qtbot.waitUntil(lambda: second.x() > first.geometry().right())
