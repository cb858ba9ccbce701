"""Exactly one of the buttons is down, whoever puts it there."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.segmented import Segmented


@pytest.fixture
def row(qtbot: QtBot) -> Segmented:
    widget = Segmented()
    qtbot.addWidget(widget)
    widget.set_items(["m examples", "1 example", "both"], ["rows", "columns", ""])
    widget.show()
    return widget


def buttons(row: Segmented) -> list[QPushButton]:
    return row.findChildren(QPushButton)


def test_other_items_are_on_show_at_once(row: Segmented) -> None:
    old = buttons(row)
    row.set_items(["left", "right"])
    assert [button.text() for button in buttons(row) if button.isVisible()] == ["left", "right"]
    assert not any(button.isVisible() for button in old)


def test_first_is_down_at_first(row: Segmented) -> None:
    assert row.current() == 0
    assert [button.isChecked() for button in buttons(row)] == [True, False, False]


def test_click_puts_one_down_and_the_other_up(row: Segmented, qtbot: QtBot) -> None:
    with qtbot.waitSignal(row.current_changed) as told:
        qtbot.mouseClick(buttons(row)[2], Qt.MouseButton.LeftButton)
    assert told.args == [2]
    assert [button.isChecked() for button in buttons(row)] == [False, False, True]


def test_click_on_what_is_down_changes_nothing(row: Segmented, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(row.current_changed):
        qtbot.mouseClick(buttons(row)[0], Qt.MouseButton.LeftButton)
    assert row.current() == 0


def test_arrow_keys_move_along_the_row(row: Segmented, qtbot: QtBot) -> None:
    row.activateWindow()
    buttons(row)[0].setFocus()
    qtbot.keyClick(buttons(row)[0], Qt.Key.Key_Right)
    assert row.current() == 1
    qtbot.keyClick(buttons(row)[1], Qt.Key.Key_Left)
    assert row.current() == 0


def test_program_can_choose_and_is_told_once(row: Segmented, qtbot: QtBot) -> None:
    told: list[int] = []
    row.current_changed.connect(told.append)
    row.set_current(1)
    row.set_current(1)
    assert told == [1]
    with pytest.raises(IndexError, match="no button 3"):
        row.set_current(3)


def test_new_items_take_the_place_of_the_old(row: Segmented, qtbot: QtBot) -> None:
    row.set_current(2)
    with qtbot.assertNotEmitted(row.current_changed):
        row.set_items(["mean", "sum"])
    assert row.current() == 0
    row.set_current(1)
    with pytest.raises(IndexError, match="no button 2"):
        row.set_current(2)


def test_buttons_have_names_and_tooltips(row: Segmented) -> None:
    assert [button.accessibleName() for button in buttons(row)] == ["m examples", "1 example", "both"]
    assert [button.toolTip() for button in buttons(row)] == ["rows", "columns", ""]
    with pytest.raises(ValueError, match="1 tooltips for 2 items"):
        row.set_items(["mean", "sum"], ["only one"])
