"""A field for whole numbers of any size: what is typed is told once, what is not valid is not."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.whole_box import WholeBox

Show = Callable[..., WholeBox]
Enter = Callable[[QAbstractSpinBox, str], None]
HUGE = 2**63 - 1


@pytest.fixture
def told() -> list[int]:
    """What the box on show has told of."""
    return []


@pytest.fixture
def box(show: Show, told: list[int]) -> Callable[..., WholeBox]:
    """Show a box and note what it tells."""

    def make(*limits: object) -> WholeBox:
        shown = show(WholeBox(*limits))
        shown.valueChanged.connect(told.append)
        return shown

    return make


def typed(box: WholeBox, text: str, qtbot: QtBot) -> None:
    box.selectAll()
    qtbot.keyClicks(box, text)


@pytest.mark.parametrize("number", [0, 7, 2**31 - 1, 2**31, 3_000_000_000, HUGE])
def test_a_number_of_any_size_is_shown_typed_and_told(
    box: Callable[..., WholeBox], told: list[int], number: int, qtbot: QtBot
) -> None:
    shown = box(0, HUGE)
    shown.setValue(1)
    told.clear()
    typed(shown, str(number), qtbot)
    assert told == []  # not before it is complete
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert told == [number]
    assert (shown.value(), shown.text()) == (number, str(number))
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert told == [number]


@pytest.mark.parametrize("text", ["9223372036854775808", "-1", "", "1e3", "1.5", "seven"])
def test_what_is_not_valid_goes_back_to_what_was(
    box: Callable[..., WholeBox], told: list[int], text: str, qtbot: QtBot
) -> None:
    shown = box(1, HUGE)
    shown.setValue(42)
    told.clear()
    shown.selectAll()
    qtbot.keyClick(shown, Qt.Key.Key_Delete)
    shown.lineEdit().setText(text)
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert (told, shown.text()) == ([], "42")


def test_no_highest_number_means_no_limit(box: Callable[..., WholeBox], told: list[int], qtbot: QtBot) -> None:
    shown = box(1)
    typed(shown, str(10**30), qtbot)
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert told == [10**30]


def test_the_focus_that_goes_completes_a_number(
    show: Callable[[QWidget], QWidget], told: list[int], qtbot: QtBot
) -> None:
    from PySide6.QtWidgets import QLineEdit, QVBoxLayout

    both = QWidget()
    shown, other = WholeBox(0), QLineEdit()
    layout = QVBoxLayout(both)
    layout.addWidget(shown)
    layout.addWidget(other)
    show(both)
    shown.valueChanged.connect(told.append)
    shown.setFocus()
    typed(shown, "12", qtbot)
    other.setFocus()
    qtbot.waitUntil(lambda: told == [12])


def test_the_lowest_number_can_have_a_name(box: Callable[..., WholeBox], told: list[int], qtbot: QtBot) -> None:
    shown = box(0, 9, "off")
    assert shown.text() == "off"
    qtbot.keyClick(shown, Qt.Key.Key_Up)
    assert (shown.text(), told) == ("1", [1])
    typed(shown, "off", qtbot)
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert (shown.value(), told) == (0, [1, 0])


def test_arrows_stop_at_the_limits(box: Callable[..., WholeBox], told: list[int], qtbot: QtBot) -> None:
    shown = box(1, 3)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(shown, key)
    assert told == [2, 3]
    qtbot.keyClick(shown, Qt.Key.Key_PageDown)
    assert told == [2, 3, 1]


def test_a_number_has_the_room_that_it_takes(box: Callable[..., WholeBox]) -> None:
    shown = box(0, HUGE)
    narrow = shown.sizeHint().width()
    shown.setValue(HUGE)
    room = shown.sizeHint().width() - narrow
    assert room >= shown.fontMetrics().horizontalAdvance("9" * 15)
