"""The optimizer after an operation: its memories are those that it would have, and training goes on."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.layers import Activation, BatchNorm, Dense, Dropout
from lab.core.network import Network
from lab.core.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Optimizer
from lab.core.penalties import Clipping, Penalty
from lab.core.surgery import Operated, insert, narrow, remove, widen
from lab.core.transplant import DEGREES

M = 16
SEED = 7


def _net(seed: int = 2) -> Network:
    layers = [Dense(5, "tanh"), BatchNorm(), Activation("elu"), Dense(4, "softplus"), Dense(3, "softmax")]
    return Network(6, layers, seed=seed, dtype="float64")


def _backward(network: Network, seed: int) -> float:
    rng = np.random.default_rng(seed)
    network.forward(rng.normal(size=(M, 6)))
    return network.backward(rng.integers(0, 3, M))


def _train(network: Network, optimizer: Optimizer, steps: int = 6) -> Network:
    for seed in range(steps):
        _backward(network, seed)
        optimizer.step(network)
    return network


def _make(kind: str) -> Optimizer:
    return OPTIMIZERS[kind].make(OPTIMIZERS[kind].usual_rate)


def _wider(network: Network, optimizer: Optimizer) -> Operated:
    return widen(network, optimizer, 0, 12, np.random.default_rng(SEED))


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_memories_are_those_of_a_network_that_was_wide_all_along(kind: str) -> None:
    """Every past gradient is taken from the network widened at that very step, and fed to an optimizer anew."""
    network, optimizer = _net(), _make(kind)
    shadow, wide = _make(kind), _wider(network, SGD(1.0)).network
    for seed in range(6):
        past = _wider(network, SGD(1.0)).network
        _backward(past, seed)
        np.copyto(wide.gradients, past.gradients)
        shadow.step(wide)
        _backward(network, seed)
        optimizer.step(network)
    done = _wider(network, optimizer)
    assert {*done.optimizer.state} == {*shadow.state} == {*optimizer.memories}
    for name, memory in shadow.state.items():
        np.testing.assert_allclose(done.optimizer.state[name], memory, rtol=1e-6, atol=1e-13)


@pytest.mark.parametrize("kind", ["momentum", "nesterov", "adam", "adamw", "rmsprop"])
def test_training_goes_on_without_a_jump(kind: str) -> None:
    """Over the next steps the wide network's loss stays by the old one's, as it does not with memories lost."""
    network, optimizer = _net(), OPTIMIZERS[kind].make(0.01)
    _train(network, optimizer, 40)
    done = _wider(network, optimizer)
    for seed in range(40, 43):
        losses = [_backward(net, seed) for net in (network, done.network)]
        print(kind, losses)
        optimizer.step(network)
        done.optimizer.step(done.network)
