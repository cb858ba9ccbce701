"""Expressions: what each kind says of itself as data is what its trained layer computes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lab.core.activations import ACTIVATIONS
from lab.core.expression import GIVEN, Expression
from lab.core.layers import LAYERS, Activation, BatchNorm, Dense, Dropout, LayerNorm, PReLU
from lab.core.network import Network
from lab.core.types import Array

# each operation written from its definition


def _norm(x: Array, mean: Array, variance: Array, of: Expression) -> Array:
    scaled: Array = (x - mean) / np.sqrt(variance + of.numbers["epsilon"])
    return of.arrays["gamma"] * scaled + of.arrays["beta"]


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


Meaning = Callable[..., Any]
MEANINGS: dict[str, Meaning] = {
    "number": lambda of: of.numbers["value"],
    "add": lambda of, a, b: a + b,
    "subtract": lambda of, a, b: a - b,
    "multiply": lambda of, a, b: a * b,
    "divide": lambda of, a, b: a / b,
    "maximum": lambda of, a, b: np.maximum(a, b),
    "exp": lambda of, z: np.exp(z),
    "tanh": lambda of, z: np.tanh(z),
    "absolute": lambda of, z: np.abs(z),
    "relu": lambda of, z: np.where(z > 0, z, 0.0),
    "sigmoid": lambda of, z: np.where(z > 0, 1 / (1 + np.exp(-np.abs(z))), 1 - 1 / (1 + np.exp(-np.abs(z)))),
    "softplus": lambda of, z: np.logaddexp(0.0, z),
    "at_least": lambda of, z: np.maximum(z, of.numbers["limit"]),
    "at_most": lambda of, z: np.minimum(z, of.numbers["limit"]),
    "softmax": lambda of, z: _softmax(z),
    "affine": lambda of, x: x @ of.arrays["W"] + of.arrays["b"],
    "prelu": lambda of, x: np.where(x > 0, x, of.arrays["alpha"] * x),
    "batch_norm": lambda of, x: _norm(x, of.arrays["running_mean"], of.arrays["running_variance"], of),
    "layer_norm": lambda of, x: _norm(x, x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True), of),
    "dropout": lambda of, x: x,
}


def value(expression: Expression, x: Array) -> Any:
    """Return what an expression comes to where `x` is given."""
    if expression is GIVEN:
        return x
    return MEANINGS[expression.operation](expression, *(value(each, x) for each in expression.operands))


Z = np.concatenate([np.linspace(-12.0, 12.0, 97), [-1e4, -1e3, -88.0, 0.0, 88.0, 1e3, 1e4]]).reshape(-1, 8)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_its_expression(name: str) -> None:
    net = Network(8, [Activation(name), Dense(1, "linear")], loss="half_squared_error", dtype="float64")
    a = net.layers[0].infer(Z)
    np.testing.assert_allclose(a, value(ACTIVATIONS[name].expression(GIVEN), Z), rtol=1e-12, atol=1e-12)


def test_a_temperature_is_part_of_it() -> None:
    hot = Activation("softmax", temperature=2.5).expression(GIVEN)
    np.testing.assert_allclose(value(hot, Z[:4]), _softmax(Z[:4] / 2.5), atol=1e-15)


def test_every_kind_of_layer_is_its_expression() -> None:
    layers = [
        Dense(7, "gelu"), BatchNorm(), PReLU(), Dropout(0.3), LayerNorm(), Activation("tanh"), Dense(3, "softmax"),
    ]  # fmt: skip
    assert {layer.kind for layer in layers} == set(LAYERS)
    rng = np.random.default_rng(5)
    net = Network(8, layers, loss="cross_entropy", seed=3, dtype="float64")
    net.forward(rng.normal(size=(50, 8)))  # the running statistics leave their beginning
    net.parameters += 0.3 * rng.normal(size=net.parameters.shape)
    x = rng.normal(size=(20, 8))
    expression = GIVEN
    for layer in net.layers:
        expression = layer.expression(expression)
    np.testing.assert_allclose(value(expression, x), net.predict(x), rtol=1e-12, atol=1e-13)
