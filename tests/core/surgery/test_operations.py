"""Surgery: what is said to be exact is, what is not is said, and the network that was there stays as it was."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS
from lab.core.copying import copy_network
from lab.core.layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm
from lab.core.network import Network
from lab.core.optimizers import OPTIMIZERS, Optimizer
from lab.core.surgery.operations import SurgeryResult, change_activation, insert, narrow, remove, widen
from tests.effort import examples

TOLERANCE = {"float32": 1e-5, "float64": 1e-6}
OUTPUTS = [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy"), ("linear", "half_squared_error")]
NAMES = sorted(ACTIVATIONS)
M = 8

Case = tuple[Network, Optimizer, str, Callable[[], SurgeryResult]]


def _hidden(draw: st.DrawFn) -> Layer[Any]:
    kind = draw(st.sampled_from(["dense", "dense", "activation", "dropout", "batch_norm", "layer_norm"]))
    if kind == "dense":
        return Dense(draw(st.integers(2, 6)), draw(st.sampled_from(NAMES)))
    if kind == "activation":
        return Activation(draw(st.sampled_from(NAMES)))
    if kind == "dropout":
        return Dropout(draw(st.sampled_from([0.0, 0.4])))
    return BatchNorm() if kind == "batch_norm" else LayerNorm()


@st.composite
def trained(draw: st.DrawFn) -> tuple[Network, Optimizer]:
    """Draw a network of any layers with a hidden Dense among them, and an optimizer that has trained it a little."""
    first = Dense(draw(st.integers(2, 6)), draw(st.sampled_from(NAMES)))
    hidden = [_hidden(draw) for _ in range(draw(st.integers(0, 4)))]
    hidden.insert(draw(st.integers(0, len(hidden))), first)
    activation, loss = draw(st.sampled_from(OUTPUTS))
    dtype = draw(st.sampled_from(sorted(TOLERANCE)))
    seed = draw(st.integers(0, 99))
    network = Network(draw(st.integers(1, 5)), [*hidden, Dense(3, activation)], loss, seed=seed, dtype=dtype)
    network.parameters += np.random.default_rng(seed).normal(0, 0.5, network.parameters.shape).astype(dtype)
    kind = OPTIMIZERS[draw(st.sampled_from(sorted(OPTIMIZERS)))]
    optimizer = kind.make(kind.usual_rate)
    for step in range(draw(st.integers(0, 3))):
        _step(network, optimizer, step)
    return network, optimizer


@st.composite
def operations(draw: st.DrawFn) -> Case:
    """Draw a trained network, the name of an operation on it, and the operation with arguments that are accepted."""
    network, optimizer = draw(trained())
    layers = network.layers
    dense = [n for n, layer in enumerate(layers[:-1]) if isinstance(layer, Dense)]
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    name = draw(st.sampled_from(["widen", "narrow", "insert", "remove", "change_activation"]))
    at = draw(st.sampled_from(dense))
    if name == "narrow":
        at = draw(st.sampled_from([n for n in dense if layers[n].outputs > 1]))
        units = draw(st.integers(1, layers[at].outputs - 1))
        return network, optimizer, name, lambda: narrow(network, optimizer, at, units)
    if name == "insert":
        position, new = draw(st.integers(0, len(layers) - 1)), _hidden(draw)
        return network, optimizer, name, lambda: insert(network, optimizer, position, new, rng)
    if name == "remove":
        gone = draw(st.integers(0, len(layers) - 2))
        return network, optimizer, name, lambda: remove(network, optimizer, gone, rng)
    if name == "change_activation":
        sigma = draw(st.sampled_from(NAMES))
        return network, optimizer, name, lambda: change_activation(network, optimizer, at, sigma)
    units = layers[at].outputs + draw(st.integers(1, 7))
    return network, optimizer, name, lambda: widen(network, optimizer, at, units, rng)


def _batch(network: Network, seed: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(M, network.inputs)), rng.integers(0, network.outputs, M)


def _step(network: Network, optimizer: Optimizer, seed: int = 0) -> float:
    x, y = _batch(network, seed)
    network.forward(x)
    loss = network.backward(y)
    optimizer.step(network)
    return loss


def _state(network: Network, optimizer: Optimizer) -> list[bytes]:
    """Return every bit that an operation could have touched."""
    vectors = [network.parameters, network.gradients, network.updates, network.penalties, network.buffers]
    vectors += [layer.a for layer in network.layers if hasattr(layer, "a")]
    return [v.tobytes() for v in (*vectors, *optimizer.state.values())] + [
        repr((network.dropout_stream.bit_generator.state, optimizer.steps, [*optimizer.state])).encode()
    ]


Pass = Callable[[Network, NDArray[Any]], NDArray[Any]]


def _rounding(network: Network, run: Pass, x: NDArray[Any]) -> float:
    """Return how far the last digit of the weights moves the outputs: norms of nearly constant columns blow it up."""
    moved = [0.0]
    for seed in range(4):
        nudged, step = copy_network(network), np.random.default_rng(seed).choice([-1, 0, 1], network.parameters.size)
        nudged.parameters *= 1 + step.astype(network.dtype) * np.finfo(network.dtype).eps
        moved.append(float(np.abs(run(nudged, x) - run(copy_network(network), x)).max()))
    return max(moved)


def _assert_same(done: SurgeryResult, network: Network, run: Pass) -> None:
    x = _batch(network, seed=50)[0]
    blown_up = _rounding(network, run, x)
    old = run(network, x)
    tolerance = max(TOLERANCE[network.dtype.name] * max(1.0, np.abs(old).max()), 50 * blown_up)
    np.testing.assert_allclose(run(done.network, x), old, rtol=0, atol=tolerance)


# what holds for every operation


@given(operations())
@examples(300)
def test_what_is_said_to_be_exact_is(case: Case) -> None:
    network, _, _, operation = case
    done = operation()
    report = done.report
    assert bool(report.why) != (report.exact and report.exact_in_training)
    if report.exact:
        _assert_same(done, network, Network.predict)
    if report.exact_in_training:
        _assert_same(done, network, Network.forward)


@given(operations())
@examples(100)
def test_the_old_network_and_optimizer_stay_bit_for_bit(case: Case) -> None:
    network, optimizer, _, operation = case
    before, predicted = _state(network, optimizer), network.predict(_batch(network)[0])
    done = operation()
    assert _state(network, optimizer) == before
    for seed in range(2):
        _step(done.network, done.optimizer, seed)
    assert _state(network, optimizer) == before
    np.testing.assert_array_equal(network.predict(_batch(network)[0]), predicted)


@given(operations())
@examples(100)
def test_the_new_network_is_a_whole_network(case: Case) -> None:
    """Every array is a view of its flat vector, each cell once, in the shape that its layer asks for."""
    network, optimizer, _, operation = case
    done = operation()
    new = done.network
    assert (new.inputs, new.outputs, new.dtype, new.loss) == (network.inputs, 3, network.dtype, network.loss)
    new.parameters[:] = np.arange(new.parameters.size)
    new.buffers[:] = np.arange(new.buffers.size)
    for vector, shapes in ((new.parameters, "parameter_shapes"), (new.buffers, "buffer_shapes")):
        cells = [np.empty(0)]
        for layer in new.layers:
            for name, shape in getattr(layer, shapes)(layer.inputs).items():
                array = getattr(layer, name)
                assert array.shape == shape
                assert np.shares_memory(array, vector)
                cells.append(array.ravel())
        np.testing.assert_array_equal(np.concatenate(cells), np.arange(vector.size))
    for inner, outer in zip(new.layers[1:], new.layers, strict=False):
        assert inner.inputs == outer.outputs
    assert {*done.optimizer.state} == {*optimizer.state}
    assert all(vector.shape == new.parameters.shape for vector in done.optimizer.state.values())


@given(operations())
@examples(100)
def test_the_report_accounts_for_every_cell(case: Case) -> None:
    network, _, name, operation = case
    done = operation()
    arrays = {}
    for number, layer in enumerate(done.network.layers):
        for each in (*layer.parameter_shapes(layer.inputs), *layer.buffer_shapes(layer.inputs)):
            arrays[number, each] = getattr(layer, each).size
    entries = done.report.arrays
    assert {(each.layer, each.name): each.kept + each.copied + each.scaled + each.anew for each in entries} == arrays
    assert len(entries) == len(arrays)
    assert all(each.sentence for each in entries)
    if name == "change_activation":
        assert sum(each.kept for each in entries) == network.parameters.size + network.buffers.size
    if name in ("widen", "narrow"):
        assert not any(each.anew for each in entries)


@given(operations(), st.integers(0, 9))
@examples(50)
def test_training_goes_on(case: Case, seed: int) -> None:
    done = case[-1]()
    steps = done.optimizer.steps
    for step in range(3):
        assert np.isfinite(_step(done.network, done.optimizer, seed + step))
    assert done.optimizer.steps == steps + 3
    assert done.network.is_finite()
