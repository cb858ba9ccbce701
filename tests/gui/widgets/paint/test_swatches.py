"""Exactly one class is chosen, each is named with its count, and the colours are the theme's."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.paint.swatches import Swatch, Swatches


@pytest.fixture
def row(qtbot: QtBot) -> Swatches:
    widget = Swatches()
    qtbot.addWidget(widget)
    widget.set_names(["blue", "orange", "green"])
    widget.show()
    return widget


def shown(row: Swatches) -> list[Swatch]:
    return [swatch for swatch in row.findChildren(Swatch) if not swatch.isHidden()]


def test_first_is_chosen_at_first(row: Swatches) -> None:
    assert row.current() == 0
    assert [swatch.isChecked() for swatch in shown(row)] == [True, False, False]


def test_click_chooses_and_tells(row: Swatches, qtbot: QtBot) -> None:
    with qtbot.waitSignal(row.current_changed) as told:
        qtbot.mouseClick(shown(row)[2], Qt.MouseButton.LeftButton)
    assert told.args == [2]
    assert [swatch.isChecked() for swatch in shown(row)] == [False, False, True]


def test_arrow_keys_move_along_the_row(row: Swatches, qtbot: QtBot) -> None:
    row.activateWindow()
    shown(row)[0].setFocus()
    qtbot.keyClick(shown(row)[0], Qt.Key.Key_Right)
    assert row.current() == 1


def test_program_can_choose_and_is_told_once(row: Swatches) -> None:
    told: list[int] = []
    row.current_changed.connect(told.append)
    row.set_current(1)
    row.set_current(1)
    assert told == [1]
    for number in (-1, 3):
        with pytest.raises(IndexError, match=f"no button {number}; there are 3"):
            row.set_current(number)


def test_more_classes_leave_the_chosen_one_and_the_counts(row: Swatches, qtbot: QtBot) -> None:
    row.set_counts([4, 5, 6])
    row.set_current(2)
    with qtbot.assertNotEmitted(row.current_changed):
        row.set_names(["blue", "orange", "green", "pink"])
    assert row.current() == 2
    qtbot.waitUntil(lambda: len(shown(row)) == 4)
    assert [swatch.accessibleName() for swatch in shown(row)][2:] == ["Class green, 6 points", "Class pink, 0 points"]


def test_the_last_is_chosen_where_the_chosen_one_goes(row: Swatches, qtbot: QtBot) -> None:
    row.set_current(2)
    with qtbot.waitSignal(row.current_changed) as told:
        row.set_names(["blue", "orange"])
    assert told.args == [1]
    assert row.current() == 1
    assert len(shown(row)) == 2


def test_counts_are_said_in_names_and_tooltips(row: Swatches) -> None:
    row.set_counts([0, 1, 20000])
    names = [swatch.accessibleName() for swatch in shown(row)]
    assert names == ["Class blue, 0 points", "Class orange, 1 point", "Class green, 20\u202f000 points"]
    assert "key 3" in shown(row)[2].toolTip()
    with pytest.raises(ValueError, match="zip"):
        row.set_counts([1, 2])


@pytest.mark.parametrize("name", ["dark", "light"])
def test_discs_have_the_colours_of_the_theme(
    row: Swatches, picture: Callable[[QWidget], QImage], dressed: Callable[[str], None], name: str
) -> None:
    dressed(name)
    for swatch, colour in zip(shown(row), theme.class_colours(), strict=False):
        assert picture(swatch).pixelColor(14, swatch.height() // 2).name() == colour


def test_a_count_of_twenty_thousand_has_room(row: Swatches) -> None:
    before = [swatch.sizeHint() for swatch in shown(row)]
    row.set_counts([20000] * 3)
    assert [swatch.sizeHint() for swatch in shown(row)] == before
