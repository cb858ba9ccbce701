"""The list of edits: names and steps as they take effect, undo and redo by name, and going to any of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.timeline.stack_edits import ChangeUnits
from lab.experiment.timeline.timeline import Timeline
from lab.gui.panels.history_panel import HistoryPanel
from lab.gui.workspace.workspace import Workspace
from lab.storage.run_file import save_run

Train = Callable[[Workspace, int], None]


@pytest.fixture
def panel(
    open_workspace: Callable[..., Workspace], show: Callable[..., HistoryPanel], experiment: Callable[..., Experiment]
) -> HistoryPanel:
    return show(HistoryPanel(open_workspace(experiment())))


def _names(panel: HistoryPanel) -> list[str]:
    items = [panel.list.item(row) for row in range(panel.list.count())]
    return [f"({item.text()})" if item.font().italic() else item.text() for item in items]


def _units(panel: HistoryPanel) -> int:
    return panel._workspace.draft.experiment.layers[0].units


def test_edits_are_listed_and_taken_back_by_name(
    panel: HistoryPanel, train: Train, qtbot: QtBot, click: Callable[..., None]
) -> None:
    assert not panel.undo.isEnabled()
    train(panel._workspace, 2)
    for units in (7, 9):
        panel._workspace.draft.edit_layer(0, units=units)
        qtbot.waitUntil(lambda: panel.undo.toolTip() == f"Undo Layer 1 with {units} units")  # noqa: B023
    assert _names(panel) == ["Layer 1 with 7 units   ·   step 2", "Layer 1 with 9 units   ·   step 2"]
    assert "keep their weights" in panel.list.item(0).toolTip()
    click(panel.undo)
    qtbot.waitUntil(lambda: _units(panel) == 7)
    assert _names(panel)[1] == "(Layer 1 with 9 units   ·   step 2)"
    panel.list.itemDoubleClicked.emit(panel.list.item(1))
    qtbot.waitUntil(lambda: _units(panel) == 9)
    for _ in range(2):
        click(panel.undo)
    qtbot.waitUntil(lambda: _units(panel) == 5)
    panel.list.itemDoubleClicked.emit(panel.list.item(1))
    qtbot.waitUntil(lambda: _units(panel) == 9)
    qtbot.waitUntil(lambda: not any(line.startswith("(") for line in _names(panel)))


def test_a_pinned_batch_and_a_frozen_layer_are_edits_too(panel: HistoryPanel, train: Train, qtbot: QtBot) -> None:
    workspace = panel._workspace
    train(workspace, 1)
    workspace.pin_batch()
    workspace.freeze_layer(0, True)
    qtbot.waitUntil(lambda: len(_names(panel)) == 2)
    assert workspace.run.overview is not None
    assert (workspace.run.overview.pinned, workspace.run.overview.frozen) == (10, (True, False))
    workspace.edits.undo()
    workspace.edits.undo()
    qtbot.waitUntil(lambda: workspace.run.overview.pinned == 0 and not any(workspace.run.overview.frozen))


def test_the_chosen_edit_is_taken_out_and_the_others_stay(
    panel: HistoryPanel, train: Train, qtbot: QtBot, click: Callable[..., None]
) -> None:
    workspace = panel._workspace
    train(workspace, 2)
    workspace.draft.edit_layer(0, units=7)
    workspace.draft.edit_training(batch_size=5)
    qtbot.waitUntil(lambda: len(_names(panel)) == 2)
    assert not panel.out.isEnabled()
    panel.list.setCurrentRow(0)
    click(panel.out)
    qtbot.waitUntil(lambda: _units(panel) == 5)
    assert [name.split("   ")[0] for name in _names(panel)] == ["Batch size 5", "Without layer 1 with 7 units"]
    assert workspace.draft.experiment.training.batch_size == 5


def test_kept_states_have_a_limit_and_what_went_first_is_told(panel: HistoryPanel, train: Train, qtbot: QtBot) -> None:
    workspace = panel._workspace
    train(workspace, 1)
    assert panel.limit.value() == workspace.run.most_kept == 200
    workspace.draft.edit_layer(0, units=7)
    workspace.draft.edit_layer(0, units=100_000)
    workspace.draft.edit_layer(0, units=8)
    qtbot.waitUntil(lambda: len(_names(panel)) == 3)
    assert "Kept states take" in panel.note.text()
    panel.limit.setValue(10)
    qtbot.waitUntil(lambda: "no way back" in panel.list.item(0).text())
    assert panel.note.text().startswith("2 of 3 can no longer be taken back")
    panel.list.setCurrentRow(0)
    assert not panel.out.isEnabled()


def test_edits_from_before_the_run_was_opened_are_listed_and_told_to_have_no_way_back(
    panel: HistoryPanel, experiment: Callable[..., Experiment], train: Train, qtbot: QtBot, tmp_path: Path
) -> None:
    session = Session(experiment())
    timeline = Timeline(session)
    for units in (6, 7):
        timeline.apply(ChangeUnits(layer=0, units=units))
        session.step()
    save_run(tmp_path / "run.safetensors", session)
    workspace = panel._workspace
    workspace.open_run(tmp_path / "run.safetensors", kept=True)
    qtbot.waitUntil(lambda: len(_names(panel)) == 2)
    assert all("no way back" in name for name in _names(panel))
    assert panel.note.text().startswith("The first 2 were made before the run was opened")
    assert not panel.undo.isEnabled()
    workspace.draft.edit_layer(0, units=9)
    qtbot.waitUntil(lambda: len(_names(panel)) == 3)
    panel.list.setCurrentRow(2)
    assert panel.out.isEnabled()
    panel.list.itemDoubleClicked.emit(panel.list.item(0))
    assert _units(panel) == 9
    panel.list.itemDoubleClicked.emit(panel.list.item(1))  # where it was opened
    qtbot.waitUntil(lambda: _units(panel) == 7)
