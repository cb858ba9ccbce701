"""What a network refuses: a ValueError that names the argument, what was found and what was expected."""

from typing import Any

import numpy as np
import pytest

from lab.core.layers import Dense
from lab.core.network import Network


def _net(outputs: int = 3, **options: Any) -> Network:
    output = ("softmax", "cross_entropy") if outputs > 1 else ("sigmoid", "binary_cross_entropy")
    return Network(4, [Dense(5, "tanh"), Dense(outputs, output[0])], output[1], **options)


def _forward(x: Any) -> str:
    with pytest.raises(ValueError, match=r"^x: ") as caught:
        _net().forward(x)
    return str(caught.value)


def _backward(y: Any, outputs: int = 3) -> str:
    net = _net(outputs)
    net.forward(np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"^y: ") as caught:
        net.backward(y)
    return str(caught.value)


@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 5), (0, 4), (2, 4, 1), ()])
def test_x_of_another_shape(shape: tuple[int, ...]) -> None:
    message = _forward(np.ones(shape))
    assert str(shape) in message
    assert "(m, 4)" in message


@pytest.mark.parametrize("x", [np.full((2, 4), "1"), np.full((2, 4), 1j), np.full((2, 4), None)])
def test_x_that_is_not_numbers(x: Any) -> None:
    message = _forward(x)
    assert str(x.dtype) in message
    assert "numbers expected" in message


def test_x_that_is_ragged() -> None:
    """An x that NumPy cannot make an array of is named like any other wrong x."""
    _forward([[1.0, 2.0, 3.0, 4.0], [1.0]])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_x_that_is_not_finite(value: float, dtype: str) -> None:
    x = np.ones((3, 4), dtype)
    x[2, 1] = value
    message = _forward(x)
    assert f"{value} at [2, 1] of shape (3, 4)" in message
    assert "finite numbers expected" in message


def test_x_too_large_for_the_dtype_of_the_network() -> None:
    """1e39 is no float32: it is refused, and no warning of a cast comes instead."""
    message = _forward(np.full((2, 4), 1e39))
    assert "at [0, 0]" in message


@pytest.mark.parametrize(("dtype", "large"), [("float32", 1e30), ("float64", 1e300)])
def test_large_finite_numbers_are_taken(dtype: str, large: float) -> None:
    net = _net(dtype=dtype)
    net.parameters[:] = 0
    np.testing.assert_allclose(net.forward(np.full((2, 4), large)), np.full((2, 3), 1 / 3), rtol=1e-6)


def test_whole_numbers_truth_values_and_lists_are_taken() -> None:
    net = _net(dtype="float64")
    expected = net.forward(np.array([[1.0, 0.0, 1.0, 1.0]])).copy()
    for x in ([[1, 0, 1, 1]], np.array([[1, 0, 1, 1]], np.uint8), np.array([[True, False, True, True]])):
        np.testing.assert_array_equal(net.forward(x), expected)


def test_transposed_and_strided_x_is_taken() -> None:
    net = _net(dtype="float64")
    x = np.random.default_rng(0).normal(size=(6, 4))
    expected = net.forward(x).copy()
    np.testing.assert_array_equal(net.forward(np.asfortranarray(x)), expected)
    np.testing.assert_array_equal(net.forward(np.repeat(x, 2, axis=0)[::2]), expected)


def test_predict_and_evaluate_refuse_what_forward_refuses() -> None:
    net = _net()
    for call in (net.predict, lambda x: net.evaluate(x, np.zeros(2, int))):
        with pytest.raises(ValueError, match=r"^x: shape \(2, 3\).*\(m, 4\)"):
            call(np.ones((2, 3)))
        with pytest.raises(ValueError, match=r"^x: nan at \[0, 0\]"):
            call(np.full((2, 4), np.nan))
    with pytest.raises(ValueError, match=r"^y: class 3 at \[1\]"):
        net.evaluate(np.ones((2, 4)), np.array([0, 3]))


@pytest.mark.parametrize("y", [np.zeros(3, int), np.zeros((2, 2)), np.zeros((3, 3)), np.zeros((2, 3, 1)), 0])
def test_y_of_another_shape(y: Any) -> None:
    message = _backward(y)
    assert str(np.shape(y)) in message
    assert "(2,) class numbers or (2, 3) targets" in message


@pytest.mark.parametrize("y", [np.zeros(2), np.array(["a", "b"]), np.zeros((2, 3), complex), [None, 1]])
def test_y_of_a_wrong_dtype(y: Any) -> None:
    message = _backward(y)
    assert str(np.asarray(y).dtype) in message


def test_y_that_is_ragged() -> None:
    _backward([[1, 0, 0], [0]])


@pytest.mark.parametrize("wrong", [-1, 3, 100])
def test_a_class_number_out_of_range(wrong: int) -> None:
    message = _backward(np.array([0, wrong]))
    assert f"class {wrong} at [1]" in message
    assert "0 to 2 expected" in message


@pytest.mark.parametrize("wrong", [-1, 2])
def test_a_class_number_out_of_range_with_one_output(wrong: int) -> None:
    message = _backward(np.array([wrong, 1]), outputs=1)
    assert f"class {wrong} at [0]" in message
    assert "0 to 1 expected" in message


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_y_that_is_not_finite(value: float) -> None:
    y = np.zeros((2, 3))
    y[1, 2] = value
    assert f"{value} at [1, 2] of shape (2, 3)" in _backward(y)


@pytest.mark.parametrize("dtype", [*np.typecodes["AllInteger"], "?"])
def test_class_numbers_of_every_whole_dtype_are_taken(dtype: str) -> None:
    net = _net()
    net.forward(np.ones((2, 4)))
    expected = net.backward(np.array([1, 0]))
    assert net.backward(np.array([1, 0], dtype)) == expected


def test_after_a_refusal_the_network_goes_on() -> None:
    net, fresh = _net(), _net()
    with pytest.raises(ValueError, match=r"^x: "):
        net.forward(np.full((2, 4), np.nan))
    for each in (net, fresh):
        each.forward(np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"^y: "):
        net.backward(np.array([0, 7]))
    assert net.backward(np.array([0, 1])) == fresh.backward(np.array([0, 1]))
    np.testing.assert_array_equal(net.gradients, fresh.gradients)


# before the first batch


@pytest.mark.parametrize("name", ["z", "a", "delta"])
def test_before_the_first_forward_pass_there_is_no(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(_net().layers[0], name)


def test_backward_needs_a_forward_pass() -> None:
    with pytest.raises(RuntimeError, match="forward"):
        _net().backward(np.array([0]))


@pytest.mark.parametrize("name", ["x", "y"])
def test_before_the_first_batch_the_network_has_no(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"^{name}: "):
        getattr(_net(), name)


# the stack


def test_a_layer_used_twice() -> None:
    twice = Dense(3)
    with pytest.raises(ValueError, match=r"^layers: .*already"):
        Network(3, [twice, twice], "half_squared_error")
    used = Dense(3)
    Network(3, [used], "half_squared_error")
    with pytest.raises(ValueError, match=r"^layers: .*already"):
        Network(3, [used], "half_squared_error")


@pytest.mark.parametrize("inputs", [0, -1, 2.0, True, "4", None])
def test_inputs_that_are_not_a_number_of_columns(inputs: Any) -> None:
    with pytest.raises(ValueError, match=r"^inputs: .* is not a whole number from 1"):
        Network(inputs, [Dense(3, "softmax")])


@pytest.mark.parametrize("before", [[], ["dense"], [None], [4]])
def test_layers_that_are_no_layers(before: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"^layers: "):
        Network(4, before)
    with pytest.raises(ValueError, match=r"^layers: "):
        Network(4, [*(before or [Dense]), Dense(3, "softmax")])


@pytest.mark.parametrize("dtype", ["float16", "int32", "complex128", "longdouble", "nonsense"])
def test_a_dtype_that_is_not_float32_or_float64(dtype: str) -> None:
    with pytest.raises(ValueError, match=r"^dtype: .* is not float32 or float64"):
        _net(dtype=dtype)


def test_a_reduction_that_is_none() -> None:
    with pytest.raises(ValueError, match=r"^reduction: 'average' is not one of mean, sum"):
        _net(reduction="average")


def test_an_unknown_loss() -> None:
    with pytest.raises(ValueError, match=r"^loss: 'crossentropy' is not one of cross_entropy, "):
        Network(4, [Dense(3, "softmax")], "crossentropy")
