"""A column is found by a part of its name, and its figures and bars are shown."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab.gui.widgets.rows.column_view import ColumnView

NAMES = tuple(f"pixel {number}" for number in range(784))


@pytest.fixture
def view(qtbot: QtBot) -> ColumnView:
    widget = ColumnView()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_the_first_column_is_chosen_at_first(view: ColumnView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.column_chosen) as told:
        view.set_columns(NAMES, ("class",), classes=True)
    assert told.args == [0]
    assert view.column() == 0


def test_a_part_of_a_name_finds_columns_in_any_case(view: ColumnView, qtbot: QtBot) -> None:
    view.set_columns(NAMES, ("class",), classes=True)
    qtbot.keyClicks(view.search, "L 77")
    assert view.list.model().rowCount() == 11  # 77, and 770 to 779
    told: list[int] = []
    view.column_chosen.connect(told.append)
    view.list.setCurrentIndex(view.list.model().index(1, 0))
    assert view.column() == told[-1] == 770


def test_keys_go_down_the_list(view: ColumnView, qtbot: QtBot) -> None:
    view.set_columns(NAMES, ("class",), classes=True)
    qtbot.keyClick(view.list, Qt.Key.Key_Down)
    assert view.column() == 1


def test_figures_and_bars_are_those_it_was_given(view: ColumnView) -> None:
    view.set_columns(("a",), ("class",), classes=True)
    view.show_column("a", [("min", "1.000", "the least"), ("max", "3.000", "the most")], np.array([1.0, 3.0]))
    assert view.title.text() == "a"
    assert view.histogram.accessibleDescription() == "min 1.000, max 3.000"
    spread = view.histogram.spread()
    assert spread is not None
    assert (spread.low, spread.high) == (1.0, 3.0)


def test_classes_have_counts_and_numbers_a_histogram(view: ColumnView) -> None:
    view.set_columns(NAMES, ("kind",), classes=True)
    assert (view.counts.isVisible(), view.spread.isVisible(), view.target.isVisible()) == (True, False, False)
    view.set_columns(NAMES, ("price",), classes=False)
    assert (view.counts.isVisible(), view.spread.isVisible(), view.target.isVisible()) == (False, True, False)
    assert view.target_title.text() == "Target: price"
    view.set_columns(NAMES, ("price", "rent"), classes=False)
    assert view.target.isVisible()
