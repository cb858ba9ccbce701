"""Surgery: what is said to be exact is, what is not is said, and the network that was there stays as it was."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS
from lab.core.copying import copy_network
from lab.core.layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm
from lab.core.network import Network
from lab.core.optimizers import OPTIMIZERS, SGD, Adam, Optimizer
from lab.core.output_rule import why_refused
from lab.core.surgery import Operated, change_activation, insert, narrow, remove, widen

TOLERANCE = {"float32": 1e-5, "float64": 1e-6}
OUTPUTS = [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy"), ("linear", "half_squared_error")]
NAMES = sorted(ACTIVATIONS)
M = 8


def _hidden(draw: st.DrawFn) -> Layer[Any]:
    kind = draw(st.sampled_from(["dense", "dense", "activation", "dropout", "batch_norm", "layer_norm"]))
    if kind == "dense":
        return Dense(draw(st.integers(1, 6)), draw(st.sampled_from(NAMES)))
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
def operations(draw: st.DrawFn) -> tuple[Network, Optimizer, str, Callable[[], Operated]]:
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
    vectors += [layer.a for layer in network.layers if layer._now is not None]
    return [v.tobytes() for v in (*vectors, *optimizer.state.values())] + [
        repr((network.dropout_stream.bit_generator.state, optimizer.steps, [*optimizer.state])).encode()
    ]


def _assert_same(new: NDArray[Any], old: NDArray[Any], network: Network) -> None:
    np.testing.assert_allclose(new, old, rtol=0, atol=TOLERANCE[network.dtype.name] * max(1.0, np.abs(old).max()))


# what holds for every operation


@given(operations())
@settings(max_examples=300)
def test_what_is_said_to_be_exact_is(case: tuple[Network, Optimizer, str, Callable[[], Operated]]) -> None:
    network, _, _, operation = case
    done = operation()
    report, x = done.report, _batch(network, seed=50)[0]
    assert bool(report.why) != (report.exact and report.exact_in_training)
    if report.exact:
        _assert_same(done.network.predict(x), network.predict(x), network)
    if report.exact_in_training:
        _assert_same(done.network.forward(x), network.forward(x), network)
