"""A stack on given data: shapes and parameters of every row, and why it is impossible where it is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.activations import ACTIVATIONS
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.stack.stack import stack_problems, stack_rows


def _experiment(*stack: tuple[int, str], **training: Any) -> Experiment:
    layers = [{"kind": "dense", "units": units, "activation": name} for units, name in stack]
    return Experiment.model_validate({"data": {"source": "iris"}, "layers": layers, "training": training})


def test_the_rows_of_the_picture() -> None:
    """64-32-16-10: 2,080 + 528 + 170 parameters are 2,778."""
    rows = stack_rows(_experiment((32, "relu"), (16, "relu"), (10, "softmax")), 64, 10)
    assert [(row.number, row.inputs, row.outputs) for row in rows] == [(1, 64, 32), (2, 32, 16), (3, 16, 10)]
    assert [row.parameters for row in rows] == [2080, 528, 170]
    assert [row.problem for row in rows] == [None, None, None]


@given(
    st.lists(st.tuples(st.integers(2, 20), st.sampled_from(sorted(ACTIVATIONS))), max_size=4),
    st.sampled_from([("cross_entropy", "softmax"), ("half_squared_error", "linear")]),
)
def test_the_rows_are_those_of_the_network_that_is_built(
    hidden: list[tuple[int, str]], output: tuple[str, str]
) -> None:
    experiment = _experiment(*hidden, (3, output[1]), loss=output[0])
    session = Session(experiment)
    rows = stack_rows(experiment, session.dataset.inputs, session.dataset.classes)
    assert [(row.inputs, row.outputs) for row in rows] == [
        (layer.inputs, layer.outputs) for layer in session.network.layers
    ]
    assert sum(row.parameters for row in rows) == session.network.parameters.size
    assert [row.parameters for row in rows] == [layer.W.size + layer.b.size for layer in session.network.layers]
    assert stack_problems(experiment, session.dataset.inputs, session.dataset.classes) == []


@pytest.mark.parametrize(
    ("stack", "loss", "classes", "row", "words"),
    [
        ([(8, "relu"), (4, "softmax")], "cross_entropy", 3, 1, ["3 classes", "4", "set 3 units"]),
        ([(4, "softmax")], "cross_entropy", 2, 0, ["2 classes", "set 2 units", "1 unit with sigmoid"]),
        ([(1, "linear")], "half_squared_error", 2, 0, ["sigmoid", "linear"]),
        ([(1, "sigmoid")], "cross_entropy", 2, 0, ["binary_cross_entropy"]),
        ([(1, "softmax"), (3, "softmax")], "cross_entropy", 3, 0, ["softmax over one unit", "more units"]),
        ([(3, "tanh")], "cross_entropy", 3, 0, ["cross_entropy", "softmax or sigmoid", "tanh"]),
        ([(3, "tanh")], "cross_entropy", None, 0, ["cross_entropy", "softmax or sigmoid", "tanh"]),
    ],
)
def test_an_impossible_row_says_why(
    stack: list[tuple[int, str]], loss: str, classes: int | None, row: int, words: list[str]
) -> None:
    experiment = _experiment(*stack, loss=loss)
    rows = stack_rows(experiment, 4, classes)
    assert [each.number - 1 for each in rows if each.problem is not None] == [row]
    assert all(word in str(rows[row].problem) for word in words)
    assert stack_problems(experiment, 4, classes) == [f"layers[{row}]: {rows[row].problem}"]


@pytest.mark.parametrize(
    ("stack", "loss", "classes"),
    [
        ([(2, "softmax")], "cross_entropy", 2),
        ([(1, "sigmoid")], "binary_cross_entropy", 2),
        ([(1, "sigmoid")], "half_squared_error", 2),
        ([(3, "sigmoid")], "binary_cross_entropy", 3),
        ([(7, "softmax")], "cross_entropy", None),
        ([(2, "softmax"), (3, "softmax")], "cross_entropy", 3),
    ],
)
def test_a_possible_stack_has_no_problem(stack: list[tuple[int, str]], loss: str, classes: int | None) -> None:
    assert stack_problems(_experiment(*stack, loss=loss), 4, classes) == []


def test_every_impossible_row_is_named() -> None:
    experiment = _experiment((1, "softmax"), (5, "relu"), (1, "softmax"), (4, "softmax"))
    assert [problem.split(":")[0] for problem in stack_problems(experiment, 4, 3)] == [
        "layers[0]",
        "layers[2]",
        "layers[3]",
    ]
