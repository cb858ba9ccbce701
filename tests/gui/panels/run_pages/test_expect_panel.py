"""What do you expect: the chosen matrix is hidden, answers are judged and traced to slips, the score counts."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidgetItem
from pytestqt.qtbot import QtBot

from lab.core.explain.tile import MatrixKey
from lab.experiment.spec import Experiment
from lab.gui.panels.board_panel import BoardPanel
from lab.gui.panels.run_pages.expect_panel import ExpectPanel
from lab.gui.widgets.board.board_view import DrawnCell
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def panel(open_panel: Callable[..., ExpectPanel], experiment: Make, train: Train, qtbot: QtBot) -> ExpectPanel:
    """Ask for δ of the output of a small network."""
    panel = open_panel(lambda workspace: ExpectPanel(workspace, seed=1), experiment(batch_size=4))
    panel._workspace.selection.choose(1, "db")
    train(panel._workspace, 1)
    qtbot.addWidget(panel.button)
    panel.button.setChecked(True)
    qtbot.waitUntil(lambda: len(panel._expected) == 1)
    return panel


def _check(panel: ExpectPanel, qtbot: QtBot, text: str) -> str:
    panel.answer.setText(text)
    qtbot.mouseClick(panel.check, Qt.MouseButton.LeftButton)
    return panel.verdict.text()


def test_a_cell_is_asked_for_and_a_wrong_answer_is_traced_to_its_slip(panel: ExpectPanel, qtbot: QtBot) -> None:
    expected = panel._expected[0]
    assert panel.question.text() == f"{expected.symbol} = "
    assert "a number such as" in _check(panel, qtbot, "many")
    assert panel.score.asked == 0
    assert "1/m: " in _check(panel, qtbot, f"{4 * expected.value:.8f}")
    assert "sign: " in _check(panel, qtbot, f"{-expected.value:.8f}")
    assert _check(panel, qtbot, f"{expected.value:.6f}") == "Right."
    assert panel.points.text() == "1 of 3 right"


def test_the_shape_is_asked_for(panel: ExpectPanel, qtbot: QtBot) -> None:
    panel.what.set_current(0)
    assert panel._workspace.selection.hides_shape
    qtbot.waitUntil(lambda: panel.question.text() == "shape of ∂L/∂b² = ")
    assert _check(panel, qtbot, "3") == "Right."
    assert not panel._workspace.selection.hides_shape


def test_the_whole_matrix_is_asked_for(panel: ExpectPanel, qtbot: QtBot) -> None:
    panel.what.set_current(2)
    qtbot.waitUntil(lambda: len(panel._expected) == 3)
    for sign, said in ((-1, "In all of them sign"), (1, "Right, every number.")):
        for each in panel._expected:
            panel.table.setItem(each.row, each.column, QTableWidgetItem(f"{sign * each.value:.8f}"))
        qtbot.mouseClick(panel.check, Qt.MouseButton.LeftButton)
        assert said in panel.verdict.text()


def test_what_is_asked_for_is_hidden_until_it_is_known(
    open_panel: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    board = open_panel(BoardPanel, experiment())
    workspace = board._workspace
    train(workspace, 1)
    workspace.selection.choose(0, "z")
    workspace.selection.choose_cell(2, 3)
    qtbot.waitUntil(lambda: "=" in board.sum.text())
    workspace.selection.hide_matrix((0, "z"), True)
    qtbot.waitUntil(lambda: "=" not in board.sum.text())
    hidden = [tile for row in board.view.rows() for tile in row.tiles if tile.hides_shape]
    assert {tile.name for tile in hidden} == {"z¹"}
    workspace.selection.hide_matrix(None, False)
    qtbot.waitUntil(lambda: "=" in board.sum.text())
    assert not any(tile.hides_shape for row in board.view.rows() for tile in row.tiles)


def test_only_the_cell_that_is_asked_for_is_hidden(panel: ExpectPanel) -> None:
    selection, each = panel._workspace.selection, panel._expected[0]
    assert selection.is_hidden(1, "db", each.row, each.column)
    assert not selection.is_hidden(1, "db", each.row, (each.column + 1) % 3)
    panel.what.set_current(2)
    assert selection.hidden_cells is None
    assert selection.is_hidden(1, "db", 0, (each.column + 1) % 3)


def test_the_board_covers_the_cell_and_leaves_the_rest_of_its_matrix(
    open_panel: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    board = open_panel(BoardPanel, experiment())
    workspace = board._workspace
    train(workspace, 1)
    workspace.selection.choose(0, "z")
    workspace.selection.choose_cell(2, 3)
    qtbot.waitUntil(lambda: "=" in board.sum.text())
    workspace.selection.hide_matrix((0, "z"), cells=frozenset([(2, 3)]))
    qtbot.waitUntil(lambda: "=" not in board.sum.text())
    place = board.places_of(MatrixKey(0, "z"))[0][0]
    assert "=" not in board.view.cell_text(DrawnCell(place, 2, 3))
    assert "=" in board.view.cell_text(DrawnCell(place, 2, 2))
    workspace.selection.choose_cell(2, 2)
    qtbot.waitUntil(lambda: "z¹[2, 2] =" in board.sum.text())


def test_the_chain_does_not_tell_the_shape_that_is_asked_for(
    open_panel: Callable[..., BoardPanel], experiment: Make
) -> None:
    board = open_panel(BoardPanel, experiment())
    assert "δ¹ 10×5" in board.back.text()
    board._workspace.selection.hide_matrix((0, "delta"), True)
    assert "δ¹ ?" in board.back.text()
    board._workspace.selection.hide_matrix(None)
    assert "δ¹ 10×5" in board.back.text()
