"""The line below: what goes on, the last figures, and what was noted."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab import paths
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, load_experiment
from lab.gui.panels.bars.status_line import StatusLine
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Line = Callable[..., StatusLine]
Train = Callable[[Workspace, int], None]
Click = Callable[[QWidget], None]
Reach = Callable[[Run, State], None]


@pytest.fixture
def line(open_panel: Callable[..., StatusLine]) -> Line:
    """Show the status line of an experiment; its workspace is the line's `workspace`."""
    return partial(open_panel, StatusLine)


def test_the_state_is_told_in_words(line: Line, endless: Make, reach: Reach) -> None:
    panel = line(endless())
    run = panel.workspace.run
    assert "Run" in panel.state.text()
    panel.workspace.run_or_pause()
    reach(run, State.RUNNING)
    assert "training" in panel.state.text()
    panel.workspace.run_or_pause()
    reach(run, State.PAUSED)
    assert "paused" in panel.state.text()


def test_a_failure_is_told(line: Line, diverging: Experiment, reach: Reach) -> None:
    panel = line(diverging)
    panel.workspace.run_or_pause()
    reach(panel.workspace.run, State.FAILED)
    assert "failure" in panel.state.text()
    assert "error" in panel.state.property("role")


def test_reading_is_told(line: Line, experiment: Make, qtbot: QtBot) -> None:
    panel = line(experiment())
    panel.workspace.draft.edit_data(DataSpec(source="digits"))
    assert "reading" in panel.state.text()
    qtbot.waitUntil(lambda: "reading" not in panel.state.text())


def test_it_does_not_ask_for_run_where_nothing_can_run(line: Line, experiment: Make) -> None:
    panel = line(experiment())
    panel.workspace.draft.edit_layer(1, units=4)
    assert "press Run" not in panel.state.text()


def test_figures_are_those_of_the_last_epoch_and_batch(line: Line, experiment: Make, reach: Reach) -> None:
    panel = line(experiment())
    panel.workspace.run_or_pause()
    reach(panel.workspace.run, State.FINISHED)
    alone = Session(experiment())
    for _ in range(3):
        record = alone.run_epoch()
    told = panel.figures.text()
    assert number_text(alone.history.last_loss) in told
    assert number_text(record.validation_loss) in told
    assert f"{100 * record.validation_score:.1f} %" in told


def test_a_fresh_run_has_no_figures_yet(line: Line, experiment: Make, reach: Reach, qtbot: QtBot) -> None:
    panel = line(experiment())
    panel.workspace.run_or_pause()
    reach(panel.workspace.run, State.FINISHED)
    panel.workspace.reset()
    qtbot.waitUntil(lambda: panel.figures.text() == "")
    reach(panel.workspace.run, State.READY)
    assert panel.figures.text() == ""


def test_the_frame_rate_is_told_only_while_it_trains(line: Line, endless: Make, reach: Reach, qtbot: QtBot) -> None:
    panel = line(endless())
    panel.workspace.run_or_pause()
    qtbot.waitUntil(lambda: "fps" in panel.frames.text())
    panel.workspace.run_or_pause()
    reach(panel.workspace.run, State.PAUSED)
    assert "fps" not in panel.frames.text()


def test_what_was_noted_stands_at_the_right(line: Line, experiment: Make, tmp_path: object) -> None:
    panel = line(experiment())
    panel.workspace.save(tmp_path / "mine.toml")
    assert panel.note.text() == "Saved mine.toml"


# the draft


def test_a_draft_is_told_of_and_taken_back(line: Line, experiment: Make, train: Train, click: Click) -> None:
    panel = line(experiment())
    assert not panel.draft.isVisible()
    train(panel.workspace, 1)
    assert not panel.draft.isVisible()
    panel.workspace.edits.set_at_once(False)
    height = panel.height()
    panel.workspace.edit_layer(0, units=9)
    assert panel.draft.isVisible()
    assert panel.height() == height
    assert "Run starts afresh" in panel.draft.text.text()
    click(panel.draft.discard)
    assert not panel.draft.isVisible()
    assert panel.workspace.draft.experiment.layers[0].units == 5


def test_a_draft_can_be_started_where_it_is_told_of(
    line: Line, experiment: Make, train: Train, click: Click, qtbot: QtBot
) -> None:
    panel = line(experiment())
    panel.workspace.edits.set_at_once(False)
    train(panel.workspace, 1)
    panel.workspace.edit_layer(0, units=9)
    click(panel.draft.start)
    qtbot.waitUntil(lambda: not panel.draft.isVisible())
    assert panel.workspace.shown.layers[0].units == 9


def test_a_stack_that_cannot_run_says_which_layer_and_offers_no_start(
    line: Line, experiment: Make, train: Train
) -> None:
    panel = line(experiment())
    train(panel.workspace, 1)
    panel.workspace.edit_layer(1, units=2)
    assert "Cannot run: layer 2" in panel.draft.text.text()
    assert not panel.draft.start.isVisible()
    assert panel.draft.discard.isVisible()


def test_without_a_validation_part_there_are_no_figures_of_it(line: Line, train: Train) -> None:
    panel = line(load_experiment(paths.first_example()))
    train(panel.workspace, 2)
    assert panel.figures.text().startswith("batch loss ")
    assert "validation" not in panel.figures.text()
