"""The chosen column has its sentence, and its parts or its order where it has them."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from lab.gui.widgets.importing.column_detail import ColumnDetail

PARTS = [("year", "Year", "as 2026", True), ("month", "Month", "1 to 12", False), ("weekday", "Weekday", "0 on", True)]


@pytest.fixture
def detail(qtbot: QtBot) -> ColumnDetail:
    widget = ColumnDetail()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def texts(detail: ColumnDetail) -> list[str]:
    return [detail.order.item(place).text() for place in range(detail.order.count())]


def test_a_plain_column_has_a_sentence_only(detail: ColumnDetail) -> None:
    detail.show_column("age: <one> input.")
    assert detail.sentence.text() == "age: <one> input."
    assert detail.sentence.textFormat() == Qt.TextFormat.PlainText
    assert not detail.boxes
    assert not detail.order.isVisible()


def test_parts_are_chosen_in_the_order_of_the_offer(detail: ColumnDetail, qtbot: QtBot) -> None:
    detail.show_column("born", PARTS)
    checked = {name: box.isChecked() for name, box in detail.boxes.items()}
    assert checked == {"year": True, "month": False, "weekday": True}
    assert detail.boxes["month"].toolTip() == "1 to 12"
    with qtbot.waitSignal(detail.parts_chosen) as told:
        qtbot.keyClick(detail.boxes["month"], Qt.Key.Key_Space)
    assert told.args == [("year", "month", "weekday")]
    detail.show_column("age")
    assert not detail.boxes


def test_showing_parts_tells_nobody_and_keeps_the_boxes(detail: ColumnDetail, qtbot: QtBot) -> None:
    detail.show_column("born", PARTS)
    boxes = dict(detail.boxes)
    with qtbot.assertNotEmitted(detail.parts_chosen):
        detail.show_column("born", [(name, title, hint, not chosen) for name, title, hint, chosen in PARTS])
    assert detail.boxes == boxes
    assert detail.boxes["month"].isChecked()


def test_values_are_moved_in_their_order(detail: ColumnDetail, qtbot: QtBot) -> None:
    detail.show_column("size", order=["large", "medium, or so", "small"])
    assert detail.order.isVisible()
    detail.order.setCurrentRow(2)
    with qtbot.waitSignal(detail.order_chosen) as told:
        qtbot.mouseClick(detail.earlier, Qt.MouseButton.LeftButton)
    assert told.args == [("large", "small", "medium, or so")]
    assert detail.order.currentRow() == 1
    with qtbot.waitSignal(detail.order_chosen) as told:
        qtbot.mouseClick(detail.later, Qt.MouseButton.LeftButton)
    assert told.args == [("large", "medium, or so", "small")]


def test_nothing_moves_beyond_the_ends(detail: ColumnDetail, qtbot: QtBot) -> None:
    detail.show_column("size", order=["a", "b"])
    with qtbot.assertNotEmitted(detail.order_chosen):
        qtbot.mouseClick(detail.later, Qt.MouseButton.LeftButton)  # nothing is chosen
        detail.order.setCurrentRow(0)
        qtbot.mouseClick(detail.earlier, Qt.MouseButton.LeftButton)
    assert texts(detail) == ["a", "b"]


def test_a_value_that_was_dragged_is_told(detail: ColumnDetail, qtbot: QtBot) -> None:
    detail.show_column("size", order=["a", "b", "c"])
    with qtbot.waitSignal(detail.order_chosen) as told:
        detail.order.model().moveRow(QModelIndex(), 0, QModelIndex(), 3)
    assert told.args == [("b", "c", "a")]


def test_nobody_orders_a_thousand_values_by_hand(detail: ColumnDetail) -> None:
    detail.show_column("town", order=[str(number) for number in range(1000)])
    assert not detail.order.isVisible()


def test_the_buttons_have_names(detail: ColumnDetail) -> None:
    assert (detail.earlier.accessibleName(), detail.later.accessibleName()) == ("Earlier", "Later")
    assert detail.earlier.toolTip()
    assert "first one is 0" in detail.order.accessibleName()
