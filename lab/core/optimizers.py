"""What turns gradients into new parameters: a few ufuncs over the flat vectors, block by block.

An optimizer first writes its change into `network.updates` and then adds it to `network.parameters`, so that the
last change of every W and b can be looked at. Blocks are small enough that what one ufunc wrote is still in the
processor's cache when the next one reads it.
"""

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import ClassVar

import numpy as np

from lab.core.network import Network
from lab.core.types import Array

BLOCK = 32_768
"""Numbers in a block: six float32 arrays of it fit a 1 MB second-level cache."""


class Optimizer:
    """The road from gradients to updates that all optimizers share; a kind adds `_change` and its memories."""

    kind: ClassVar[str] = ""
    memories: ClassVar[tuple[str, ...]] = ()
    """Names of the vectors it keeps beside the parameters, one number a parameter."""

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.steps = 0
        self.state: dict[str, Array] = {}
        self._blocks: list[tuple[Array, ...]] = []
        self._network: Network | None = None

    @property
    def learning_rate(self) -> float:
        """The step size eta; may be changed between two steps. ValueError unless positive."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if not (isfinite(value) and value > 0):
            raise ValueError(f"learning_rate: {value!r} is not a positive number")
        self._learning_rate = float(value)

    def step(self, network: Network) -> None:
        """Change the network's parameters by one update from its gradients, and leave it in `network.updates`."""
        if network is not self._network:
            self._attach(network)
        self.steps += 1
        self._begin_step()
        for block in self._blocks:
            self._change(*block)
            np.add(block[0], block[2], out=block[0])

    def _attach(self, network: Network) -> None:
        """Lay out the memories for this network, and cut all vectors into blocks of (p, g, u, memories…)."""
        size = network.parameters.size
        for name in self.memories:
            vector = self.state.setdefault(name, np.zeros_like(network.parameters))
            if vector.shape != (size,):
                raise ValueError(f"network: {size} parameters found, {vector.size} expected by {name}")
        vectors = [network.parameters, network.gradients, network.updates, *map(self.state.get, self.memories)]
        self._blocks = [tuple(v[i : i + BLOCK] for v in vectors if v is not None) for i in range(0, size, BLOCK)]
        self._scratch: Array = np.zeros(min(size, BLOCK), network.dtype)
        self._number = network.dtype.type
        self._network = network

    def _begin_step(self) -> None:
        """Compute what is the same for all blocks of this step."""

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        """Write the update u of the parameters p from their gradients g, blocks of the same length."""
        raise NotImplementedError


class SGD(Optimizer):
    """Stochastic gradient descent: u = -eta g."""

    kind: ClassVar[str] = "sgd"

    def _begin_step(self) -> None:
        self._minus_rate = self._number(-self._learning_rate)

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        np.multiply(g, self._minus_rate, out=u)


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015, algorithm 1): u = -eta m_hat / (sqrt(v_hat) + epsilon).

    m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g², m_hat = m / (1 - beta1^t), v_hat likewise.
    Raises ValueError for a beta outside 0 ≤ beta < 1 and an epsilon that is not positive.
    """

    kind: ClassVar[str] = "adam"
    memories: ClassVar[tuple[str, ...]] = ("first_moment", "second_moment")

    def __init__(
        self, learning_rate: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
    ) -> None:
        super().__init__(learning_rate)
        for name, beta in (("beta1", beta1), ("beta2", beta2)):
            if not 0 <= beta < 1:
                raise ValueError(f"{name}: {beta!r} is not a number from 0 to below 1")
        if not (isfinite(epsilon) and epsilon > 0):
            raise ValueError(f"epsilon: {epsilon!r} is not a positive number")
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def _begin_step(self) -> None:
        number = self._number
        # Both corrections are numbers, so they go into eta and epsilon instead of over the vectors.
        root = sqrt(1.0 - self.beta2**self.steps)
        self._minus_rate = number(-self._learning_rate * root / (1.0 - self.beta1**self.steps))
        self._epsilon = number(self.epsilon * root)
        self._keep1, self._keep2 = number(self.beta1), number(self.beta2)
        self._add1, self._add2 = number(1.0 - self.beta1), number(1.0 - self.beta2)

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        first, second = memories
        scratch = self._scratch[: len(g)]
        np.multiply(first, self._keep1, out=first)
        np.multiply(g, self._add1, out=scratch)
        np.add(first, scratch, out=first)
        np.multiply(second, self._keep2, out=second)
        np.multiply(g, g, out=scratch)
        np.multiply(scratch, self._add2, out=scratch)
        np.add(second, scratch, out=second)
        np.sqrt(second, out=scratch)
        np.add(scratch, self._epsilon, out=scratch)
        np.divide(first, scratch, out=u)
        np.multiply(u, self._minus_rate, out=u)


@dataclass(frozen=True)
class OptimizerKind:
    """An optimizer as files and combo boxes speak of it."""

    name: str
    title: str
    formula: str
    help: str
    make: type[Optimizer]
    usual_rate: float
    """A learning rate to begin with."""


OPTIMIZERS: dict[str, OptimizerKind] = {
    entry.name: entry
    for entry in (
        OptimizerKind(
            "sgd", "SGD", "ΔW = −η ∂L/∂W", "Steps straight down the gradient: what is done by hand.", SGD, 0.05
        ),
        OptimizerKind(
            "adam", "Adam", "ΔW = −η m̂ / (√v̂ + ε)",
            "Keeps a running mean of the gradient and of its square, so that every weight gets a step of its own.",
            Adam, 0.001,
        ),
    )
}  # fmt: skip
"""Name, as in a file, to the optimizer."""
