"""What all viewers of the run have: hidden they ask for nothing and show nothing, and they are told of a new run."""

from collections.abc import Callable, Iterable

import pytest
from PySide6.QtCore import Slot

from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import Experiment
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

W = LayerMatrix(0, "W")
Train = Callable[[Workspace, int], None]


class Viewer(ViewerPanel):
    """Notes what it is told."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.told: list[object] = []

    def readings(self) -> Iterable[AnyReading]:
        return [W]

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.told.append((snapshot.progress.step, snapshot.get(W) is not None))

    @Slot()
    def clear(self) -> None:
        self.told.append("another run")


@pytest.fixture
def viewer(
    open_workspace: Callable[..., Workspace], experiment: Callable[..., Experiment], show: Callable[..., Viewer]
) -> Viewer:
    """A viewer that is seen."""
    return show(Viewer(open_workspace(experiment())))


def test_a_viewer_that_is_seen_gets_every_snapshot_with_its_answers(viewer: Viewer, train: Train) -> None:
    train(viewer._workspace, 2)
    assert viewer.told[0] == "another run"
    assert viewer.told[-1] == (2, True)


def test_hidden_it_costs_nothing_but_hears_of_another_run(viewer: Viewer, train: Train) -> None:
    viewer.hide()
    train(viewer._workspace, 1)
    assert viewer._workspace.run.snapshot.answers == {}
    assert viewer.told == ["another run"]


def test_shown_again_it_catches_up(viewer: Viewer, train: Train, reach: Callable[[Run, State], None]) -> None:
    viewer.hide()
    train(viewer._workspace, 3)
    viewer.show()
    reach(viewer._workspace.run, State.PAUSED)
    assert viewer.told[-1] == (3, True)
