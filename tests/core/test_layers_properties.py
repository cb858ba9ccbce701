"""Random stacks of all kinds: shapes, views, what does not depend on what, and arrays that a kind does not have."""

from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.activations import ACTIVATIONS
from lab.core.layers import LAYERS, Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm
from lab.core.losses import LOSSES
from lab.core.network import Network
from lab.core.optimizers import OPTIMIZERS
from lab.core.output_rule import why_refused
from lab.core.penalties import Penalty
from tests.effort import examples

Plan = list[tuple[Any, ...]]
DTYPES = ("float32", "float64")
# Every array that any kind has, by its axes: m examples, n inputs of the layer, h outputs.
BATCH_ARRAYS = {
    "dense": ("z", "a", "delta"),
    "activation": ("z", "a", "delta"),
    "dropout": ("mask", "a", "delta"),
    "batch_norm": ("x_hat", "a", "delta"),
    "layer_norm": ("x_hat", "a", "delta"),
    "prelu": ("below", "a", "delta"),
}
PARAMETERS = {
    "dense": {"W": "nh", "b": "h"},
    "batch_norm": {"gamma": "h", "beta": "h"},
    "layer_norm": {"gamma": "h", "beta": "h"},
    "prelu": {"alpha": "h"},
}
BUFFERS = {"batch_norm": ("running_mean", "running_variance")}
PENALISED = {"dense": ("W",)}
FLAT = {"": "parameters", "d": "gradients", "update_": "updates"}

NAMES = st.sampled_from(sorted(ACTIVATIONS))
LAYER = st.one_of(
    st.tuples(st.just("dense"), st.integers(1, 6), NAMES),
    st.tuples(st.just("activation"), NAMES),
    st.tuples(st.just("dropout"), st.sampled_from([0.0, 0.3, 0.8])),
    st.tuples(st.just("batch_norm"), st.sampled_from([0.1, 1.0])),
    st.tuples(st.just("layer_norm"), st.just(1e-3)),
    st.tuples(st.just("prelu"), st.sampled_from([0.25, -0.5])),
)
STEADY = LAYER.filter(lambda layer: layer[0] != "dropout")


def _ends(inner: st.SearchStrategy[tuple[Any, ...]]) -> st.SearchStrategy[tuple[str, Plan]]:
    """Draw a loss and a stack of up to five layers and an output, Dense or Dense and Activation, that it accepts."""

    @st.composite
    def draw_one(draw: st.DrawFn) -> tuple[str, Plan]:
        loss, c = draw(st.sampled_from(sorted(LOSSES))), draw(st.integers(2, 4))
        output = draw(st.sampled_from([name for name in ACTIVATIONS if why_refused(loss, name, c) is None]))
        plan = draw(st.lists(inner, max_size=5))
        split = [("dense", c, "linear"), ("activation", output)]
        return loss, [*plan, *draw(st.sampled_from([[("dense", c, output)], split]))]

    return draw_one()


STACKS, STEADY_STACKS = _ends(LAYER), _ends(STEADY)
MANY = examples(60)


def _make(plan: Plan) -> list[Layer[Any]]:
    made: list[Layer[Any]] = []
    for kind, *settings_of in plan:
        made.append(LAYERS[kind].make(*settings_of))
    return made


def _net(stack: tuple[str, Plan], **options: Any) -> Network:
    net = Network(4, _make(stack[1]), stack[0], **{"dtype": "float64", "seed": 2, **options})
    rng = np.random.default_rng(1)
    net.parameters[:] = rng.normal(0, 0.7, net.parameters.shape)
    return net


def _batch(net: Network, m: int, seed: int = 0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, 4)), rng.integers(0, net.outputs, m)


def _step(net: Network, m: int, seed: int = 0) -> float:
    x, y = _batch(net, m, seed)
    net.forward(x)
    return net.backward(y)


def _own_arrays(layer: Layer[Any]) -> set[str]:
    """Return the names of all arrays that the layer's kind has."""
    parameters = PARAMETERS.get(layer.kind, {})
    names = {prefix + name for prefix in FLAT for name in parameters}
    names |= {f"penalty_{name}" for name in PENALISED.get(layer.kind, ())}
    return names | set(BATCH_ARRAYS[layer.kind]) | set(BUFFERS.get(layer.kind, ()))


@MANY
@given(STACKS, st.integers(1, 6), st.sampled_from(DTYPES), st.sampled_from(["mean", "sum"]))
def test_every_array_has_its_shape_and_the_networks_dtype(
    stack: tuple[str, Plan], m: int, dtype: str, reduction: str
) -> None:
    net = _net(stack, dtype=dtype, reduction=reduction)
    assert np.isfinite(_step(net, m))
    OPTIMIZERS["adam"].make(0.01, penalty=Penalty(l2=0.1)).step(net)
    width = 4
    for layer in net.layers:
        sizes = {"n": width, "h": layer.outputs}
        for name in BATCH_ARRAYS[layer.kind]:
            assert getattr(layer, name).shape == (m, layer.outputs)
        for name, axes in PARAMETERS.get(layer.kind, {}).items():
            for prefix in FLAT:
                assert getattr(layer, prefix + name).shape == tuple(sizes[axis] for axis in axes)
        for name in BUFFERS.get(layer.kind, ()):
            assert getattr(layer, name).shape == (layer.outputs,)
        assert {getattr(layer, name).dtype for name in _own_arrays(layer)} == {np.dtype(dtype)}
        assert set(layer.arrays) - {"slope"} == set(BATCH_ARRAYS[layer.kind])
        width = layer.outputs
    assert width == net.outputs
    assert np.isfinite(net.parameters).all()


@MANY
@given(STACKS, st.sampled_from(DTYPES))
def test_every_cell_of_the_flat_vectors_is_one_cell_of_one_array(stack: tuple[str, Plan], dtype: str) -> None:
    net = _net(stack, dtype=dtype)
    for prefix, flat in FLAT.items():
        vector = getattr(net, flat)
        vector[:] = np.arange(vector.size)
        for layer, places in zip(net.layers, net.slices, strict=True):
            assert list(places) == list(PARAMETERS.get(layer.kind, {}))
            for name, place in places.items():
                array = getattr(layer, prefix + name)
                assert np.shares_memory(array, vector)
                np.testing.assert_array_equal(array.ravel(), np.arange(place.start, place.stop))
        ends = [(place.start, place.stop) for places in net.slices for place in places.values()]
        assert [start for start, _ in ends] == [0, *(stop for _, stop in ends)][: len(ends)]
        assert vector.size == (ends[-1][1] if ends else 0)
    net.buffers[:] = np.arange(net.buffers.size)
    kept = [getattr(layer, name) for layer in net.layers for name in BUFFERS.get(layer.kind, ())]
    np.testing.assert_array_equal(np.concatenate([*kept, np.empty(0)]), net.buffers)
    assert all(np.shares_memory(array, net.buffers) for array in kept)


@MANY
@given(STACKS)
def test_penalties_may_pull_on_every_W_and_on_nothing_else(stack: tuple[str, Plan]) -> None:
    net = _net(stack)
    weights = [places["W"] for places in net.slices if "W" in places]
    assert net.penalised == weights
    net.penalties[:] = 7
    for layer in net.layers:
        if layer.kind == "dense":
            assert (layer.penalty_W == 7).all()
            assert np.shares_memory(layer.penalty_W, net.penalties)


@MANY
@given(STACKS)
def test_initial_weights_are_those_of_the_same_dense_layers_alone(stack: tuple[str, Plan]) -> None:
    """Layers without drawn weights take nothing from the stream of those that draw."""
    net = Network(4, _make(stack[1]), stack[0], seed=5)
    dense = [layer for layer in stack[1] if layer[0] == "dense"]
    alone = Network(4, [*_make(dense), Activation("linear")], "half_squared_error", seed=5)
    for one, other in zip([each for each in net.layers if each.kind == "dense"], alone.layers, strict=False):
        np.testing.assert_array_equal(one.W, other.W)


@MANY
@given(STEADY_STACKS, st.permutations(range(7)))
def test_the_order_of_the_examples_does_not_matter(stack: tuple[str, Plan], order: list[int]) -> None:
    """Without dropout, whose masks belong to places in the batch."""
    net, permuted = _net(stack), _net(stack)
    x, y = _batch(net, 7)
    net.forward(x)
    permuted.forward(x[order])
    assert permuted.backward(y[order]) == pytest.approx(net.backward(y), rel=1e-9)
    size = np.abs(net.gradients).max(initial=1e-6)
    np.testing.assert_allclose(permuted.gradients / size, net.gradients / size, atol=1e-6)
    np.testing.assert_allclose(permuted.buffers, net.buffers, rtol=1e-9, atol=1e-12)
    for one, other in zip(net.layers, permuted.layers, strict=True):
        np.testing.assert_allclose(other.a, one.a[order], rtol=1e-6, atol=1e-7)


@MANY
@given(STACKS, st.integers(1, 7))
def test_sum_is_m_times_mean_and_all_else_is_the_same(stack: tuple[str, Plan], m: int) -> None:
    mean, total = _net(stack, reduction="mean"), _net(stack, reduction="sum")
    assert _step(total, m) == pytest.approx(m * _step(mean, m), rel=1e-12)
    size = np.abs(total.gradients).max(initial=1e-9)
    np.testing.assert_allclose(total.gradients / size, m * mean.gradients / size, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(total.buffers, mean.buffers)
    for one, other in zip(mean.layers, total.layers, strict=True):
        for name in BATCH_ARRAYS[one.kind]:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@MANY
@given(STACKS, st.sampled_from([1, 5, 9]))
def test_predict_and_evaluate_leave_everything_of_the_training_alone(stack: tuple[str, Plan], m: int) -> None:
    net, other = _net(stack), _net(stack)
    for each in (net, other):
        _step(each, 5)
    names = [(layer, name) for layer in net.layers for name in sorted(_own_arrays(layer))]
    before = [getattr(layer, name).copy() for layer, name in names]
    x, y = _batch(net, m, seed=7)
    first = net.predict(x)
    total, a = net.evaluate(x, y)
    np.testing.assert_array_equal(first, a)
    assert np.isfinite(total)
    for (layer, name), was in zip(names, before, strict=True):
        np.testing.assert_array_equal(getattr(layer, name), was)
    # The run goes on as if nobody had looked, dropout masks included.
    assert _step(net, 5, seed=3) == _step(other, 5, seed=3)
    np.testing.assert_array_equal(net.gradients, other.gradients)


@MANY
@given(STACKS)
def test_predict_goes_row_by_row(stack: tuple[str, Plan]) -> None:
    """What a trained network says of an example does not depend on the others that it is asked about."""
    net = _net(stack)
    _step(net, 6)
    x, _ = _batch(net, 4, seed=7)
    together = net.predict(x)
    for row, alone in zip(x, together, strict=True):
        np.testing.assert_allclose(net.predict(row[None])[0], alone, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(net.forward(x, training=False), together, rtol=1e-9, atol=1e-12)


@MANY
@given(STACKS, st.lists(st.integers(1, 6), min_size=2, max_size=8))
def test_batches_of_any_sizes_follow_each_other(stack: tuple[str, Plan], sizes: list[int]) -> None:
    """Arrays of an earlier batch of the same size leave nothing behind in a later one."""
    net = _net(stack)
    for seed, m in enumerate(sizes):
        buffers, stream = net.buffers.copy(), net.dropout_stream.bit_generator.state
        loss = _step(net, m, seed)
        fresh = _net(stack)
        fresh.buffers[:] = buffers
        fresh.dropout_stream.bit_generator.state = stream
        assert _step(fresh, m, seed) == loss
        np.testing.assert_array_equal(fresh.gradients, net.gradients)
        np.testing.assert_array_equal(fresh.buffers, net.buffers)


@MANY
@given(STACKS, st.integers(1, 5))
def test_a_state_that_is_taken_over_goes_on_to_the_bit(stack: tuple[str, Plan], m: int) -> None:
    net, other = _net(stack), Network(4, _make(stack[1]), stack[0], dtype="float64", seed=9)
    _step(net, m)
    other.load_state_dict(net.state_dict())
    assert _step(net, m, 1) == _step(other, m, 1)
    for name in ("parameters", "gradients", "buffers"):
        np.testing.assert_array_equal(getattr(net, name), getattr(other, name))


EVERY_NAME = sorted(
    {prefix + name for own in PARAMETERS.values() for name in own for prefix in FLAT}
    | {name for names in (*BATCH_ARRAYS.values(), *BUFFERS.values()) for name in names}
    | {"penalty_W"}
)


@pytest.mark.parametrize("make", [lambda: Dense(4), lambda: Activation("tanh"), Dropout, BatchNorm, LayerNorm])
def test_a_layer_has_the_arrays_of_its_kind_and_no_others(make: Any) -> None:
    net = Network(4, [make(), Dense(3, "softmax")])
    _step(net, 5)
    layer = net.layers[0]
    for name in EVERY_NAME:
        if name in _own_arrays(layer):
            assert prod(getattr(layer, name).shape) > 0
        else:
            with pytest.raises(AttributeError, match=name):
                getattr(layer, name)


@pytest.mark.parametrize("make", [lambda: Dense(4), lambda: Activation("tanh"), Dropout, BatchNorm, LayerNorm])
def test_before_the_first_batch_a_layer_has_its_parameters_and_nothing_of_a_batch(make: Any) -> None:
    layer = Network(4, [make(), Dense(3, "softmax")]).layers[0]
    for name in sorted(_own_arrays(layer)):
        if name in BATCH_ARRAYS[layer.kind]:
            with pytest.raises(AttributeError, match=rf"^{name}: .*no batch"):
                getattr(layer, name)
        else:
            assert np.isfinite(getattr(layer, name)).all()
