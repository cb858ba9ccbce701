"""The confusion matrix: of the last epoch's validation, and asked for only while it is seen."""

from collections.abc import Callable

import pytest

from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.gui.panels.run_pages.confusion_panel import ConfusionPanel
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Reach = Callable[[Run, State], None]
Show = Callable[..., ConfusionPanel]


@pytest.fixture
def workspace(open_workspace: Callable[..., Workspace], experiment: Make) -> Workspace:
    """A workspace with three epochs before it."""
    return open_workspace(experiment(rate=0.5))


def finish(workspace: Workspace, reach: Reach) -> None:
    workspace.run_or_pause()
    reach(workspace.run, State.FINISHED)


def test_it_counts_what_a_session_counts(workspace: Workspace, show: Show, reach: Reach) -> None:
    panel = show(ConfusionPanel(workspace))
    finish(workspace, reach)
    alone = Session(workspace.run.experiment)
    for _ in range(3):
        alone.run_epoch()
    counts, names = alone.validation.confusion, alone.dataset.class_names
    for true in range(3):
        for taken in range(3):
            words = f"{names[true]} taken for {names[taken]}" if true != taken else f"{names[true]} recognised"
            assert panel.matrix.cell_text(true, taken).startswith(f"{words}: {counts[true, taken]} of")
    assert f"{counts.trace()} of {counts.sum()} right" in panel.matrix.accuracy_text()


def test_before_the_first_epoch_it_says_that_there_is_nothing(
    workspace: Workspace, show: Show, train: Callable[[Workspace, int], None]
) -> None:
    panel = show(ConfusionPanel(workspace))
    empty = panel.matrix.accuracy_text()
    train(workspace, 1)
    assert panel.matrix.accuracy_text() == empty
    assert "right" not in empty


def test_hidden_it_asks_for_nothing_and_shown_it_catches_up(workspace: Workspace, show: Show, reach: Reach) -> None:
    panel = ConfusionPanel(workspace)
    finish(workspace, reach)
    assert workspace.run.snapshot.answers == {}
    show(panel)
    reach(workspace.run, State.FINISHED)
    assert "right" in panel.matrix.accuracy_text()


def test_a_fresh_run_begins_with_nothing_counted(workspace: Workspace, show: Show, reach: Reach) -> None:
    panel = show(ConfusionPanel(workspace))
    finish(workspace, reach)
    workspace.reset()
    reach(workspace.run, State.READY)
    assert "right" not in panel.matrix.accuracy_text()
