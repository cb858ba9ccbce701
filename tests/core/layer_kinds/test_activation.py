"""Activation: Dense's own activation as a layer of its own, to the bit, and its own z, a and delta."""

from typing import Any

import numpy as np
import pytest

from lab.core.activations import ACTIVATIONS
from lab.core.layers import Activation, BatchNorm, Dense, Layer
from lab.core.losses import LOSSES
from lab.core.network import Network
from lab.core.output_rule import why_refused

DTYPES = ("float32", "float64")


def _stepped(layers: list[Layer[Any]], loss: str, dtype: str) -> tuple[Network, float]:
    net = Network(4, layers, loss, dtype=dtype, seed=3)
    rng = np.random.default_rng(0)
    net.parameters[:] = rng.normal(size=net.parameters.shape)
    net.forward(rng.normal(size=(6, 4)))
    return net, net.backward(np.arange(6) % 3)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", LOSSES)
def test_dense_and_activation_in_two_layers_are_dense_in_one(loss: str, dtype: str) -> None:
    """At the output and inside the stack: z, a and delta of the pair are those of the one, and so are all gradients."""
    for output in ACTIVATIONS:
        if why_refused(loss, output, 3) is None:
            _compare_one_and_two(loss, output, dtype)


def _compare_one_and_two(loss: str, output: str, dtype: str) -> None:
    one, one_loss = _stepped([Dense(5, output), Dense(3, output)], loss, dtype)
    two, two_loss = _stepped([Dense(5), Activation(output), Dense(3), Activation(output)], loss, dtype)
    assert one_loss == two_loss
    assert one.rule == two.rule
    np.testing.assert_array_equal(one.gradients, two.gradients)
    for whole, dense, sigma in zip(one.layers, two.layers[::2], two.layers[1::2], strict=True):
        np.testing.assert_array_equal(sigma.z, whole.z)
        np.testing.assert_array_equal(sigma.a, whole.a)
        np.testing.assert_array_equal(sigma.delta, whole.delta)
        np.testing.assert_array_equal(dense.a, sigma.z)
        np.testing.assert_array_equal(dense.delta, sigma.delta)
    x = np.random.default_rng(1).normal(size=(9, 4))
    np.testing.assert_array_equal(one.predict(x), two.predict(x))


def test_the_initial_weights_before_an_activation_of_its_own_are_those_of_a_linear_layer() -> None:
    net = Network(4, [Dense(5), Activation("relu"), Dense(3, "softmax")], seed=1)
    assert net.layers[0].initializer == Dense(5, "linear").initializer


def test_z_is_a_copy_of_the_input() -> None:
    net = Network(3, [Activation("tanh"), Dense(3, "softmax")], dtype="float64")
    x = np.random.default_rng(0).normal(size=(4, 3))
    net.forward(x)
    np.testing.assert_array_equal(net.layers[0].z, x)
    assert not np.shares_memory(net.layers[0].z, x)


def test_as_the_last_layer_after_a_normalisation_it_has_the_short_form() -> None:
    net, _ = _stepped([Dense(3), BatchNorm(), Activation("softmax", temperature=2.0)], "cross_entropy", "float64")
    assert net.rule.short
    np.testing.assert_allclose(net.layers[-1].delta, (net.layers[-1].a - np.eye(3)[np.arange(6) % 3]) / 2, rtol=1e-14)


def test_a_network_of_an_activation_alone_has_no_parameters() -> None:
    net = Network(3, [Activation("softmax")], dtype="float64")
    net.forward(np.eye(3))
    assert net.parameters.shape == net.gradients.shape == (0,)
    assert net.backward(np.arange(3)) == pytest.approx(-np.log(np.e / (np.e + 2)))


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "softmax"])
def test_slope_is_the_derivative_of_a_by_z(activation: str) -> None:
    net, _ = _stepped([Dense(5), Activation(activation), Dense(3, "softmax")], "cross_entropy", "float64")
    layer = net.layers[1]
    above, below = (
        Network(5, [Activation(activation)], "half_squared_error", dtype="float64").forward(layer.z + step).copy()
        for step in (1e-6, -1e-6)
    )
    np.testing.assert_allclose(layer.slope, (above - below) / 2e-6, rtol=1e-6, atol=1e-8)


def test_a_softmax_has_no_slope() -> None:
    net, _ = _stepped([Dense(5), Activation("softmax"), Dense(3, "softmax")], "cross_entropy", "float64")
    with pytest.raises(AttributeError, match="slope"):
        _ = net.layers[1].slope


@pytest.mark.parametrize("name", ["W", "b", "dW", "update_W", "penalty_W", "mask", "x_hat", "gamma", "running_mean"])
def test_what_an_activation_does_not_have(name: str) -> None:
    net, _ = _stepped([Dense(5), Activation("relu"), Dense(3, "softmax")], "cross_entropy", "float64")
    with pytest.raises(AttributeError, match=name):
        getattr(net.layers[1], name)


def test_names_and_temperatures_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^activation: 'rellu' is not one of "):
        Activation("rellu")
    for temperature in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"^temperature: .* is not a positive number"):
            Activation("softmax", temperature=temperature)
    with pytest.raises(ValueError, match=r"^temperature: only softmax has one, relu does not"):
        Activation("relu", temperature=2.0)


@pytest.mark.parametrize("last", [BatchNorm()], ids=["batch_norm"])
def test_a_stack_must_end_in_an_activation(last: Layer[Any]) -> None:
    with pytest.raises(ValueError, match=r"^layers: the last one must be Dense or Activation"):
        Network(4, [Dense(3), last])
