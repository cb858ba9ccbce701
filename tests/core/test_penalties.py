"""Penalties and clipping: terms of their own beside the data's gradients, on W alone, that the optimizer follows."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.layers import BatchNorm, Dense
from lab.core.network import Network
from lab.core.optimizers import OPTIMIZERS, SGD, Optimizer
from lab.core.penalties import Clipping, Penalty

Floats = NDArray[np.float64]
L1, L2 = 0.3, 0.07
PENALTIES = {"l1": Penalty(l1=L1), "l2": Penalty(l2=L2), "both": Penalty(L1, L2)}
CLIPPINGS = {
    "none": Clipping(),
    "norm": Clipping(norm=0.5),
    "value": Clipping(value=0.1),
    "both": Clipping(norm=0.5, value=0.1),
    "loose": Clipping(norm=1e6, value=1e6),
}


def _net(dtype: str = "float64", reduction: str = "mean") -> Network:
    """Return a network with a gradient in it; its second layer has parameters that no penalty may touch."""
    net = Network(4, [Dense(5, "tanh"), BatchNorm(), Dense(3, "softmax")], "cross_entropy", reduction, 3, dtype)
    rng = np.random.default_rng(0)
    net.parameters[:] = rng.normal(size=net.parameters.shape)
    net.layers[0].W[0, 0] = 0
    net.forward(rng.normal(size=(6, 4)))
    net.backward(np.arange(6) % 3)
    return net


def _on_weights(net: Network, of: Callable[[Any], Any]) -> Floats:
    """Return a flat vector of `of(W)` where a weight lies and 0 elsewhere."""
    flat = np.zeros(net.parameters.shape)
    for layer, places in zip(net.layers, net.slices, strict=True):
        if "W" in places:
            flat[places["W"]] = of(layer.W.astype(np.float64)).ravel()
    return flat


def _expected_gradient(net: Network, name: str) -> Floats:
    l1, l2 = PENALTIES[name].l1, PENALTIES[name].l2
    return _on_weights(net, lambda W: l1 * ((W > 0).astype(float) - (W < 0)) + l2 * W)


def _clipped(g: Floats, clipping: Clipping) -> Floats:
    if clipping.value is not None:
        g = np.clip(g, -clipping.value, clipping.value)
    if clipping.norm is not None:
        g = g * min(1.0, clipping.norm / np.sqrt((g**2).sum()))
    return g


# what the optimizer follows, and what stays as it is


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_penalty_and_clipping_never_alter_the_datas_gradients(kind: str, penalty: str) -> None:
    net = _net()
    gradients, buffers = net.gradients.copy(), net.buffers.copy()
    rule = OPTIMIZERS[kind].make(0.1, penalty=PENALTIES[penalty], clipping=Clipping(0.01, 0.001), weight_decay=0.1)
    for _ in range(3):
        rule.step(net)
        np.testing.assert_array_equal(net.gradients, gradients)
        np.testing.assert_array_equal(net.buffers, buffers)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("clipping", CLIPPINGS)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_step_follows_data_plus_penalty_clipped(penalty: str, clipping: str, dtype: str) -> None:
    net = _net(dtype)
    total = net.gradients + _expected_gradient(net, penalty)
    SGD(0.5, penalty=PENALTIES[penalty], clipping=CLIPPINGS[clipping]).step(net)
    expected = -0.5 * _clipped(total, CLIPPINGS[clipping])
    exact = 1e-12 if dtype == "float64" else 1e-5
    np.testing.assert_allclose(net.updates, expected, rtol=exact, atol=exact * 0.1)


def _follow(rule: Optimizer, gradients: list[Floats]) -> Floats:
    """Return the parameters after steps along these gradients, without any penalty."""
    net = _net()
    for g in gradients:
        net.gradients[:] = g
        rule.step(net)
    return net.parameters


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizers_memories_see_the_penalty_and_the_clipping(kind: str) -> None:
    """Steps with a penalty are steps without one along gradients to which it was added by hand."""
    net, data, seen = _net(), [], []
    rule = OPTIMIZERS[kind].make(0.01, penalty=PENALTIES["both"], clipping=CLIPPINGS["both"])
    for step in range(4):
        data.append(np.random.default_rng(step).normal(size=net.gradients.shape))
        net.gradients[:] = data[-1]
        seen.append(_clipped(data[-1] + _expected_gradient(net, "both"), CLIPPINGS["both"]))
        rule.step(net)
    by_hand = _follow(OPTIMIZERS[kind].make(0.01), seen)
    np.testing.assert_allclose(net.parameters, by_hand, rtol=1e-9, atol=1e-12)
    assert not np.allclose(net.parameters, _follow(OPTIMIZERS[kind].make(0.01), data), rtol=1e-6)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_penaltys_gradient_lies_apart_and_never_on_b_gamma_or_beta(penalty: str) -> None:
    net = _net()
    expected = _expected_gradient(net, penalty)
    SGD(0.1, penalty=PENALTIES[penalty]).step(net)
    np.testing.assert_allclose(net.penalties, expected, rtol=1e-14)
    for number in (0, 2):
        place = net.slices[number]
        layer = net.layers[number]
        np.testing.assert_array_equal(layer.penalty_W, net.penalties[place["W"]].reshape(layer.W.shape))
        assert not net.penalties[place["b"]].any()
    for name in ("gamma", "beta"):
        assert not net.penalties[net.slices[1][name]].any()
    with pytest.raises(AttributeError, match="penalty_b"):
        _ = net.layers[0].penalty_b


def test_l1_pulls_with_the_sign_alone_and_leaves_a_weight_of_0_alone() -> None:
    net = _net()
    W = net.layers[0].W.copy()
    assert W[0, 0] == 0
    SGD(0.1, penalty=Penalty(l1=2.0)).step(net)
    np.testing.assert_array_equal(net.layers[0].penalty_W, 2.0 * np.sign(W))
    assert net.layers[0].penalty_W[0, 0] == 0


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_penalty_is_never_divided_by_m(reduction: str) -> None:
    net = _net(reduction=reduction)
    expected = _expected_gradient(net, "both")
    SGD(0.1, penalty=PENALTIES["both"]).step(net)
    np.testing.assert_allclose(net.penalties, expected, rtol=1e-14)


# the number that is shown beside the loss


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_value_is_that_of_the_formula(dtype: str) -> None:
    net = _net(dtype)
    W = np.concatenate([net.layers[0].W.ravel(), net.layers[2].W.ravel()]).astype(np.float64)
    expected = L1 * np.abs(W).sum() + L2 * (W**2).sum() / 2
    assert Penalty(L1, L2).value(net) == pytest.approx(expected, rel=1e-5 if dtype == "float32" else 1e-12)
    assert Penalty().value(net) == 0
    other = 2 * net.parameters
    quadratic, straight = Penalty(l2=L2), Penalty(l1=L1)
    assert quadratic.value(net, other) == pytest.approx(4 * quadratic.value(net), rel=1e-5)
    assert straight.value(net, other) == pytest.approx(2 * straight.value(net), rel=1e-5)


def test_the_gradient_is_the_derivative_of_the_value() -> None:
    net = _net()
    penalty = PENALTIES["both"]
    net.layers[0].W[0, 0] = 0.5
    penalty.write_gradient(net)
    for cell in range(len(net.parameters)):
        values = []
        for step in (1e-5, -1e-5):
            moved = net.parameters.copy()
            moved[cell] += step
            values.append(penalty.value(net, moved))
        assert net.penalties[cell] == pytest.approx((values[0] - values[1]) / 2e-5, rel=1e-6, abs=1e-9)


def test_a_penalty_alone_shrinks_the_weights() -> None:
    net = _net()
    net.gradients[:] = 0
    b = net.layers[0].b.copy()
    before = net.layers[0].W.copy()
    rule = SGD(0.1, penalty=Penalty(l2=1.0))
    for _ in range(10):
        rule.step(net)
    np.testing.assert_allclose(net.layers[0].W, before * 0.9**10, rtol=1e-12)
    np.testing.assert_array_equal(net.layers[0].b, b)


# clipping


def test_by_value_every_number_is_clipped_by_itself() -> None:
    net = _net()
    net.gradients[:] = np.linspace(-2, 2, len(net.gradients))
    SGD(1.0, clipping=Clipping(value=0.5)).step(net)
    np.testing.assert_array_equal(net.updates, -np.clip(net.gradients, -0.5, 0.5))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_by_norm_the_direction_stays_and_the_length_becomes_the_limit(dtype: str) -> None:
    net = _net(dtype)
    length = np.sqrt((net.gradients.astype(np.float64) ** 2).sum())
    SGD(1.0, clipping=Clipping(norm=length / 4)).step(net)
    np.testing.assert_allclose(net.updates, -net.gradients / 4, rtol=1e-5)


def test_a_gradient_within_the_limits_is_followed_to_the_bit() -> None:
    net, plain = _net(), _net()
    SGD(0.1, clipping=Clipping(norm=1e3, value=1e3)).step(net)
    SGD(0.1).step(plain)
    np.testing.assert_array_equal(net.parameters, plain.parameters)


def test_a_gradient_of_0_is_not_divided_by() -> None:
    net = _net()
    net.gradients[:] = 0
    SGD(0.1, clipping=Clipping(norm=1e-3)).step(net)
    assert not net.updates.any()


@pytest.mark.parametrize("size", [1e15, 1e25, 1e35])
def test_a_gradient_whose_square_is_no_float32_is_clipped_by_norm(size: float) -> None:
    """An exploding gradient is what clipping is there for."""
    net = _net("float32")
    net.gradients[:] = np.linspace(-size, size, len(net.gradients))
    direction = net.gradients.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):  # as in a session, which looks at the loss instead
        SGD(1.0, clipping=Clipping(norm=0.5)).step(net)
    expected = -0.5 * direction / np.sqrt((direction**2).sum())
    np.testing.assert_allclose(net.updates, expected, rtol=1e-4, atol=1e-7)


# decoupled weight decay


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_weight_decay_takes_its_share_of_the_weights_beside_the_gradient(kind: str) -> None:
    net, plain = _net(), _net()
    before = net.parameters.copy()
    OPTIMIZERS[kind].make(0.1, weight_decay=0.5).step(net)
    OPTIMIZERS[kind].make(0.1, weight_decay=0.0).step(plain)
    pull = _on_weights(_net(), lambda W: 0.1 * 0.5 * W)
    np.testing.assert_allclose(net.updates, plain.updates - pull, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(net.parameters, before + net.updates)
    assert not net.penalties.any()


# what is refused


@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf])
def test_numbers_that_are_none_are_refused(value: float) -> None:
    for name in ("l1", "l2"):
        with pytest.raises(ValueError, match=rf"^{name}: .* is not a finite number from 0"):
            Penalty(**{name: value})
    for name in ("norm", "value"):
        for limit in (value, 0.0):
            with pytest.raises(ValueError, match=rf"^clip_{name}: .* is not a positive number"):
                Clipping(**{name: limit})
    with pytest.raises(ValueError, match=r"^weight_decay: .* is not a finite number from 0"):
        SGD(0.1, weight_decay=value)
