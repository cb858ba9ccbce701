"""The curves: every step's loss once, validation by epoch, and nothing asked for while nobody looks."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.gui.panels.run_pages.curves_panel import CurvesPanel
from lab.gui.widgets.curves.curve_plot import CurvePlot
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Reach = Callable[[Run, State], None]
Show = Callable[..., CurvesPanel]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def trained(open_workspace: Callable[..., Workspace], experiment: Make, reach: Reach) -> Callable[[], Workspace]:
    """Train the small experiment to its end in a workspace."""
    workspace = open_workspace(experiment(epochs=4))

    def finish() -> Workspace:
        workspace.run_or_pause()
        reach(workspace.run, State.FINISHED)
        return workspace

    finish.workspace = workspace
    return finish


def at_the_end(plot: CurvePlot, qtbot: QtBot) -> tuple[str, dict[str, str]]:
    """Return the read-out that the End key leads to: the place, and each curve's number by its title."""
    qtbot.keyClick(plot, Qt.Key.Key_End)
    place, entries = plot.reading()
    return place, {entry.title: entry.number for entry in entries}


def test_the_last_step_and_epoch_can_be_read(trained: Callable[[], Workspace], show: Show, qtbot: QtBot) -> None:
    panel = show(CurvesPanel(trained.workspace))
    workspace = trained()
    alone = Session(workspace.run.experiment)
    for _ in range(4):
        alone.run_epoch()
    place, numbers = at_the_end(panel.loss, qtbot)
    assert place == "Step 44"
    assert numbers["Batch loss"] == number_text(alone.history.losses()[-1])
    assert numbers["Validation loss"] == number_text(alone.history.epochs[-1].validation_loss)
    place, numbers = at_the_end(panel.accuracy, qtbot)
    assert place == "Epoch 4"
    assert numbers["Validation accuracy"] == number_text(alone.history.epochs[-1].validation_score)


def test_curves_that_are_opened_later_have_every_step(
    trained: Callable[[], Workspace], show: Show, qtbot: QtBot, reach: Reach
) -> None:
    panel = CurvesPanel(trained.workspace)
    workspace = trained()  # nobody looked while it trained
    show(panel)
    reach(workspace.run, State.FINISHED)
    qtbot.waitUntil(lambda: at_the_end(panel.loss, qtbot)[0] == "Step 44")
    qtbot.keyClick(panel.loss, Qt.Key.Key_Home)
    assert panel.loss.reading()[0] == "Step 1"


def test_plots_stand_one_above_the_other_where_they_do_not_fit_side_by_side(
    trained: Callable[[], Workspace], show: Show, qtbot: QtBot
) -> None:
    panel = show(CurvesPanel(trained.workspace))
    loss, accuracy = panel.loss, panel.accuracy
    for width, tops in ((900, 1), (330, 2), (900, 1)):
        panel.resize(width, 400)
        qtbot.waitUntil(lambda tops=tops: len({loss.y(), accuracy.y()}) == tops and accuracy.height() > 30)
        assert max(each.geometry().right() for each in (loss, accuracy)) < width
    assert panel.minimumSizeHint().width() <= 330


def test_hidden_curves_ask_for_nothing(trained: Callable[[], Workspace], show: Show) -> None:
    show(CurvesPanel(trained.workspace)).hide()
    assert trained().run.snapshot.answers == {}


def test_a_fresh_run_begins_with_empty_curves(trained: Callable[[], Workspace], show: Show, reach: Reach) -> None:
    panel = show(CurvesPanel(trained.workspace))
    workspace = trained()
    workspace.reset()
    reach(workspace.run, State.READY)
    qt_places = [plot.reading()[0] for plot in (panel.loss, panel.accuracy)]
    assert qt_places == ["", ""]
    assert all(not entry.number for plot in (panel.loss, panel.accuracy) for entry in plot.reading()[1])


def test_only_new_losses_are_asked_for(
    open_workspace: Callable[..., Workspace], endless: Make, show: Show, qtbot: QtBot
) -> None:
    workspace = open_workspace(endless())
    show(CurvesPanel(workspace))
    seen: list[tuple[int, int]] = []
    workspace.run.snapshot_ready.connect(
        lambda snapshot: seen.extend(
            (asked.step, asked.step + len(new.losses)) for asked, new in snapshot.answers.items()
        )
    )
    workspace.run_or_pause()
    qtbot.waitUntil(lambda: len(seen) >= 4)
    assert [begin for begin, _ in seen[1:]] == [end for _, end in seen[:-1]]


def test_a_single_step_draws_a_point(
    open_workspace: Callable[..., Workspace], experiment: Make, show: Show, train: Train
) -> None:
    workspace = open_workspace(experiment())
    panel = show(CurvesPanel(workspace))
    empty = panel.loss.grab().toImage()
    train(workspace, 1)
    (left, right), _ = panel.loss.view_range()
    assert left <= 1 < right < 3
    assert panel.loss.grab().toImage() != empty
