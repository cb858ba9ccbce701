"""The table shows any array without touching more than is in view, and stays where it was while the shape stays."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.drawing.colour_index import ZERO, colour_index
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.widgets.matrix import matrix_table
from lab.gui.widgets.matrix.matrix_table import MatrixModel, MatrixTable


@pytest.fixture
def table(qtbot: QtBot) -> MatrixTable:
    widget = MatrixTable()
    qtbot.addWidget(widget)
    widget.resize(340, 200)
    widget.show()
    return widget


def test_model_keeps_qt_s_rules(qapp: QApplication) -> None:
    model = MatrixModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for values in ([[1.0, 2.0]], [[3.0, 4.0]], np.ones(7), np.ones((40, 3)), None):
        model.set_matrix(values)
    assert tester.model() is model


def test_model_holds_the_numbers_as_text(qapp: QApplication) -> None:
    model = MatrixModel()
    model.set_matrix([[1.0, -0.004321], [np.nan, 0.0]])
    assert (model.rowCount(), model.columnCount()) == (2, 2)
    assert [model.index(r, c).data() for r in range(2) for c in range(2)] == ["1.000", "−0.004321", "NaN", "0"]
    alignment = model.index(0, 0).data(Qt.ItemDataRole.TextAlignmentRole)
    assert alignment & Qt.AlignmentFlag.AlignRight
    assert model.headerData(1, Qt.Orientation.Vertical) == "1"


def test_vector_is_one_row(qapp: QApplication) -> None:
    model = MatrixModel()
    model.set_matrix(np.arange(5.0))
    assert (model.rowCount(), model.columnCount()) == (1, 5)
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0


def test_same_shape_keeps_position_and_selection(table: MatrixTable, qtbot: QtBot) -> None:
    table.set_matrix(np.ones((500, 40)))
    table.set_current(321, 17)
    place = table.verticalScrollBar().value(), table.horizontalScrollBar().value()
    assert place > (0, 0)
    with qtbot.assertNotEmitted(table.model().modelReset):
        table.set_matrix(np.zeros((500, 40)))
    assert (table.verticalScrollBar().value(), table.horizontalScrollBar().value()) == place
    assert (table.currentIndex().row(), table.currentIndex().column()) == (321, 17)


def test_same_shape_tells_only_of_the_cells_in_view(table: MatrixTable, qtbot: QtBot) -> None:
    table.set_matrix(np.ones((5000, 400)))
    table.set_current(2500, 200)
    with qtbot.waitSignal(table.model().dataChanged) as told:
        table.set_matrix(np.zeros((5000, 400)))
    assert told.args is not None
    first, last = told.args[0], told.args[1]
    assert isinstance(first, QModelIndex)
    assert first.row() <= 2500 <= last.row()
    assert first.column() <= 200 <= last.column()
    assert last.row() - first.row() < 20
    assert last.column() - first.column() < 20


def test_other_shape_resets(table: MatrixTable, qtbot: QtBot) -> None:
    table.set_matrix(np.ones((5, 4)))
    with qtbot.waitSignal(table.model().modelReset):
        table.set_matrix(np.ones((4, 5)))


def test_only_cells_in_view_are_written(table: MatrixTable, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[float] = []

    def counted(value: float, signed: bool = False) -> str:
        written.append(value)
        return number_text(value, signed)

    monkeypatch.setattr(matrix_table, "number_text", counted)
    table.set_matrix(np.ones((3000, 1000)))
    table.grab()
    assert 0 < len(written) < 500


def test_current_cell_is_told(table: MatrixTable, qtbot: QtBot) -> None:
    table.set_matrix(np.ones((6, 6)))
    with qtbot.waitSignal(table.current_cell_changed) as told:
        table.set_current(3, 2)
    assert told.args == [3, 2]
    with qtbot.waitSignal(table.current_cell_changed) as told:
        qtbot.keyClick(table, Qt.Key.Key_Right)
    assert told.args == [3, 3]
    with qtbot.assertNotEmitted(table.current_cell_changed):
        table.set_current(99, 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_copy_keeps_every_digit(table: MatrixTable, qtbot: QtBot, dtype: type) -> None:
    values = np.random.default_rng(4).standard_normal((6, 5)).astype(dtype)
    table.set_matrix(values)
    table.set_current(1, 2)
    select = QItemSelectionModel.SelectionFlag.Select
    for row in (1, 2, 3):
        for column in (2, 3):
            table.selectionModel().select(table.model().index(row, column), select)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QApplication.clipboard().text().split("\n")]
    np.testing.assert_array_equal(np.array(lines, dtype=dtype), values[1:4, 2:4])


def test_copy_without_a_selection_leaves_the_clipboard_alone(table: MatrixTable, qtbot: QtBot) -> None:
    QApplication.clipboard().setText("mine")
    table.set_matrix(np.ones((2, 2)))
    table.copy_selection()
    assert QApplication.clipboard().text() == "mine"


@pytest.mark.parametrize("name", ["dark", "light"])
def test_cells_are_tinted_by_sign_and_size(
    table: MatrixTable, picture: Callable[[QWidget], QImage], dressed: Callable[[str], None], name: str
) -> None:
    dressed(name)
    values = np.array([[-2.0, 1.0], [np.inf, 0.0]])
    table.set_matrix(values)
    image, one = picture(table.viewport()), theme.current()
    lut = theme.diverging_lut(one)
    lut[0] = [*bytes.fromhex(one.invalid[1:]), 255]
    place = colour_index(values, 2.0)
    assert place[1, 1] == ZERO
    for row in range(2):
        for column in range(2):
            corner = table.visualRect(table.model().index(row, column)).topLeft()
            seen = np.array(image.pixelColor(corner.x() + 1, corner.y() + 1).getRgb()[:3])
            panel = np.array(list(bytes.fromhex(one.panel[1:])))
            wanted = panel * 2 / 3 + lut[place[row, column], :3] / 3
            assert np.abs(seen - wanted).max() <= 1


@pytest.mark.parametrize("name", ["dark", "light"])
def test_numbers_can_be_read_on_every_tint(name: str, dressed: Callable[[str], None]) -> None:
    """WCAG's 4.5 to 1, between the ink and a third of every colour over the panel."""
    dressed(name)
    one = theme.current()

    def light(colour: str) -> float:
        part = np.array(list(bytes.fromhex(colour[1:]))) / 255
        linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722)) + 0.05

    for red, green, blue, _ in theme.diverging_lut(one).tolist():
        tint = theme.blend(one.panel, f"#{red:02x}{green:02x}{blue:02x}", 1 / 3).name()
        lights = sorted((light(tint), light(one.ink)))
        assert lights[1] / lights[0] >= 4.5


def test_another_shape_asks_for_few_numbers_of_rows_and_columns(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    header_data = MatrixModel.headerData
    monkeypatch.setattr(MatrixModel, "headerData", lambda *a: (asked.append(a[1]), header_data(*a))[1])
    table = MatrixTable()
    qtbot.addWidget(table)
    table.show()
    table.set_matrix(np.zeros((20, 64)))
    table.grab()
    assert asked
    asked.clear()
    table.set_matrix(np.zeros((784, 640)))
    QApplication.processEvents()
    assert len(asked) < 250  # twelve sections in view, a few questions each; two hundred of each header were asked for
    rows = table.verticalHeader()
    assert rows.width() >= rows.fontMetrics().horizontalAdvance("783")
