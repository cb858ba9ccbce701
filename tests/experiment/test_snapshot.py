"""Snapshots: only what was asked for, all of it from one step, and nothing that later steps change."""

from itertools import product
from math import isnan
from typing import Any

import numpy as np
import pytest

from lab.experiment.session import Session, TrainingFailed
from lab.experiment.snapshot import Key, Question, Request, Snapshot, take_snapshot
from lab.experiment.spec import Experiment, changed, load_experiment
from lab.paths import default_experiment

NAMES = ("W", "b", "z", "a", "delta", "dW", "db", "update_W", "update_b")
EVERYTHING = frozenset(product(range(3), NAMES))


def _session(learning_rate: float = 0.05, **training: Any) -> Session:
    return Session(
        Experiment.model_validate(
            {
                "seed": 1,
                "data": {"source": "iris"},
                "layers": [
                    {"kind": "dense", "units": 7, "activation": "tanh"},
                    {"kind": "dense", "units": 5, "activation": "relu"},
                    {"kind": "dense", "units": 3, "activation": "softmax"},
                ],
                "training": {"batch_size": 16, "optimizer": {"learning_rate": learning_rate}, **training},
            }
        )
    )


def _stepped(steps: int, **training: Any) -> Session:
    session = _session(**training)
    for _ in range(steps):
        session.step()
    return session


@pytest.mark.parametrize("keys", [(), ((1, "delta"),), ((0, "W"), (2, "update_b")), tuple(sorted(EVERYTHING))], ids=len)
def test_a_snapshot_has_what_was_asked_for_and_no_more(keys: tuple[Key, ...]) -> None:
    snapshot = take_snapshot(_stepped(3), Request(frozenset(keys)))
    assert set(snapshot.matrices) == set(keys)
    assert snapshot.losses is None
    assert snapshot.epochs == ()
    assert snapshot.confusion is None


def test_what_the_network_does_not_have_is_left_out() -> None:
    keys = frozenset({(0, "W"), (3, "W"), (99, "z"), (0, "running_mean"), (1, "nonsense")})
    assert set(take_snapshot(_stepped(1), Request(keys)).matrices) == {(0, "W")}


def test_the_matrices_cannot_be_written_to() -> None:
    session = _stepped(2)
    snapshot = take_snapshot(session, Request(EVERYTHING))
    for matrix in snapshot.matrices.values():
        with pytest.raises(ValueError, match="read-only"):
            matrix[...] = 0
    assert session.network.layers[0].W.flags.writeable


def test_later_steps_leave_a_snapshot_alone() -> None:
    session = _stepped(2)
    snapshot = take_snapshot(session, Request(EVERYTHING, since=0, confusion=True))
    kept = {key: matrix.copy() for key, matrix in snapshot.matrices.items()}
    assert snapshot.losses is not None
    losses = snapshot.losses.copy()
    for _ in range(session.batches + 3):
        session.step()
    session.evaluate("test")
    for key, matrix in snapshot.matrices.items():
        np.testing.assert_array_equal(matrix, kept[key])
    np.testing.assert_array_equal(snapshot.losses, losses)
    assert snapshot.epochs == ()
    assert (snapshot.step, snapshot.epoch) == (2, 0)


def _assert_of_one_step(snapshot: Snapshot, x: np.ndarray) -> None:
    """Check every equation of the design between the matrices of one snapshot, z to the bit."""
    of = snapshot.matrices
    below = x
    for layer in range(3):
        np.testing.assert_array_equal(of[layer, "z"], below.dot(of[layer, "W"]) + of[layer, "b"])
        assert of[layer, "delta"].shape == of[layer, "a"].shape == of[layer, "z"].shape
        np.testing.assert_allclose(of[layer, "dW"], below.T @ of[layer, "delta"] / snapshot.m, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(of[layer, "db"], of[layer, "delta"].mean(axis=0), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(of[layer, "update_W"], -0.05 * of[layer, "dW"], rtol=1e-5)
        np.testing.assert_allclose(of[layer, "update_b"], -0.05 * of[layer, "db"], rtol=1e-5)
        below = of[layer, "a"]
    back = of[1, "delta"] @ of[1, "W"].T * (1 - of[0, "a"] ** 2)
    np.testing.assert_allclose(of[0, "delta"], back, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("steps", [1, 2, 6, 7, 8, 20])
def test_everything_in_a_snapshot_belongs_to_one_step(steps: int) -> None:
    """At the end of an epoch too, after the evaluation, and after the short last batch."""
    session = _stepped(steps)
    snapshot = take_snapshot(session, Request(EVERYTHING))
    _assert_of_one_step(snapshot, session.network.x)
    assert snapshot.m == len(session.network.x) == len(snapshot.matrices[0, "z"])
    assert snapshot.loss == session.history.last_loss
    np.testing.assert_array_equal(
        session.network.layers[1].W, snapshot.matrices[1, "W"] + snapshot.matrices[1, "update_W"]
    )
    session.evaluate("train")
    _assert_of_one_step(take_snapshot(session, Request(EVERYTHING)), session.network.x)


def test_after_a_failure_a_snapshot_still_belongs_to_one_step() -> None:
    """The step that failed left z behind; it is not shown with the weights of the step before."""
    session = _session(learning_rate=1e30)
    while session.network.is_finite() and np.abs(session.network.parameters).max() < 1e25:
        session.step()
    with pytest.raises(TrainingFailed):
        session.run_epoch()
    snapshot = take_snapshot(session, Request(EVERYTHING))
    assert snapshot.step == session.steps
    for layer in range(3):
        W, b = snapshot.matrices[layer, "W"], snapshot.matrices[layer, "b"]
        below = session.network.x if layer == 0 else snapshot.matrices.get((layer - 1, "a"))
        z = snapshot.matrices.get((layer, "z"))
        if z is not None and below is not None:
            np.testing.assert_array_equal(z, below.dot(W) + b)


def test_before_the_first_step_there_are_weights_and_nothing_else() -> None:
    session = _session()
    snapshot = take_snapshot(session, Request(EVERYTHING, since=0, confusion=True))
    assert set(snapshot.matrices) == {(layer, name) for layer in range(3) for name in ("W", "b")}
    np.testing.assert_array_equal(snapshot.matrices[1, "W"], session.network.layers[1].W)
    assert (snapshot.step, snapshot.epoch, snapshot.batch, snapshot.m, snapshot.examples) == (0, 0, 0, 0, 0)
    assert isnan(snapshot.loss)
    assert snapshot.confusion is None
    assert snapshot.last_epoch is None
    assert snapshot.losses is not None
    assert snapshot.losses.shape == (0,)


def test_where_the_run_stands() -> None:
    session = _session()
    n = session.parts["train"].examples
    for step in range(1, 2 * session.batches + 2):
        session.step()
        snapshot = take_snapshot(session, Request())
        assert snapshot.step == step
        assert snapshot.batch == (step - 1) % session.batches + 1
        assert snapshot.batches == session.batches
        assert snapshot.epoch == step // session.batches
        assert snapshot.examples_per_epoch == n
        assert snapshot.examples == session.examples
        assert (snapshot.last_epoch is None) == (step < session.batches)


def test_losses_come_from_where_one_left_off() -> None:
    session = _stepped(20)
    assert session.history.epochs
    snapshot = take_snapshot(session, Request(since=12))
    assert snapshot.since == 12
    assert snapshot.losses is not None
    np.testing.assert_array_equal(snapshot.losses, session.history.losses()[12:])
    assert snapshot.epochs == tuple(session.history.epochs)
    assert snapshot.last_epoch == session.history.epochs[-1]
    later = take_snapshot(session, Request(since=20))
    assert later.losses is not None
    assert later.losses.shape == (0,)


def test_the_confusion_is_that_of_the_last_validation() -> None:
    session = _session()
    session.run_epoch()
    snapshot = take_snapshot(session, Request(confusion=True))
    assert snapshot.confusion is not None
    assert snapshot.confusion.sum() == session.parts["validation"].examples
    np.testing.assert_array_equal(snapshot.confusion, session.evaluate("validation").confusion)
    kept = snapshot.confusion.copy()
    for _ in range(5):
        session.run_epoch()
    np.testing.assert_array_equal(snapshot.confusion, kept)


def test_joined_requests_ask_for_all_that_each_asks_for() -> None:
    first = Request(frozenset({(0, "W"), (1, "z")}), since=30)
    second = Request(frozenset({(1, "z"), (2, "a")}), since=10, confusion=True)
    both = Request(frozenset({(0, "W"), (1, "z"), (2, "a")}), since=10, confusion=True)
    assert first.joined([second]) == second.joined([first]) == both
    assert Request().joined([]) == Request()
    assert Request().joined([Request(), second]) == second
    assert first.joined([Request()]) == first
    assert Request(since=0).joined([Request(since=5)]).since == 0


def test_a_question_is_answered_with_the_cell_of_the_step_that_is_shown() -> None:
    session = Session(changed(load_experiment(default_experiment()), {"training": {"epochs": 1}}))
    session.step()
    session.step()
    question = Question(0, "delta", 3, 5)
    snapshot = take_snapshot(session, Request(frozenset({(0, "delta")}), question=question))
    assert snapshot.answer is not None
    asked, answer = snapshot.answer
    assert asked == question
    assert answer.cell == snapshot.matrices[0, "delta"][3, 5]
    assert abs(answer.value - answer.cell) <= 1e-5 * max(answer.size, 1e-30)


@pytest.mark.parametrize(
    "question",
    [Question(0, "W", 0, 0), Question(9, "delta", 0, 0), Question(0, "delta", 999, 0), Question(0, "db", 0, 64)],
    ids=["no sum", "no layer", "no row", "no column"],
)
def test_a_question_without_an_answer_gets_none(question: Question) -> None:
    session = Session(load_experiment(default_experiment()))
    assert take_snapshot(session, Request(question=question)).answer is None
    session.step()
    assert take_snapshot(session, Request(question=question)).answer is None


def test_one_example_is_explained_as_a_column() -> None:
    session = Session(load_experiment(default_experiment()))
    session.step()
    snapshot = take_snapshot(session, Request(question=Question(0, "z", 2, 7, one_example=True)))
    assert snapshot.answer is not None
    assert snapshot.answer[1].cell == session.network.layers[0].z[2, 7]
    assert snapshot.answer[1].symbol == "z¹[7]"
