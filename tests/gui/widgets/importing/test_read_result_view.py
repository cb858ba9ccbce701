"""What was found is shown as what it is: a table with choices, bare rows, or images."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lab.gui.widgets.importing.column_model import ColumnState
from lab.gui.widgets.importing.read_result_view import ReadResultView

NAMES = tuple(f"column {place}" for place in range(20))


def state(place: int) -> ColumnState:
    return ColumnState(NAMES[place % 20], "number", "1, 2", "number", (), 0, "refuse", (), "1 input")


def cell(row: int, place: int) -> str:
    return f"{row},{place}"


@pytest.fixture
def view(qtbot: QtBot) -> ReadResultView:
    widget = ReadResultView()
    qtbot.addWidget(widget)
    widget.resize(700, 460)
    widget.show()
    return widget


def test_a_table_has_choices_and_first_rows(view: ReadResultView) -> None:
    view.show_table(NAMES[:5], state, 50, cell, frozenset(range(5)))
    assert view.columns.isVisible()
    assert view.samples.isVisible()
    assert not view.images.isVisible()
    assert not view.search.isVisible()
    assert view.columns.model().rowCount() == 5
    assert view.samples.model().rowCount() == 50


def test_many_columns_can_be_searched_and_another_table_shows_all(view: ReadResultView) -> None:
    view.show_table(NAMES, state, 50, cell, frozenset())
    assert view.search.isVisible()
    view.search.setText("column 1")
    assert view.columns.model().rowCount() == 11
    view.show_table(NAMES[:16], state, 50, cell, frozenset())
    assert view.search.text() == ""
    assert view.columns.model().rowCount() == 16


def test_the_first_rows_follow_the_column(view: ReadResultView) -> None:
    view.show_table(NAMES, state, 50, cell, frozenset())
    assert view.samples.horizontalScrollBar().value() == 0
    view.columns.go_to("column 19")
    assert view.samples.columnAt(view.samples.viewport().width() - 5) == 19


def test_bare_rows_have_no_choices(view: ReadResultView) -> None:
    view.show_rows(NAMES, 30, cell)
    assert not view.columns.isVisible()
    assert view.samples.isVisible()
    assert view.samples.model().index(2, 3).data() == "2,3"


def test_images_come_evenly_from_all_of_them(view: ReadResultView) -> None:
    x = np.zeros((1000, 4), np.uint8)
    labels = np.repeat([0, 1], 500)
    view.show_images(x, labels, ("cat", "dog"), (2, 2), 255)
    assert view.images.isVisible()
    assert not view.samples.isVisible()
    assert not view.columns.isVisible()
    shown = [view.images.text(place) for place in range(240)]
    assert shown[0].startswith("row 1: cat")
    assert shown[-1].startswith("row 1\u202f000: dog")
    assert 119 <= sum("cat" in text for text in shown) <= 121


def test_few_columns_leave_the_room_to_the_rows(view: ReadResultView) -> None:
    view.show_table(NAMES[:3], state, 50, cell, frozenset())
    assert view.samples.height() > view.columns.height()
    view.show_table(NAMES[:14], state, 50, cell, frozenset())
    assert view.columns.height() > view.samples.height()
