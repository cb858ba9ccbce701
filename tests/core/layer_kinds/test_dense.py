"""Dense: z = a W + b for any width, and the arguments it refuses."""

from typing import Any

import numpy as np
import pytest

from lab.core.activations import ACTIVATIONS
from lab.core.initializers import INITIALIZERS
from lab.core.layers import LAYERS, Dense
from lab.core.network import Network


def test_the_table_of_layers_goes_by_their_names() -> None:
    assert LAYERS["dense"].make is Dense
    for name, entry in LAYERS.items():
        assert entry.name == name == entry.make.kind
        assert all(text.strip() for text in (entry.title, entry.formula, entry.help))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_z_is_the_input_times_W_plus_b_to_the_bit(activation: str, dtype: str) -> None:
    net = Network(7, [Dense(5, activation), Dense(3, "softmax")], dtype=dtype, seed=1)
    net.layers[0].b[...] = np.linspace(-1, 1, 5)
    x = np.random.default_rng(0).normal(size=(6, 7)).astype(dtype)
    net.forward(x)
    first, second = net.layers
    np.testing.assert_array_equal(first.z, x.dot(first.W) + first.b)
    np.testing.assert_array_equal(second.z, first.a.dot(second.W) + second.b)


def test_the_hidden_error_is_what_comes_back_through_W_times_the_slope() -> None:
    """delta^l = (delta^{l+1} W^{l+1}.T) * sigma'(z^l), with the slope of tanh written as 1/cosh²."""
    net = Network(4, [Dense(6, "tanh"), Dense(5, "tanh"), Dense(3, "softmax")], dtype="float64", seed=2)
    net.forward(np.random.default_rng(0).normal(size=(5, 4)))
    net.backward(np.array([0, 1, 2, 0, 1]))
    for layer, above in zip(net.layers, net.layers[1:], strict=False):
        expected = (above.delta @ above.W.T) / np.cosh(layer.z) ** 2
        np.testing.assert_allclose(layer.delta, expected, rtol=1e-12, atol=1e-16)


def test_a_new_layer_starts_with_biases_of_zero_and_drawn_weights() -> None:
    net = Network(4, [Dense(6, "relu"), Dense(3, "softmax")])
    for layer in net.layers:
        assert not layer.b.any()
        assert len(np.unique(layer.W)) == layer.W.size
    assert not net.gradients.any()
    assert not net.updates.any()


def test_wide_and_narrow_layers_of_any_size_work() -> None:
    for widths in ((1, 1, 1), (1, 9, 1), (9, 1, 9)):
        inputs, hidden, outputs = widths
        net = Network(inputs, [Dense(hidden, "tanh"), Dense(outputs)], "half_squared_error", dtype="float64")
        x, y = np.ones((1, inputs)), np.zeros((1, outputs))
        a = net.forward(x)
        assert net.backward(y) == pytest.approx(float((a**2).sum()) / 2)
        np.testing.assert_allclose(net.layers[1].dW, net.layers[0].a.T @ a, atol=1e-15)


@pytest.mark.parametrize("units", [0, -3, 2.0, True, "8", None, np.float64(4)])
def test_units_that_are_not_a_whole_number_are_refused(units: Any) -> None:
    with pytest.raises(ValueError, match=r"^units: .* is not a whole number from 1"):
        Dense(units)


def test_units_may_be_a_numpy_integer() -> None:
    assert Dense(np.int64(4)).units == 4


def test_unknown_names_are_refused_with_the_valid_ones() -> None:
    with pytest.raises(ValueError, match=r"^activation: 'rellu' is not one of ") as caught:
        Dense(3, "rellu")
    assert all(name in str(caught.value) for name in ACTIVATIONS)
    with pytest.raises(ValueError, match=r"^initializer: 'he' is not one of ") as caught:
        Dense(3, initializer="he")
    assert all(name in str(caught.value) for name in INITIALIZERS)


@pytest.mark.parametrize("name", ["x", "running_mean", "Z", "slopes"])
def test_an_array_that_a_dense_layer_does_not_have_is_an_attribute_error(name: str) -> None:
    net = Network(4, [Dense(3, "softmax")])
    net.forward(np.ones((1, 4)))
    with pytest.raises(AttributeError, match=name):
        getattr(net.layers[0], name)


@pytest.mark.parametrize(("loss", "output"), [("cross_entropy", "softmax"), ("binary_cross_entropy", "sigmoid")])
@pytest.mark.parametrize("hidden", ["tanh", "softmax"])
def test_what_is_called_slope_is_the_slope_or_is_not_there(hidden: str, loss: str, output: str) -> None:
    """A softmax has no slope of one unit, and the short form of the output error has no need of one."""
    net = Network(4, [Dense(5, hidden), Dense(3, output)], loss, dtype="float64", seed=1)
    net.forward(np.random.default_rng(0).normal(size=(6, 4)))
    net.backward(np.array([0, 1, 2, 0, 1, 2]))
    exact = {"tanh": lambda a: 1 - a**2, "sigmoid": lambda a: a * (1 - a)}
    for layer, name in zip(net.layers, (hidden, output), strict=True):
        if name in exact and hasattr(layer, "slope"):
            np.testing.assert_allclose(layer.slope, exact[name](layer.a), rtol=1e-12)
        elif name == "softmax":
            with pytest.raises(AttributeError, match="slope"):
                _ = layer.slope
    assert hidden == "softmax" or hasattr(net.layers[0], "slope")
