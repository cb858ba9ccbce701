"""A run's state: taken at any step and put into a fresh session, it goes on as the run that never stopped."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.core.optimizers import OPTIMIZERS
from lab.core.schedules import SCHEDULES
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.problems import TrainingFailed
from lab.experiment.readings.cell import ExplainedCell
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.losses import LossesAfter, NewLosses
from lab.experiment.readings.part_outputs import PartOutputs
from lab.experiment.session import Session
from lab.experiment.session_state import SessionState, restore_state, take_state
from lab.experiment.snapshot import take_snapshot
from lab.experiment.spec import Experiment
from lab.experiment.stack.matrices import MATRICES
from lab.experiment.state_schema import StateSchema
from tests.effort import examples

HIDDEN: list[dict[str, Any]] = [
    {"kind": "dense", "units": 5, "activation": "tanh"},
    {"kind": "dense", "units": 4, "activation": "softmax"},
    {"kind": "activation", "activation": "leaky_relu"},
    {"kind": "dropout", "rate": 0.3},
    {"kind": "batch_norm"},
    {"kind": "layer_norm"},
]
EVERY_MATRIX = [LayerMatrix(layer, name) for layer in range(6) for name in MATRICES]


def _experiment(
    hidden: list[dict[str, Any]], optimizer: dict[str, Any] | None = None, source: str = "iris", **training: Any
) -> Experiment:
    classes = 10 if source == "digits" else 3
    return Experiment.model_validate(
        {
            "seed": 4,
            "data": {"source": source, "split": (0.3, 0.1, 0.6) if source == "digits" else (0.7, 0.15, 0.15)},
            "layers": [*hidden, {"kind": "dense", "units": classes, "activation": "softmax"}],
            "training": {"batch_size": 17, "epochs": 4, "optimizer": optimizer or {}, **training},
        }
    )


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    optimizer: dict[str, Any] = {"kind": draw(st.sampled_from(sorted(OPTIMIZERS)))}
    for name, value in {"l1": 0.01, "l2": 0.02, "weight_decay": 0.03, "clip_norm": 0.5, "clip_value": 0.05}.items():
        if draw(st.booleans()):
            optimizer[name] = value
    schedule: dict[str, Any] = {"kind": draw(st.sampled_from(sorted(SCHEDULES)))}
    schedule["warm_up"] = draw(st.sampled_from([0, 1.5]))
    if schedule["kind"] == "plateau":
        schedule["patience"] = 1
    training: dict[str, Any] = {
        "reduction": draw(st.sampled_from(["mean", "sum"])),
        "dtype": draw(st.sampled_from(["float32", "float64"])),
        "batch_size": draw(st.sampled_from([17, 30, 1000])),
        "label_smoothing": draw(st.sampled_from([0.0, 0.1])),
        "class_weights": draw(st.sampled_from([None, "balanced"])),
        "schedule": schedule,
    }
    if draw(st.booleans()):
        training["early_stopping"] = {"patience": draw(st.sampled_from([1, 3])), "restore_best": draw(st.booleans())}
    hidden = draw(st.lists(st.sampled_from(HIDDEN), max_size=4))
    return _experiment(hidden, optimizer, draw(st.sampled_from(["iris", "iris", "digits"])), **training)


def _through_json(state: SessionState) -> SessionState:
    """Return the state with its numbers as another program would read them from a text."""
    text = json.dumps(state.numbers.model_dump(mode="json"), allow_nan=False)
    return SessionState(StateSchema.model_validate(json.loads(text, parse_int=_small)), state.arrays)


def _small(digits: str) -> int:
    assert int(digits) < 2**63, "a reader of JSON that keeps numbers as int64 or float64 would lose this"
    return int(digits)


def _resumed(session: Session) -> Session:
    fresh = Session(session.experiment)
    restore_state(fresh, _through_json(take_state(session)))
    return fresh


def _train_on(session: Session, steps: int) -> None:
    for _ in range(steps):
        if session.finished:
            return
        session.step()


def _assert_same_run(one: Session, other: Session) -> None:
    first, second = take_state(one), take_state(other)
    assert first.numbers.model_dump_json() == second.numbers.model_dump_json()
    assert first.arrays.keys() == second.arrays.keys()
    for name, array in first.arrays.items():
        assert array.dtype == second.arrays[name].dtype, name
        assert array.tobytes() == second.arrays[name].tobytes(), name
    assert one.history == other.history
    assert one.used_buffers.tobytes() == other.used_buffers.tobytes()
    assert (one.finished, one.examples, one.penalty) == (other.finished, other.examples, other.penalty)


def _assert_same_sight(one: Session, other: Session) -> None:
    """Check that a window would show the same of both, each matrix of every layer."""
    readings = [*EVERY_MATRIX, LossesAfter(), PartOutputs("validation")]
    first, second = take_snapshot(one, readings), take_snapshot(other, readings)
    # What the diagnostics found since a session began is no part of its run: they are sampled now and then.
    seen, shown = (replace(each.progress, fault=None, findings=()) for each in (first, second))
    assert repr(seen) == repr(shown)
    assert first.answers.keys() == second.answers.keys()
    for reading, answer in first.answers.items():
        _assert_equal(answer, second.answers[reading])
    cells = [ExplainedCell(each.layer, each.name, 0, 0) for each in EVERY_MATRIX if each in first.answers]
    sums, others = take_snapshot(one, cells).answers, take_snapshot(other, cells).answers
    assert repr(sums) == repr(others)


def _assert_equal(one: object, other: object) -> None:
    """Check that two answers are the same, arrays to the bit and others by all that they say of themselves."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        assert one.tobytes() == other.tobytes()
    elif isinstance(one, NewLosses) and isinstance(other, NewLosses):
        assert one.losses.tobytes() == other.losses.tobytes()
        assert repr(one.epochs) == repr(other.epochs)
    else:
        assert repr(one) == repr(other)


# bit for bit


@examples(150)
@given(experiments(), st.integers(0, 40), st.integers(0, 40))
def test_a_resumed_run_goes_on_bit_for_bit(experiment: Experiment, before: int, after: int) -> None:
    session = Session(experiment)
    _train_on(session, before)
    resumed = _resumed(session)
    _assert_same_run(session, resumed)
    _assert_same_sight(session, resumed)
    _train_on(session, after)
    _train_on(resumed, after)
    _assert_same_run(session, resumed)
    _assert_same_sight(session, resumed)


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("step", [0, 1, 5, 12])
def test_every_optimizer_resumes(kind: str, step: int) -> None:
    """The state is what is compared to the run that never stopped: nothing of the first session is left in it."""
    experiment = _experiment(HIDDEN, {"kind": kind}, early_stopping={"patience": 2}, schedule={"kind": "plateau"})
    whole, first = Session(experiment), Session(experiment)
    _train_on(first, step)
    resumed = _resumed(first)
    _train_on(first, 7)
    _train_on(whole, 1000)
    _train_on(resumed, 1000)
    _assert_same_run(whole, resumed)


def test_what_was_changed_while_it_ran_is_kept() -> None:
    session = Session(_experiment(HIDDEN, schedule={"kind": "cosine"}))
    _train_on(session, 3)
    session.change_rate(0.01)
    session.epochs = 2
    resumed = _resumed(session)
    assert (resumed.learning_rate, resumed.optimizer.learning_rate, resumed.epochs) == (0.01, 0.01, 2)
    assert resumed.used_rate == session.used_rate != 0.01
    _assert_same_sight(session, resumed)
    _train_on(session, 1000)
    _train_on(resumed, 1000)
    assert session.epoch == 2
    _assert_same_run(session, resumed)


def test_the_best_weights_are_brought_back_by_a_run_that_was_resumed_after_them() -> None:
    stopping = {"patience": 4}
    hidden = [HIDDEN[0], HIDDEN[4]]
    experiment = _experiment(hidden, {"kind": "adam", "learning_rate": 0.3}, epochs=200, early_stopping=stopping)
    whole, first = Session(experiment), Session(experiment)
    _train_on(whole, 10_000)
    assert whole.early_stopping.is_over
    while first.epoch < whole.early_stopping.best_epoch + 2:
        first.run_epoch()
    resumed = _resumed(first)
    _train_on(resumed, 10_000)
    _assert_same_run(whole, resumed)
    _assert_same_run(whole, _resumed(whole))
    best = first.early_stopping.best
    assert best is not None
    assert resumed.network.parameters.tobytes() == best[0].tobytes() != first.network.parameters.tobytes()


@examples(12)
@given(
    st.sampled_from(sorted(OPTIMIZERS)),
    st.lists(st.sampled_from(HIDDEN), max_size=3),
    st.integers(1, 6),
    st.integers(1, 6),
    st.booleans(),
)
def test_a_run_that_ended_with_its_best_weights_goes_on_as_if_it_had_not_ended(
    kind: str, hidden: list[dict[str, Any]], first: int, then: int, restore: bool
) -> None:
    """first + then epochs are the epochs of one run, though the best weights were put back in between."""
    stopping = {"patience": 50, "restore_best": restore}
    optimizer = {"kind": kind, "learning_rate": 0.2}  # large enough for losses that rise again

    def session(epochs: int) -> Session:
        return Session(_experiment([*hidden, HIDDEN[4]], optimizer, epochs=epochs, early_stopping=stopping))

    ended, whole = session(first), session(first + then)
    _train_on(ended, 10_000)
    best = ended.early_stopping.best
    if ended.early_stopping.last is not None:
        assert best is not None
        assert ended.network.parameters.tobytes() == best[0].tobytes()
    resumed = _resumed(ended)
    _assert_same_run(ended, resumed)
    resumed.epochs = first + then
    _train_on(resumed, 10_000)
    _train_on(whole, 10_000)
    _assert_same_run(whole, resumed)


def test_the_best_weights_do_come_back_in_between() -> None:
    """What the test above is about happens: the last epoch is not the best one, and both are in the state."""
    optimizer = {"kind": "adam", "learning_rate": 0.3}
    session = Session(_experiment([HIDDEN[0], HIDDEN[4]], optimizer, epochs=8, early_stopping={"patience": 50}))
    _train_on(session, 10_000)
    arrays = take_state(session).arrays
    assert arrays["parameters"].tobytes() == arrays["best.parameters"].tobytes()
    assert arrays["buffers"].tobytes() == arrays["best.buffers"].tobytes()
    assert arrays["last.parameters"].tobytes() != arrays["best.parameters"].tobytes()
    assert arrays["last.buffers"].tobytes() != arrays["best.buffers"].tobytes()


def test_a_part_without_examples_keeps_its_nan() -> None:
    split = {"source": "iris", "split": (0.8, 0.0, 0.2)}
    session = Session(_experiment([]).model_copy(update={"data": DataSpec.model_validate(split)}))
    session.run_epoch()
    resumed = _resumed(session)
    assert resumed.validation is not None
    assert np.isnan(resumed.validation.loss)
    _assert_same_run(session, resumed)


# failures


def _fail(session: Session) -> str:
    with pytest.raises(TrainingFailed) as failure:
        _train_on(session, 10_000)
    return str(failure.value)


@pytest.mark.parametrize("hidden", [HIDDEN[:1], HIDDEN, [HIDDEN[3], HIDDEN[3]]])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_lost_run_is_lost_in_the_same_step_with_the_same_words(hidden: list[dict[str, Any]], dtype: str) -> None:
    experiment = _experiment(hidden, {"kind": "momentum", "learning_rate": 1e30, "l2": 0.1}, dtype=dtype, epochs=50)
    whole = Session(experiment)
    words = _fail(whole)
    for step in range(whole.steps + 1):
        session = Session(experiment)
        _train_on(session, step)
        resumed = _resumed(session)
        assert _fail(resumed) == words
        _assert_same_run(whole, resumed)
        _assert_same_sight(whole, resumed)


def test_after_a_failure_a_run_is_kept_too() -> None:
    session = Session(_experiment(HIDDEN, {"kind": "adam", "learning_rate": 1e30}, epochs=50))
    _fail(session)
    session.change_rate(0.01)
    resumed = _resumed(session)
    _train_on(session, 20)
    _train_on(resumed, 20)
    _assert_same_run(session, resumed)
    assert session.steps >= 20


def test_a_run_that_is_lost_in_its_first_step_is_kept_too() -> None:
    huge = {"kind": "dense", "units": 5, "initializer": "constant", "scale": 3e38}
    session = Session(_experiment([HIDDEN[3], huge]))
    words = _fail(session)
    resumed = _resumed(session)
    _assert_same_run(session, resumed)
    fault, _, _ = words.partition("inputs reach")  # the next batch has other inputs
    assert _fail(resumed).startswith(fault)
    assert resumed.steps == 0


def test_what_is_on_show_after_a_failure_is_the_step_that_was_put_back() -> None:
    """Its masks and running statistics too, though the step that failed drew and averaged once more."""
    session = Session(_experiment([HIDDEN[3], HIDDEN[4]], {"learning_rate": 1e38}))
    session.step()
    shown = take_snapshot(session, EVERY_MATRIX).answers
    _fail(session)
    assert session.steps == 1
    again = take_snapshot(session, EVERY_MATRIX).answers
    gone = {key for key in shown if isinstance(key, LayerMatrix) and key.name.startswith(("update_", "new_"))}
    assert {key: matrix.tobytes() for key, matrix in shown.items() if key not in gone} == {
        key: matrix.tobytes() for key, matrix in again.items()
    }, "only the update is gone: it was taken back with the weights"
    assert {"mask", "running_mean", "dW"} <= {reading.name for reading in shown if isinstance(reading, LayerMatrix)}


# what is refused


def _state(steps: int = 8) -> tuple[Experiment, SessionState]:
    session = Session(_experiment(HIDDEN, {"kind": "adam"}, early_stopping={"patience": 3}))
    _train_on(session, steps)
    return session.experiment, take_state(session)


NAMES = sorted(_state()[1].arrays)


def _refused(experiment: Experiment, state: SessionState) -> str:
    """Return why the state is refused, and check that the session that refused it is as if it had not been asked."""
    session, untouched = Session(experiment), Session(experiment)
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the sentence is looked at by the caller
        restore_state(session, state)
    _assert_same_run(session, untouched)
    return str(refusal.value)


@pytest.mark.parametrize("name", NAMES)
def test_an_array_that_is_missing_or_does_not_fit_is_named(name: str) -> None:
    experiment, state = _state()
    whole = state.arrays[name]
    rest = {other: array for other, array in state.arrays.items() if other != name}
    if not name.startswith(("best.", "earlier.", "history.rates")):  # which a run need not have
        assert f"{name}: missing" in _refused(experiment, SessionState(state.numbers, rest))
    for wrong in (whole[:-1], whole.astype(np.float16), whole[None]):
        assert f"{name}: " in _refused(experiment, SessionState(state.numbers, {**rest, name: wrong}))


def test_best_parameters_need_best_buffers() -> None:
    experiment, state = _state()
    for name in ("best.parameters", "best.buffers"):
        rest = {other: array for other, array in state.arrays.items() if other != name}
        assert f"{name}: missing" in _refused(experiment, SessionState(state.numbers, rest))


def _with(change: Callable[[NDArray[Any]], None], name: str, state: SessionState) -> SessionState:
    array = state.arrays[name].copy()
    change(array)
    return SessionState(state.numbers, {**state.arrays, name: array})


def _put(index: Any, value: Any) -> Callable[[NDArray[Any]], None]:
    def change(array: NDArray[Any]) -> None:
        array[index] = value

    return change


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("order", _put(0, -1)),
        ("order", _put(0, 105)),
        ("order", _put(slice(2), 3)),
        ("used.rows", _put(0, 2**40)),
        ("used.rows", _put(1, -7)),
        ("history.epochs", _put((0, 0), 2.0)),
        ("history.epochs", _put((0, 1), np.nan)),
        ("used.parameters", _put(4, np.nan)),
    ],
)
def test_contents_that_no_run_can_have_are_named(name: str, change: Callable[[NDArray[Any]], None]) -> None:
    experiment, state = _state()
    assert name in _refused(experiment, _with(change, name, state))


@pytest.mark.parametrize(("name", "value"), [("batch", 7), ("epoch", 2), ("epoch", 0), ("epoch", 2**53 - 1)])
def test_counts_that_do_not_fit_the_history_are_refused(name: str, value: int) -> None:
    experiment, state = _state()
    numbers = state.numbers.model_copy(update={name: value})
    assert _refused(experiment, SessionState(numbers, state.arrays))


def test_the_state_of_another_experiment_is_refused() -> None:
    _, state = _state()
    assert "parameters" in _refused(_experiment(HIDDEN[:1], {"kind": "adam"}), state)
    assert "optimizer.gradient_sum" in _refused(_experiment(HIDDEN), state)
    assert "batch" in _refused(_experiment(HIDDEN, {"kind": "adam"}, batch_size=1000), state)


def test_a_state_does_not_change_with_its_session() -> None:
    session = Session(_experiment(HIDDEN, {"kind": "adam"}, early_stopping={"patience": 3}))
    _train_on(session, 9)
    state = take_state(session)
    before = {name: array.tobytes() for name, array in state.arrays.items()}
    _train_on(session, 9)
    assert before == {name: array.tobytes() for name, array in state.arrays.items()}
    assert state.numbers.epoch == 1
