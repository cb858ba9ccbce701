"""Numbers in a file, as starting values and as examples: read, written again, and refused with their place."""

from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lab.experiment.datasets import load_dataset
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.given_numbers import MOST_NUMBERS
from lab.experiment.forms.problems import SpecError, sentences
from lab.experiment.spec import Experiment, format_experiment, parse_experiment

FOLDER = Path("/data")
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
X = [[0.5, 0.25], [1.5, -0.5]]


def _layer(**fields: Any) -> dict[str, Any]:
    return {"kind": "dense", "units": 2, "activation": "sigmoid", **fields}


def _parse(data: dict[str, Any], **layer: Any) -> Experiment:
    training = {"loss": "binary_cross_entropy", "dtype": "float64"}
    return parse_experiment(tomli_w.dumps({"data": data, "layers": [_layer(**layer)], "training": training}), FOLDER)


def _problem(data: dict[str, Any], **layer: Any) -> str:
    with pytest.raises(SpecError) as caught:
        _parse(data, **layer)
    (problem,) = caught.value.problems
    return problem


@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=4), b=st.tuples(NUMBERS, NUMBERS))
def test_given_numbers_are_written_and_read_without_losing_a_bit(
    rows: list[tuple[float, float]], b: tuple[float, float]
) -> None:
    data = {"x": rows, "y": ["cat", "döøg"] * len(rows)}
    data["y"] = data["y"][: len(rows)]
    if len(rows) == 1:
        data["classes"] = ["cat", 'a "b" \\ c\x7f']
    experiment = _parse(data, W=rows, b=list(b), trainable_bias=False)
    text = format_experiment(experiment, FOLDER)
    assert parse_experiment(text, FOLDER) == experiment
    assert experiment.layers[0].given() == {"W": tuple(rows), "b": b}
    assert experiment.data.x == tuple(rows)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"W": 3}, "layers[0].W: 3 is not a list of rows, as [[0.1, 0.2], [0.3, 0.4]]"),
        ({"W": []}, "layers[0].W: [] is not a list of rows, as [[0.1, 0.2], [0.3, 0.4]]"),
        ({"W": [0.1, 0.2]}, "layers[0].W: row 1: 0.1 found, a list of numbers expected"),
        ({"W": [[0.1, 0.2], [0.3]]}, "layers[0].W: row 2: 1 numbers found, 2 expected as in row 1"),
        ({"W": [[0.1, "x"]]}, "layers[0].W: row 1, number 2: 'x' found, a finite number expected"),
        ({"W": [[0.1, True]]}, "layers[0].W: row 1, number 2: True found, a finite number expected"),
        ({"b": [0.1, float("nan")]}, "layers[0].b: number 2: nan found, a finite number expected"),
        ({"b": [[0.1]]}, "layers[0].b: number 1: [0.1] found, a finite number expected"),
        (
            {"W": "weights.txt"},
            "layers[0].W: 'weights.txt' is no file of numbers: its name must end in .npy or .csv",
        ),
        (
            {"b": [0.0] * (MOST_NUMBERS + 1)},
            "layers[0].b: 10,001 numbers found, at most 10,000 can be written out; name an .npy file",
        ),
        ({"trainable_bias": 0}, "layers[0].trainable_bias: 0 is not true or false"),
    ],
)
def test_starting_values_are_refused_with_place_found_and_expected(fields: dict[str, Any], sentence: str) -> None:
    assert _problem({"source": "iris"}, **fields) == sentence


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"x": X}, "data.y: missing; it must have an entry for each row of x"),
        ({"x": X, "y": ["a"]}, "data.y: 1 entries found, 2 expected: one for each row of x"),
        ({"x": X, "y": ["a", 1]}, "data.y: entry 2: 1 found, a text expected as before it"),
        ({"x": X, "y": [0, "a"]}, "data.y: entry 2: 'a' found, a finite number expected as before it"),
        ({"x": X, "y": ["a", "a"]}, "data.classes: ['a'] found, at least two classes expected; name them here"),
        (
            {"x": X, "y": ["cat", "dogg"], "classes": ["cat", "dog"]},
            "data.y: entry 2: 'dogg' is not one of cat, dog; did you mean dog?",
        ),
        (
            {"x": X, "y": [0, 0.5]},
            "data.y: entry 2: 0.5 found, a class name or a whole number from 0 to 999 expected; "
            'task = "numbers" takes others',
        ),
        (
            {"x": X, "y": ["a", "b"], "task": "numbers"},
            "data.y: entry 1: 'a' found, a number expected by the task numbers",
        ),
        ({"x": X, "y": [0, 1], "inputs": ["one"]}, "data.inputs: 1 names found, 2 expected: one for each column of x"),
        ({"x": X, "y": [0, 1], "inputs": ["one", "one"]}, "data.inputs: ['one', 'one'] has a name twice"),
        ({"x": [[1.0], [2.0, 3.0]], "y": [0, 1]}, "data.x: row 2: 2 numbers found, 1 expected as in row 1"),
        (
            {"source": "iris", "y": [0, 1]},
            "data.y: (0, 1) found, but only examples given as x have it",
        ),
        (
            {"source": "iris", "x": X, "y": [0, 1]},
            "data: one of source (a bundled set), path (a file of your own) and x (the examples themselves) must be "
            "given, not both",
        ),
        (
            {"x": X, "y": [0, 1], "target": "kind"},
            "data.target: 'kind' found, but only a path has one, a bundled set knows its own",
        ),
    ],
)
def test_typed_examples_are_refused_with_place_found_and_expected(data: dict[str, Any], sentence: str) -> None:
    assert _problem(data) == sentence


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=6,
)


@given(W=_ANY, b=_ANY, x=_ANY, y=_ANY)
def test_whatever_stands_in_a_file_is_numbers_or_a_sentence(W: Any, b: Any, x: Any, y: Any) -> None:
    fields = {"data": {"x": x, "y": y}, "layers": [_layer(W=W, b=b)]}
    found: list[str] = []
    try:
        experiment = Experiment.model_validate(fields)
    except ValidationError as error:
        found = sentences(error, Experiment)
        experiment = None
    assert (experiment is None) == bool(found)
    assert all(sentence.startswith(("data", "layers[0]")) for sentence in found)
    if experiment is not None:
        assert load_dataset(experiment.data).examples == len(experiment.data.x)


def test_typed_examples_all_train_as_they_are_unless_the_file_says_otherwise() -> None:
    usual = _parse({"x": X, "y": [0, 1]}).data
    assert (usual.split, usual.scaling, usual.target_scaling) == ((1.0, 0.0, 0.0), "none", "none")
    other = _parse({"x": X, "y": [0, 1], "split": [0.5, 0.5, 0.0], "scaling": "standard"}).data
    assert (other.split, other.scaling) == ((0.5, 0.5, 0.0), "standard")


def test_a_dataset_of_typed_examples_has_their_names() -> None:
    named = load_dataset(DataSpec(x=X, y=["dog", "cat"], inputs=["size", "mane"], classes=["dog", "cat", "horse"]))
    assert named.feature_names == ("size", "mane")
    assert named.class_names == ("dog", "cat", "horse")
    assert named.y.tolist() == [0, 1]
    plain = load_dataset(DataSpec(x=X, y=[2, 0]))
    assert (plain.feature_names, plain.class_names) == (("x1", "x2"), ("0", "1", "2"))
    numbers = load_dataset(DataSpec(x=X, y=[[1, 2, 3], [4, 5, 6]], task="numbers"))
    assert numbers.is_regression
    assert numbers.y.tolist() == [[1, 2, 3], [4, 5, 6]]
