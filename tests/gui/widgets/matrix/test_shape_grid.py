"""The grid of shapes is walked by keys and pointer, past what is absent, and its first column stays."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.matrix.grid_content import Cells
from lab.gui.widgets.matrix.shape_grid import ShapeGrid

ROWS = [("W", "weights", "one"), ("z", "pre-activation", "two"), ("δ<sup>l</sup>", "error", "three")]
COLUMNS = ["1 Dense 32", "2 Dropout", "3 Output 10"]
CELLS: Cells = [["64×32", None, "32×10"], ["28×32", "28×32", "28×10"], [None, "28×32", None]]


@pytest.fixture
def grid(qtbot: QtBot) -> ShapeGrid:
    widget = ShapeGrid()
    qtbot.addWidget(widget)
    widget.set_grid(ROWS, COLUMNS, CELLS)
    widget.resize(360, widget.sizeHint().height())
    widget.show()
    return widget


def centre(grid: ShapeGrid, row: int, column: int) -> QPoint:
    return grid.geometry_of_cells().rect(row, column).center()


def test_click_chooses_what_is_there(grid: ShapeGrid, qtbot: QtBot) -> None:
    with qtbot.waitSignal(grid.cell_chosen) as told:
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=centre(grid, 1, 2))
    assert told.args == [1, 2]
    assert grid.current() == (1, 2)


def test_click_on_what_is_absent_or_beside_changes_nothing(grid: ShapeGrid, qtbot: QtBot) -> None:
    grid.set_current(1, 2)
    for point in (centre(grid, 0, 1), QPoint(5, 30), QPoint(200, 5)):
        with qtbot.assertNotEmitted(grid.cell_chosen):
            qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert grid.current() == (1, 2)


def test_keys_walk_past_what_is_absent(grid: ShapeGrid, qtbot: QtBot) -> None:
    grid.set_current(0, 0)
    told: list[tuple[int, int]] = []
    grid.cell_chosen.connect(lambda row, column: told.append((row, column)))
    keys = [Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up]
    for key in keys:
        qtbot.keyClick(grid, key)
    assert told == [(0, 2), (1, 2), (1, 1), (2, 1), (1, 1)]


def test_home_and_end_go_to_the_ends_of_the_row(grid: ShapeGrid, qtbot: QtBot) -> None:
    grid.set_current(2, 1)
    with qtbot.assertNotEmitted(grid.cell_chosen):
        qtbot.keyClick(grid, Qt.Key.Key_End)
    grid.set_current(1, 1)
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert grid.current() == (1, 2)
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert grid.current() == (1, 0)


def test_first_key_chooses_the_first_cell(grid: ShapeGrid, qtbot: QtBot) -> None:
    assert grid.current() is None
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current() == (0, 0)


def test_choosing_by_program_sends_no_signal_and_refuses_what_is_absent(grid: ShapeGrid, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(grid.cell_chosen):
        grid.set_current(2, 1)
    assert grid.accessibleDescription() == "error, 2 Dropout: 28×32"
    for row, column in ((0, 1), (3, 0), (0, -1)):
        with pytest.raises(IndexError, match="no cell"):
            grid.set_current(row, column)
    assert grid.current() == (2, 1)


def test_choice_lives_on_in_a_new_grid_where_it_can(grid: ShapeGrid) -> None:
    grid.set_current(1, 2)
    grid.set_grid(ROWS, COLUMNS, [["1×1"] * 3] * 3)
    assert grid.current() == (1, 2)
    grid.set_grid(ROWS, COLUMNS[:2], [["1×1"] * 2] * 3)
    assert grid.current() is None


@pytest.mark.parametrize("cells", [[["a"]], [["a", "b"]] * 3, [["a", "b", "c"]] * 2])
def test_cells_that_do_not_fit_are_refused(grid: ShapeGrid, cells: Cells) -> None:
    with pytest.raises(ValueError, match="3 rows of 3"):
        grid.set_grid(ROWS, COLUMNS, cells)


def test_many_layers_scroll_to_the_choice_while_the_first_column_stays(
    grid: ShapeGrid, picture: Callable[[QWidget], QImage], qtbot: QtBot
) -> None:
    grid.set_grid(ROWS, [f"{i} Dense" for i in range(30)], [["784×512"] * 30] * 3)
    bar, first = grid.horizontalScrollBar(), grid.geometry_of_cells().first
    assert bar.maximum() > 0
    before = picture(grid.viewport()).copy(0, 40, first - 4, 60)
    grid.set_current(0, 29)
    assert bar.value() == bar.maximum()
    shown = grid.geometry_of_cells().rect(0, 29)
    assert first <= shown.left()
    assert shown.right() <= grid.viewport().width()
    assert picture(grid.viewport()).copy(0, 40, first - 4, 60) == before
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert bar.value() == 0


def test_few_layers_share_the_width(grid: ShapeGrid) -> None:
    geometry = grid.geometry_of_cells()
    assert grid.horizontalScrollBar().maximum() == 0
    assert grid.viewport().width() - 3 <= geometry.first + 3 * geometry.column <= grid.viewport().width()


def test_height_is_that_of_the_rows(grid: ShapeGrid) -> None:
    before = grid.sizeHint().height()
    grid.set_grid(ROWS * 2, COLUMNS, CELLS * 2)
    assert grid.sizeHint().height() == before + 3 * 22
