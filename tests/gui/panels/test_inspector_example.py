"""The inspector in the form for one example: columns and outer products, and cells that are those of the batch."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui.panels.inspector_panel import InspectorPanel
from lab.gui.workspace.matrix_form import MatrixForm
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]


@pytest.mark.parametrize(
    ("name", "drawn", "cell"),
    [
        ("z", (3, 0), (2, 3)),
        ("db", (3, 0), (0, 3)),
        ("dW", (1, 3), (1, 3)),
        ("W", (1, 3), (1, 3)),
        ("b", (0, 3), (0, 3)),
    ],
)
def test_a_drawn_cell_is_one_of_the_whole_matrix(name: str, drawn: tuple[int, int], cell: tuple[int, int]) -> None:
    form = MatrixForm(0, name, 2)
    assert form.cell_of_matrix(*drawn) == cell
    assert form.cell_drawn(cell) == drawn
    assert MatrixForm(0, name, None).cell_of_matrix(*cell) == cell


def test_another_examples_cell_is_not_drawn() -> None:
    assert MatrixForm(0, "z", 2).cell_drawn((1, 3)) is None


def test_matrices_become_the_followed_examples(
    open_panel: Callable[..., InspectorPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = open_panel(InspectorPanel, experiment(hidden=(5,), batch_size=10))
    workspace = panel._workspace
    train(workspace, 1)
    workspace.selection.choose(0, "z")
    qtbot.waitUntil(lambda: panel.shape.text() == "(10, 5)")
    workspace.selection.follow_example(2)
    workspace.selection.choose_form(True)
    qtbot.waitUntil(lambda: panel.shape.text() == "(5, 1)")
    panel.heatmap.cell_chosen.emit(3, 0)
    assert workspace.selection.cell == (2, 3)
    workspace.selection.choose(0, "dW")
    qtbot.waitUntil(lambda: panel.shape.text() == "(4, 5)")
    workspace.selection.choose_form(False)
    workspace.selection.choose(0, "z")
    qtbot.waitUntil(lambda: panel.shape.text() == "(10, 5)")
