"""The run as the window sees it: pictures come when asked for, of what is visible, and of no older run."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.losses import LossesAfter
from lab.experiment.readings.reading import Reading
from lab.experiment.session import Session
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import Experiment
from lab.experiment.timeline.settings import ChangeTraining
from lab.gui.workers.commands import ChangeSpeed, Pause, Resume, State, StepBatch, StepEpochs
from lab.gui.workspace.frame_clock import PICTURE_RATES
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Open = Callable[..., Workspace]
Reach = Callable[[Run, State], None]


@pytest.fixture
def start(open_workspace: Open) -> Callable[..., Run]:
    """Open a workspace and start its experiment with a first command."""

    def begin(experiment: Experiment, *first: object) -> Run:
        workspace = open_workspace(experiment)
        workspace.run.start(experiment, workspace.draft.facts, *first)
        return workspace.run

    return begin


def test_states_follow_each_other(open_workspace: Open, experiment: Make, reach: Reach) -> None:
    workspace = open_workspace(experiment(epochs=2))
    run, states = workspace.run, []
    run.state_changed.connect(states.append)
    assert run.state is State.EMPTY
    run.start(experiment(epochs=2), workspace.draft.facts, Resume())
    reach(run, State.FINISHED)
    assert states == [State.PREPARING, State.READY, State.RUNNING, State.FINISHED]


def test_it_trains_as_a_session_without_a_window(start: Callable[..., Run], experiment: Make, reach: Reach) -> None:
    run = start(experiment(epochs=4), Resume())
    run.add_viewer(lambda: [LossesAfter()])
    reach(run, State.FINISHED)
    alone = Session(experiment(epochs=4))
    for _ in range(4):
        alone.run_epoch()
    new = run.snapshot.get(LossesAfter())
    assert new.losses.tobytes() == alone.history.losses().tobytes()
    assert list(new.epochs) == list(alone.history.epochs)


def test_only_what_a_viewer_needs_is_read(start: Callable[..., Run], experiment: Make, reach: Reach) -> None:
    run = start(experiment(), StepBatch())
    reach(run, State.PAUSED)
    assert run.snapshot.answers == {}
    run.add_viewer(lambda: [LayerMatrix(0, "W")])
    run.add_viewer(lambda: ())  # a hidden panel
    run.add_viewer(lambda: {LayerMatrix(1, "delta"), LayerMatrix(0, "W"), LossesAfter()})
    run.refresh()
    reach(run, State.PAUSED)
    assert set(run.snapshot.answers) == {LayerMatrix(0, "W"), LayerMatrix(1, "delta"), LossesAfter()}
    assert len(run.snapshot.get(LossesAfter()).losses) == 1


@dataclass(frozen=True)
class Slow(Reading[int]):
    """The number of steps, as if that took long."""

    number: int

    interval: ClassVar[float] = 3600.0

    def read(self, session: Session) -> int:
        return session.steps


def test_a_run_that_stands_still_is_asked_until_everything_is_answered(
    start: Callable[..., Run], experiment: Make, reach: Reach
) -> None:
    run = start(experiment(), StepBatch())
    run.add_viewer(lambda: [Slow(1), Slow(2), Slow(3)])
    reach(run, State.PAUSED)
    assert run.snapshot.answers == {Slow(1): 1, Slow(2): 1, Slow(3): 1}
    run.send(StepBatch())
    reach(run, State.PAUSED)
    assert run.snapshot.answers == {Slow(1): 2, Slow(2): 2, Slow(3): 2}


def test_the_last_request_is_answered_while_the_run_stands_still(
    start: Callable[..., Run], experiment: Make, reach: Reach
) -> None:
    run = start(experiment(), StepBatch())
    reach(run, State.PAUSED)
    wanted = [LayerMatrix(0, "W")]
    run.add_viewer(lambda: wanted)
    for key in ((0, "W"), (0, "dW"), (1, "delta")):  # as quick as a held arrow key
        wanted[:] = [LayerMatrix(*key)]
        run.refresh()
    reach(run, State.PAUSED)
    assert set(run.snapshot.answers) == {LayerMatrix(1, "delta")}


def test_a_run_that_stands_still_sends_no_more_pictures(
    qtbot: QtBot, start: Callable[..., Run], endless: Make, reach: Reach
) -> None:
    run = start(endless(), Resume())
    qtbot.waitSignal(run.snapshot_ready).wait()
    run.send(Pause())
    reach(run, State.PAUSED)  # which looks at the timers, too
    with qtbot.assertNotEmitted(run.snapshot_ready, wait=200):
        pass


def test_pictures_keep_coming_while_it_trains(qtbot: QtBot, start: Callable[..., Run], endless: Make) -> None:
    run = start(endless(), Resume())
    seen: list[Snapshot] = []
    run.snapshot_ready.connect(seen.append)
    qtbot.waitUntil(lambda: len(seen) >= 4)
    steps = [snapshot.progress.step for snapshot in seen]
    assert steps == sorted(set(steps))


def test_no_picture_of_an_older_run_is_shown(qtbot: QtBot, open_workspace: Open, endless: Make) -> None:
    workspace = open_workspace(endless())
    run, batches = workspace.run, []
    run.snapshot_ready.connect(lambda snapshot: batches.append((snapshot.progress.batches, expected)))
    for batch_size in (10, 20, 40, 80) * 3:
        expected = -(-workspace.draft.facts.train // batch_size)
        with qtbot.waitSignal(run.snapshot_ready):  # from then on a request of this run is on its way
            run.start(endless(batch_size=batch_size), workspace.draft.facts, Resume())
    assert len(batches) >= 12
    assert [shown for shown, _ in batches] == [wanted for _, wanted in batches]


def test_states_of_an_older_run_are_not_told(qtbot: QtBot, open_workspace: Open, experiment: Make) -> None:
    workspace = open_workspace(experiment())
    run, states = workspace.run, []
    run.state_changed.connect(states.append)
    run.start(experiment(epochs=5), workspace.draft.facts, Resume())
    run.start(experiment(epochs=2), workspace.draft.facts, StepEpochs())
    qtbot.waitUntil(lambda: run.state is State.PAUSED)
    assert states == [State.PREPARING, State.READY, State.RUNNING, State.PAUSED]


def test_a_change_of_the_rate_is_in_force_and_in_the_experiment(
    qtbot: QtBot, start: Callable[..., Run], experiment: Make, reach: Reach
) -> None:
    run = start(experiment(rate=0.1), StepBatch())
    gradient, update = LayerMatrix(0, "dW"), LayerMatrix(0, "update_W")
    run.add_viewer(lambda: [gradient, update])
    reach(run, State.PAUSED)
    optimizer = {"kind": "sgd", "learning_rate": 0.02}
    run.apply(ChangeTraining(title="Learning rate 0.02", fields={"optimizer": optimizer}))
    run.send(StepEpochs())
    qtbot.waitUntil(lambda: run.snapshot.progress.epoch == 1)
    np.testing.assert_allclose(run.snapshot.get(update), -0.02 * run.snapshot.get(gradient), rtol=1e-12)
    assert run.experiment.training.optimizer.learning_rate == 0.02


def test_more_epochs_wake_a_run_that_was_done(start: Callable[..., Run], experiment: Make, reach: Reach) -> None:
    run = start(experiment(epochs=2), Resume())
    reach(run, State.FINISHED)
    run.apply(ChangeTraining(title="Epochs 5", fields={"epochs": 5}))
    reach(run, State.PAUSED)
    run.send(Resume())
    reach(run, State.FINISHED)
    assert run.snapshot.progress.epoch == 5


def test_a_failure_is_one_sentence_with_layer_and_step(
    qtbot: QtBot, start: Callable[..., Run], diverging: Experiment, reach: Reach
) -> None:
    run = start(diverging, Resume())
    with qtbot.waitSignal(run.failed) as told:
        pass
    assert re.match(r"Step 3: the loss became nan because the output of layer 2 is", told.args[0])
    assert "\n" not in told.args[0]
    reach(run, State.FAILED)


@pytest.mark.parametrize("rate", [1e30, 1e200])
def test_weights_whose_squares_overflow_are_a_failure_like_others(
    qtbot: QtBot, start: Callable[..., Run], experiment: Make, rate: float
) -> None:
    dtype = "float32" if rate < 1e38 else "float64"
    run = start(experiment(activation="relu", rate=rate, dtype=dtype), Resume())
    with qtbot.waitSignal(run.failed) as told:
        pass
    assert "the loss became" in told.args[0]


def test_end_ends_the_thread_while_it_trains(qtbot: QtBot, start: Callable[..., Run], endless: Make) -> None:
    run = start(endless(), Resume())
    qtbot.waitUntil(lambda: run.state is State.RUNNING)
    run.end()
    run.end()  # a second time does no harm
    with qtbot.assertNotEmitted(run.snapshot_ready, wait=100):
        pass


def test_numbers_are_due_with_every_third_picture_while_it_trains_and_with_each_while_it_stands(
    qtbot: QtBot, start: Callable[..., Run], endless: Make, reach: Reach
) -> None:
    run = start(endless(), Resume())
    pictures: list[Snapshot] = []
    figures: list[Snapshot] = []
    run.snapshot_ready.connect(pictures.append)
    run.figures_ready.connect(figures.append)
    run.add_viewer(lambda: [LayerMatrix(0, "W")])
    qtbot.waitUntil(lambda: len(pictures) >= 12 and run.state is State.RUNNING)
    assert 2 <= len(figures) <= len(pictures) / 2
    assert all(any(each is picture for picture in pictures) for each in figures)  # of the same step, not of another
    run.send(Pause())
    reach(run, State.PAUSED)
    assert figures[-1] is pictures[-1] is run.snapshot


def test_what_figures_need_is_asked_for_with_them_alone(qtbot: QtBot, start: Callable[..., Run], endless: Make) -> None:
    run = start(endless(), Resume())
    often, seldom = LayerMatrix(0, "W"), LayerMatrix(1, "W")
    run.add_viewer(lambda: [often], lambda: [seldom])
    pictures: list[Snapshot] = []
    figures: list[Snapshot] = []
    run.snapshot_ready.connect(pictures.append)
    run.figures_ready.connect(figures.append)
    qtbot.waitUntil(lambda: len(figures) >= 5 and run.state is State.RUNNING)
    asked = [picture for picture in pictures[3:] if seldom in picture.answers]  # from where both were viewers
    assert all(any(each is picture for picture in figures) for each in asked)
    assert 0 < len(asked) <= len(pictures) / 2


def test_a_step_that_lasts_shows_its_numbers_too(qtbot: QtBot, start: Callable[..., Run], endless: Make) -> None:
    run = start(endless(), StepBatch())
    run.add_viewer(lambda: [LayerMatrix(0, "W")])
    qtbot.waitUntil(lambda: run.state is State.PAUSED)
    figures: list[int] = []
    run.figures_ready.connect(lambda snapshot: figures.append(snapshot.progress.step))
    run.send(ChangeSpeed(0.001))
    run.send(Resume())  # one step at once, and then none for a long time
    qtbot.waitUntil(lambda: 2 in figures)
    assert run.state is State.RUNNING


def test_what_several_panels_ask_at_once_is_asked_once(
    qtbot: QtBot, start: Callable[..., Run], endless: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(endless(), StepBatch())
    wanted = [LayerMatrix(0, "W")]
    run.add_viewer(lambda: wanted)
    qtbot.waitUntil(lambda: run.state is State.PAUSED and run._answered == run._asked)
    sent: list[object] = []
    send = run._thread.send
    monkeypatch.setattr(run._thread, "send", lambda command: (sent.append(command), send(command)))
    for _ in range(3):
        run.refresh()
    assert len(sent) == 1
    wanted.append(LayerMatrix(1, "W"))
    run.refresh()
    assert len(sent) == 2
    run.send(Pause())  # whatever a command changes is not in the answer that is on its way
    assert len(sent) == 4


def test_an_answer_does_not_wait_for_the_next_picture(qtbot: QtBot, start: Callable[..., Run], endless: Make) -> None:
    run = start(endless(), Resume())
    qtbot.waitUntil(lambda: run.state is State.RUNNING and run.snapshot is not None and run.snapshot.progress.step > 0)
    asked, wanted = LayerMatrix(1, "delta"), []
    run.add_viewer(lambda: wanted)
    run._clock.stop()  # no picture is due any more
    wanted.append(asked)
    answers: list[Snapshot] = []
    run.figures_ready.connect(answers.append)
    run.refresh()
    run._clock.stop()
    qtbot.waitUntil(lambda: any(asked in answer.answers for answer in answers))


def test_a_window_that_nobody_sees_costs_nothing(qtbot: QtBot, start: Callable[..., Run], endless: Make) -> None:
    run = start(endless(), Resume())
    qtbot.waitSignal(run.snapshot_ready).wait()
    run.set_watched(False)
    run.send(Resume())
    qtbot.wait(50)  # until what was on its way has come
    with qtbot.assertNotEmitted(run.snapshot_ready, wait=200):
        pass
    assert not run._clock.is_ticking
    with qtbot.waitSignal(run.snapshot_ready):
        run.set_watched(True)


def test_without_panels_pictures_come_rarely(qtbot: QtBot, start: Callable[..., Run], endless: Make) -> None:
    run = start(endless(), Resume())
    qtbot.waitUntil(lambda: run.state is State.RUNNING and run.pictures_per_second <= 4)
    run.add_viewer(lambda: [LossesAfter()])
    qtbot.waitUntil(lambda: run.pictures_per_second > 4)


def test_another_rate_of_pictures_is_told(qtbot: QtBot, start: Callable[..., Run], endless: Make) -> None:
    run = start(endless(), Resume())
    assert run.picture_rate.name == "smooth"
    with qtbot.waitSignal(run.picture_rate_changed):
        run.choose_picture_rate(PICTURE_RATES["fast"])
    assert run.picture_rate.name == "fast"
    assert run.pictures_per_second <= 5
