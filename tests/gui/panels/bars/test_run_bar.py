"""The toolbar: its buttons do what they say, are dead where they cannot, and the progress is that of the run."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui.panels.bars.run_bar import RunBar
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run

Make = Callable[..., Experiment]
Bar = Callable[..., RunBar]
Click = Callable[[QWidget], None]
Choose = Callable[[QComboBox, object], None]
Reach = Callable[[Run, State], None]


@pytest.fixture
def bar(open_panel: Callable[..., RunBar]) -> Bar:
    """Show the toolbar of an experiment; its workspace is the bar's `workspace`."""

    def open_wide(experiment: Experiment) -> RunBar:
        panel = open_panel(RunBar, experiment)
        panel.resize(1200, 60)
        return panel

    return open_wide


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def test_run_becomes_pause_and_back(bar: Bar, endless: Make, click: Click, reach: Reach) -> None:
    panel = bar(endless())
    run = panel.workspace.run
    assert panel.run.text() == "Run"
    click(panel.run)
    reach(run, State.RUNNING)
    assert panel.run.text() == "Pause"
    click(panel.run)
    reach(run, State.PAUSED)
    assert panel.run.text() == "Run"


def test_step_batch_and_step_epoch(bar: Bar, experiment: Make, click: Click, reach: Reach, qtbot: QtBot) -> None:
    panel = bar(experiment())
    run = panel.workspace.run
    for step in (1, 2, 3):
        click(panel.step_batch)
        qtbot.waitUntil(lambda step=step: panel.step.text() == str(step))
    click(panel.step_epoch)
    qtbot.waitUntil(lambda: panel.epoch.text() == "1 / 3")
    assert panel.step.text() == "11"
    reach(run, State.PAUSED)


def test_reset_begins_afresh(bar: Bar, experiment: Make, click: Click, reach: Reach, qtbot: QtBot) -> None:
    panel = bar(experiment())
    click(panel.step_epoch)
    qtbot.waitUntil(lambda: panel.epoch.text() == "1 / 3")
    click(panel.reset)
    reach(panel.workspace.run, State.READY)
    assert (panel.epoch.text(), panel.step.text(), panel.progress.value()) == ("0 / 3", "0", 0)


def test_the_progress_of_a_whole_run(bar: Bar, experiment: Make, click: Click, reach: Reach) -> None:
    panel = bar(experiment(epochs=3))
    assert (panel.epoch.text(), panel.progress.value()) == ("0 / 3", 0)
    click(panel.run)
    reach(panel.workspace.run, State.FINISHED)
    assert (panel.epoch.text(), panel.step.text()) == ("3 / 3", "33")
    assert panel.progress.value() == panel.progress.maximum()


def test_pace_and_time_left_are_told_while_it_trains(
    bar: Bar, endless: Make, click: Click, reach: Reach, qtbot: QtBot
) -> None:
    panel = bar(endless())
    click(panel.run)
    qtbot.waitUntil(lambda: any(digit in panel.rate.text() for digit in "123456789"))
    minutes, seconds = panel.left.text().split(":")
    assert int(minutes) > 0
    assert 0 <= int(seconds) < 60
    click(panel.run)
    reach(panel.workspace.run, State.PAUSED)
    assert not any(digit in panel.left.text() for digit in "123456789")


def test_an_impossible_stack_cannot_be_started(bar: Bar, experiment: Make) -> None:
    panel = bar(experiment())
    buttons = (panel.run, panel.step_batch, panel.step_epoch, panel.reset)
    assert all(button.isEnabled() for button in buttons)
    panel.workspace.draft.edit_layer(1, units=4)
    assert not any(button.isEnabled() for button in buttons)
    panel.workspace.draft.undo()
    assert all(button.isEnabled() for button in buttons)


def test_the_shortcut_of_an_impossible_stack_says_why(bar: Bar, experiment: Make, qtbot: QtBot) -> None:
    panel = bar(experiment())
    panel.workspace.draft.edit_layer(1, units=4)
    with qtbot.waitSignal(panel.workspace.problem_found) as told:
        panel.menu_actions()[0].trigger()
    assert "layer 2" in told.args[0]


def test_what_runs_can_be_paused_though_the_draft_is_impossible(
    bar: Bar, endless: Make, click: Click, reach: Reach
) -> None:
    panel = bar(endless())
    click(panel.run)
    reach(panel.workspace.run, State.RUNNING)
    panel.workspace.draft.edit_layer(1, units=4)
    click(panel.run)
    reach(panel.workspace.run, State.PAUSED)
    assert not panel.run.isEnabled()


def test_while_the_data_is_read_nothing_can_be_started(bar: Bar, experiment: Make, qtbot: QtBot) -> None:
    panel = bar(experiment())
    panel.workspace.draft.edit(seed=99)
    assert not panel.run.isEnabled()
    qtbot.waitUntil(panel.run.isEnabled)


def test_more_epochs_move_the_goal(bar: Bar, experiment: Make, click: Click, reach: Reach, qtbot: QtBot) -> None:
    panel = bar(experiment(epochs=2))
    click(panel.run)
    reach(panel.workspace.run, State.FINISHED)
    panel.workspace.edit_training(epochs=4)
    reach(panel.workspace.run, State.PAUSED)
    assert panel.epoch.text() == "2 / 4"
    assert panel.progress.value() == panel.progress.maximum() // 2


def test_slow_motion_and_back_to_full_speed(
    bar: Bar, experiment: Make, click: Click, choose: Choose, reach: Reach
) -> None:
    panel = bar(experiment())
    choose(panel.speed, "1 step/s")
    click(panel.run)
    reach(panel.workspace.run, State.RUNNING)
    choose(panel.speed, "max")
    reach(panel.workspace.run, State.FINISHED)


def test_the_menu_has_the_same_with_shortcuts(bar: Bar, experiment: Make, reach: Reach) -> None:
    panel = bar(experiment())
    actions = panel.menu_actions()
    names = ["Run", "Step batch", "Step epoch", "Reset", "Reset to the &next seed", "&Pin the batch"]
    assert [action.text() for action in actions] == names
    keys = [action.shortcut().toString() for action in actions]
    assert all(keys)
    assert len(set(keys)) == 6
    actions[1].trigger()
    reach(panel.workspace.run, State.PAUSED)
    assert panel.step.text() == "1"


def test_everything_on_it_teaches(bar: Bar, experiment: Make) -> None:
    panel = bar(experiment())
    assert all(button.toolTip() for button in panel.findChildren(QPushButton))
    assert all(each.toolTip() for each in (panel.speed, panel.rate, panel.left))
    assert all(each.accessibleName() for each in (panel.speed, panel.progress))
