"""The equations of a layer: the design's table, with shapes that fit together and fit the arrays."""

import re
from itertools import pairwise
from math import prod
from typing import Any

import pytest

from lab.core.activations import ACTIVATIONS
from lab.core.explain.tile import Part
from lab.core.losses import LOSSES, REDUCTIONS
from lab.core.optimizers import OPTIMIZERS
from lab.core.output_rule import why_refused
from lab.experiment.spec import Experiment
from lab.experiment.stack.equations import Equation, equations, shape_text, superscript
from lab.experiment.stack.matrices import MATRICES, matrix_shapes
from lab.experiment.stack.stack import stack_rows

INPUTS, M = 11, 6
STEP = ("z", "a", "delta", "db", "new_b", "dW", "new_W")
STACK = ((7, "tanh"), (5, "relu"), (3, "softmax"))


def _experiment(stack: tuple[tuple[int, str], ...] = STACK, **training: Any) -> Experiment:
    layers = [{"kind": "dense", "units": units, "activation": name} for units, name in stack]
    return Experiment.model_validate({"data": {"source": "iris"}, "layers": layers, "training": training})


def _equations(experiment: Experiment, layer: int, one_example: bool = False) -> dict[str | None, Equation]:
    found = equations(experiment, stack_rows(experiment, INPUTS, 3), layer, M, one_example)
    return {each.matrix: each for each in found}


def _plain(text: str) -> str:
    return text.replace(" ", "")


@pytest.mark.parametrize("one_example", [False, True])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_a_dense_layer_has_the_six_steps_in_their_order(layer: int, one_example: bool) -> None:
    found = _equations(_experiment(), layer, one_example)
    assert tuple(found) == (STEP if layer < 2 else (*STEP[:2], "losses" if one_example else "loss", *STEP[2:]))
    assert set(found) <= set(MATRICES)
    assert all(each.name and each.formula and each.shapes for each in found.values())


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_the_formulas_for_m_examples(layer: int) -> None:
    found = {name: _plain(each.formula) for name, each in _equations(_experiment(), layer).items()}
    l, below, above = (superscript(layer + add) for add in (1, 0, 2))  # noqa: E741  the design's own letter
    a = f"a{below}" if layer else "X"
    assert found["z"] == f"z{l}={a}W{l}+b{l}"
    assert found["a"] == f"a{l}=σ(z{l})"
    assert found["delta"] == (f"δ{l}=a{l}−y" if layer == 2 else f"δ{l}=(δ{above}(W{above})ᵀ)⊙σ′(z{l})")
    assert found["dW"] == f"∂L/∂W{l}=(1/m){f'({a})ᵀ' if layer else 'Xᵀ'}δ{l}"
    assert found["db"].startswith(f"∂L/∂b{l}=(1/m)Σ")
    assert f"δ{l}" in found["db"]


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_the_formulas_for_one_example(layer: int) -> None:
    found = {name: _plain(each.formula) for name, each in _equations(_experiment(), layer, True).items()}
    l, below, above = (superscript(layer + add) for add in (1, 0, 2))  # noqa: E741  the design's own letter
    a = f"a{below}" if layer else "x"
    assert found["z"] == f"z{l}=(W{l})ᵀ{a}+b{l}"
    assert found["delta"] == (f"δ{l}=a{l}−y" if layer == 2 else f"δ{l}=(W{above}δ{above})⊙σ′(z{l})")
    assert found["db"] == f"∂L/∂b{l}=δ{l}"
    assert found["dW"] == f"∂L/∂W{l}={a}(δ{l})ᵀ"


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_the_reduction_is_in_both_gradients(reduction: str) -> None:
    found = _equations(_experiment(reduction=reduction), 0)
    for name in ("dW", "db"):
        assert ("1/m" in found[name].formula) == (reduction == "mean")
    assert reduction in found["db"].note


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_the_last_shape_is_the_shape_of_what_is_computed(layer: int) -> None:
    experiment = _experiment()
    shapes = matrix_shapes(experiment, stack_rows(experiment, INPUTS, 3), M)[layer]
    for name, equation in _equations(experiment, layer).items():
        shape = (1, 1) if name == "loss" else shapes[str(name)]
        assert re.findall(r"\(([\d×]+)\)", equation.shapes)[-1] == shape_text(shape)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_for_one_example_everything_is_a_column(layer: int) -> None:
    units = STACK[layer][0]
    found = _equations(_experiment(), layer, one_example=True)
    for name in ("z", "a", "delta", "db"):
        assert re.findall(r"\(([\d×]+)\)", found[name].shapes)[-1] == f"{units}×1"
    assert found["dW"].shapes.endswith(f"({INPUTS if layer == 0 else STACK[layer - 1][0]}×{units})")


@pytest.mark.parametrize("one_example", [False, True])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_shapes_that_are_multiplied_fit(layer: int, one_example: bool) -> None:
    products = 0
    for equation in _equations(_experiment(), layer, one_example).values():
        for rows, inner, other, columns in re.findall(r"\((\d+)×(\d+)\)·\((\d+)×(\d+)\)", equation.shapes):
            assert inner == other
            assert f"{rows}×{columns}" in equation.shapes.split("·", 1)[1]
            products += 1
    assert products == (2 if layer == 2 else 3)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_output_error_says_which_rule_is_in_force(loss: str) -> None:
    for output in ACTIVATIONS:
        error = _equations(_experiment((*STACK[:2], (3, output)), loss=loss), 2)["delta"]
        refused = why_refused(loss, output, 3)
        if refused is not None:
            assert refused in error.note
            continue
        short = "a³ − y" in error.formula
        assert short == ("does not hold" not in error.note)
        # Only the short form subtracts; the general rule multiplies element by element.
        assert ("−" in error.shapes) == short


@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_a_hidden_softmax_does_not_claim_a_slope_of_its_own(hidden: str) -> None:
    error = _equations(_experiment(((7, hidden), (3, "softmax"))), 0)["delta"]
    assert ("σ′" in error.formula) == ACTIVATIONS[hidden].elementwise
    assert ACTIVATIONS[hidden].derivative_formula in error.note


def test_class_weights_stand_in_the_output_error() -> None:
    weights = {"setosa": 2.0, "versicolor": 1.0, "virginica": 1.0}
    error = _equations(_experiment(class_weights=weights), 2)["delta"]
    assert error.formula == "δ³ = w ⊙ (a³ − y)"
    assert [tile.symbol for tile in error.tiles] == ["a³", "y", "w", "δ³"]


@pytest.mark.parametrize("one_example", [False, True])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_tiles_that_are_multiplied_fit_and_the_last_is_what_the_equation_yields(layer: int, one_example: bool) -> None:
    for equation in _equations(_experiment(), layer, one_example).values():
        assert equation.tiles[-1].key.name == equation.matrix
        for left, right in pairwise(equation.tiles):
            if right.part is Part.COLUMN and left.part is Part.ROW:
                assert left.shape[1] == right.shape[0]


def test_a_plain_update_is_minus_eta_times_the_gradient_and_any_other_is_what_the_optimizer_made() -> None:
    plain, decayed = _experiment(), _experiment(optimizer={"kind": "sgd", "learning_rate": 0.25, "l2": 0.1})
    assert [tile.key.name for tile in _equations(plain, 0)["new_W"].tiles] == ["W", "dW", "new_W"]
    for experiment in (decayed, _experiment(optimizer={"kind": "momentum", "learning_rate": 0.25})):
        assert [tile.key.name for tile in _equations(experiment, 0)["new_b"].tiles] == ["b", "update_b", "new_b"]
    rows = stack_rows(plain, INPUTS, 3)
    held = {each.matrix: each for each in equations(plain, rows, 0, M, False, holds_cells=True)}
    assert [tile.key.name for tile in held["new_W"].tiles] == ["W", "update_W", "new_W"]
    later = {each.matrix: each for each in equations(plain, rows, 0, M, False, rate=0.125)}
    assert later["new_W"].tiles[1].operator == "− 0.125 ·"


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_update_names_the_optimizer_and_its_rate(kind: str) -> None:
    experiment = _experiment(optimizer={"kind": kind, "learning_rate": 0.0625})
    update = _equations(experiment, 1)["new_W"]
    assert OPTIMIZERS[kind].formula in update.note
    assert "η = 0.0625" in update.note
    assert "W²" in update.formula


@pytest.mark.parametrize(("number", "text"), [(0, "⁰"), (7, "⁷"), (12, "¹²"), (305, "³⁰⁵"), (9876543210, "⁹⁸⁷⁶⁵⁴³²¹⁰")])
def test_superscripts(number: int, text: str) -> None:
    assert superscript(number) == text


@pytest.mark.parametrize(("shape", "text"), [((32, 64), "32×64"), ((64,), "64"), ((1, 1), "1×1")])
def test_shapes_as_text(shape: tuple[int, ...], text: str) -> None:
    assert shape_text(shape) == text
    assert prod(map(int, text.split("×"))) == prod(shape)
