"""The network: one flat vector with views, shapes, batches of any size, and steps that allocate nothing."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS
from lab.core.layers import BatchNorm, Dense
from lab.core.losses import REDUCTIONS
from lab.core.network import EVALUATION_ROWS, Network
from lab.core.optimizers import OPTIMIZERS, SGD
from lab.core.streams import streams
from tests.core.step_memory import peak_of_a_step
from tests.effort import examples

FLAT = {"parameters": ("W", "b"), "gradients": ("dW", "db"), "updates": ("update_W", "update_b")}
DTYPES = ("float32", "float64")


def _net(dtype: str = "float64", **options: Any) -> Network:
    layers = [Dense(5, "tanh"), Dense(4, "sigmoid"), Dense(3, "softmax")]
    return Network(6, layers, **{"seed": 3, "dtype": dtype, **options})


def _batch(m: int, seed: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, 6)), rng.integers(0, 3, m)


@st.composite
def stacks(draw: st.DrawFn) -> tuple[int, list[tuple[int, str]]]:
    """Draw a number of inputs and the (units, activation) of one to four layers, a linear one last."""
    widths = draw(st.lists(st.integers(1, 7), min_size=2, max_size=5))
    names = [draw(st.sampled_from(sorted(ACTIVATIONS))) for _ in widths[2:]]
    return widths[0], list(zip(widths[1:], [*names, "linear"], strict=True))


def _build(stack: tuple[int, list[tuple[int, str]]], **options: Any) -> Network:
    inputs, layers = stack
    return Network(inputs, [Dense(*each) for each in layers], loss="half_squared_error", **options)


# views


@given(stacks(), st.sampled_from(DTYPES))
def test_every_matrix_is_a_view_of_its_flat_vector(stack: tuple[int, Any], dtype: str) -> None:
    net = _build(stack, dtype=dtype)
    for flat, names in FLAT.items():
        vector = getattr(net, flat)
        assert vector.ndim == 1
        assert vector.dtype == dtype
        arrays = [getattr(layer, name) for layer in net.layers for name in names]
        assert sum(array.size for array in arrays) == vector.size
        # Every number of the vector is one cell of one matrix: numbering the vector numbers all cells once.
        vector[:] = np.arange(vector.size)
        cells = np.concatenate([array.ravel() for array in arrays])
        np.testing.assert_array_equal(np.sort(cells), np.arange(vector.size))
        for number, array in enumerate(arrays):
            array[...] = -number - 1
        assert {*np.unique(vector)} == {-number - 1.0 for number in range(len(arrays))}


def test_the_three_vectors_share_nothing() -> None:
    net = _net()
    net.parameters[:], net.gradients[:], net.updates[:] = 1, 2, 3
    assert (net.parameters == 1).all()
    assert (net.gradients == 2).all()
    assert (net.updates == 3).all()


def test_writing_a_weight_changes_the_next_forward_pass() -> None:
    net = _net()
    x, _ = _batch(2)
    before = net.forward(x).copy()
    net.layers[0].W[0, 0] += 1
    changed = net.forward(x).copy()
    assert not np.allclose(before, changed)
    net.parameters[:] = 0
    np.testing.assert_allclose(net.forward(x), np.full((2, 3), 1 / 3))


# shapes and what is kept


@given(stacks(), st.integers(1, 6), st.sampled_from(DTYPES), st.sampled_from(sorted(REDUCTIONS)))
@examples(60)
def test_shapes_and_dtypes_are_those_of_the_table(stack: tuple[int, Any], m: int, dtype: str, reduction: str) -> None:
    net = _build(stack, dtype=dtype, reduction=reduction)
    inputs, layers = stack
    a_L = net.forward(np.ones((m, inputs)))
    loss = net.backward(np.zeros((m, layers[-1][0])))
    SGD(0.1).step(net)
    assert isinstance(loss, float)
    assert a_L.shape == (m, layers[-1][0])
    width = inputs
    for layer, (units, _) in zip(net.layers, layers, strict=True):
        for name in ("z", "a", "delta"):
            assert getattr(layer, name).shape == (m, units)
        for name in ("W", "dW", "update_W"):
            assert getattr(layer, name).shape == (width, units)
        for name in ("b", "db", "update_b"):
            assert getattr(layer, name).shape == (units,)
        names = ("z", "a", "delta", "W", "b", "dW", "db", "update_W", "update_b")
        assert {getattr(layer, name).dtype for name in names} == {np.dtype(dtype)}
        width = units


def test_every_layer_keeps_z_beside_a_until_the_next_step() -> None:
    net = _net()
    x, y = _batch(4)
    net.forward(x)
    kept = {(i, name): getattr(layer, name) for i, layer in enumerate(net.layers) for name in ("z", "a")}
    copies = {key: array.copy() for key, array in kept.items()}
    net.backward(y)
    SGD(0.1).step(net)
    net.predict(_batch(7)[0])
    net.evaluate(*_batch(4, seed=5))
    for (i, name), copy in copies.items():
        np.testing.assert_array_equal(getattr(net.layers[i], name), copy)
    z, a = net.layers[0].z, net.layers[0].a
    np.testing.assert_allclose(a, np.tanh(z), atol=1e-15)
    assert not np.shares_memory(z, a)
    np.testing.assert_array_equal(net.x, x)
    np.testing.assert_array_equal(net.y, np.eye(3)[y])


@pytest.mark.parametrize("m", [4, 2 * EVALUATION_ROWS + 3])
def test_predict_and_evaluate_leave_the_training_pass_alone(m: int) -> None:
    net = _net()
    net.forward(_batch(4)[0])
    net.backward(_batch(4)[1])
    names = ("z", "a", "delta", "dW", "db", "W")
    before = [getattr(layer, name).copy() for layer in net.layers for name in names]
    net.predict(_batch(m, seed=1)[0])
    net.evaluate(*_batch(m, seed=1))
    after = [getattr(layer, name) for layer in net.layers for name in names]
    for was, now in zip(before, after, strict=True):
        np.testing.assert_array_equal(was, now)
    # The backward pass can still follow, or be done again.
    net.backward(_batch(4)[1])
    for was, now in zip(before, [getattr(layer, n) for layer in net.layers for n in names], strict=True):
        np.testing.assert_array_equal(was, now)


@pytest.mark.parametrize("m", [1, 4, EVALUATION_ROWS, 2 * EVALUATION_ROWS + 3])
def test_predict_and_evaluate_give_what_forward_and_backward_give(m: int) -> None:
    net = _net()
    x, y = _batch(m)
    expected = net.forward(x).copy()
    loss = net.backward(y)
    predicted = net.predict(x)
    np.testing.assert_allclose(predicted, expected, rtol=1e-13)
    total, a = net.evaluate(x, y)
    np.testing.assert_allclose(a, expected, rtol=1e-13)
    assert total == pytest.approx(m * loss, rel=1e-12)
    kept = predicted.copy()
    net.predict(x + 1)
    np.testing.assert_array_equal(predicted, kept)


# batches


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_short_last_batch_uses_its_own_m(reduction: str) -> None:
    net, fresh = _net(reduction=reduction), _net(reduction=reduction)
    net.forward(_batch(5)[0])
    net.backward(_batch(5)[1])
    x, y = _batch(2, seed=9)
    net.forward(x)
    loss = net.backward(y)
    fresh.forward(x)
    assert loss == fresh.backward(y)
    np.testing.assert_array_equal(net.gradients, fresh.gradients)
    m = 2 if reduction == "mean" else 1
    for layer, below in zip(net.layers, [x, *(layer.a for layer in net.layers)], strict=False):
        assert layer.delta.shape == (2, layer.units)
        np.testing.assert_allclose(layer.dW, below.T @ layer.delta / m, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(layer.db, layer.delta.sum(0) / m, rtol=1e-12, atol=1e-15)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12))
@examples(30)
def test_batch_sizes_may_change_from_step_to_step(sizes: list[int]) -> None:
    net, total = _net(), _net()
    for m in sizes:
        x, y = _batch(m, seed=m)
        net.forward(x)
        loss = net.backward(y)
        fresh = _net()
        fresh.forward(x)
        assert loss == fresh.backward(y)
        np.testing.assert_array_equal(net.gradients, fresh.gradients)
        assert total.evaluate(x, y)[0] == pytest.approx(loss * m, rel=1e-12)


@given(st.permutations(range(7)))
def test_the_order_of_the_examples_does_not_matter(order: list[int]) -> None:
    net, permuted = _net(), _net()
    x, y = _batch(7)
    net.forward(x)
    loss = net.backward(y)
    permuted.forward(x[order])
    assert permuted.backward(y[order]) == pytest.approx(loss, rel=1e-13)
    np.testing.assert_allclose(permuted.gradients, net.gradients, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(permuted.layers[0].delta, net.layers[0].delta[order], rtol=1e-12, atol=1e-15)


@given(st.integers(1, 9), st.integers(0, 100))
def test_sum_is_m_times_mean_and_delta_is_the_same(m: int, seed: int) -> None:
    mean, total = _net(reduction="mean"), _net(reduction="sum")
    x, y = _batch(m, seed)
    mean.forward(x)
    total.forward(x)
    assert total.backward(y) == pytest.approx(m * mean.backward(y), rel=1e-12)
    np.testing.assert_allclose(total.gradients, m * mean.gradients, rtol=1e-10, atol=1e-14)
    for one, other in zip(mean.layers, total.layers, strict=True):
        np.testing.assert_array_equal(one.delta, other.delta)


def test_float32_is_float64_to_its_own_precision() -> None:
    single, double = _net("float32"), _net("float64")
    np.testing.assert_array_equal(single.parameters, double.parameters.astype(np.float32))
    x, y = _batch(8)
    np.testing.assert_allclose(single.forward(x), double.forward(x), rtol=1e-5)
    assert single.backward(y) == pytest.approx(double.backward(y), rel=1e-5)
    np.testing.assert_allclose(single.gradients, double.gradients, rtol=1e-3, atol=1e-6)


# seeds


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_seed_decides_every_bit(dtype: str) -> None:
    def run(seed: int) -> bytes:
        net, rule = _net(dtype, seed=seed), SGD(0.1)
        for step in range(5):
            net.forward(_batch(4, step)[0])
            net.backward(_batch(4, step)[1])
            rule.step(net)
        return net.parameters.tobytes()

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_the_weights_come_from_their_own_stream() -> None:
    """Drawing weights for a wider network takes nothing from the split, the shuffling or the dropout."""
    for name in ("split", "shuffling", "dropout"):
        before = getattr(streams(5), name).integers(0, 1 << 30, 4)
        Network(6, [Dense(50, "relu"), Dense(3, "softmax")], seed=5)
        np.testing.assert_array_equal(before, getattr(streams(5), name).integers(0, 1 << 30, 4))
    narrow, wide = (Network(6, [Dense(units)], "half_squared_error", seed=5) for units in (3, 4))
    assert narrow.parameters.tobytes() != wide.parameters.tobytes()[: narrow.parameters.nbytes]


# memory


@pytest.mark.parametrize(
    ("kind", "hidden"), [*((kind, "relu") for kind in OPTIMIZERS), *(("sgd", name) for name in ACTIVATIONS)]
)
def test_a_step_allocates_nothing_that_grows_with_the_network(kind: str, hidden: str) -> None:
    small = Network(4, [Dense(5, hidden), Dense(3, "softmax")])
    large = Network(300, [Dense(200, hidden), Dense(150, hidden), Dense(10, "softmax")])
    assert peak_of_a_step(small, OPTIMIZERS[kind].make(0.001), 3) < 8_000
    # One (m, h) array here is 80,000 bytes.
    assert peak_of_a_step(large, OPTIMIZERS[kind].make(0.001), 100) < 8_000


def test_settled_statistics_are_those_of_the_rows_alone() -> None:
    network = Network(3, [Dense(4, "tanh"), BatchNorm(), Dense(2, "softmax")], seed=1, dtype="float64")
    x = np.random.default_rng(2).standard_normal((40, 3))
    network.forward(x[:5])  # other rows went before
    network.settle(x)
    inputs = np.tanh(x @ network.layers[0].W + network.layers[0].b)
    np.testing.assert_allclose(network.layers[1].running_mean, inputs.mean(axis=0))
    np.testing.assert_allclose(network.layers[1].running_variance, inputs.var(axis=0, ddof=1))
