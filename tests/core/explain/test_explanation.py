"""Explained cells of any network: the sum is the cell, every factor is the number that its name says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.activations import ACTIVATIONS
from lab.core.explain.explain_cell import explain, explainable, is_of_examples, shape_in
from lab.core.explain.explanation import Explanation
from lab.core.explain.step_record import Before, Step
from lab.core.layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm, PReLU
from lab.core.losses import LOSSES, REDUCTIONS
from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import Optimizer
from lab.core.optimizers import OPTIMIZERS, SGD
from lab.core.output_rule import why_refused
from lab.core.penalties import Clipping, Penalty
from lab.core.step_recording import step_of
from lab.core.types import Array
from tests.effort import examples

PAIRS = [(loss, output) for loss in LOSSES for output in ACTIVATIONS if why_refused(loss, output, 3) is None]
WIDTHS = (1, 3)
BY_ROW = ("z", "a", "delta", "mask", "x_hat", "slope")
DTYPES = ("float32", "float64")


def _widths(loss: str, output: str) -> list[int]:
    return [units for units in WIDTHS if why_refused(loss, output, units) is None]


@dataclass
class Trained:
    """A network after some steps, with what its last step used."""

    net: Network
    used: Array
    optimizer: Optimizer
    before: Before

    @property
    def step(self) -> Step:
        return step_of(self.net, self.used, self.optimizer, before=self.before)

    def array(self, layer: int, name: str) -> Array:
        """Return an array of the step, parameters as its forward pass used them."""
        found: Array = getattr(self.net.layers[layer], name)
        place = self.net.slices[layer].get(name)
        return found if place is None else self.used[place].reshape(found.shape)


def _train(net: Network, optimizer: Optimizer, m: int, seed: int, steps: int = 2) -> Trained:
    rng = np.random.default_rng(seed)
    used: Array | None = None
    before = Before()
    for _ in range(steps):
        before = Before(used, net.buffers.copy())
        net.forward(rng.normal(size=(m, net.inputs)))
        one_hot = LOSSES[net.loss].outputs is not None
        net.backward(rng.integers(0, max(net.outputs, 2), m) if one_hot else _shares(rng, m, net.outputs))
        used = net.parameters.copy()
        optimizer.step(net)
    assert used is not None
    return Trained(net, used, optimizer, before)


def _every_kind(
    loss: str = "cross_entropy", output: str = "softmax", units: int = 4, reduction: str = "mean",
    dtype: str = "float64", **targets: Any,
) -> Network:  # fmt: skip
    layers = [
        Dense(5, "tanh"), BatchNorm(), Activation("softmax", temperature=0.7), Dense(4), LayerNorm(),
        Activation("silu"), Dropout(0.3), Dense(units, output),
    ]  # fmt: skip
    return Network(3, layers, loss, reduction, 1, dtype, **targets)


def _explanations(step: Step, rng: np.random.Generator, cells: int = 2) -> Iterator[tuple[Explanation, int | None]]:
    """Explain some cells of every array of every layer, as m examples and as one, whose number goes with it."""
    for number, layer in enumerate(step.layers):
        for name in explainable(step, number):
            shape, by_row = shape_in(step, number, name), is_of_examples(step, number, name)
            for _ in range(cells):
                cell = tuple(int(rng.integers(size)) for size in shape)
                example = int(rng.integers(len(layer.x)))
                yield explain(step, number, name, cell), None
                yield explain(step, number, name, cell[1:] if by_row else cell, example), example


def _assert_adds_up(found: Explanation, dtype: str) -> None:
    terms = [prod(factor.value for factor in term.factors) for term in found.terms]
    outer = prod(factor.value for factor in found.outer)
    assert found.value == pytest.approx(sum(terms) * outer, rel=1e-9, abs=1e-12 * found.size)
    assert abs(found.value) <= found.size * (1 + 1e-12)
    limits = np.finfo(dtype)
    allowed = found.numbers * float(limits.eps) * found.size + float(limits.tiny)
    assert abs(found.value - found.cell) <= allowed, f"{found.symbol} = {found.formula}"


ARRAYS = {
    "z": "z", "a": "a", "σ′(z)": "slope", "δ": "delta", "mask": "mask", "x̂": "x_hat", "W": "W", "b": "b",
    "γ": "gamma", "β": "beta", "∂L/∂W": "dW", "∂L/∂b": "db", "∂L/∂γ": "dgamma", "∂L/∂β": "dbeta",
    "∂P/∂W": "penalty_W", "ΔW": "update_W", "Δb": "update_b", "Δγ": "update_gamma", "Δβ": "update_beta",
}  # fmt: skip
NAME = re.compile(r"(−?)(\D+?)([⁰¹²³⁴⁵⁶⁷⁸⁹]*)\[(\d+)(?:, (\d+))?\]")


def _named(trained: Trained, symbol: str, example: int | None) -> float | None:
    """Return the number that a symbol such as "−δ²[3, 5]" means, or None where it names no single cell."""
    match = NAME.fullmatch(symbol)
    if match is None:
        return None
    sign, letter, number, *numbers = match.groups()
    index = tuple(int(each) for each in numbers if each is not None)
    layer = int(number.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")) or 0) - 1
    of_network = {"X": trained.net.x, "x": trained.net.x, "y": trained.net.y, "ℓ": trained.net.terms}
    if letter in of_network:
        array, by_row = of_network[letter], True
    elif letter in ARRAYS:
        array, by_row = trained.array(layer, ARRAYS[letter]), ARRAYS[letter] in BY_ROW
    else:
        return None
    value = float(array[index if example is None or not by_row else (example, *index)])
    return -value if sign else value


def _assert_named(found: Explanation, trained: Trained, example: int | None) -> int:
    """Compare every factor with the cell that it is called after, and return how many there were."""
    factors = [*found.outer, *found.where, *(factor for term in found.terms for factor in term.factors)]
    pairs = [(factor, _named(trained, factor.symbol, example)) for factor in factors]
    for factor, value in pairs:
        assert value is None or factor.value == value, factor.symbol
    return sum(value is not None for _, value in pairs)


_KINDS = st.one_of(
    st.builds(Dense, st.integers(1, 5), st.sampled_from(sorted(ACTIVATIONS))),
    st.builds(lambda T: Dense(3, "softmax", temperature=T), st.sampled_from([0.5, 3.0])),
    st.builds(Activation, st.sampled_from(sorted(ACTIVATIONS))),
    st.builds(Dropout, st.sampled_from([0.0, 0.3, 0.6])),
    st.builds(BatchNorm),
    st.builds(LayerNorm),
    st.builds(PReLU),
)


@st.composite
def _outputs(draw: st.DrawFn) -> tuple[str, list[Layer[Any]]]:
    """Draw a loss and the last layers, which it is accepted with."""
    loss, output = draw(st.sampled_from(PAIRS))
    units = draw(st.sampled_from(_widths(loss, output)))
    temperature = draw(st.sampled_from([1.0, 2.0])) if output == "softmax" else 1.0
    if draw(st.booleans()):
        return loss, [Dense(units, output, temperature=temperature)]
    between = draw(st.lists(st.builds(BatchNorm) | st.builds(LayerNorm) | st.builds(Dropout), max_size=1))
    return loss, [Dense(units), *between, Activation(output, temperature=temperature)]


def _shares(rng: np.random.Generator, m: int, outputs: int) -> np.ndarray:
    """Return targets that are shares of classes: rows that sum to 1, or numbers from 0 to 1 for one output."""
    return rng.dirichlet(np.ones(outputs), m) if outputs > 1 else rng.random((m, 1))


@st.composite
def _trained(draw: st.DrawFn) -> tuple[Trained, str]:
    loss, last = draw(_outputs())
    hidden, dtype = draw(st.lists(_KINDS, max_size=3)), draw(st.sampled_from(["float32", "float64"]))
    units, seed = last[0].output_size(0), draw(st.integers(0, 2**32 - 1))
    weights = [0.5, 2.0, 1.0, 0.2][: max(units, 2)] if draw(st.booleans()) else None
    smoothing = 0.1 if loss == "cross_entropy" and draw(st.booleans()) else 0.0
    net = Network(
        draw(st.integers(1, 4)), [*hidden, *last], loss, draw(st.sampled_from(sorted(REDUCTIONS))), seed, dtype,
        label_smoothing=smoothing, class_weights=weights,
    )  # fmt: skip
    kind = OPTIMIZERS[draw(st.sampled_from(sorted(OPTIMIZERS)))]
    optimizer = kind.make(
        kind.usual_rate,
        penalty=Penalty(draw(st.sampled_from([0.0, 1e-3])), draw(st.sampled_from([0.0, 1e-2]))),
        clipping=Clipping(draw(st.sampled_from([None, 0.1])), draw(st.sampled_from([None, 0.03]))),
        weight_decay=draw(st.sampled_from([0.0, 0.1])),
    )
    return _train(net, optimizer, draw(st.integers(1, 5)), seed, draw(st.integers(1, 3))), dtype


@examples(150)
@given(_trained(), st.integers(0, 2**32 - 1))
def test_the_sum_is_the_cell_whatever_the_stack(trained: tuple[Trained, str], seed: int) -> None:
    case, dtype = trained
    for found, example in _explanations(case.step, np.random.default_rng(seed)):
        _assert_adds_up(found, dtype)
        _assert_named(found, case, example)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_the_sum_is_the_cell_for_every_loss_on_every_output(loss: str, output: str) -> None:
    for units, (reduction, dtype) in product(_widths(loss, output), zip(REDUCTIONS, DTYPES, strict=True)):
        case = _train(_every_kind(loss, output, units, reduction, dtype), SGD(0.05), 5, 0)
        for found, example in _explanations(case.step, np.random.default_rng(1), 1):
            _assert_adds_up(found, dtype)
            _assert_named(found, case, example)


def test_a_factor_is_called_after_the_cell_that_it_is() -> None:
    """In a network without softmax and normalisation nearly every factor is a cell or a slope."""
    net = Network(3, [Dense(4, "tanh"), Dropout(0.3), Dense(2)], "half_squared_error", dtype="float64")
    case = _train(net, SGD(0.05, penalty=Penalty(l2=0.1)), 5, 0)
    number = 0
    for found, example in _explanations(case.step, np.random.default_rng(1), 5):
        assert found.symbol == "L" or NAME.fullmatch(found.symbol)
        named = _named(case, found.symbol, None) if example is None else None
        assert named is None or found.cell == named
        number += _assert_named(found, case, example)
    assert number > 500


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_saturated_outputs_are_explained_too(loss: str, output: str) -> None:
    for units, dtype in product(_widths(loss, output), DTYPES):
        net = Network(1, [Dense(units, output)], loss, dtype=dtype)
        net.layers[0].W[...] = np.resize([1.0, -1.0, 0.5], (1, units))
        net.forward([[30.0], [-30.0], [200.0], [-200.0], [0.0]])
        net.backward(np.resize([0, 1], 5))
        step = step_of(net)
        for name, row, unit in product(("z", "a", "delta"), range(5), range(units)):
            found = explain(step, 0, name, (row, unit))
            assert np.isfinite(found.value)
            _assert_adds_up(found, dtype)


def test_explaining_changes_nothing() -> None:
    case = _train(_every_kind(), OPTIMIZERS["adam"].make(0.01), 5, 0)
    net = case.net

    def everything() -> list[bytes]:
        vectors = [net.parameters, net.gradients, net.updates, net.penalties, net.buffers, net.x, net.y, case.used]
        arrays = [array for layer in case.step.layers for array in layer.arrays.values()]
        return [array.tobytes() for array in (*vectors, *arrays, *case.optimizer.state.values())]

    before = everything()
    assert len(list(_explanations(case.step, np.random.default_rng(0)))) > 100
    assert everything() == before
