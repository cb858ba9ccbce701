"""Initial weights: the variance of the published formula, from the seed's own stream."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS
from lab.core.initializers import INITIALIZERS
from lab.core.layers import Dense
from lab.core.network import Network

INPUTS, OUTPUTS = 400, 250
# He et al. 2015, Glorot and Bengio 2010, LeCun et al. 1998.
VARIANCE = {
    "he_normal": 2 / INPUTS,
    "he_uniform": 2 / INPUTS,
    "glorot_normal": 2 / (INPUTS + OUTPUTS),
    "glorot_uniform": 2 / (INPUTS + OUTPUTS),
    "lecun_normal": 1 / INPUTS,
    "lecun_uniform": 1 / INPUTS,
}
KNOWN = [name for name in VARIANCE if name in INITIALIZERS]
UNDRAWN = ("zeros", "constant")


def _drawn(name: str, seed: int = 0, inputs: int = INPUTS, outputs: int = OUTPUTS) -> NDArray[np.float64]:
    net = Network(inputs, [Dense(outputs, initializer=name)], "half_squared_error", seed=seed, dtype="float64")
    return net.layers[0].W


def test_the_usual_ones_are_there() -> None:
    assert {"he_normal", "glorot_uniform"} <= set(KNOWN)


@pytest.mark.parametrize("name", KNOWN)
def test_mean_and_variance_are_the_published_ones(name: str) -> None:
    """100,000 numbers: the mean is within 5 standard errors, and the variance, too, with 1 % as a bound of it."""
    W = _drawn(name)
    assert abs(W.mean()) < 5 * np.sqrt(VARIANCE[name] / W.size)
    assert W.var() == pytest.approx(VARIANCE[name], rel=0.03)


@pytest.mark.parametrize("name", KNOWN)
def test_uniform_draws_end_at_their_limit_and_normal_ones_do_not(name: str) -> None:
    """A uniform number within ±limit has the variance limit² / 3."""
    W, limit = _drawn(name), np.sqrt(3 * VARIANCE[name])
    if name.endswith("uniform"):
        assert 0.999 * limit < np.abs(W).max() <= limit
    else:
        assert np.abs(W).max() > 2 * limit
        # 68.3 % of normal numbers are within one standard deviation.
        assert (np.abs(W) < np.sqrt(VARIANCE[name])).mean() == pytest.approx(0.6827, abs=0.01)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_fills_any_shape_with_finite_numbers(name: str) -> None:
    for inputs, outputs in ((1, 1), (1, 7), (7, 1), (5, 9), (9, 5)):
        W = _drawn(name, inputs=inputs, outputs=outputs)
        assert W.shape == (inputs, outputs)
        assert np.isfinite(W).all()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_seed_decides(name: str) -> None:
    assert _drawn(name, 1).tobytes() == _drawn(name, 1).tobytes()
    assert (_drawn(name, 1).tobytes() == _drawn(name, 2).tobytes()) == (name in UNDRAWN)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_float32_starts_from_the_rounded_numbers_of_float64(name: str) -> None:
    nets = [
        Network(6, [Dense(4, initializer=name)], "half_squared_error", seed=3, dtype=dtype)
        for dtype in ("float32", "float64")
    ]
    np.testing.assert_array_equal(nets[0].parameters, nets[1].parameters.astype(np.float32))


def test_two_layers_of_one_shape_start_differently() -> None:
    net = Network(4, [Dense(4), Dense(4)], "half_squared_error")
    assert not np.array_equal(net.layers[0].W, net.layers[1].W)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_without_a_choice_the_activation_decides(activation: str) -> None:
    layer = Dense(4, activation)
    assert layer.initializer in INITIALIZERS
    expected = {"relu": "he_normal"} | dict.fromkeys(("linear", "sigmoid", "tanh", "softmax"), "glorot_uniform")
    assert layer.initializer == expected.get(activation, layer.initializer)


@pytest.mark.parametrize("activation", [name for name in ("relu", "tanh", "linear") if name in ACTIVATIONS])
def test_through_ten_layers_the_signal_neither_vanishes_nor_explodes(activation: str) -> None:
    net = Network(200, [Dense(200, activation) for _ in range(10)], "half_squared_error", dtype="float64")
    x = np.random.default_rng(0).normal(size=(100, 200))
    assert 0.05 < net.forward(x).std() < 5


def test_the_table_says_of_every_entry_what_a_window_shows() -> None:
    for name, entry in INITIALIZERS.items():
        assert entry.name == name
        assert all(text.strip() for text in (entry.title, entry.formula, entry.help))
