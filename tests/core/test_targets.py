"""Targets: softened by label smoothing, weighed by class, and the weights that make classes count alike."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.core.layers import Dense
from lab.core.losses import LOSSES
from lab.core.network import Network
from lab.core.output_rule import why_refused
from lab.core.targets import balanced_weights, mean_one

Y = np.array([2, 0, 1, 1, 2, 0, 0])
X = np.random.default_rng(0).normal(size=(7, 4))
WEIGHTS = np.array([0.5, 2.0, 1.25])


def _net(output: str = "softmax", loss: str = "cross_entropy", c: int = 3, **options: Any) -> Network:
    return Network(4, [Dense(5, "tanh"), Dense(c, output)], loss, **{"dtype": "float64", "seed": 1, **options})


def _backward(net: Network, y: NDArray[Any] = Y) -> float:
    net.forward(X)
    return net.backward(y)


# label smoothing


@pytest.mark.parametrize("share", [0.0, 0.1, 0.9])
@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_smoothed_targets_are_those_of_the_formula(output: str, share: float) -> None:
    """y becomes (1 - e) y + e / c, for class numbers and for shares alike; the loss is that of these targets."""
    soft = np.random.default_rng(1).dirichlet(np.ones(3), 7)
    for given_y, y in ((Y, np.eye(3)[Y]), (soft, soft)):
        net, plain = _net(output, label_smoothing=share), _net(output)
        expected = (1 - share) * y + share / 3
        assert _backward(net, given_y) == pytest.approx(_backward(plain, expected), rel=1e-12)
        np.testing.assert_allclose(net.y, expected, rtol=1e-14)
        np.testing.assert_allclose(net.gradients, plain.gradients, rtol=1e-10, atol=1e-16)
        assert net.evaluate(X, given_y)[0] == pytest.approx(plain.evaluate(X, expected)[0], rel=1e-12)


def test_smoothing_leaves_the_targets_that_were_handed_in_alone() -> None:
    y = np.eye(3)[Y]
    _backward(_net(label_smoothing=0.3), y)
    np.testing.assert_array_equal(y, np.eye(3)[Y])


@pytest.mark.parametrize("share", [-0.1, 1.0, 2.0, np.nan])
def test_a_smoothing_that_is_no_share_below_1_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=r"^label_smoothing: .* is not a number from 0 to below 1"):
        _net(label_smoothing=share)


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss != "cross_entropy"])
def test_only_cross_entropy_is_smoothed(loss: str) -> None:
    output = (LOSSES[loss].outputs or ("linear",))[0]
    with pytest.raises(ValueError, match=rf"^label_smoothing: only cross_entropy has it, {loss} does not"):
        _net(output, loss, label_smoothing=0.1)


# class weights

PAIRS = [(loss, output) for loss in LOSSES for output in ("softmax", "sigmoid", "linear")]
ACCEPTED = [(loss, output) for loss, output in PAIRS if why_refused(loss, output, 3) is None]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(("loss", "output"), ACCEPTED)
def test_an_example_counts_as_often_as_its_class_weighs(loss: str, output: str, reduction: str) -> None:
    """The loss and the gradients are sums of those of single examples, each times its weight; 1/m stays 1/m."""
    net = _net(output, loss, class_weights=WEIGHTS, reduction=reduction)
    found, gradients = _backward(net), net.gradients.copy()
    plain = _net(output, loss, reduction="sum")
    total, sums = 0.0, np.zeros_like(gradients)
    for x, y in zip(X, Y, strict=True):
        plain.forward(x[None])
        total += WEIGHTS[y] * plain.backward(np.array([y]))
        sums += WEIGHTS[y] * plain.gradients
    scale = 1 / 7 if reduction == "mean" else 1.0
    assert found == pytest.approx(scale * total, rel=1e-12)
    np.testing.assert_allclose(gradients, scale * sums, rtol=1e-10, atol=1e-15)
    assert net.evaluate(X, Y)[0] == pytest.approx(total, rel=1e-12)
    assert net.terms.sum() == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize(("loss", "output"), [("binary_cross_entropy", "sigmoid"), ("half_squared_error", "linear")])
def test_with_one_output_unit_the_weights_are_those_of_the_classes_0_and_1(loss: str, output: str) -> None:
    net, plain = _net(output, loss, 1, class_weights=[0.25, 3.0]), _net(output, loss, 1)
    y = Y % 2
    weights = np.where(y == 1, 3.0, 0.25)
    found = _backward(net, y)
    _backward(plain, y)
    np.testing.assert_allclose(net.layers[-1].delta, plain.layers[-1].delta * weights[:, None], rtol=1e-14)
    assert found == pytest.approx(float((plain.terms[:, 0] * weights).mean()), rel=1e-13)


def test_of_shares_the_weight_is_the_share_of_every_class() -> None:
    soft = np.random.default_rng(1).dirichlet(np.ones(3), 7)
    net, plain = _net(class_weights=WEIGHTS), _net()
    _backward(net, soft)
    _backward(plain, soft)
    np.testing.assert_allclose(net.terms, plain.terms * (soft @ WEIGHTS)[:, None], rtol=1e-13)


def test_smoothing_changes_nothing_about_who_weighs_what() -> None:
    net, plain = _net(class_weights=WEIGHTS, label_smoothing=0.3), _net(label_smoothing=0.3)
    _backward(net)
    _backward(plain)
    np.testing.assert_allclose(net.layers[-1].delta, plain.layers[-1].delta * WEIGHTS[Y][:, None], rtol=1e-13)


def test_a_class_of_weight_0_teaches_nothing() -> None:
    net = _net(class_weights=[0, 1, 1])
    assert _backward(net, np.zeros(7, int)) == 0
    assert not net.gradients.any()


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_weights_that_are_all_alike_scale_the_loss(scale: float) -> None:
    assert _backward(_net(class_weights=np.full(3, scale))) == pytest.approx(scale * _backward(_net()), rel=1e-13)


@pytest.mark.parametrize("weights", [[1, 1], [1, 1, 1, 1], [1, -1, 1], [0, 0, 0], [1, np.nan, 1], [1, np.inf, 1], 1.0])
def test_weights_that_are_none_are_refused(weights: Any) -> None:
    with pytest.raises(ValueError, match=r"^class_weights: .* 3 numbers from 0, not all 0, expected"):
        _net(class_weights=weights)


# how weights are made

COUNTS = st.lists(st.integers(0, 1000), min_size=1, max_size=6).filter(any)


@given(COUNTS)
def test_with_balanced_weights_every_class_that_there_is_counts_alike(counts: list[int]) -> None:
    number = np.array(counts)
    weights = balanced_weights(counts)
    parts = weights * number
    present = number > 0
    np.testing.assert_allclose(parts[present], parts[present][0], rtol=1e-12)
    assert not weights[~present].any()
    assert parts.sum() == pytest.approx(number.sum(), rel=1e-12)


def test_balanced_weights_are_those_of_scikit_learn() -> None:
    from sklearn.utils.class_weight import compute_class_weight

    y = np.repeat([0, 1, 2], [5, 30, 12])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=y)
    np.testing.assert_allclose(balanced_weights(np.bincount(y)), expected, rtol=1e-14)


@given(COUNTS, st.data())
def test_scaled_weights_have_mean_1_over_the_examples_and_their_old_proportions(counts: list[int], data: Any) -> None:
    number = np.array(counts)
    each = st.floats(0.0, 1e6, allow_subnormal=False)
    drawn = np.array(data.draw(st.lists(each, min_size=len(counts), max_size=len(counts))))
    weights = np.where(drawn < 1e-6, 0.0, drawn)
    if not weights[number > 0].any():
        weights[number > 0] = 1.0
    scaled = mean_one(weights, number)
    assert (scaled * number).sum() / number.sum() == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(scaled * weights.max(), weights * scaled.max(), rtol=1e-12)


@pytest.mark.parametrize("size", [1e-300, 1e308])
def test_weights_of_any_size_are_scaled(size: float) -> None:
    np.testing.assert_allclose(mean_one([size, size / 2], [1000, 1000]), [4 / 3, 2 / 3], rtol=1e-12)


def test_target_rows_that_do_not_sum_to_one_are_refused_where_a_minus_y_needs_them_to() -> None:
    network = Network(2, [Dense(3, "softmax")], "cross_entropy")
    network.forward(np.ones((2, 2), np.float32))
    with pytest.raises(ValueError, match=r"^y: row 1 sums to 2, 1 expected"):
        network.backward(np.array([[1.0, 0, 0], [1, 1, 0]]))


def test_targets_that_are_no_shares_are_refused_where_classes_have_weights() -> None:
    network = Network(1, [Dense(1)], "half_squared_error", class_weights=[1, 2])
    network.forward(np.ones((1, 1), np.float32))
    with pytest.raises(ValueError, match=r"^y: numbers outside 0 to 1"):
        network.backward(np.array([[-3.0]]))
