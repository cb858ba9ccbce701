"""Normalisation: mean 0 and variance 1 over batch or units, a learnt scale and shift, running statistics."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.core.layers import BatchNorm, Dense, Layer, LayerNorm
from lab.core.network import Network

DTYPES = ("float32", "float64")
KINDS: dict[str, tuple[type[Layer[Any]], int]] = {"batch_norm": (BatchNorm, 0), "layer_norm": (LayerNorm, 1)}


def _on(layer: Layer[Any], n: int = 5, dtype: str = "float64") -> Network:
    return Network(n, [layer, Dense(2)], "half_squared_error", dtype=dtype, seed=1)


def _x(m: int = 8, n: int = 5, seed: int = 0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return rng.normal(3, 1, (m, n)) * np.arange(1, n + 1) + rng.normal(0, 5, (m, 1))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", KINDS)
def test_x_hat_has_mean_0_and_variance_1_and_a_the_scale_and_shift(kind: str, dtype: str) -> None:
    make, axis = KINDS[kind]
    net = _on(make(epsilon=1e-12), dtype=dtype)
    layer = net.layers[0]
    layer.gamma[...], layer.beta[...] = np.arange(5) - 2, np.linspace(-1, 1, 5)
    net.forward(_x())
    exact = 1e-12 if dtype == "float64" else 1e-5
    np.testing.assert_allclose(layer.x_hat.mean(axis), 0, atol=exact)
    np.testing.assert_allclose(layer.x_hat.var(axis), 1, rtol=exact)
    np.testing.assert_array_equal(layer.a, layer.x_hat * layer.gamma + layer.beta)


@pytest.mark.parametrize("kind", KINDS)
def test_epsilon_stands_beside_the_variance(kind: str) -> None:
    """(x - mean) / sqrt(variance + epsilon), with an epsilon that shows."""
    make, axis = KINDS[kind]
    net, x = _on(make(epsilon=2.5)), _x()
    net.forward(x)
    spread = np.sqrt(x.var(axis, keepdims=True) + 2.5)
    np.testing.assert_allclose(net.layers[0].x_hat, (x - x.mean(axis, keepdims=True)) / spread, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_layer_scales_by_1_and_shifts_by_0(kind: str) -> None:
    layer = _on(KINDS[kind][0]()).layers[0]
    assert (layer.gamma == 1).all()
    assert not layer.beta.any()
    assert not layer.penalised


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_gradients_are_those_of_the_rows_put_together(kind: str, reduction: str) -> None:
    net = Network(5, [KINDS[kind][0](), Dense(2)], "half_squared_error", reduction, dtype="float64")
    layer, dense = net.layers
    net.forward(_x())
    net.backward(np.random.default_rng(1).normal(size=(8, 2)))
    error = dense.delta @ dense.W.T
    together = np.mean if reduction == "mean" else np.sum
    np.testing.assert_allclose(layer.delta, error, rtol=1e-13)
    np.testing.assert_allclose(layer.dgamma, together(error * layer.x_hat, axis=0), rtol=1e-12)
    np.testing.assert_allclose(layer.dbeta, together(error, axis=0), rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_the_error_handed_down_has_no_part_along_shift_and_scale(kind: str) -> None:
    """Neither a shift nor, but for epsilon, a stretch of the inputs changes x_hat: those directions get no error."""
    make, axis = KINDS[kind]
    net = Network(4, [Dense(5), make(epsilon=1e-14), Dense(2)], "half_squared_error", dtype="float64", seed=3)
    net.forward(np.random.default_rng(0).normal(size=(8, 4)))
    net.backward(np.ones((8, 2)))
    delta, z = net.layers[0].delta, net.layers[0].z
    assert np.abs(delta).max() > 1e-3
    np.testing.assert_allclose(delta.sum(axis), 0, atol=1e-10)
    np.testing.assert_allclose((delta * (z - z.mean(axis, keepdims=True))).sum(axis), 0, atol=1e-10)


@given(st.floats(0.01, 100), st.floats(-100, 100), st.sampled_from(sorted(KINDS)))
def test_neither_the_scale_nor_the_shift_of_the_inputs_matters(scale: float, shift: float, kind: str) -> None:
    net = _on(KINDS[kind][0](epsilon=1e-15))
    expected = net.forward(_x()).copy()
    np.testing.assert_allclose(net.forward(scale * _x() + shift), expected, rtol=1e-6, atol=1e-6)


def test_layer_norm_treats_every_example_by_itself() -> None:
    net = _on(LayerNorm())
    whole = net.forward(_x()).copy()
    for i in range(8):
        np.testing.assert_allclose(net.forward(_x()[i : i + 1])[0], whole[i], rtol=1e-12)
        np.testing.assert_allclose(net.predict(_x()[i : i + 1])[0], whole[i], rtol=1e-12)


# running statistics


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("momentum", [0.1, 0.5, 1.0])
def test_running_statistics_follow_the_batches(momentum: float, dtype: str) -> None:
    """running = (1 - momentum) running + momentum batch, from 0 and 1, with the unbiased variance."""
    net = _on(BatchNorm(momentum), dtype=dtype)
    mean, variance = np.zeros(5), np.ones(5)
    for seed, m in enumerate((8, 3, 2, 8)):
        x = _x(m, seed=seed)
        net.forward(x)
        mean = (1 - momentum) * mean + momentum * x.mean(0)
        variance = (1 - momentum) * variance + momentum * x.var(0, ddof=1)
        np.testing.assert_allclose(net.layers[0].running_mean, mean, rtol=1e-5 if dtype == "float32" else 1e-12)
        np.testing.assert_allclose(net.layers[0].running_variance, variance, rtol=1e-5)


def test_many_batches_bring_them_to_the_statistics_of_the_data() -> None:
    net, rng = _on(BatchNorm(0.01)), np.random.default_rng(0)
    for _ in range(2000):
        net.forward(rng.normal(2.0, 3.0, (16, 5)))
    np.testing.assert_allclose(net.layers[0].running_mean, 2, atol=0.4)
    np.testing.assert_allclose(net.layers[0].running_variance, 9, rtol=0.2)


def test_a_trained_network_goes_by_the_running_statistics() -> None:
    net, x = _on(BatchNorm(epsilon=0.5)), _x()
    layer = net.layers[0]
    net.buffers[:] = np.random.default_rng(0).uniform(0.5, 2, net.buffers.shape)
    layer.gamma[...] = 3
    expected = 3 * (x - layer.running_mean) / np.sqrt(layer.running_variance + 0.5) + layer.beta
    y = expected @ net.layers[1].W + net.layers[1].b
    np.testing.assert_allclose(net.predict(x), y, rtol=1e-12)
    np.testing.assert_allclose(net.evaluate(x, np.zeros((8, 2)))[1], y, rtol=1e-12)
    np.testing.assert_allclose(net.forward(x, training=False), y, rtol=1e-12)
    np.testing.assert_allclose(layer.a, expected, rtol=1e-12)
    for i in range(8):
        np.testing.assert_allclose(net.predict(x[i : i + 1])[0], y[i], rtol=1e-12)


def test_only_training_moves_them() -> None:
    net = _on(BatchNorm())
    net.forward(_x())
    before = net.buffers.copy()
    net.predict(_x(seed=1))
    net.evaluate(_x(seed=2), np.zeros((8, 2)))
    net.forward(_x(seed=3), training=False)
    net.backward(np.zeros((8, 2)))
    np.testing.assert_array_equal(net.buffers, before)
    net.forward(_x(seed=3))
    assert not np.array_equal(net.buffers, before)


# what leaves nothing to divide by


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_batch_of_one_gives_beta_and_no_error(dtype: str) -> None:
    """One example is its own mean: x_hat is 0, whatever it is, and nothing can change that."""
    net = Network(4, [Dense(5), BatchNorm(), Dense(2)], "half_squared_error", dtype=dtype, seed=1)
    norm = net.layers[1]
    norm.beta[...] = np.arange(5)
    net.forward(np.full((1, 4), 1e3))
    loss = net.backward(np.ones((1, 2)))
    assert np.isfinite(loss)
    np.testing.assert_array_equal(norm.a, [np.arange(5)])
    assert not norm.dgamma.any()
    assert not net.layers[0].delta.any()
    assert norm.dbeta.any()
    assert np.isfinite(net.buffers).all()
    assert (norm.running_variance >= 0).all()
    assert np.isfinite(net.predict(np.ones((3, 4)))).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", KINDS)
def test_inputs_that_are_all_alike_give_beta(kind: str, dtype: str) -> None:
    net = _on(KINDS[kind][0](), dtype=dtype)
    net.forward(np.full((6, 5), 0.75))
    net.backward(np.zeros((6, 2)))
    assert not net.layers[0].a.any()
    assert np.isfinite(net.gradients).all()


@pytest.mark.parametrize("epsilon", [0.0, -1e-5, np.nan, np.inf])
@pytest.mark.parametrize("kind", KINDS)
def test_an_epsilon_that_is_not_positive_is_refused(kind: str, epsilon: float) -> None:
    with pytest.raises(ValueError, match=r"^epsilon: .* is not a positive number"):
        KINDS[kind][0](epsilon=epsilon)


@pytest.mark.parametrize("momentum", [0.0, -0.1, 1.5, np.nan])
def test_a_momentum_that_is_no_share_above_0_is_refused(momentum: float) -> None:
    with pytest.raises(ValueError, match=r"^momentum: .* is not a number above 0 and up to 1"):
        BatchNorm(momentum)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in KINDS for name in ("W", "b", "z", "mask", "slope")] + [("layer_norm", "running_mean")],
)
def test_what_a_normalisation_does_not_have(kind: str, name: str) -> None:
    net = _on(KINDS[kind][0]())
    net.forward(_x())
    with pytest.raises(AttributeError, match=name):
        getattr(net.layers[0], name)


def test_the_means_of_float32_columns_are_within_a_few_roundings() -> None:
    """A running sum over 512 rows loses several digits; sums in blocks do not."""
    x = np.random.default_rng(3).normal(5.0, 1.0, (512, 64)).astype(np.float32)
    layer = BatchNorm(momentum=1.0)
    Network(64, [layer, Dense(1)], "half_squared_error").forward(x)
    exact = x.mean(axis=0, dtype=np.float64)
    worst = np.abs(layer.running_mean - exact).max() / 5.0
    running = np.abs(np.add.accumulate(x, axis=0)[-1] / np.float32(512) - exact).max() / 5.0
    assert worst < running / 2
    assert worst < 4 * np.finfo(np.float32).eps
