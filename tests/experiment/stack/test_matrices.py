"""The matrices that can be looked at: their names in the core, their order, their shapes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.layers import LAYERS
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.stack.matrices import MATRICES, matrix_shapes
from lab.experiment.stack.stack import stack_rows
from lab.experiment.step_arrays import step_array

DENSE = ("W", "b", "z", "a", "delta", "dW", "db", "update_W", "update_b")


def _experiment(units: list[int], **training: Any) -> Experiment:
    layers = [{"kind": "dense", "units": each, "activation": "tanh"} for each in units]
    layers.append({"kind": "dense", "units": 3, "activation": "softmax"})
    return Experiment.model_validate({"data": {"source": "iris"}, "layers": layers, "training": training})


def test_the_matrices_of_backprop_come_in_the_order_of_the_step() -> None:
    assert [name for name in MATRICES if name in DENSE] == list(DENSE)
    for name, kind in MATRICES.items():
        assert kind.name == name
        assert all(text.strip() for text in (kind.symbol, kind.word, kind.help))


@given(st.lists(st.integers(1, 12), max_size=3), st.integers(1, 20))
def test_the_shapes_are_those_of_the_arrays(units: list[int], m: int) -> None:
    experiment = _experiment(units, batch_size=m)
    session = Session(experiment)
    session.step()
    rows = stack_rows(experiment, session.dataset.inputs, session.dataset.classes)
    shapes = matrix_shapes(experiment, rows, m)
    assert len(shapes) == len(units) + 1
    for layer, each in enumerate(shapes):
        assert set(DENSE) <= set(each)
        for name, shape in each.items():
            array = step_array(session, layer, name)
            assert array is not None
            assert array.shape == shape
    assert ["x" in each for each in shapes] == [True, *(False for _ in units)]
    assert ["y" in each for each in shapes] == [*(False for _ in units), True]


@pytest.mark.parametrize("m", [1, 32])
def test_the_shapes_of_the_design(m: int) -> None:
    experiment = _experiment([32])
    first, last = matrix_shapes(experiment, stack_rows(experiment, 64, 3), m)
    assert [first[name] for name in DENSE[:2]] == [(64, 32), (32,)]
    assert [first[name] for name in DENSE[2:5]] == [(m, 32)] * 3
    assert [first[name] for name in DENSE[5:]] == [(64, 32), (32,), (64, 32), (32,)]
    assert last["W"] == last["dW"] == (32, 3)
    assert last["delta"] == (m, 3)


def test_a_formula_is_that_of_the_layer_that_has_the_matrix() -> None:
    """A Dropout has no σ, whatever the dense layer below it has."""
    for kind in ("dense", "dropout", "batch_norm"):
        assert LAYERS[kind].formula in MATRICES["a"].help_in(LAYERS[kind].formula)
    assert "σ" not in MATRICES["a"].help


def test_rows_of_what_is_shaped_like_w_are_inputs() -> None:
    for name, kind in MATRICES.items():
        if name.endswith("W"):
            assert kind.axes == ("inputs", "units")


def test_a_matrix_is_written_with_the_number_of_its_layer() -> None:
    written = {name: MATRICES[name].at(12) for name in ("x", "y", "W", "slope", "new_W", "dW")}
    expected = {"x": "X", "y": "y", "W": "W¹²", "slope": "σ′(z¹²)", "new_W": "W¹² new", "dW": "∂L/∂W¹²"}
    assert written == expected
