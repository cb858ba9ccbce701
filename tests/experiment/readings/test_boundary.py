"""The map of what the network makes of a plane: the same numbers as asking it place by place, all of one step."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lab.experiment.browse.browse import principal_directions
from lab.experiment.browse.input_axes import direction_axes, input_axes
from lab.experiment.readings.boundary import Boundary, BoundaryMap, certainty_of
from lab.experiment.readings.data_directions import DataDirections
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, changed
from lab.experiment.timeline.run_edits import Pin
from lab.experiment.timeline.timeline import apply_edit

Stepped = Callable[..., Session]
_PARTS = ("train", "validation", "test")


def session_of(source: str, outputs: int, activation: str, loss: str, **data: Any) -> Session:
    fields = {
        "seed": 4,
        "data": {"source": source, **data},
        "layers": [
            {"kind": "dense", "units": 6, "activation": "tanh"},
            {"kind": "dense", "units": outputs, "activation": activation},
        ],
        "training": {"batch_size": 16, "loss": loss, "dtype": "float64"},
    }
    session = Session(Experiment.model_validate(fields))
    for _ in range(5):
        session.step()
    return session


def read(session: Session, side: int = 7, **more: Any) -> Boundary:
    across, *others = input_axes(session.dataset, session.experiment.data.features)
    found = BoundaryMap(across, others[0] if others else None, side, **more).read(session)
    assert found is not None
    return found


def asked(session: Session, x: np.ndarray) -> np.ndarray:
    """Return a^L by hand: scaled, through two layers of matrix products."""
    scaling, (first, last) = session.prepared.scaling, session.network.layers
    z = np.tanh((x - scaling.offset) * scaling.factor @ first.W + first.b) @ last.W + last.b
    return z


def test_each_place_has_the_class_and_the_certainty_that_the_network_gives_it() -> None:
    session = session_of("moons", 2, "softmax", "cross_entropy", scaling="standard")
    found = read(session, 9)
    (left, right), (low, high) = found.across, found.up
    for row in range(9):
        for column in range(9):
            x = np.array([[left + (column + 0.5) * (right - left) / 9, low + (row + 0.5) * (high - low) / 9]])
            p = np.exp(asked(session, x)[0])
            p /= p.sum()
            assert found.classes[row, column] == p.argmax()
            assert found.certainty[row, column] == pytest.approx(2 * (p.max() - 0.5))
    assert found.step == 5
    assert found.rest is None


def test_features_move_with_what_they_are_computed_from() -> None:
    session = session_of("circle", 1, "sigmoid", "binary_cross_entropy", features=["x1^2", "x2^2"])
    found = read(session, 5)
    up = np.linspace(*found.up, 11)[1::2]
    x1, x2 = np.meshgrid(found.places, up)
    x = np.stack([x1.ravel(), x2.ravel(), x1.ravel() ** 2, x2.ravel() ** 2], axis=1)
    np.testing.assert_array_equal(found.classes.ravel(), (asked(session, x)[:, 0] > 0).astype(int))


def test_a_number_to_predict_is_in_its_own_unit() -> None:
    session = session_of("diabetes", 1, "linear", "half_squared_error", scaling="standard")
    found = read(session, 3, parts=("train",))
    train = session.parts["train"].rows
    x = np.tile(session.dataset.x[train].mean(axis=0), (9, 1))
    x[:, 0] = np.tile(found.places, 3)
    x[:, 1] = np.repeat(np.linspace(*found.up, 7)[1::2], 3)
    target = session.prepared.target_scaling
    np.testing.assert_allclose(found.values.ravel(), asked(session, x)[:, 0] / target.factor + target.offset)
    assert found.classes is None
    off = np.abs(found.points.predicted - session.dataset.y[found.points.rows, 0])
    np.testing.assert_array_equal(found.points.wrong, off > session.dataset.y.std())


def test_the_examples_are_those_of_the_parts_and_wrong_where_the_network_is(stepped: Stepped) -> None:
    session = stepped(3)
    found = read(session, 4, parts=_PARTS)
    points = found.points
    np.testing.assert_array_equal(points.rows, np.arange(150))
    np.testing.assert_array_equal(points.x, session.dataset.x[:, 0])
    for number, part in enumerate(_PARTS):
        results = session.row_results(part)
        at = np.searchsorted(points.rows, results.rows)
        assert (points.parts[at] == number).all()
        np.testing.assert_array_equal(points.predicted[at], results.predicted)
        np.testing.assert_array_equal(points.wrong[at], results.predicted != session.dataset.y[results.rows])
    assert points.total == 150
    assert len(read(session, 4).points.rows) == 0


def test_the_other_inputs_are_those_of_the_pinned_example(stepped: Stepped) -> None:
    session = stepped(3)
    assert read(session, 4, example=0).rest is None  # nothing is pinned: their mean
    apply_edit(session, Pin(rows=(8, 20)))
    row = int(session.parts["train"].rows[20])
    found = read(session, 4, example=1)
    assert found.rest == row
    x = np.tile(np.asarray(session.dataset.x[row], np.float64), (16, 1))
    x[:, 0] = np.tile(found.places, 4)
    x[:, 1] = np.repeat(np.linspace(*found.up, 9)[1::2], 4)
    scaled = session.prepared.scaling.apply(x, session.network.dtype)
    np.testing.assert_array_equal(found.classes.ravel(), session.network.predict(scaled).argmax(axis=1))


def test_reading_changes_nothing_that_training_goes_on_with(stepped: Stepped) -> None:
    session, alone = stepped(3), stepped(3)
    z = session.network.layers[0].z.copy()
    read(session, 12, parts=_PARTS)
    np.testing.assert_array_equal(session.network.layers[0].z, z)
    for each in (session, alone):
        each.step()
    np.testing.assert_array_equal(session.network.parameters, alone.network.parameters)


def test_one_input_is_one_line() -> None:
    session = session_of("sine", 1, "linear", "half_squared_error")
    found = read(session, 20, parts=("train",))
    assert found.values.shape == (1, 20)
    np.testing.assert_array_equal(found.points.y, session.dataset.y[found.points.rows, 0])


def test_principal_components_are_a_plane_too(stepped: Stepped) -> None:
    session = stepped(3)
    axes = direction_axes(principal_directions(session.dataset.x, standardised=True))
    found = BoundaryMap(*axes, 6, ("train",)).read(session)
    assert found.classes.shape == (6, 6)
    assert found.across[0] < found.points.x.min() < found.points.x.max() < found.across[1]


def test_the_components_of_few_rows_and_many_columns_are_those_of_the_covariance(stepped: Stepped) -> None:
    x = np.random.default_rng(3).normal(size=(60, 3)) @ np.random.default_rng(4).normal(size=(3, 400))
    found = principal_directions(x, standardised=False)
    variances, weights = np.linalg.eigh(np.cov(x.T))
    assert found.shares[0] == pytest.approx(variances[-1] / variances.sum())
    np.testing.assert_allclose(np.abs(found.weights.T @ weights[:, :-3:-1]), np.eye(2), atol=1e-6)
    session = stepped(0)
    directions = DataDirections().read(session)
    assert directions.shares == pytest.approx(principal_directions(session.dataset.x, standardised=True).shares)
    assert DataDirections().read(session_of("moons", 2, "softmax", "cross_entropy")) is None


def test_axes_of_other_data_have_no_map(stepped: Stepped) -> None:
    session = stepped(0)
    other = Session(changed(session.experiment, {"data": {"source": "wine"}}))
    assert BoundaryMap(*input_axes(session.dataset, ())[:2], 4).read(other) is None


def test_a_network_without_finite_answers_has_no_certainty(stepped: Stepped) -> None:
    session = stepped(1)
    session.network.parameters[0] = np.nan
    assert np.isnan(read(session, 4).certainty).all()
    assert certainty_of(np.array([[0.25, 0.25, 0.25, 0.25], [0, 1, 0, 0]])).tolist() == [0, 1]
    assert certainty_of(np.array([[0.5], [0.0], [1.0]])).tolist() == [0, 1, 1]
