"""The first rows are shown as they were read, gaps are marked, and nothing out of view is written."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.importing.sample_table import SampleModel, SampleTable

CELLS: list[list[str | None]] = [["1.5", "ann"], [None, "a longer\ntext"]]


def cell(row: int, column: int) -> str | None:
    return CELLS[row][column]


@pytest.fixture
def table(qtbot: QtBot) -> SampleTable:
    widget = SampleTable()
    qtbot.addWidget(widget)
    widget.set_rows(["age", "owner"], 2, cell, frozenset([0]))
    widget.resize(300, 120)
    widget.show()
    return widget


def test_model_keeps_qt_s_rules(qapp: object) -> None:
    model = SampleModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(["age", "owner"], 2, cell, frozenset())
    model.set_rows([], 0, cell, frozenset())
    assert tester.model() is model


def test_cells_are_as_they_were_read(table: SampleTable) -> None:
    model = table.model()
    assert [[model.index(row, column).data() for column in (0, 1)] for row in (0, 1)] == [
        ["1.5", "ann"],
        ["–", "a longer text"],
    ]
    assert model.index(1, 1).data(Qt.ItemDataRole.ToolTipRole) == "a longer\ntext"
    assert "gap" in model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_heads_are_names_and_rows_count_from_one(table: SampleTable) -> None:
    model = table.model()
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in (0, 1)] == ["age", "owner"]
    assert [model.headerData(row, Qt.Orientation.Vertical) for row in (0, 1)] == ["1", "2"]


def test_numbers_stand_at_the_right_under_their_names(table: SampleTable) -> None:
    role, model = Qt.ItemDataRole.TextAlignmentRole, table.model()
    for side in (model.index(0, 0).data(role), model.headerData(0, Qt.Orientation.Horizontal, role)):
        assert side & Qt.AlignmentFlag.AlignRight
    assert model.index(0, 1).data(role) & Qt.AlignmentFlag.AlignLeft


@pytest.mark.parametrize("name", ["dark", "light"])
def test_gaps_have_a_colour_of_their_own(
    table: SampleTable, picture: Callable[[QWidget], QImage], dressed: Callable[[str], None], name: str
) -> None:
    dressed(name)
    image = picture(table.viewport())
    colourful = []
    for row in (0, 1):
        box = table.visualRect(table.model().index(row, 0)).adjusted(2, 2, -2, -2)
        pixels = [(x, y) for x in range(box.x(), box.right()) for y in range(box.y(), box.bottom())]
        inks = [QColor(image.pixel(*pixel)) for pixel in pixels]
        colourful.append(max(ink.red() - ink.blue() for ink in inks))  # warn is yellow, ink is nearly grey
    assert colourful[1] > 3 * max(colourful[0], 10)


def test_columns_of_numbers_have_the_room_of_the_longest(table: SampleTable) -> None:
    longest = "−1234567.000000012345"
    table.set_rows(["a", "b"], 1, lambda _row, _column: longest, frozenset([0]))
    room = QFontMetrics(theme.mono(11)).horizontalAdvance(longest)
    assert table.columnWidth(0) > room > table.columnWidth(1)


def test_only_cells_in_view_are_written(table: SampleTable) -> None:
    written: set[tuple[int, int]] = set()

    def counted(row: int, column: int) -> str | None:
        written.add((row, column))
        return "x"

    table.set_rows([str(place) for place in range(10_000)], 50, counted)
    table.grab()
    assert 0 < len(written) < 100
    table.go_to(9_000)
    table.grab()
    assert 9_000 in {column for _, column in written}
