"""What pulls weights to zero beside the data: the L1 and L2 penalties, terms of their own, never on b."""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from lab.core.network import Network
from lab.core.types import Array


@dataclass(frozen=True)
class Penalty:
    """lambda_1 sum |W| + lambda_2 / 2 sum W² over all weights; never divided by m.

    Its gradient, l1 sign(W) + l2 W, lies in `network.penalties`, apart from the data's gradients. Raises ValueError
    for a lambda that is negative or not finite.
    """

    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("l1", self.l1), ("l2", self.l2)):
            if not (isfinite(value) and value >= 0):
                raise ValueError(f"{name}: {value!r} is not a finite number from 0")

    def __bool__(self) -> bool:
        return self.l1 > 0 or self.l2 > 0

    def value(self, network: Network, parameters: Array | None = None) -> float:
        """Return the penalty, to be shown beside the loss; of `parameters`, a flat vector, or the present ones."""
        total = 0.0
        vector = network.parameters if parameters is None else parameters
        for span in network.penalised:
            W = vector[span]
            if self.l1:
                total += self.l1 * float(np.add.reduce(np.abs(W), dtype=np.float64))
            if self.l2:
                total += 0.5 * self.l2 * float(W.dot(W))
        return total

    def write_gradient(self, network: Network) -> None:
        """Write the penalty's gradient by every weight into `network.penalties`; biases keep 0."""
        number = network.dtype.type
        for span in network.penalised:
            W, out = network.parameters[span], network.penalties[span]
            if self.l1:
                np.sign(W, out=out)
                np.multiply(out, number(self.l1), out=out)
            if self.l2:
                scratch = network.updates[span]  # rewritten by the step that is under way
                np.multiply(W, number(self.l2), out=scratch if self.l1 else out)
                if self.l1:
                    np.add(out, scratch, out=out)


@dataclass(frozen=True)
class Clipping:
    """A limit to the gradient that the optimizer uses: each number (`value`), or the length of all (`norm`).

    By norm g becomes g * norm / |g| where |g| is larger (Pascanu, Mikolov and Bengio 2013, algorithm 1), |g| over all
    parameters together. With both limits the numbers are clipped first, then the length of what is left. Raises
    ValueError for a limit that is not positive.
    """

    norm: float | None = None
    value: float | None = None

    def __post_init__(self) -> None:
        for name, limit in (("norm", self.norm), ("value", self.value)):
            if limit is not None and not (isfinite(limit) and limit > 0):
                raise ValueError(f"clip_{name}: {limit!r} is not a positive number")

    def __bool__(self) -> bool:
        return self.norm is not None or self.value is not None
