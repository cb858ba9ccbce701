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


# those with a number of their own


@pytest.mark.parametrize("name", [name for name in INITIALIZERS if INITIALIZERS[name].scale is not None])
def test_the_number_is_the_width_the_limit_the_length_or_the_constant(name: str) -> None:
    W = Network(400, [Dense(250, initializer=name, scale=0.3)], "half_squared_error", dtype="float64").layers[0].W
    if name == "normal":
        assert abs(W.mean()) < 5 * 0.3 / np.sqrt(W.size)
        assert W.std() == pytest.approx(0.3, rel=0.02)
        assert (np.abs(W) < 0.3).mean() == pytest.approx(0.6827, abs=0.01)
    elif name == "uniform":
        assert abs(W.mean()) < 5 * 0.3 / np.sqrt(3 * W.size)
        assert 0.999 * 0.3 < np.abs(W).max() <= 0.3
        assert W.std() == pytest.approx(0.3 / np.sqrt(3), rel=0.02)
    elif name == "orthogonal":
        np.testing.assert_allclose(W.T @ W, 0.09 * np.eye(250), atol=1e-12)
    else:
        assert (W == 0.3).all()


@pytest.mark.parametrize(("inputs", "outputs"), [(9, 4), (4, 9), (6, 6), (1, 5), (5, 1)])
def test_orthogonal_weights_stretch_no_direction(inputs: int, outputs: int) -> None:
    W = _drawn("orthogonal", 1, inputs, outputs)
    np.testing.assert_allclose(np.linalg.svd(W, compute_uv=False), 1, rtol=1e-12)


def test_orthogonal_weights_favour_no_rotation() -> None:
    """In two dimensions: a rotation or a mirroring, each as often as the other, the first column in any direction."""
    drawn = [INITIALIZERS["orthogonal"].draw(np.random.default_rng(seed), 2, 2, 1.0) for seed in range(400)]
    mirrored = sum(np.linalg.det(W) < 0 for W in drawn)
    assert abs(mirrored - 200) < 5 * np.sqrt(100)
    quadrant = np.array([2 * (W[0, 0] > 0) + (W[1, 0] > 0) for W in drawn])
    assert (np.abs(np.bincount(quadrant, minlength=4) - 100) < 5 * np.sqrt(75)).all()


def test_zeros_are_zeros() -> None:
    assert not _drawn("zeros").any()


@pytest.mark.parametrize("scale", [-0.1, np.nan, np.inf])
def test_a_number_that_is_none_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match=r"^scale: .* is not a finite number from 0"):
        Dense(3, initializer="normal", scale=scale)


@pytest.mark.parametrize("name", [name for name in INITIALIZERS if INITIALIZERS[name].scale is None])
def test_a_number_for_one_that_takes_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=rf"^scale: {name} takes no number of its own"):
        Dense(3, initializer=name, scale=0.1)


def test_a_constant_may_be_negative_and_biases_start_where_they_are_told() -> None:
    net = Network(3, [Dense(4, initializer="constant", scale=-0.5, bias=0.25)], "half_squared_error")
    assert (net.layers[0].W == -0.5).all()
    assert (net.layers[0].b == 0.25).all()
    with pytest.raises(ValueError, match=r"^bias: nan is not a finite number"):
        Dense(4, bias=np.nan)
