"""A run with schedules, penalties, dropout, normalisation and early stopping: the same bits, and the best weights."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.optimizers import OPTIMIZERS
from lab.core.schedules import SCHEDULES
from lab.experiment.datasets import load_dataset
from lab.experiment.forms.problems import TrainingFailed
from lab.experiment.session import Session
from lab.experiment.spec import Experiment

OUTPUT = {"kind": "dense", "units": 3, "activation": "softmax"}
ALL_KINDS: list[dict[str, Any]] = [
    {"kind": "dense", "units": 8, "activation": "linear"},
    {"kind": "batch_norm"},
    {"kind": "activation", "activation": "silu"},
    {"kind": "dropout", "rate": 0.2},
    {"kind": "layer_norm"},
    OUTPUT,
]


def _experiment(layers: list[dict[str, Any]] | None = None, split: Any = (0.7, 0.15, 0.15), **training: Any) -> Any:
    return Experiment.model_validate(
        {
            "seed": 4,
            "data": {"source": "iris", "split": split},
            "layers": layers or [{"kind": "dense", "units": 8, "activation": "tanh"}, OUTPUT],
            "training": {"batch_size": 16, "epochs": 4, **training},
        }
    )


def _trained(experiment: Experiment) -> Session:
    session = Session(experiment, load_dataset(experiment.data))
    while not session.finished:
        session.run_epoch()
    return session


# the same seed, the same bits


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_same_seed_gives_the_same_bits_through_every_kind_of_layer(optimizer: str, schedule: str) -> None:
    experiment = _experiment(
        ALL_KINDS,
        optimizer={"kind": optimizer, "learning_rate": 0.01, "l1": 1e-4, "l2": 1e-3, "clip_norm": 1.0},
        schedule={"kind": schedule, "warm_up": 1},
        early_stopping={"patience": 2},
        class_weights="balanced",
        label_smoothing=0.1,
        epochs=2,
    )
    one, other = _trained(experiment), _trained(experiment)
    assert one.history == other.history
    assert one.history.steps > 0
    for name in ("parameters", "buffers"):
        assert getattr(one.network, name).tobytes() == getattr(other.network, name).tobytes()
    assert one.evaluate("test").loss == other.evaluate("test").loss


def test_another_seed_gives_other_masks() -> None:
    experiment = _experiment(ALL_KINDS)
    other = experiment.model_copy(update={"seed": 5})
    assert _trained(experiment).history != _trained(other).history


def test_a_run_through_every_kind_of_layer_learns() -> None:
    session = _trained(_experiment(ALL_KINDS, optimizer={"kind": "adam", "learning_rate": 0.02}, epochs=40))
    assert session.evaluate("train").score > 0.9


def test_an_evaluation_in_between_changes_no_bit() -> None:
    plain, looked_at = Session(_experiment(ALL_KINDS)), Session(_experiment(ALL_KINDS))
    while not plain.finished:
        plain.step()
        looked_at.step()
        looked_at.evaluate("train")
    assert plain.history == looked_at.history
    np.testing.assert_array_equal(plain.network.buffers, looked_at.network.buffers)


# schedules


@pytest.mark.parametrize("warm_up", [0, 1.5])
@pytest.mark.parametrize("kind", [kind for kind in SCHEDULES if kind != "plateau"])
def test_every_step_has_the_rate_of_its_moment(kind: str, warm_up: float) -> None:
    """The update of SGD is minus the rate times the gradient, and the rate is the schedule's at the step's begin."""
    experiment = _experiment(schedule={"kind": kind, "warm_up": warm_up}, dtype="float64")
    session, schedule = Session(experiment), experiment.training.schedule.make()
    for number in range(4 * session.batches):
        rate = 0.05 * schedule.factor(number / session.batches, 4, 1 / session.batches)
        session.step()
        assert session.optimizer.learning_rate == pytest.approx(rate, rel=1e-12)
        np.testing.assert_allclose(session.network.updates, -rate * session.network.gradients, rtol=1e-9, atol=1e-18)
    assert session.learning_rate == 0.05


def test_a_rate_that_is_changed_in_the_run_is_what_the_schedule_multiplies_from_then_on() -> None:
    session, plain = (Session(_experiment(schedule={"kind": "cosine"}, epochs=6)) for _ in range(2))
    for _ in range(session.batches):
        session.step()
        plain.step()
    session.change_rate(0.2)
    for _ in range(2 * session.batches):
        session.step()
        plain.step()
        assert session.optimizer.learning_rate == pytest.approx(4 * plain.optimizer.learning_rate, rel=1e-12)
        np.testing.assert_allclose(
            session.network.updates, -session.optimizer.learning_rate * session.network.gradients, rtol=1e-5
        )
    assert 0 < session.optimizer.learning_rate < 0.2
    with pytest.raises(ValueError, match=r"^learning_rate: "):
        session.change_rate(0)
    assert session.learning_rate == 0.2


def test_a_plateau_cuts_the_rate_of_the_next_epoch() -> None:
    """With steps this small the validation loss falls every epoch; with a rate that does nothing it never does."""
    settings = {"schedule": {"kind": "plateau", "patience": 2, "factor": 0.5}, "epochs": 7, "dtype": "float64"}
    falling = _trained(_experiment(optimizer={"learning_rate": 0.01}, **settings))
    losses = [record.validation_loss for record in falling.history.epochs]
    assert losses == sorted(losses, reverse=True)
    assert falling.optimizer.learning_rate == 0.01
    still = _trained(_experiment(optimizer={"learning_rate": 1e-300}, **settings))
    # Epochs 3 and 5 end the first two waits of two; the last epoch runs at a quarter.
    assert still.optimizer.learning_rate == pytest.approx(0.25e-300)


# early stopping


def _stopped(restore_best: bool) -> Session:
    """Return a run that overfits on purpose until it is stopped."""
    return _trained(
        _experiment(
            [{"kind": "dense", "units": 60, "activation": "tanh"}, {"kind": "batch_norm"}, OUTPUT],
            split=(0.3, 0.5, 0.2),
            optimizer={"kind": "adam", "learning_rate": 0.05},
            early_stopping={"patience": 3, "restore_best": restore_best},
            epochs=200,
        )
    )


def test_early_stopping_ends_the_run_and_restores_the_weights_of_the_best_epoch() -> None:
    session = _stopped(True)
    losses = [record.validation_loss for record in session.history.epochs]
    best = int(np.argmin(losses))
    assert session.finished
    assert session.epoch == len(losses) == best + 1 + 3 < 200
    assert session.evaluate("validation").loss == losses[best]
    assert losses[-1] > losses[best]


def test_without_restoring_the_last_weights_stay() -> None:
    session, restored = _stopped(False), _stopped(True)
    assert session.history == restored.history
    assert session.evaluate("validation").loss == session.history.epochs[-1].validation_loss
    assert not np.array_equal(session.network.parameters, restored.network.parameters)
    assert not np.array_equal(session.network.buffers, restored.network.buffers)


def test_the_weights_that_are_restored_are_those_that_the_epoch_had() -> None:
    session = _stopped(True)
    best = session.early_stopping.best_epoch
    again = Session(session.experiment)
    for _ in range(best):
        again.run_epoch()
    np.testing.assert_array_equal(session.network.parameters, again.network.parameters)
    np.testing.assert_array_equal(session.network.buffers, again.network.buffers)


# short batches, and failures


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("norm", ["batch_norm", "layer_norm"])
def test_a_last_batch_of_one_example_is_no_trouble_to_a_normalisation(norm: str, dtype: str) -> None:
    layers = [{"kind": "dense", "units": 8, "activation": "relu"}, {"kind": norm}, {"kind": "dropout"}, OUTPUT]
    examples = Session(_experiment()).parts["train"].examples
    session = Session(_experiment(layers, batch_size=examples - 1, dtype=dtype, epochs=30))
    while not session.finished:
        session.run_epoch()
        assert len(session.network.x) == 1
        assert np.isfinite(session.network.gradients).all()
    assert np.isfinite(session.history.losses()).all()
    assert np.isfinite(session.network.buffers).all()
    assert np.isfinite(session.evaluate("validation").loss)


def _buffers_before_the_failure(session: Session) -> NDArray[Any]:
    for _ in range(50):
        buffers = session.network.buffers.copy()
        try:
            session.step()
        except TrainingFailed:
            return buffers
    raise AssertionError("the run did not fail")


def test_a_step_that_fails_leaves_no_trace_in_the_running_statistics() -> None:
    session = Session(_experiment(ALL_KINDS, optimizer={"learning_rate": 1e30}))
    good = _buffers_before_the_failure(session)
    np.testing.assert_array_equal(session.network.buffers, good)
    assert np.isfinite(good).all()
    assert session.steps > 0


@pytest.mark.parametrize("limit", ["clip_norm", "clip_value"])
def test_a_rate_that_is_too_large_is_borne_where_the_gradient_is_clipped(limit: str) -> None:
    plain = {"learning_rate": 50.0}
    stack = [{"kind": "dense", "units": 8, "activation": "relu"}, {**OUTPUT, "activation": "linear"}]
    with pytest.raises(TrainingFailed):
        _trained(_experiment(stack, loss="half_squared_error", optimizer=plain, epochs=30))
    clipped = _experiment(stack, loss="half_squared_error", optimizer=plain | {limit: 1e-4}, epochs=30)
    assert np.isfinite(_trained(clipped).history.losses()).all()


def test_the_datas_gradients_of_a_step_do_not_know_of_the_penalty() -> None:
    held = {"learning_rate": 0.05, "l1": 0.1, "l2": 0.1, "clip_norm": 0.01, "weight_decay": 0.1}
    session, plain = Session(_experiment(optimizer=held)), Session(_experiment())
    assert session.step() == plain.step()
    np.testing.assert_array_equal(session.network.gradients, plain.network.gradients)
    assert not np.array_equal(session.network.updates, plain.network.updates)
    assert session.penalty > 0 == plain.penalty


def test_a_first_step_that_fails_is_not_blamed_on_the_learning_rate() -> None:
    wild = {"kind": "dense", "units": 8, "activation": "linear", "initializer": "normal", "scale": 1e37}
    session = Session(_experiment([wild, wild, OUTPUT]))
    with pytest.raises(TrainingFailed, match=r"Step 1: .* the first weights .*: try another scaling") as caught:
        session.step()
    assert "learning rate" not in str(caught.value)


def test_a_batch_norm_with_the_smallest_epsilon_of_its_dtype_still_trains() -> None:
    layers = [{"kind": "dense", "units": 8}, {"kind": "batch_norm", "epsilon": 1.2e-38}, OUTPUT]
    assert np.isfinite(_trained(_experiment(layers)).history.last_loss)


def test_a_rate_that_is_hardly_above_zero_warms_up_without_becoming_zero() -> None:
    session = Session(
        _experiment(optimizer={"learning_rate": 1e-300}, schedule={"kind": "cosine", "warm_up": 3}, dtype="float64")
    )
    session.run_epoch()
    assert session.optimizer.learning_rate > 0
