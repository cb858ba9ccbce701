"""The gradient check on screen: begun by a button, beside training, with both gradients, the worst cell, a verdict."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab import paths
from lab.experiment.spec import Experiment, load_experiment
from lab.gui.panels.run_pages.gradient_panel import GradientPanel
from lab.gui.workers.commands import Pause, Resume, State, StepBatch
from lab.gui.workspace.workspace import Workspace


@pytest.fixture
def panel(open_panel: Callable[..., Any]) -> GradientPanel:
    """The panel beside the example with m = 4."""
    made: GradientPanel = open_panel(GradientPanel, load_experiment(paths.first_example()))
    return made


def _checked(qtbot: QtBot, panel: GradientPanel) -> None:
    qtbot.mouseClick(panel.check_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.workspace.checking.report is not None and not panel.workspace.checking.is_under_way)


def test_a_check_begins_the_draft_where_nothing_runs_and_says_what_came_of_it(
    qtbot: QtBot, panel: GradientPanel
) -> None:
    noted: list[str] = []
    panel.workspace.noted.connect(noted.append)
    assert "Nothing is checked yet" in panel.verdict.text()
    _checked(qtbot, panel)
    assert panel.verdict.text().startswith("The gradients agree: the largest relative error of 17 cells is ")
    assert panel.verdict.text() in noted
    assert [panel.parameter.itemText(place).split()[0] for place in range(4)] == [
        "∂L/∂W¹",
        "∂L/∂b¹",
        "∂L/∂W²",
        "∂L/∂b²",
    ]
    assert "by backprop" in panel.cell.text()
    assert "by differences" in panel.cell.text()
    assert not panel.cancel.isVisible()


def test_both_gradients_stand_beside_each_other_the_worst_first(qtbot: QtBot, panel: GradientPanel) -> None:
    _checked(qtbot, panel)
    panel.parameter.setCurrentIndex(0)
    panel.parameter.activated.emit(0)
    report = panel.workspace.checking.report
    assert report is not None
    check = report.checks[0]
    model = panel.table.rows
    assert [model.title(column) for column in range(4)] == ["cell", "backprop", "differences", "relative error"]
    order = np.argsort(-check.found.relative_error, kind="stable")
    assert [model.text(row, 0) for row in range(6)] == [check.cell_text(int(number)) for number in order]
    panel.table.setCurrentIndex(model.index(2, 0))
    assert panel.cell.text().startswith(check.cell_text(int(order[2])))
    assert panel.heatmap.cursor_cell() == divmod(int(order[2]), 2)
    panel.heatmap.cell_chosen.emit(1, 1)
    assert panel.cell.text().startswith("∂L/∂W¹[1, 1]")


def test_the_shown_parameter_can_be_checked_alone(qtbot: QtBot, panel: GradientPanel) -> None:
    selection = panel.workspace.selection
    selection.choose(0, "a")
    assert not panel.check_shown.isEnabled()
    for matrix in ("W", "dW", "update_W"):
        selection.choose(1, matrix)
        assert panel.check_shown.isEnabled()
        assert panel.check_shown.text() == "Check ∂L/∂W²"
    qtbot.mouseClick(panel.check_shown, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.workspace.checking.report is not None)
    assert [check.symbol for check in panel.workspace.checking.report.checks] == ["∂L/∂W²"]


def test_training_goes_on_meanwhile_and_a_check_can_be_cancelled(
    qtbot: QtBot, open_panel: Callable[..., Any], endless: Callable[..., Experiment]
) -> None:
    panel = open_panel(GradientPanel, endless(hidden=(200, 100)))
    workspace: Workspace = panel.workspace
    workspace.go(Resume())
    qtbot.waitUntil(lambda: workspace.run.state is State.RUNNING)
    panel.every_cell.setChecked(True)  # which would take minutes
    qtbot.mouseClick(panel.check_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workspace.checking.progress[0] > 0)
    assert panel.cancel.isVisible()
    assert workspace.run.state is State.RUNNING
    qtbot.mouseClick(panel.cancel, Qt.MouseButton.LeftButton)
    assert not panel.cancel.isVisible()
    assert workspace.checking.report is None
    workspace.go(Pause())
    qtbot.waitUntil(lambda: workspace.run.state is State.PAUSED)


def test_the_report_of_another_run_is_not_kept(qtbot: QtBot, panel: GradientPanel) -> None:
    _checked(qtbot, panel)
    panel.workspace.go(StepBatch())
    qtbot.waitUntil(lambda: panel.workspace.run.state is State.PAUSED)
    assert panel.workspace.checking.report is not None  # it says of which step it is
    panel.workspace.open_copy(paths.worked_examples() / "saito-2-3-2-2.toml")
    qtbot.waitUntil(lambda: panel.workspace.run.experiment.name.startswith("By hand: forward"))
    assert panel.workspace.checking.report is None
    assert "Nothing is checked yet" in panel.verdict.text()
