"""One example asked: the same answer as the network's own, its neighbours counted by hand, the ranges of training."""

import numpy as np
import pytest

from lab.experiment.readings.example_answer import ExampleAnswer, InputRanges, NearestExamples
from lab.experiment.session import Session
from lab.experiment.spec import Experiment


def session_of(source: str, units: int, output: str, **data: object) -> Session:
    layers = [
        {"kind": "dense", "units": 6, "activation": "relu"},
        {"kind": "dense", "units": units, "activation": output},
    ]
    loss = {"softmax": "cross_entropy", "linear": "half_squared_error", "sigmoid": "binary_cross_entropy"}[output]
    training = {"loss": loss, "dtype": "float64"}
    session = Session(
        Experiment.model_validate({"data": {"source": source, **data}, "layers": layers, "training": training})
    )
    session.step()
    return session


def test_classes_get_the_shares_of_the_network() -> None:
    session = session_of("iris", 3, "softmax", scaling="standard")
    row = int(session.parts["train"].rows[7])
    answer = ExampleAnswer(session.dataset.x[row].astype(float).tobytes()).read(session)
    assert answer is not None
    own = session.network.predict(session.parts["train"].gather(np.array([7]))[0])
    assert answer.values == pytest.approx(own[0])
    assert answer.values.sum() == pytest.approx(1.0)


def test_a_number_comes_in_its_own_unit_and_a_single_sigmoid_as_two_shares() -> None:
    session = session_of("diabetes", 1, "linear")
    row = session.parts["test"].rows[0]
    answer = ExampleAnswer(session.dataset.x[row].astype(float).tobytes()).read(session)
    assert answer is not None
    assert answer.values[0] == pytest.approx(session.row_results("test").predicted[0])
    two = session_of("breast-cancer", 1, "sigmoid")
    shares = ExampleAnswer(two.dataset.x[0].astype(float).tobytes()).read(two)
    assert shares is not None
    assert shares.values.shape == (2,)
    assert shares.values.sum() == pytest.approx(1.0)


def test_what_is_no_example_of_this_data_has_no_answer_and_what_is_no_number_a_sentence() -> None:
    session = session_of("iris", 3, "softmax")
    assert ExampleAnswer(np.zeros(5).tobytes()).read(session) is None
    for odd in (np.nan, np.inf):
        answer = ExampleAnswer(np.full(4, odd).tobytes()).read(session)
        assert answer is not None
        assert answer.problem.endswith(".")
    assert ExampleAnswer(np.full(4, 1e300).tobytes()).read(session) is not None
    assert NearestExamples(np.full(4, np.nan).tobytes()).read(session) is None


def test_asking_changes_nothing() -> None:
    one, other = session_of("iris", 3, "softmax"), session_of("iris", 3, "softmax")
    key = one.dataset.x[0].astype(float).tobytes()
    for _ in range(5):
        for reading in (ExampleAnswer(key), InputRanges(), NearestExamples(key)):
            reading.read(one)
        assert one.step() == other.step()
    assert np.array_equal(one.network.layers[0].z, other.network.layers[0].z)


def test_the_nearest_are_those_of_a_plain_search() -> None:
    session = session_of("wine", 3, "softmax", scaling="standard")
    x = session.dataset.x[3] + 0.1
    near = NearestExamples(x.tobytes()).read(session)
    assert near is not None
    rows = session.parts["train"].rows
    scaled = session.prepared.scaling.apply(session.dataset.x, "float64")
    distances = np.linalg.norm(scaled[rows] - session.prepared.scaling.apply(x[None, :], "float64"), axis=1)
    order = np.argsort(distances)[:5]
    assert near.rows.tolist() == rows[order].tolist()
    assert near.distances == pytest.approx(distances[order])


def test_ranges_are_those_of_the_training_rows_alone() -> None:
    session = session_of("wine", 3, "softmax")
    ranges = InputRanges().read(session)
    assert ranges is not None
    train = session.dataset.x[session.parts["train"].rows]
    assert np.array_equal(ranges.low, train.min(axis=0))
    assert np.array_equal(ranges.high, train.max(axis=0))
    assert ranges.rows == len(train)
