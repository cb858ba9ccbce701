"""The table shows rows of an array by number, with names before them, and looks up only what is in view."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.rows import row_model
from lab.gui.widgets.rows.row_model import GAP, LeadColumn, RowModel
from lab.gui.widgets.rows.row_table import RowTable

X = np.array([[1.5, -2.0, 0.25], [math.nan, 3.0, 1e-7], [4.0, 5.0, 6.0]])
NAMES = ("length", "width", "height")
ROWS = np.array([2, 1])
KIND = LeadColumn("kind", "what it is", np.array([1, 0]), ("cat", "dog"), ("class_0", "class_1"))
LOSS = LeadColumn("loss", "how wrong", np.array([0.5, 0.125]))


@pytest.fixture
def table(qtbot: QtBot) -> RowTable:
    widget = RowTable()
    qtbot.addWidget(widget)
    widget.resize(420, 260)
    widget.show()
    return widget


def test_model_keeps_qt_s_rules(qapp: QApplication) -> None:
    model = RowModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(X, ROWS, NAMES, (KIND, LOSS))
    model.set_rows(X, np.zeros(0, np.int64), NAMES, ())
    assert tester.model() is model


def test_cells_are_names_then_numbers_then_the_row_of_the_array(qapp: QApplication) -> None:
    model = RowModel()
    model.set_rows(X, ROWS, NAMES, (KIND, LOSS))
    shown = [[model.index(row, column).data() for column in range(5)] for row in range(2)]
    assert shown == [["dog", "0.5000", "4", "5", "6"], ["cat", "0.1250", GAP, "3", "1.000e-7"]]


def test_headers_are_titles_and_row_numbers_from_1(qapp: QApplication) -> None:
    model = RowModel()
    model.set_rows(X, ROWS, NAMES, (KIND,))
    assert [model.headerData(k, Qt.Orientation.Horizontal) for k in range(4)] == ["kind", *NAMES]
    assert [model.headerData(k, Qt.Orientation.Vertical) for k in range(2)] == ["3", "2"]
    tip = Qt.ItemDataRole.ToolTipRole
    assert model.headerData(0, Qt.Orientation.Horizontal, tip) == "what it is"
    assert "length" in model.headerData(1, Qt.Orientation.Horizontal, tip)


def test_a_gap_is_told_in_words(qapp: QApplication) -> None:
    model = RowModel()
    model.set_rows(X, ROWS, NAMES, ())
    told = model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "row 2, length: a gap: there is no value"
    assert (model.is_gap(1, 0), model.is_gap(0, 0)) == (True, False)


def test_whole_numbers_have_no_decimals(qapp: QApplication) -> None:
    model = RowModel()
    model.set_rows(np.array([[0, 255]], np.uint8), np.array([0]), ("a", "b"), ())
    assert [model.index(0, column).data() for column in range(2)] == ["0", "255"]


def test_a_million_rows_are_not_looked_up_to_be_shown(table: RowTable, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: set[tuple[int, int]] = set()
    text = RowModel.text

    def counted(model: RowModel, row: int, column: int) -> str:
        looked.add((row, column))
        return text(model, row, column)

    monkeypatch.setattr(row_model.RowModel, "text", counted)
    x = np.broadcast_to(np.arange(30.0), (1_000_000, 30))
    table.set_rows(x, np.arange(1_000_000), tuple(map(str, range(30))))
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    table.grab()
    assert 10 < len(looked) < 400
    assert max(looked)[0] == 999_999


def test_other_rows_leave_the_table_where_it_is(table: RowTable) -> None:
    x = np.zeros((2000, 3))
    table.set_rows(x, np.arange(2000), NAMES)
    table.setCurrentIndex(table.model().index(1500, 2))
    place = table.verticalScrollBar().value()
    table.set_rows(x, np.arange(1999), NAMES)
    assert place > 0
    assert table.verticalScrollBar().value() == place
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1500, 2)
    table.set_rows(x, np.arange(3), NAMES)
    assert not table.currentIndex().isValid()


def test_columns_have_the_room_of_their_names(table: RowTable) -> None:
    long = "a name of a good length"
    table.set_rows(X, ROWS, ("a", long, "c" * 400), (KIND,))
    widths = [table.columnWidth(column) for column in range(4)]
    assert widths[1] < widths[2] <= widths[3]
    assert table.fontMetrics().horizontalAdvance("x" * 400) > widths[3]


def test_columns_have_the_room_of_their_longest_number(table: RowTable) -> None:
    for x in (np.full((3, 3), -1.234e-308), np.full((3, 3), -999_999_999.0), np.full((3, 3), np.iinfo(np.int64).min)):
        table.set_rows(x, ROWS, NAMES, (LeadColumn("loss", "how wrong", x[:, 0]),))
        room = QFontMetrics(theme.mono(11)).horizontalAdvance(table.rows.text(0, 0))
        assert min(table.columnWidth(column) for column in range(4)) >= room + 12
        table.set_rows(x, ROWS, ("other",))


def test_selected_cells_are_copied_as_they_are_shown(table: RowTable, qtbot: QtBot) -> None:
    table.set_rows(X, ROWS, NAMES, (KIND,))
    table.setCurrentIndex(table.model().index(0, 0))
    table.selectionModel().select(table.model().index(0, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    qtbot.keyClick(table, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QApplication.clipboard().clear()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == f"dog\t4\ncat\t{GAP}"


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_gap_is_hatched_and_a_class_has_its_colour(
    table: RowTable, dressed: Callable[[str], None], name: str
) -> None:
    dressed(name)
    table.set_rows(X, ROWS, NAMES, (KIND,))
    image = table.viewport().grab().toImage()
    gap, whole = table.visualRect(table.model().index(1, 1)), table.visualRect(table.model().index(0, 1))
    inks = [{image.pixelColor(x, box.y() + 6).name() for x in range(box.x() + 3, box.x() + 30)} for box in (gap, whole)]
    assert len(inks[0]) > len(inks[1]) == 1
    dot = table.visualRect(table.model().index(0, 0))
    assert image.pixelColor(dot.x() + 9, dot.center().y()).name() == theme.current().class_1
