"""The window "Run until": each of its three numbers trains to where it says."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui.panels.bars.run_until import RunUntil
from lab.gui.workers.commands import State
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def box(open_workspace: Callable[..., Workspace], show: Callable[..., RunUntil], experiment: Make) -> RunUntil:
    return show(RunUntil(open_workspace(experiment(epochs=3))))


def _epoch(box: RunUntil) -> int:
    snapshot = box._workspace.run.snapshot
    return 0 if snapshot is None else snapshot.progress.epoch


def test_an_epoch_within_the_run_is_where_it_pauses(box: RunUntil, qtbot: QtBot, enter: Callable[..., None]) -> None:
    assert box.epoch.value() == 3
    enter(box.epoch, "2")
    qtbot.waitUntil(lambda: _epoch(box) == 2 and box._workspace.run.state is State.PAUSED)
    assert box._workspace.draft.experiment.training.epochs == 3


def test_a_later_epoch_makes_the_run_longer_and_an_earlier_one_is_refused(box: RunUntil, qtbot: QtBot) -> None:
    workspace = box._workspace
    for epoch in (5, 6):  # the second time from the end of the run
        workspace.run_to_epoch(epoch)
        qtbot.waitUntil(lambda epoch=epoch: _epoch(box) == epoch and workspace.run.state is State.FINISHED)
        assert workspace.draft.experiment.training.epochs == epoch
    problems: list[str] = []
    workspace.problem_found.connect(problems.append)
    workspace.run_to_epoch(2)
    assert problems == ["Epoch 2 is done already: the run has done 6."]


def test_no_lower_validation_loss_ends_it(box: RunUntil, qtbot: QtBot, enter: Callable[..., None]) -> None:
    box._workspace.edit_optimizer(learning_rate=1e-200)  # no weight changes, so no loss does
    box.patience.setFocus()
    enter(box.patience, "4")
    qtbot.waitUntil(lambda: _epoch(box) == 5 and box._workspace.run.state is not State.RUNNING)


def test_some_minutes_are_counted_from_now(
    box: RunUntil, monkeypatch: pytest.MonkeyPatch, enter: Callable[..., None]
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(box._workspace, "run_for", asked.append)
    box.minutes.setFocus()
    enter(box.minutes, "7")
    assert asked == [420.0]
