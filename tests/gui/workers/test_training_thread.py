"""The training thread: commands take effect between two steps, requests are answered, no failure ends it."""

import threading
from collections.abc import Callable, Iterator
from time import monotonic

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lab.core.types import Array
from lab.data.errors import DataError
from lab.experiment import session
from lab.experiment.datasets import describe_data
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.losses import LossesAfter
from lab.experiment.readings.reading import AnyReading
from lab.experiment.running.run_until import ForSeconds, ToEpoch, UntilNoBetter
from lab.experiment.session import Session
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import Experiment
from lab.experiment.timeline.edit import Edit
from lab.experiment.timeline.run_edits import Reset
from lab.experiment.timeline.settings import ChangeTraining
from lab.experiment.timeline.stack_edits import ChangeUnits
from lab.gui.workers.commands import (
    Apply,
    ChangeSpeed,
    Command,
    GoTo,
    KeepStates,
    Pause,
    Redo,
    Request,
    Resume,
    Start,
    State,
    StepBatch,
    StepEpochs,
    TakeOut,
    Undo,
)
from lab.gui.workers.training_thread import Answer, Edited, TrainingThread

Make = Callable[..., Experiment]
NAMES = ("W", "b", "z", "a", "delta", "dW", "db", "update_W")
ALL = frozenset({LossesAfter(), *(LayerMatrix(layer, name) for layer in (0, 1) for name in NAMES)})


def matrices(snapshot: Snapshot) -> dict[tuple[int, str], Array]:
    """Return the matrices of a snapshot by layer and name."""
    return {(asked.layer, asked.name): found for asked, found in snapshot.answers.items() if asked != LossesAfter()}


class Driver:
    """Sends commands to a thread, waits for its facts and looks into its mailbox."""

    def __init__(self, thread: TrainingThread, qtbot: QtBot) -> None:
        self.thread = thread
        self.states: list[State] = []
        self.sentences: list[str] = []
        self._qtbot = qtbot
        self._asked = 0
        thread.state_changed.connect(lambda _run, state: self.states.append(state))
        self.edits: list[Edited] = []
        self.refusals: list[str] = []
        self.notes: list[str] = []
        thread.noted.connect(self.notes.append)
        thread.edited.connect(lambda _run, edited: self.edits.append(edited))
        thread.edit_refused.connect(lambda _run, sentence, _overview: self.refusals.append(sentence))
        thread.run_failed.connect(lambda _run, sentence: self.sentences.append(sentence))

    def start(self, experiment: Experiment, *then: Command, run: int = 1) -> None:
        self.send(Start(run, experiment, describe_data(experiment.data, experiment.seed)), *then)

    def send(self, *commands: Command) -> None:
        for command in commands:
            self.thread.send(command)

    def until(self, state: State) -> None:
        """Wait until this is the last state that was told, and every failure has its sentence."""

        def is_told() -> bool:
            explained = len(self.sentences) == self.states.count(State.FAILED)
            return bool(self.states) and self.states[-1] is state and explained

        self._qtbot.waitUntil(is_told)

    def ask(self, readings: frozenset[AnyReading] = ALL) -> Snapshot | None:
        """Return the answer to a request sent now."""
        self._asked += 1
        self.send(Request(self._asked, readings))
        answers: list[Answer] = []

        def has_come() -> bool:
            answer = self.thread.take()
            if answer is not None:
                answers.append(answer)
            return bool(answers) and answers[-1].number == self._asked

        self._qtbot.waitUntil(has_come)
        return answers[-1].snapshot


@pytest.fixture
def driver(qtbot: QtBot) -> Iterator[Driver]:
    """A running thread under control; it ends with the test."""
    thread = TrainingThread()
    thread.start()
    yield Driver(thread, qtbot)
    thread.end()
    assert not thread.isRunning()


def _set(**fields: object) -> Apply:
    """Return the command that changes these fields of the training."""
    return Apply(ChangeTraining(title="Settings", fields=fields))


# commands


def test_a_fresh_session_is_ready_and_untrained(driver: Driver, experiment: Make) -> None:
    driver.start(experiment())
    driver.until(State.READY)
    at = driver.ask().progress
    assert driver.states == [State.PREPARING, State.READY]
    assert (at.step, at.m, at.batches) == (0, 0, 11)


def test_pause_ends_training_between_two_steps(driver: Driver, endless: Make) -> None:
    driver.start(endless(), Resume())
    driver.until(State.RUNNING)
    driver.send(Pause())
    driver.until(State.PAUSED)
    first, second = driver.ask(), driver.ask()
    assert repr(first.progress) == repr(second.progress)  # before the first step the loss is NaN
    assert len(first.get(LossesAfter()).losses) == first.progress.step


def test_pause_is_answered_while_the_next_step_is_far_off(driver: Driver, endless: Make) -> None:
    driver.send(ChangeSpeed(0.001))  # a step in 1000 seconds
    driver.start(endless(), Resume())
    driver.until(State.RUNNING)
    driver.send(Pause())
    driver.until(State.PAUSED)
    assert driver.ask().progress.step <= 1


def test_requests_are_answered_while_the_next_step_is_far_off(driver: Driver, endless: Make) -> None:
    driver.send(ChangeSpeed(0.001))
    driver.start(endless(), Resume())
    driver.until(State.RUNNING)
    assert driver.ask().progress.batches == driver.ask().progress.batches


def test_one_batch_and_whole_epochs(driver: Driver, experiment: Make) -> None:
    driver.start(experiment(epochs=9), StepBatch())
    assert driver.ask().progress.step == 1
    driver.send(StepBatch())
    assert driver.ask().progress.step == 2
    driver.states.clear()
    driver.send(StepEpochs())
    driver.until(State.PAUSED)
    assert (driver.ask().progress.epoch, driver.ask().progress.step) == (1, 11)
    driver.states.clear()
    driver.send(StepEpochs(3))
    driver.until(State.PAUSED)
    assert driver.ask().progress.epoch == 4


def test_the_end_of_the_last_epoch_is_the_end(driver: Driver, experiment: Make) -> None:
    driver.start(experiment(epochs=2), Resume())
    driver.until(State.FINISHED)
    assert driver.ask().progress.epoch == 2
    driver.send(Resume())  # there is nothing left to do
    assert driver.ask().progress.epoch == 2
    assert driver.states[-1] is State.FINISHED


def test_the_rate_changes_with_the_next_step(driver: Driver, experiment: Make) -> None:
    driver.start(experiment(rate=0.1), StepBatch(), _set(optimizer={"kind": "sgd", "learning_rate": 0.03}), StepBatch())
    shown = driver.ask()
    at = matrices(shown)
    np.testing.assert_allclose(at[1, "update_W"], -0.03 * at[1, "dW"], rtol=1e-12)
    assert shown.progress.learning_rate == 0.03


def test_the_number_of_epochs_changes(driver: Driver, experiment: Make) -> None:
    driver.start(experiment(epochs=1), _set(epochs=2), Resume())
    driver.until(State.FINISHED)
    driver.send(_set(epochs=4))
    driver.until(State.PAUSED)
    driver.send(Resume())
    driver.until(State.FINISHED)
    assert driver.ask().progress.epoch == 4


def test_a_speed_limit_is_kept(driver: Driver, experiment: Make) -> None:
    driver.send(ChangeSpeed(100.0))
    begin = monotonic()
    driver.start(experiment(epochs=3), Resume())
    driver.until(State.FINISHED)
    # 33 steps at 100 a second cannot have taken less than 32 hundredths; how much more is not asserted
    assert monotonic() - begin >= 0.32


def test_a_speed_limit_can_be_taken_off(driver: Driver, experiment: Make) -> None:
    driver.send(ChangeSpeed(0.001))
    driver.start(experiment(epochs=3), Resume())
    driver.until(State.RUNNING)
    driver.send(ChangeSpeed(None))
    driver.until(State.FINISHED)


def test_commands_before_the_first_run_do_nothing(driver: Driver, experiment: Make) -> None:
    driver.send(Pause(), Resume(), StepBatch(), StepEpochs(), _set(epochs=3), Undo(), Redo())
    assert driver.ask() is None
    assert driver.states == []
    assert driver.thread.isRunning()


# requests


def test_what_is_shown_belongs_to_one_step(driver: Driver, endless: Make) -> None:
    """While it trains at full speed: z = a W + b, db = mean of delta, dW = (1/m) a^T delta, u = -eta dW."""
    driver.start(endless(rate=0.05), Resume())
    driver.until(State.RUNNING)
    steps = set()
    while len(steps) < 8:
        snapshot = driver.ask()
        if not snapshot.progress.step:
            continue
        at = matrices(snapshot)
        below = at[0, "a"]
        np.testing.assert_allclose(at[1, "z"], below @ at[1, "W"] + at[1, "b"], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(at[1, "db"], at[1, "delta"].mean(axis=0), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(at[1, "dW"], below.T @ at[1, "delta"] / snapshot.progress.m, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(at[1, "update_W"], -0.05 * at[1, "dW"], rtol=1e-12)
        steps.add(snapshot.progress.step)


def test_what_is_shown_after_a_failure_belongs_to_one_step(driver: Driver, diverging: Experiment) -> None:
    driver.start(diverging, Resume())
    driver.until(State.FAILED)
    at = matrices(driver.ask())
    with np.errstate(over="ignore", invalid="ignore"):
        z = at[0, "a"] @ at[1, "W"] + at[1, "b"]
    np.testing.assert_allclose(at[1, "z"], z)


def test_the_mailbox_has_one_place(driver: Driver, experiment: Make, qtbot: QtBot) -> None:
    driver.start(experiment(), StepBatch())
    driver.until(State.PAUSED)
    for number, name in enumerate(("W", "b", "z"), start=1):
        driver.send(Request(number, frozenset({LayerMatrix(0, name)})))
    driver.send(Resume())
    driver.until(State.FINISHED)  # by now all three have been answered
    answer = driver.thread.take()
    number, snapshot = answer.number, answer.snapshot
    assert (number, set(snapshot.answers)) == (3, {LayerMatrix(0, "z")})
    assert driver.thread.take() is None


def test_a_snapshot_cannot_be_written_into(driver: Driver, experiment: Make) -> None:
    driver.start(experiment(), StepBatch())
    shown = matrices(driver.ask())
    assert not any(matrix.flags.writeable for matrix in shown.values())


# failures


def test_a_loss_that_is_not_finite_stops_the_run(driver: Driver, diverging: Experiment, experiment: Make) -> None:
    driver.start(diverging, Resume())
    driver.until(State.FAILED)
    assert len(driver.sentences) == 1
    assert "Step 3" in driver.sentences[0]
    assert "layer 2" in driver.sentences[0]
    assert all(np.isfinite(matrices(driver.ask())[layer, "W"]).all() for layer in (0, 1))
    driver.start(experiment(epochs=1), Resume(), run=2)
    driver.until(State.FINISHED)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ZeroDivisionError("by zero"), "the run stopped on an unforeseen error: ZeroDivisionError: by zero"),
        (MemoryError(), "not enough memory for this run: try fewer units or a smaller batch"),
    ],
)
def test_whatever_a_step_raises_is_a_sentence(
    driver: Driver, experiment: Make, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def fail(_session: Session) -> float:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Session, "step", fail)
        driver.start(experiment(), Resume())
        driver.until(State.FAILED)
    assert driver.sentences == [sentence]
    driver.send(Resume())  # what failed once may go well now
    driver.until(State.FINISHED)


def test_a_session_that_cannot_be_made_is_a_failure(
    driver: Driver, experiment: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> Session:
        raise DataError("pets.csv is gone.")

    with monkeypatch.context() as patch:
        patch.setattr(session, "Session", refuse)
        driver.start(experiment())
        driver.until(State.FAILED)
        assert driver.ask() is None
    assert driver.sentences == ["pets.csv is gone."]
    driver.start(experiment(epochs=1), Resume())
    driver.until(State.FINISHED)


def test_a_stack_that_does_not_fit_is_a_failure(driver: Driver, experiment: Make) -> None:
    driver.start(experiment(output=4))
    driver.until(State.FAILED)
    assert driver.sentences == ["layers[1]: the data has 3 classes, the output 4: set 3 units"]


# the end


def test_the_thread_ends_in_the_middle_of_training(driver: Driver, endless: Make) -> None:
    driver.start(endless(), Resume())
    driver.until(State.RUNNING)
    driver.thread.end()
    assert driver.thread.isFinished()
    driver.thread.end()  # again does no harm


def test_it_trains_in_a_thread_of_its_own(driver: Driver, experiment: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    step = Session.step

    def noting(session: Session) -> float:
        seen.append(threading.get_ident())
        return step(session)

    monkeypatch.setattr(Session, "step", noting)
    driver.start(experiment(epochs=1), Resume())
    driver.until(State.FINISHED)
    assert len(set(seen)) == 1
    assert threading.get_ident() not in seen


# edits


def _undo_list(driver: Driver) -> list[tuple[str, bool]]:
    return [(line.name, line.undone) for line in driver.edits[-1].overview.lines]


def test_a_layer_is_widened_while_training_and_taken_back(driver: Driver, experiment: Make, qtbot: QtBot) -> None:
    driver.start(experiment(), StepBatch())
    driver.send(Apply(ChangeUnits(layer=0, units=9)), StepBatch())
    assert matrices(driver.ask())[0, "W"].shape == (4, 9)
    qtbot.waitUntil(lambda: len(driver.edits) == 2)
    assert "the output stays the same" in driver.edits[-1].sentence
    assert not driver.edits[-1].goes_on
    driver.send(Undo())
    shown = driver.ask()
    assert (matrices(shown)[0, "W"].shape, shown.progress.step) == ((4, 5), 1)
    qtbot.waitUntil(lambda: len(driver.edits) == 3)
    assert _undo_list(driver) == [("Layer 1 with 9 units", True)]
    assert len(driver.edits[-1].overview.taken[0].losses) == 1
    driver.send(Redo())
    assert driver.ask().progress.step == 2


def test_a_refused_edit_is_told_and_training_goes_on(driver: Driver, experiment: Make, qtbot: QtBot) -> None:
    driver.start(experiment(epochs=1_000_000), Resume())
    driver.until(State.RUNNING)
    driver.send(Apply(ChangeUnits(layer=1, units=9)))
    qtbot.waitUntil(lambda: len(driver.refusals) == 1)
    assert driver.refusals[0].startswith("Layer 2 with 9 units: ")
    assert driver.states[-1] is State.RUNNING


@pytest.mark.parametrize(
    ("edit", "state"),
    [
        (ChangeUnits(layer=0, units=9), State.RUNNING),
        (ChangeTraining(title="Batch size 5", fields={"batch_size": 5}), State.RUNNING),
        (Reset(), State.READY),
    ],
)
def test_an_edit_leaves_a_run_training_unless_it_begins_again(
    edit: Edit, state: State, driver: Driver, experiment: Make, qtbot: QtBot
) -> None:
    driver.start(experiment(epochs=1_000_000), StepEpochs(), Resume())
    driver.until(State.RUNNING)
    qtbot.waitUntil(lambda: driver.ask().progress.step > 11)
    driver.send(Apply(edit))
    driver.until(state)
    driver.send(Undo())
    driver.until(State.RUNNING if state is State.RUNNING else State.PAUSED)


def test_training_for_a_time_ends_in_a_pause(driver: Driver, experiment: Make) -> None:
    driver.start(experiment(epochs=1_000_000), Resume(ForSeconds(0.05)))
    driver.until(State.PAUSED)
    assert driver.ask().progress.step > 0


def test_training_to_an_epoch_ends_there(driver: Driver, experiment: Make) -> None:
    driver.start(experiment(epochs=1_000_000), Resume(ToEpoch(3)))
    driver.until(State.PAUSED)
    assert driver.ask().progress.epoch == 3
    assert driver.notes == ["Epoch 3 is done"]


def test_training_until_validation_stops_improving_goes_beyond_the_end(
    driver: Driver, experiment: Make, qtbot: QtBot
) -> None:
    driver.start(experiment(epochs=1, rate=1e-200), Resume(UntilNoBetter(4)))  # no weight changes, so no loss does
    qtbot.waitUntil(lambda: bool(driver.notes))
    driver.until(State.FINISHED)
    assert driver.ask().progress.epoch == 5
    assert driver.notes[0].startswith("No lower validation loss for 4 epochs: the lowest was ")
    assert driver.notes[0].endswith(" after epoch 1")
    assert _undo_list(driver) == [("Train on for 4 epochs", False)]


def test_without_validation_rows_a_run_stays_as_it_is(driver: Driver, experiment: Make, qtbot: QtBot) -> None:
    made = experiment()
    data = made.data.model_copy(update={"split": (0.8, 0.0, 0.2)})
    driver.start(made.model_copy(update={"data": data}), Resume(UntilNoBetter(3)))
    qtbot.waitUntil(lambda: len(driver.refusals) == 1)
    assert "no validation rows" in driver.refusals[0]
    assert driver.states[-1] is State.READY


def _edited_run(driver: Driver, experiment: Make, qtbot: QtBot) -> None:
    """Take three steps with an edit before the second and the third."""
    driver.start(experiment(), StepBatch(), Apply(ChangeUnits(layer=0, units=9)), StepBatch(), _set(batch_size=5))
    driver.send(StepBatch())
    qtbot.waitUntil(lambda: len(driver.edits) == 3)
    assert driver.ask().progress.step == 3


def test_an_edit_is_taken_out_by_training_again_and_the_run_stands_where_it_stood(
    driver: Driver, experiment: Make, qtbot: QtBot
) -> None:
    _edited_run(driver, experiment, qtbot)
    driver.send(TakeOut(0))
    qtbot.waitUntil(lambda: driver.edits[-1].sentence.startswith("Step 3 again: Without layer 1 with 9 units"))
    driver.until(State.PAUSED)
    shown = driver.ask()
    assert (shown.progress.step, shown.progress.m, matrices(shown)[0, "W"].shape) == (3, 5, (4, 5))
    assert _undo_list(driver) == [("Settings", False), ("Without layer 1 with 9 units", False)]
    driver.send(Undo())
    assert matrices(driver.ask())[0, "W"].shape == (4, 9)


def test_any_edit_of_the_history_can_be_gone_to(driver: Driver, experiment: Make, qtbot: QtBot) -> None:
    _edited_run(driver, experiment, qtbot)
    driver.send(GoTo(-1))
    assert driver.ask().progress.step == 1
    driver.send(GoTo(1))
    assert driver.ask().progress.step == 3
    qtbot.waitUntil(lambda: len(driver.edits) == 5)
    assert [undone for _, undone in _undo_list(driver)] == [False, False]


def test_a_smaller_limit_lets_the_oldest_states_go_at_once(driver: Driver, experiment: Make, qtbot: QtBot) -> None:
    _edited_run(driver, experiment, qtbot)
    driver.send(KeepStates(0))
    qtbot.waitUntil(lambda: len(driver.edits) == 4)
    assert [line.kept for line in driver.edits[-1].overview.lines] == [False, True]
