"""Snapshots: only what was asked for, all of it from one step, and nothing that later steps change."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from lab.core.types import Array
from lab.experiment.forms.problems import TrainingFailed
from lab.experiment.readings.example_answer import ExampleAnswer
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.losses import LossesAfter
from lab.experiment.session import Session
from lab.experiment.snapshot import Snapshot, take_snapshot

NAMES = ("W", "b", "z", "a", "delta", "dW", "db", "update_W", "update_b")
EVERYTHING = tuple(LayerMatrix(layer, name) for layer, name in product(range(3), NAMES))

Stepped = Callable[..., Session]


def _matrices(snapshot: Snapshot) -> dict[tuple[int, str], Array]:
    return {(asked.layer, asked.name): answer for asked, answer in snapshot.answers.items()}


@pytest.mark.parametrize("asked", [(), EVERYTHING[4:5], EVERYTHING[::7], EVERYTHING], ids=len)
def test_a_snapshot_has_what_was_asked_for_and_no_more(stepped: Stepped, asked: tuple[LayerMatrix, ...]) -> None:
    snapshot = take_snapshot(stepped(3), asked)
    assert set(snapshot.answers) == set(asked)
    assert snapshot.progress.step == 3
    assert snapshot.postponed == frozenset()


def test_what_has_no_answer_is_left_out(stepped: Stepped) -> None:
    asked = (LayerMatrix(0, "W"), LayerMatrix(99, "z"), ExampleAnswer(b""))
    snapshot = take_snapshot(stepped(1), asked)
    assert set(snapshot.answers) == {LayerMatrix(0, "W")}
    assert snapshot.get(LayerMatrix(99, "z")) is None
    assert snapshot.get(LayerMatrix(1, "W")) is None  # nobody asked


def test_an_equal_reading_finds_the_answer(stepped: Stepped) -> None:
    session = stepped(2)
    answer = take_snapshot(session, [LayerMatrix(1, "delta")]).get(LayerMatrix(1, "delta"))
    np.testing.assert_array_equal(answer, session.network.layers[1].delta)


def test_later_steps_leave_a_snapshot_alone(stepped: Stepped) -> None:
    session = stepped(2)
    snapshot = take_snapshot(session, (*EVERYTHING, LossesAfter()))
    new = snapshot.get(LossesAfter())
    assert new is not None
    kept = {asked: snapshot.get(asked).copy() for asked in EVERYTHING}
    losses = new.losses.copy()
    for _ in range(session.batches + 3):
        session.step()
    session.evaluate("test")
    for asked, matrix in kept.items():
        np.testing.assert_array_equal(snapshot.get(asked), matrix)
    np.testing.assert_array_equal(new.losses, losses)
    assert new.epochs == ()
    assert (snapshot.progress.step, snapshot.progress.epoch) == (2, 0)


def _assert_of_one_step(snapshot: Snapshot, x: np.ndarray) -> None:
    """Check every equation of the design between the matrices of one snapshot, z to the bit."""
    of, m = _matrices(snapshot), snapshot.progress.m
    below = x
    for layer in range(3):
        np.testing.assert_array_equal(of[layer, "z"], below.dot(of[layer, "W"]) + of[layer, "b"])
        assert of[layer, "delta"].shape == of[layer, "a"].shape == of[layer, "z"].shape
        np.testing.assert_allclose(of[layer, "dW"], below.T @ of[layer, "delta"] / m, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(of[layer, "db"], of[layer, "delta"].mean(axis=0), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(of[layer, "update_W"], -0.05 * of[layer, "dW"], rtol=1e-5)
        np.testing.assert_allclose(of[layer, "update_b"], -0.05 * of[layer, "db"], rtol=1e-5)
        below = of[layer, "a"]
    back = of[1, "delta"] @ of[1, "W"].T * (1 - of[0, "a"] ** 2)
    np.testing.assert_allclose(of[0, "delta"], back, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("steps", [1, 2, 6, 7, 8, 20])
def test_everything_in_a_snapshot_belongs_to_one_step(stepped: Stepped, steps: int) -> None:
    """At the end of an epoch too, after the evaluation, and after the short last batch."""
    session = stepped(steps)
    snapshot = take_snapshot(session, EVERYTHING)
    _assert_of_one_step(snapshot, session.network.x)
    assert snapshot.progress.m == len(session.network.x) == len(_matrices(snapshot)[0, "z"])
    assert snapshot.progress.loss == session.history.last_loss
    np.testing.assert_array_equal(
        session.network.layers[1].W, _matrices(snapshot)[1, "W"] + _matrices(snapshot)[1, "update_W"]
    )
    session.evaluate("train")
    _assert_of_one_step(take_snapshot(session, EVERYTHING), session.network.x)


def test_after_a_failure_a_snapshot_still_belongs_to_one_step(stepped: Stepped) -> None:
    """The step that failed left z behind; it is not shown with the weights of the step before."""
    session = stepped(0, learning_rate=1e30)
    while session.network.is_finite() and np.abs(session.network.parameters).max() < 1e25:
        session.step()
    with pytest.raises(TrainingFailed):
        session.run_epoch()
    snapshot = take_snapshot(session, EVERYTHING)
    assert snapshot.progress.step == session.steps
    for layer in range(3):
        W, b = _matrices(snapshot)[layer, "W"], _matrices(snapshot)[layer, "b"]
        below = session.network.x if layer == 0 else _matrices(snapshot).get((layer - 1, "a"))
        z = _matrices(snapshot).get((layer, "z"))
        if z is not None and below is not None:
            np.testing.assert_array_equal(z, below.dot(W) + b)
