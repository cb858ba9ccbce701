"""Every loss against its definition, on every output it is accepted with, and far out where logarithms end."""

from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS
from lab.core.layers import Dense
from lab.core.losses import LOSSES, REDUCTIONS
from lab.core.network import Network
from tests.core.loss_definitions import BY_HAND

Floats = NDArray[np.float64]


def _log_of_sum(z: Floats) -> float:
    """Return ln Σ exp(z) without overflow."""
    return float(z.max() + np.log(np.exp(z - z.max()).sum()))


def _softplus(z: Floats) -> Floats:
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def _log_shares(z: Floats) -> tuple[Floats, Floats]:
    """Return ln a and ln (1 - a) of a row's softmax from z, exact where a itself rounds to 0 or 1."""
    total = _log_of_sum(z)
    others = np.array([_log_of_sum(np.delete(z, j)) for j in range(len(z))])
    return z - total, others - total


# The losses that take a logarithm, from a row of z and not from a, which has rounded to 0 or 1 already.
FROM_Z: dict[tuple[str, str], Callable[[Floats, Floats], Floats]] = {
    ("cross_entropy", "softmax"): lambda z, y: -y * _log_shares(z)[0],
    ("cross_entropy", "sigmoid"): lambda z, y: y * _softplus(-z),
    ("binary_cross_entropy", "sigmoid"): lambda z, y: _softplus(z) - y * z,
    ("focal", "sigmoid"): lambda z, y: (
        y * _softplus(-z) * np.exp(-2 * _softplus(z)) + (1 - y) * _softplus(z) * np.exp(-2 * _softplus(-z))
    ),
    ("binary_cross_entropy", "softmax"): lambda z, y: -y * _log_shares(z)[0] - (1 - y) * _log_shares(z)[1],
}


def _accepted_pairs() -> list[tuple[str, str]]:
    def accepted(loss: str, activation: str) -> bool:
        try:
            Network(1, [Dense(3, activation)], loss=loss)
        except ValueError:
            return False
        return True

    return [(loss, activation) for loss in LOSSES for activation in ACTIVATIONS if accepted(loss, activation)]


def _outputs_of(loss: str) -> list[str]:
    return [output for each, output in _accepted_pairs() if each == loss]


def _through(
    z: NDArray[np.floating], loss: str, output: str, reduction: str = "mean", temperature: float = 1.0
) -> Network:
    """Return a network of one layer with W = 1 and b = 0, through which z, (m, c), has gone forward."""
    layer = Dense(z.shape[1], output, temperature=temperature)
    net = Network(z.shape[1], [layer], loss, reduction, dtype=z.dtype)
    net.layers[0].W[...] = np.eye(z.shape[1])
    net.forward(z)
    return net


@pytest.mark.parametrize(("dtype", "digits"), [("float32", 1e-5), ("float64", 1e-12)])
@pytest.mark.parametrize("loss", BY_HAND)
def test_backward_and_evaluate_return_the_loss_of_the_definition(loss: str, dtype: str, digits: float) -> None:
    for output in _outputs_of(loss):
        rng = np.random.default_rng(0)
        z = rng.normal(0, 1.5, (7, 3)).astype(dtype)
        for y in (rng.dirichlet(np.ones(3), 7), np.eye(3)[rng.integers(0, 3, 7)]):
            for reduction in REDUCTIONS:
                net = _through(z, loss, output, reduction=reduction)
                total = float(BY_HAND[loss](net.layers[0].a.astype(np.float64), y).sum())
                assert net.backward(y) == pytest.approx(total / 7 if reduction == "mean" else total, rel=digits)
                assert net.evaluate(z, y)[0] == pytest.approx(total, rel=digits)


@pytest.mark.parametrize("loss", LOSSES)
def test_class_numbers_mean_their_one_hot_rows(loss: str) -> None:
    for output in _outputs_of(loss):
        z = np.random.default_rng(0).normal(size=(5, 3))
        labels = np.array([2, 0, 1, 1, 2])
        one, other = _through(z, loss, output), _through(z, loss, output)
        assert one.backward(labels) == other.backward(np.eye(3)[labels])
        np.testing.assert_array_equal(one.gradients, other.gradients)


def _right_loss(loss: str, output: str, z: Floats, a: Floats, y: Floats) -> float | None:
    """Return the mean loss of the rows of z, or None where this file has no formula for it."""
    if (loss, output) in FROM_Z:
        return float(np.mean([FROM_Z[loss, output](row, y).sum() for row in z]))
    return float(BY_HAND[loss](a, y).sum()) / len(z) if loss in BY_HAND else None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("loss", LOSSES)
def test_far_out_the_loss_is_finite_and_right(loss: str, dtype: str) -> None:
    """Warnings are errors here, so an overflow on the way would fail too."""
    for output in _outputs_of(loss):
        for size in (20.0, 100.0, 1e4):
            z = np.array([[size, -size, 0.5], [-size, size / 2, -0.5], [size, size, -size]], dtype)
            for y in np.eye(3):
                net = _through(z, loss, output)
                found = net.backward(np.tile(y, (3, 1)))
                assert np.isfinite(found)
                assert np.isfinite(net.layers[0].delta).all()
                right = _right_loss(loss, output, z.astype(np.float64), net.layers[0].a.astype(np.float64), y)
                assert right is None or found == pytest.approx(right, rel=1e-5, abs=1e-6), f"|z| = {size:g}"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_over_two_shares_binary_cross_entropy_is_twice_the_cross_entropy(temperature: float, dtype: str) -> None:
    """With a_2 = 1 - a_1 and y = (1, 0) both terms are -ln a_1: loss and delta are twice those of cross-entropy."""
    for distance in (1.0, 5.0, 20.0, 40.0, 100.0, 1e4):
        z = np.array([[0.0, distance], [distance, 0.0], [0.0, -distance]], dtype)
        y = np.array([0, 0, 1])
        single = _through(z, "cross_entropy", "softmax", temperature=temperature)
        double = _through(z, "binary_cross_entropy", "softmax", temperature=temperature)
        assert double.backward(y) == pytest.approx(2 * single.backward(y), rel=1e-4)
        delta = single.layers[0].delta
        np.testing.assert_allclose(double.layers[0].delta, 2 * delta, rtol=1e-4, atol=1e-6)


def _exact_delta(z: list[float], y: list[float]) -> list[float]:
    """Return dL/dz of binary cross-entropy on a softmax, from e_k = (a_k - y_k) / (a_k (1 - a_k)), in 600 digits."""
    with localcontext() as context:
        context.prec = 600
        powers = [Decimal(each).exp() for each in z]
        a = [each / sum(powers) for each in powers]
        weighted = [(share - Decimal(target)) / (1 - share) for share, target in zip(a, y, strict=True)]
        return [float(own - share * sum(weighted)) for own, share in zip(weighted, a, strict=True)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [2.0, 20.0, 100.0, 500.0])
def test_the_delta_of_binary_cross_entropy_on_a_softmax_far_out(size: float, dtype: str) -> None:
    rows = [[size, -size, 0.5], [-size, size, size - 1], [0.25, 0.5, -size], [size, size, size]]
    y = [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.25, 0.5, 0.25], [0.0, 0.0, 1.0]]
    net = _through(np.array(rows, dtype), "binary_cross_entropy", "softmax")
    net.backward(np.array(y))
    expected = [_exact_delta(z, targets) for z, targets in zip(rows, y, strict=True)]
    np.testing.assert_allclose(net.layers[0].delta, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [5.0, 20.0, 40.0, 100.0, 1e4])
def test_the_delta_of_cross_entropy_on_a_sigmoid_far_out(size: float, dtype: str) -> None:
    """L = -y ln sigma(z), so delta = -y (1 - sigma(z)) = -y / (1 + exp(z))."""
    z = np.array([[-size, size], [size, -size]], dtype)
    net = _through(z, "cross_entropy", "sigmoid")
    net.backward(np.array([0, 0]))
    expected = [[-1 / (1 + np.exp(-size)), 0.0], [-np.exp(-size) / (1 + np.exp(-size)), 0.0]]
    np.testing.assert_allclose(net.layers[0].delta, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy", "half_squared_error"])
def test_a_loss_is_a_sum_over_the_outputs(loss: str) -> None:
    """Two equal outputs with equal targets lose twice what one of them loses."""
    output = "sigmoid" if loss != "half_squared_error" else "linear"
    twice = _through(np.array([[0.3, 0.3]]), loss, output).backward(np.array([[0.7, 0.7]]))
    once = _through(np.array([[0.3, 50.0]]), loss, output)
    target = 1.0 if loss != "half_squared_error" else 50.0
    assert twice == pytest.approx(2 * once.backward(np.array([[0.7, target]])), rel=1e-12)


def test_the_tables_say_of_every_entry_what_a_window_shows() -> None:
    for name, entry in LOSSES.items():
        assert entry.name == name
        assert all(text.strip() for text in (entry.title, entry.formula, entry.error_formula, entry.help))
        if entry.outputs is not None:
            assert set(entry.outputs) <= set(ACTIVATIONS)
            assert entry.why_outputs.strip()
    assert set(REDUCTIONS) == {"mean", "sum"}
    assert next(iter(REDUCTIONS)) == "mean"
    assert all(text.strip() for text in REDUCTIONS.values())


def test_log_cosh_is_exact_near_its_target_and_far_from_it() -> None:
    """Half a square for a small d, to 15 digits; |d| - ln 2 where cosh itself is no number any more."""
    net = _through(np.array([[1e-6, 3000.0, -3000.0]]), "log_cosh", "linear", "sum")
    net.backward(np.zeros((1, 3)))
    np.testing.assert_allclose(net.terms, [[0.5e-12, 3000 - np.log(2), 3000 - np.log(2)]], rtol=1e-11)
    np.testing.assert_allclose(net.layers[0].delta, [[1e-6, 1, -1]], rtol=1e-11)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_focal_delta_is_that_of_the_paper_also_far_out(dtype: str) -> None:
    """(1 - p)² (2 p ln p + p - 1) for the right answer (Lin et al. 2017, appendix A), 1 and 0 in its limits."""
    z = np.array([[-300.0, -2.0, 0.0, 1.5, 300.0]], dtype)
    for y in (0.0, 1.0):
        net = _through(z, "focal", "sigmoid", "sum")
        net.backward(np.full((1, 5), y))
        x = z.astype(np.float64) if y else -z.astype(np.float64)
        p, rest = np.exp(-_softplus(-x)), np.exp(-_softplus(x))
        expected = rest**2 * (-2 * p * _softplus(-x) - rest) * (1 if y else -1)
        np.testing.assert_allclose(
            net.layers[0].delta, expected, rtol=1e-5 if dtype == "float32" else 1e-12, atol=1e-37
        )
