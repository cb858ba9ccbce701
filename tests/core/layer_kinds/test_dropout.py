"""Dropout: a mask of 0 and 1/(1 - rate), drawn anew from a stream of its own, and out of the way after training."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.layers import Dense, Dropout
from lab.core.network import Network

DTYPES = ("float32", "float64")


def _alone(rate: float, m: int = 200, n: int = 100, dtype: str = "float64", seed: int = 0) -> tuple[Network, Any]:
    """Return a network whose first layer is the dropout, after a forward pass, and that pass's x."""
    net = Network(n, [Dropout(rate), Dense(2)], "half_squared_error", dtype=dtype, seed=seed)
    x = np.random.default_rng(1).normal(size=(m, n)).astype(dtype)
    net.forward(x)
    return net, x


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_the_mask_is_0_or_1_over_what_is_kept_in_the_share_that_was_asked_for(rate: float, dtype: str) -> None:
    """20,000 cells: the share of zeros is within 5 standard errors of the rate."""
    net, x = _alone(rate, dtype=dtype)
    mask = net.layers[0].mask
    assert mask.shape == x.shape
    assert mask.dtype == dtype
    kept = mask[mask != 0]
    np.testing.assert_allclose(kept, 1 / (1 - rate), rtol=1e-6)
    error = np.sqrt(rate * (1 - rate) / mask.size)
    assert abs((mask == 0).mean() - rate) <= 5 * error


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_is_x_times_the_mask_and_the_error_goes_back_the_same_way(dtype: str) -> None:
    net, x = _alone(0.3, m=6, n=5, dtype=dtype)
    net.backward(np.zeros((6, 2)))
    dropout, dense = net.layers
    np.testing.assert_array_equal(dropout.a, x * dropout.mask)
    np.testing.assert_array_equal(dropout.delta, dense.delta.dot(dense.W.T))
    behind = Network(4, [Dense(5), Dropout(0.3), Dense(2)], "half_squared_error", dtype=dtype, seed=2)
    behind.forward(x[:, :4])
    behind.backward(np.zeros((6, 2)))
    first, dropout, _ = behind.layers
    np.testing.assert_array_equal(first.delta, dropout.delta * dropout.mask)
    assert (dropout.mask == 0).any()


def test_the_mean_of_a_is_that_of_x() -> None:
    net = Network(50, [Dropout(0.6), Dense(2)], "half_squared_error", dtype="float64", seed=3)
    x = np.random.default_rng(0).uniform(1, 2, (40, 50))
    mean = np.mean([net.forward(x) is not None and net.layers[0].a.copy() for _ in range(400)], axis=0)
    # One cell's a has the standard deviation x √(rate / (1 - rate)); the mean of 400 a twentieth of it.
    assert np.abs(mean / x - 1).max() < 5 * np.sqrt(0.6 / 0.4) / 20


def test_every_batch_gets_a_mask_of_its_own() -> None:
    net, x = _alone(0.5, m=8, n=20)
    masks = []
    for _ in range(3):
        net.forward(x)
        masks.append(net.layers[0].mask.copy())
    assert not any(np.array_equal(masks[i], masks[j]) for i, j in ((0, 1), (1, 2), (0, 2)))


def test_two_dropouts_of_one_network_draw_different_masks() -> None:
    net = Network(20, [Dropout(0.5), Dropout(0.5), Dense(2)], "half_squared_error")
    net.forward(np.ones((8, 20)))
    assert not np.array_equal(net.layers[0].mask, net.layers[1].mask)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_seed_decides_the_masks(dtype: str) -> None:
    def masks(seed: int) -> bytes:
        net, x = _alone(0.5, 8, 20, dtype, seed)
        first = net.layers[0].mask.tobytes()
        net.forward(x[:3])
        return first + net.layers[0].mask.tobytes()

    assert masks(1) == masks(1)
    assert masks(1) != masks(2)


def test_a_dropout_takes_nothing_from_the_first_weights() -> None:
    plain = Network(4, [Dense(5, "relu"), Dense(3, "softmax")], seed=4)
    dropped = Network(4, [Dropout(0.5), Dense(5, "relu"), Dropout(0.2), Dense(3, "softmax")], seed=4)
    np.testing.assert_array_equal(plain.parameters, dropped.parameters)


def _without_training(net: Network, x: NDArray[Any]) -> NDArray[Any]:
    net.forward(x, training=False)
    return net.layers[-1].a


@pytest.mark.parametrize("rate", [0.0, 0.5, 0.9])
def test_after_training_everything_passes(rate: float) -> None:
    net = Network(4, [Dense(6, "tanh"), Dropout(rate), Dense(3, "softmax")], dtype="float64", seed=5)
    plain = Network(4, [Dense(6, "tanh"), Dense(3, "softmax")], dtype="float64", seed=5)
    x, y = np.random.default_rng(0).normal(size=(7, 4)), np.arange(7) % 3
    for through in (net.predict, lambda x: net.evaluate(x, y)[1], lambda x: _without_training(net, x)):
        np.testing.assert_allclose(through(x), plain.predict(x), rtol=1e-14)
    assert net.evaluate(x, y)[0] == pytest.approx(plain.evaluate(x, y)[0], rel=1e-14)
    assert (net.layers[1].mask == 1).all()


def test_predict_draws_nothing_and_leaves_the_mask_alone() -> None:
    nets = [_alone(0.5, 6, 5)[0] for _ in range(2)]
    x = np.random.default_rng(2).normal(size=(6, 5))
    mask = nets[0].layers[0].mask.copy()
    nets[0].predict(x)
    nets[0].evaluate(x, np.zeros((6, 2)))
    np.testing.assert_array_equal(nets[0].layers[0].mask, mask)
    for net in nets:
        net.forward(x)
    np.testing.assert_array_equal(nets[0].layers[0].mask, nets[1].layers[0].mask)


def test_a_rate_of_0_is_no_dropout() -> None:
    net, x = _alone(0.0)
    np.testing.assert_array_equal(net.layers[0].a, x)


@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5, np.nan, np.inf])
def test_a_rate_that_is_no_share_below_1_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=r"^rate: .* is not a number from 0 to below 1"):
        Dropout(rate)


@pytest.mark.parametrize("name", ["W", "b", "dW", "z", "gamma", "x_hat", "running_mean", "slope"])
def test_what_a_dropout_does_not_have(name: str) -> None:
    net, _ = _alone(0.5)
    with pytest.raises(AttributeError, match=name):
        getattr(net.layers[0], name)
