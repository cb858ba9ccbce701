"""PReLU: the paper's formula, its gradient against differences, every cell explained, and what surgery keeps."""

import numpy as np
import pytest

from lab.core.explain.explain_cell import explain, explainable, is_of_examples, shape_in
from lab.core.gradient_check import check_gradient
from lab.core.layers import Dense, PReLU
from lab.core.network import Network
from lab.core.optimizers import Adam
from lab.core.step_recording import step_of
from lab.core.surgery.operations import insert, narrow, remove, widen

RNG = np.random.default_rng(0)


def _net(dtype: str = "float64") -> Network:
    layers = [Dense(6), PReLU(), Dense(5, "tanh"), PReLU(-0.5), Dense(3, "softmax")]
    net = Network(4, layers, dtype=dtype, seed=3)
    net.layers[1].alpha[...] = np.linspace(-0.5, 1.5, 6)
    return net


def _batch() -> tuple[np.ndarray, np.ndarray]:
    return RNG.normal(size=(9, 4)), RNG.integers(0, 3, 9)


def _trained(steps: int = 3) -> tuple[Network, Adam]:
    net, rule = _net(), Adam(0.01)
    for _ in range(steps):
        x, y = _batch()
        net.forward(x)
        net.backward(y)
        rule.step(net)
    return net, rule


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_is_the_formula_of_the_paper_with_a_slope_a_unit(dtype: str) -> None:
    """f(x_i) = x_i where x_i > 0, else a_i x_i (He et al. 2015, eq. 1); 0.25 to begin with."""
    net = _net(dtype)
    net.forward(_batch()[0])
    x, a, alpha = net.layers[0].a, net.layers[1].a, net.layers[1].alpha
    np.testing.assert_array_equal(a, np.where(x > 0, x, alpha * x))
    assert a.dtype == dtype
    fresh = Network(2, [PReLU(), Dense(2, "softmax")])
    assert (fresh.layers[0].alpha == 0.25).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_is_exact_and_finite_far_out(dtype: str) -> None:
    net = Network(4, [PReLU(0.5), Dense(1)], "half_squared_error", dtype=dtype)
    net.layers[1].W[...] = 1e-4
    np.testing.assert_array_equal(net.predict(np.array([[-1e4, 1e4, -1e-30, 0.0]])), [[pytest.approx(0.5, rel=1e-6)]])
    net.forward(np.array([[-1e4, 1e4, -1e-30, 0.0]]))
    np.testing.assert_array_equal(net.layers[0].a, np.array([[-5e3, 1e4, -5e-31, 0.0]], dtype))
    net.backward(np.zeros((1, 1)))
    assert np.isfinite(net.gradients).all()


def test_its_gradients_are_those_of_central_differences() -> None:
    net, (x, y) = _net(), _batch()
    for layer, names in enumerate(net.slices):
        for name in names:
            assert check_gradient(net, x, y, layer, name).largest_error < 1e-6


def test_a_step_across_its_corner_is_flagged() -> None:
    net = Network(1, [Dense(1), PReLU(), Dense(2, "softmax")], dtype="float64")
    net.layers[0].W[...] = 1.0
    assert check_gradient(net, np.array([[1e-9]]), np.array([0]), 0, "b").kink.all()
    assert not check_gradient(net, np.array([[0.5]]), np.array([0]), 0, "b").kink.any()


@pytest.mark.parametrize("example", [None, 2])
def test_every_cell_is_explained(example: int | None) -> None:
    net, rule = _net(), Adam(0.01)
    x, y = _batch()
    net.forward(x)
    net.backward(y)
    used = net.parameters.copy()
    rule.step(net)
    step = step_of(net, used, rule)
    assert explainable(step, 1) == ("below", "a", "delta", "error", "alpha", "dalpha", "update_alpha", "new_alpha")
    for layer in range(len(step.layers)):
        for name in explainable(step, layer):
            shape = shape_in(step, layer, name)
            of_examples = example is not None and is_of_examples(step, layer, name)
            for cell in np.ndindex((shape[1],) if of_examples else shape):
                found = explain(step, layer, name, cell, example)
                assert abs(found.value - found.cell) <= 1e-13 * found.size


def test_surgery_keeps_what_it_computes() -> None:
    net, rule = _trained()
    x, rng = _batch()[0], np.random.default_rng(1)
    before = net.predict(x)
    for done in (
        widen(net, rule, 0, 9, rng),
        insert(net, rule, 1, PReLU(), rng),
        insert(net, rule, 4, PReLU(0.1), rng),
    ):
        assert done.report.exact
        assert done.report.exact_in_training
        np.testing.assert_allclose(done.network.predict(x), before, rtol=1e-12)
    wide = widen(net, rule, 0, 9, rng)
    np.testing.assert_allclose(narrow(wide.network, wide.optimizer, 0, 6).network.predict(x), before, rtol=1e-12)
    assert not remove(net, rule, 1, rng).report.exact


def test_after_what_is_never_negative_it_is_nothing() -> None:
    net = Network(4, [Dense(6, "relu"), PReLU(), Dense(3, "softmax")], dtype="float64")
    x, rule = _batch()[0], Adam(0.01)
    done = remove(net, rule, 1, np.random.default_rng(0))
    assert done.report.exact
    np.testing.assert_allclose(done.network.predict(x), net.predict(x), rtol=1e-12)


@pytest.mark.parametrize("first", [np.nan, np.inf])
def test_what_is_no_number_is_refused(first: float) -> None:
    with pytest.raises(ValueError, match=r"^first: .* is not a finite number"):
        PReLU(first)
