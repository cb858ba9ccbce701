"""The matrices of a board: the very arrays of the step, and equations that hold when they are computed from them."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.explain.tile import MatrixKey, Shown, Tile, View
from lab.core.losses import REDUCTIONS
from lab.experiment.readings.board_tiles import BoardStep, BoardTiles
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.stack.equations import Equation, equations
from lab.experiment.stack.stack import stack_rows
from lab.experiment.step_arrays import step_array
from tests.effort import examples

HIDDEN: list[dict[str, Any]] = [
    {"kind": "dense", "units": 5, "activation": "tanh"},
    {"kind": "dense", "units": 3, "activation": "softmax"},
    {"kind": "activation", "activation": "sigmoid"},
    {"kind": "dropout", "rate": 0.4},
    {"kind": "batch_norm"},
    {"kind": "layer_norm"},
    {"kind": "prelu"},
]
OUTPUTS = [("softmax", "cross_entropy"), ("sigmoid", "half_squared_error"), ("linear", "half_squared_error")]
OPTIMIZERS: list[dict[str, Any]] = [
    {"kind": "sgd", "learning_rate": 0.1},
    {"kind": "sgd", "learning_rate": 0.1, "l2": 0.01},
    {"kind": "adam", "learning_rate": 0.01},
]
WEIGHTS = [None, {"setosa": 2.0, "versicolor": 0.5, "virginica": 1.0}]


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """A run of a random stack of all kinds, a step or two in."""
    hidden = draw(st.lists(st.sampled_from(HIDDEN), max_size=4))
    output, loss = draw(st.sampled_from(OUTPUTS))
    training = {
        "loss": loss,
        "reduction": draw(st.sampled_from(sorted(REDUCTIONS))),
        "batch_size": draw(st.integers(1, 9)),
        "dtype": "float64",
        "optimizer": draw(st.sampled_from(OPTIMIZERS)),
        "class_weights": draw(st.sampled_from(WEIGHTS)),
    }
    layers = [*hidden, {"kind": "dense", "units": 3, "activation": output}]
    fields = {"seed": draw(st.integers(0, 9)), "data": {"source": "iris"}, "layers": layers, "training": training}
    session = Session(Experiment.model_validate(fields))
    for _ in range(draw(st.integers(1, 2))):
        session.step()
    return session


def rows_of(session: Session, layer: int, one: bool) -> list[Equation]:
    """Return the equations of a layer for the batch of the last step."""
    stack = stack_rows(session.experiment, session.dataset.inputs, session.dataset.classes)
    return equations(session.experiment, stack, layer, len(session.used_rows), one, session.used_rate)


def read(session: Session, found: list[Equation], example: int, most: int = 1000) -> BoardStep:
    """Return what a board of these equations is told."""
    asked = frozenset(tile.shown for equation in found for tile in equation.tiles)
    step = BoardTiles(asked, most, example).read(session)
    assert step is not None
    return step


def drawn(step: BoardStep, tile: Tile) -> np.ndarray:
    """Return a tile as it is drawn."""
    values = step.tiles[tile.shown].values
    return values.T if tile.transposed else values


@examples(25)
@given(sessions(), st.booleans(), st.integers(0, 8))
def test_every_tile_shows_the_array_of_the_step_in_the_shape_that_it_says(
    session: Session, one: bool, example: int
) -> None:
    example = min(example, len(session.used_rows) - 1)
    for layer in range(len(session.network.layers)):
        found = rows_of(session, layer, one)
        step = read(session, found, example)
        for tile in (tile for equation in found for tile in equation.tiles):
            values = drawn(step, tile)
            assert values.shape == tile.shape
            array = step_array(session, tile.key.layer, tile.key.name)
            assert array is not None
            if tile.view is not View.SHARE:
                matrix = np.atleast_2d(array)
                for row, column in np.ndindex(values.shape):
                    assert values[row, column] == matrix[tile.cell_of_matrix(row, column, example)]


@examples(25)
@given(sessions(), st.booleans(), st.integers(0, 8))
def test_the_tiles_of_an_equation_come_to_its_result(session: Session, one: bool, example: int) -> None:
    example = min(example, len(session.used_rows) - 1)
    for layer in range(len(session.network.layers)):
        found = rows_of(session, layer, one)
        step = read(session, found, example)
        for equation in found:
            operators = " ".join(tile.operator for tile in equation.tiles)
            if not any(word in operators for word in ("→", "J of", "μ")):
                expected = drawn(step, equation.tiles[-1])
                np.testing.assert_allclose(_value(equation, step), expected, rtol=1e-9, atol=1e-12)


@examples(15)
@given(sessions(), st.integers(0, 8))
def test_what_the_examples_add_comes_to_the_gradient(session: Session, layer: int) -> None:
    layer = min(layer, len(session.network.layers) - 1)
    m = len(session.used_rows)
    for name in session.network.slices[layer]:
        key = MatrixKey(layer, f"d{name}")
        shown = Shown(key, View.SHARE)
        shares = [
            BoardTiles(frozenset({shown}), 1000, example).read(session).tiles[shown].values for example in range(m)
        ]
        total = np.sum(shares, axis=0) / (m if session.network.reduction == "mean" else 1)
        np.testing.assert_allclose(total, np.atleast_2d(step_array(session, *_pair(key))), rtol=1e-9, atol=1e-12)


def _pair(key: MatrixKey) -> tuple[int, str]:
    return key.layer, key.name


@examples(10)
@given(st.integers(1, 7), st.integers(1, 40))
def test_a_block_shows_its_value_of_the_largest_magnitude(most: int, seed: int) -> None:
    layers = [{"kind": "dense", "units": 9}, {"kind": "dense", "units": 3, "activation": "softmax"}]
    session = Session(Experiment.model_validate({"seed": seed, "data": {"source": "iris"}, "layers": layers}))
    session.step()
    step = read(session, rows_of(session, 0, False), 0, most)
    for shown, blocks in step.tiles.items():
        whole = np.atleast_2d(step_array(session, *_pair(shown.key)))
        assert blocks.shape == whole.shape
        assert max(blocks.values.shape) <= most
        for row, column in np.ndindex(blocks.values.shape):
            down = slice(row * blocks.row_step, (row + 1) * blocks.row_step)
            across = slice(column * blocks.column_step, (column + 1) * blocks.column_step)
            assert abs(blocks.values[row, column]) == np.abs(whole[down, across]).max()


def test_the_batch_and_its_predictions_are_told() -> None:
    layers = [{"kind": "dense", "units": 3, "activation": "softmax"}]
    session = Session(Experiment.model_validate({"data": {"source": "iris"}, "layers": layers}))
    assert BoardTiles(frozenset()).read(session) is None
    session.step()
    step = BoardTiles(frozenset()).read(session)
    assert step is not None
    np.testing.assert_array_equal(step.targets, session.dataset.y[step.rows])
    np.testing.assert_array_equal(step.predicted, session.network.layers[-1].a.argmax(axis=1))
    np.testing.assert_array_equal(session.network.y.argmax(axis=1), step.targets)


def test_a_step_that_an_edit_came_after_has_no_new_parameters() -> None:
    layers = [{"kind": "dense", "units": 3, "activation": "softmax"}]
    session = Session(Experiment.model_validate({"data": {"source": "iris"}, "layers": layers}))
    session.step()
    session.show_last_batch()
    key = Shown(MatrixKey(0, "new_W"))
    step = BoardTiles(frozenset({key})).read(session)
    assert step is not None
    assert key not in step.tiles


@pytest.mark.parametrize("one", [False, True])
def test_x_and_y_are_there_as_the_network_saw_them(one: bool) -> None:
    layers = [{"kind": "dense", "units": 3, "activation": "softmax"}]
    session = Session(Experiment.model_validate({"data": {"source": "iris"}, "layers": layers}))
    session.step()
    symbols = {tile.symbol: tile for equation in rows_of(session, 0, one) for tile in equation.tiles}
    step = read(session, rows_of(session, 0, one), 5)
    x, y = drawn(step, symbols["x" if one else "X"]), drawn(step, symbols["y"])
    np.testing.assert_array_equal(x, session.network.x[5][:, None] if one else session.network.x)
    np.testing.assert_array_equal(y, session.network.y[5][:, None] if one else session.network.y)


# an equation computed from what stands on the board, by the usual precedence


def _value(equation: Equation, step: BoardStep) -> np.ndarray:
    tokens: list[Any] = []
    for tile in equation.tiles:
        tokens += re.findall(r"max\(0,|Σ ↓|[()+−·⊙/]|\d[\d.e-]*", tile.operator)
        tokens.append(drawn(step, tile))
    tokens.pop()
    return _sum(iter(_Tokens(tokens)))


class _Tokens:
    """Tokens with a look at the next one."""

    def __init__(self, tokens: list[Any]) -> None:
        self._tokens = tokens

    def __iter__(self) -> "_Tokens":
        return self

    def peek(self) -> Any:
        return self._tokens[0] if self._tokens and isinstance(self._tokens[0], str) else None

    def __next__(self) -> Any:
        return self._tokens.pop(0)


def _sum(tokens: Any) -> Any:
    total = _product(tokens)
    while tokens.peek() in ("+", "−"):
        sign = next(tokens)
        term = _product(tokens)
        total = total + term if sign == "+" else total - term
    return total


def _product(tokens: Any) -> Any:
    value = _factor(tokens)
    while tokens.peek() in ("·", "⊙", "/", "Σ ↓"):
        operator = next(tokens)
        if operator == "Σ ↓":
            value = value.sum(axis=0, keepdims=True)
        elif operator == "/":
            value = value / _factor(tokens)
        elif operator == "⊙" or np.ndim(value) == 0:
            value = value * _factor(tokens)
        else:
            value = value @ _factor(tokens)
    return value


def _factor(tokens: Iterator[Any]) -> Any:
    token = next(tokens)
    if not isinstance(token, str):
        return token
    if token in ("(", "max(0,"):
        value = _sum(tokens)
        next(tokens)
        return value if token == "(" else np.maximum(0, value)
    return float(token)


@examples(10)
@given(sessions(), st.booleans(), st.integers(0, 8))
def test_the_loss_of_each_example_and_their_mean_or_sum_stand_in_a_row(
    session: Session, one: bool, example: int
) -> None:
    last, m = len(session.network.layers) - 1, len(session.used_rows)
    found = next(each for each in rows_of(session, last, one) if each.matrix in ("loss", "losses"))
    example = min(example, m - 1)
    terms, losses, *loss = (drawn(read(session, [found], example), tile) for tile in found.tiles)
    np.testing.assert_allclose(terms.sum(axis=0 if one else 1), losses[:, 0], rtol=1e-12)
    if not one:
        total = losses.sum() / (m if session.network.reduction == "mean" else 1)
        np.testing.assert_allclose(total, loss[0][0, 0], rtol=1e-12)
