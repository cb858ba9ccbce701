"""Diagnostics: every figure counted again from the arrays of the step, and nothing changed by looking."""

from dataclasses import asdict, fields
from math import isnan
from typing import Any

import numpy as np
import pytest

from lab.core.activation_kinds.curve import SATURATED_SLOPE
from lab.core.activations import ACTIVATIONS
from lab.core.diagnostics import LayerDiagnostics, diagnose
from lab.core.layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm
from lab.core.network import Network
from lab.core.optimizers import Adam

DTYPES = ("float32", "float64")
WEIGHTS = ("W_norm", "dW_norm", "update_ratio")
SLOPES = ("dead", "saturated")


def _stepped(layers: list[Layer[Any]], dtype: str = "float64", scale: float = 1.0) -> Network:
    net = Network(6, [*layers, Dense(3, "softmax")], dtype=dtype, seed=2)
    rng = np.random.default_rng(0)
    net.parameters *= scale
    net.forward(rng.normal(size=(12, 6)))
    net.backward(np.arange(12) % 3)
    Adam(0.01).step(net)
    return net


ALL = [Dense, lambda n: BatchNorm(), lambda n: Activation("relu"), lambda n: Dropout(0.4), lambda n: LayerNorm()]


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_figure_is_that_of_the_arrays(dtype: str) -> None:
    net = _stepped([make(8) for make in ALL], dtype)
    exact = 1e-10 if dtype == "float64" else 1e-4
    found = diagnose(net)
    assert len(found) == len(net.layers)
    for layer, figures in zip(net.layers, found, strict=True):
        a = layer.a.astype(np.float64)
        assert figures.delta_norm == pytest.approx(np.sqrt((layer.delta.astype(float) ** 2).sum()), rel=exact)
        cells = np.sqrt((layer.delta.astype(float) ** 2).mean())
        assert figures.delta_rms == pytest.approx(cells, rel=exact)
        assert figures.a_mean == pytest.approx(a.mean(), rel=exact, abs=exact)
        assert figures.a_std == pytest.approx(a.std(), rel=exact, abs=exact)
        if isinstance(layer, Dense):
            norms = {name: np.sqrt((getattr(layer, name).astype(float) ** 2).sum()) for name in ("W", "dW", "update_W")}
            z = layer.z.astype(np.float64)
            assert figures.z_mean == pytest.approx(z.mean(), rel=exact, abs=exact)
            assert figures.z_std == pytest.approx(z.std(), rel=exact, abs=exact)
            assert figures.W_norm == pytest.approx(norms["W"], rel=exact)
            assert figures.dW_norm == pytest.approx(norms["dW"], rel=exact)
            assert figures.update_ratio == pytest.approx(norms["update_W"] / norms["W"], rel=exact)


def test_what_a_kind_does_not_have_is_not_a_number() -> None:
    net = _stepped([make(8) for make in ALL])
    for layer, figures in zip(net.layers, diagnose(net), strict=True):
        values = asdict(figures)
        for name in WEIGHTS:
            assert isnan(values[name]) == (not isinstance(layer, Dense)), (layer.kind, name)
        for name in SLOPES:
            assert isnan(values[name]) == (layer.kind != "activation"), (layer.kind, name)
        assert not any(isnan(values[name]) for name in ("delta_norm", "delta_rms", "a_mean", "a_std"))
        assert isnan(values["alike"]) == (not isinstance(layer, Dense)), layer.kind
        for name in ("z_mean", "z_std"):
            assert isnan(values[name]) == (not isinstance(layer, Dense | Activation)), (layer.kind, name)
    always = {"delta_norm", "delta_rms", "a_mean", "a_std"}
    assert {field.name for field in fields(LayerDiagnostics)} == {
        *WEIGHTS,
        *SLOPES,
        *always,
        "alike",
        "z_mean",
        "z_std",
    }


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name not in ("softmax", "linear")])
def test_dead_and_saturated_are_counted_from_the_slopes(activation: str) -> None:
    net = _stepped([Dense(40, activation)], scale=8.0)
    slope = net.layers[0].slope
    figures = diagnose(net)[0]
    assert figures.saturated == pytest.approx((np.abs(slope) < SATURATED_SLOPE).mean())
    assert figures.dead == pytest.approx((slope == 0).all(axis=0).mean())


def test_a_relu_below_0_for_every_example_is_dead() -> None:
    net = Network(6, [Dense(4, "relu"), Dense(3, "softmax")], dtype="float64", seed=2)
    net.layers[0].b[...] = [-1e3, 1e3, -1e3, 0]
    net.forward(np.random.default_rng(0).normal(size=(30, 6)))
    net.backward(np.arange(30) % 3)
    figures = diagnose(net)[0]
    assert figures.dead == 0.5
    assert 0.5 < figures.saturated < 0.75  # the fourth unit is silent for some examples


def test_a_sigmoid_far_out_is_saturated_and_not_dead() -> None:
    net = Network(6, [Dense(4, "sigmoid"), Dense(3, "softmax")], dtype="float64", seed=2)
    net.layers[0].b[...] = [8, -8, 0, 0]
    net.forward(np.zeros((5, 6)))
    net.backward(np.zeros(5, int))
    assert (diagnose(net)[0].saturated, diagnose(net)[0].dead) == (0.5, 0)


def test_before_the_first_update_nothing_was_updated_and_weights_of_0_have_no_ratio() -> None:
    net = Network(6, [Dense(4, "relu"), Dense(3, "softmax", initializer="zeros")])
    net.forward(np.ones((5, 6)))
    net.backward(np.zeros(5, int))
    assert diagnose(net)[0].update_ratio == 0
    assert isnan(diagnose(net)[1].update_ratio)


def test_before_the_first_batch_there_is_nothing_to_look_at() -> None:
    with pytest.raises(AttributeError, match="no batch"):
        diagnose(Network(6, [Dense(3, "softmax")]))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_spread_that_is_small_beside_the_mean(dtype: str) -> None:
    """Mean and mean of squares in one pass: exact to the dtype's digits of the mean, not of the spread."""
    net = Network(1, [Dense(1), Dense(1)], "half_squared_error", dtype=dtype)
    net.layers[0].W[...], net.layers[0].b[...] = 0.01, 1.0
    net.forward(np.linspace(-1, 1, 50)[:, None])
    net.backward(np.zeros((50, 1)))
    expected = float(net.layers[0].a.astype(np.float64).std())
    assert diagnose(net)[0].a_std == pytest.approx(expected, abs=1e-3)


def test_constant_outputs_have_no_spread() -> None:
    net = Network(4, [Dense(7, bias=0.1), Dense(2)], "half_squared_error")
    net.layers[0].W[...] = 0
    net.forward(np.ones((9, 4)))
    net.backward(np.zeros((9, 2)))
    assert diagnose(net)[0].a_std == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("dtype", DTYPES)
def test_looking_changes_nothing(dtype: str) -> None:
    net = _stepped([make(8) for make in ALL], dtype)
    names = [(layer, name) for layer in net.layers for name in layer.arrays if name != "slope"]
    before = [getattr(layer, name).copy() for layer, name in names]
    vectors = ("parameters", "gradients", "updates", "buffers")
    flat = [getattr(net, name).copy() for name in vectors]
    diagnose(net)
    for (layer, name), was in zip(names, before, strict=True):
        np.testing.assert_array_equal(getattr(layer, name), was)
    for name, was in zip(vectors, flat, strict=True):
        np.testing.assert_array_equal(getattr(net, name), was)


@pytest.mark.parametrize("units", [1, 2, 7])
def test_units_are_alike_where_all_have_the_same_weights_and_bias(units: int) -> None:
    net = Network(5, [Dense(units, "tanh", initializer="constant"), Dense(3, "softmax")], seed=1)
    net.forward(np.ones((4, 5)))
    net.backward(np.zeros(4, int))
    assert [one.alike for one in diagnose(net)] == [float(units > 1), 0.0]
    net.layers[0].b[0] = 1.0
    assert diagnose(net)[0].alike == 0.0
    net.layers[0].b[0] = 0.0
    net.layers[0].W[3, -1] += 0.5
    assert diagnose(net)[0].alike == 0.0
