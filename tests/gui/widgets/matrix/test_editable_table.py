"""The table that is typed into: keys and menu say what is wanted, and frozen cells are marked."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from lab.gui.widgets.matrix.editable_table import EditableTable

NUMBERS = np.array([[0.1, -2.5], [1 / 3, 4.0], [5.0, 6.0]])


@pytest.fixture
def table(qtbot: QtBot, application: QApplication) -> EditableTable:
    """A shown table of six numbers that may be typed."""
    made = EditableTable()
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.set_matrix(NUMBERS)
    made.allow(None, parameter=True, loadable=True)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    return made


def _editor(table: EditableTable) -> QLineEdit:
    (line,) = table.viewport().findChildren(QLineEdit)
    return line


def _select(table: EditableTable, *cells: tuple[int, int]) -> None:
    table.clearSelection()
    for cell in cells:
        table.selectionModel().select(table.model().index(*cell), QItemSelectionModel.SelectionFlag.Select)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2])
def test_a_key_opens_a_cell_with_all_its_digits_and_return_says_what_was_typed(
    qtbot: QtBot, table: EditableTable, key: Qt.Key
) -> None:
    table.set_current(1, 0)
    qtbot.keyClick(table, key)
    line = _editor(table)
    assert line.text() == repr(1 / 3)
    assert line.fontMetrics().horizontalAdvance(line.text()) < line.width()
    line.setText("0.25")
    with qtbot.waitSignal(table.number_typed) as typed:
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert typed.args == [1, 0, "0.25"]
    np.testing.assert_array_equal(NUMBERS[1, 0], 1 / 3)


def test_a_double_click_opens_a_cell_and_escape_leaves_it(qtbot: QtBot, table: EditableTable) -> None:
    box = table.visualRect(table.model().index(0, 1))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    line = _editor(table)
    line.setText("7")
    with qtbot.assertNotEmitted(table.number_typed):
        qtbot.keyClick(line, Qt.Key.Key_Escape)


def test_a_number_that_stays_as_it_is_says_nothing(qtbot: QtBot, table: EditableTable) -> None:
    table.set_current(1, 1)
    table.type.trigger()
    with qtbot.assertNotEmitted(table.number_typed):
        qtbot.keyClick(_editor(table), Qt.Key.Key_Return)


def test_what_may_not_be_typed_says_why(qtbot: QtBot, table: EditableTable) -> None:
    table.allow("Pause the run.", parameter=False, loadable=False)
    table.set_current(0, 0)
    with qtbot.waitSignal(table.typing_refused) as refused:
        qtbot.keyClick(table, Qt.Key.Key_F2)
    assert refused.args == ["Pause the run."]
    assert not table.viewport().findChildren(QLineEdit)
    assert not any(action.isEnabled() for action in (table.type, table.zero, table.freeze, table.load))


def test_delete_and_ctrl_l_speak_of_what_is_selected(qtbot: QtBot, table: EditableTable) -> None:
    _select(table, (0, 1), (1, 1))
    with qtbot.waitSignal(table.zero_wanted) as zero:
        qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert zero.args == [[(0, 1), (1, 1)]]
    with qtbot.waitSignal(table.freeze_wanted) as frozen:
        qtbot.keyClick(table, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert frozen.args == [[(0, 1), (1, 1)], True]


def test_cells_that_are_all_frozen_are_freed(qtbot: QtBot, table: EditableTable) -> None:
    table.set_frozen(np.array([[True, False], [True, False], [False, False]]))
    _select(table, (0, 0), (1, 0))
    table.name_freezing()
    assert table.freeze.text() == "Un&freeze"
    with qtbot.waitSignal(table.freeze_wanted) as wanted:
        table.freeze.trigger()
    assert wanted.args == [[(0, 0), (1, 0)], False]
    _select(table, (0, 0), (0, 1))
    table.name_freezing()
    assert table.freeze.text() == "&Freeze"


def test_a_frozen_cell_has_a_corner_of_its_own_colour(table: EditableTable) -> None:
    def corner(row: int, column: int) -> Any:
        box = table.visualRect(table.model().index(row, column))
        return table.viewport().grab().toImage().pixelColor(box.topLeft() + QPoint(2, 2))

    before = corner(2, 1)
    table.set_frozen(np.array([[False, False], [False, False], [False, True]]))
    assert corner(2, 1) != before
    assert table.is_frozen(2, 1)
    assert not table.is_frozen(2, 0)
    table.set_frozen(None)
    assert corner(2, 1) == before


def test_a_mask_of_a_vector_is_one_row_and_of_another_shape_is_passed_over(table: EditableTable) -> None:
    table.set_frozen(np.array([True, False]))
    assert not table.is_frozen(0, 0)
    table.set_matrix(np.array([0.5, 0.25]))
    assert table.is_frozen(0, 0)


def test_all_that_can_be_done_stands_in_the_context_menu(qtbot: QtBot, table: EditableTable) -> None:
    table.customContextMenuRequested.emit(table.visualRect(table.model().index(1, 1)).center())
    (menu,) = table.findChildren(QMenu)
    shown = [action.text().replace("&", "") for action in menu.actions() if not action.isSeparator()]
    assert shown == [
        "Type a number", "Set to 0", "Freeze", "Load from a file…", "Save as NPY or CSV…", "Check the gradient",
    ]  # fmt: skip
    assert table.currentIndex().row() == 1
    menu.close()


def test_too_many_cells_are_not_named_one_by_one(qtbot: QtBot, table: EditableTable) -> None:
    table.set_matrix(np.zeros((101, 100)))
    table.selectAll()
    with qtbot.waitSignal(table.typing_refused) as refused, qtbot.assertNotEmitted(table.zero_wanted):
        table.zero.trigger()
    assert refused.args == ["10,100 cells are selected: select at most 10,000 to change them."]


@pytest.mark.usefixtures("application")
def test_copying_still_works(table: EditableTable, qtbot: QtBot) -> None:
    _select(table, (0, 0))
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "0.1"
