"""Small networks that have learnt something before they are operated on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.network import Network
from lab.core.optimizers import Optimizer

M, INPUTS, CLASSES = 16, 6, 3
"""Examples, inputs and outputs of the networks of these tests."""


def inputs_of(seed: int = 0) -> NDArray[Any]:
    return np.random.default_rng(seed).normal(size=(M, INPUTS))


def trained(network: Network, optimizer: Optimizer, steps: int = 3) -> Network:
    """Return the network after some steps of training."""
    for seed in range(steps):
        network.forward(inputs_of(seed))
        network.backward(np.random.default_rng(seed).integers(0, CLASSES, M))
        optimizer.step(network)
    return network


def fresh_rng() -> np.random.Generator:
    return np.random.default_rng(0)
