"""How a network does on a part: against scikit-learn's figures, and row by row against the whole."""

from typing import Any

import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.linear_model import LinearRegression

from lab.data.dataset import Dataset
from lab.experiment.datasets import facts_of
from lab.experiment.session import Session
from lab.experiment.spec import Experiment


def _experiment(data: dict[str, Any], units: int, activation: str, **training: Any) -> Experiment:
    return Experiment.model_validate(
        {
            "seed": 5,
            "data": data,
            "layers": [
                {"kind": "dense", "units": 12, "activation": "tanh"},
                {"kind": "dense", "units": units, "activation": activation},
            ],
            "training": {"batch_size": 16, "epochs": 20, **training},
        }
    )


DIABETES = _experiment(
    {"source": "diabetes"}, 1, "linear", loss="half_squared_error", optimizer={"learning_rate": 0.01}
)


@pytest.fixture(scope="module")
def regression() -> Session:
    session = Session(DIABETES)
    while not session.finished:
        session.step()
    return session


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_scores_of_numbers_are_those_of_scikit_learn_in_the_targets_unit(regression: Session, part: str) -> None:
    rows = regression.parts[part].rows
    true = regression.dataset.y[rows, 0]
    predicted = regression.row_results(part).predicted
    found = regression.evaluate(part)
    assert found.score == pytest.approx(reference.r2_score(true, predicted), abs=1e-6)
    assert found.rmse == pytest.approx(np.sqrt(reference.mean_squared_error(true, predicted)), rel=1e-6)
    assert found.mae == pytest.approx(reference.mean_absolute_error(true, predicted), rel=1e-6)
    assert found.confusion is None


def test_a_network_learns_numbers(regression: Session) -> None:
    train, test = (regression.parts[part].rows for part in ("train", "test"))
    x, y = regression.dataset.x, regression.dataset.y[:, 0]
    straight = reference.r2_score(y[test], LinearRegression().fit(x[train], y[train]).predict(x[test]))
    assert straight > 0.2
    assert regression.evaluate("test").score > straight - 0.1
    assert regression.history.epochs[-1].validation_score == regression.evaluate("validation").score


@pytest.mark.parametrize(
    "experiment",
    [DIABETES, _experiment({"source": "iris"}, 3, "softmax"), _experiment({"source": "breast-cancer"}, 1, "sigmoid",
     loss="binary_cross_entropy")],
    ids=["numbers", "classes", "two classes, one unit"],
)  # fmt: skip
@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_the_losses_of_the_rows_sum_to_that_of_the_part(experiment: Experiment, part: str) -> None:
    session = Session(experiment)
    session.run_epoch()
    rows = session.row_results(part)
    whole = session.evaluate(part)
    assert rows.losses.mean() == pytest.approx(whole.loss, rel=1e-5)
    np.testing.assert_array_equal(rows.rows, session.parts[part].rows)
    if whole.confusion is not None:
        right = rows.predicted == session.dataset.y[rows.rows]
        assert right.mean() == pytest.approx(whole.score)


def _points(seed: int, rows: int = 60) -> Dataset:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (rows, 2))
    return Dataset("points", "Points", x, (x[:, 0] > 0).astype(np.int64), ("left", "right"), ("x1", "x2"), None)


def test_a_run_goes_on_with_other_rows_from_its_next_step() -> None:
    experiment = _experiment({"source": "circle"}, 2, "softmax")
    session = Session(experiment, _points(1))
    for _ in range(7):
        session.step()
    weights, steps = session.network.parameters.copy(), session.steps
    other = _points(2, 90)
    session.replace_data(experiment, facts_of(other, experiment.data, 3))
    np.testing.assert_array_equal(session.network.parameters, weights)
    assert session.batch == 0
    session.run_epoch()
    assert session.steps == steps + session.batches
    assert sum(part.examples for part in session.parts.values()) == 90
    assert session.epochs == session.epoch - 1 + experiment.training.epochs
    assert session.row_results("train").rows.max() > 60


def test_rows_of_another_width_are_refused_and_the_run_stays_as_it_was() -> None:
    experiment = _experiment({"source": "iris"}, 3, "softmax")
    session = Session(experiment)
    parts = session.parts
    with pytest.raises(ValueError, match="2 inputs and 2 classes found, 4 and 3 expected"):
        session.replace_data(experiment, facts_of(_points(1), experiment.data, 0))
    assert session.parts is parts
    session.run_epoch()
