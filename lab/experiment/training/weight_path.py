"""Where the weights of a run have been: a bounded sample of all its steps, for the path on the loss surface."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.core.types import Array

MOST_BYTES: Final = 16_000_000
MOST_KEPT: Final = 128
FEWEST_KEPT: Final = 8
"""A network so large that fewer would fit keeps none."""

Float32s = NDArray[np.float32]


class WeightPath:
    """The weights after some steps, evenly spaced over the whole run, in float32 and in bounded memory.

    Where there is room for no more, every second one goes and only every second step is looked at from then on.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._spacing = 1
        self._steps: list[int] = []
        self._weights: list[Float32s] = []

    def add(self, step: int, parameters: Array) -> None:
        """Take the weights, (size,), after a step; those of a network with other weights begin anew."""
        if self._weights and self._weights[0].size != parameters.size:
            self.clear()
        if step % self._spacing or (self._steps and step <= self._steps[-1]):
            return
        most = self.room_for(parameters.size)
        if not most:
            return
        while len(self._steps) >= most:
            self._spacing *= 2
            kept = [place for place, kept in enumerate(self._steps) if kept % self._spacing == 0]
            self._steps = [self._steps[place] for place in kept]
            self._weights = [self._weights[place] for place in kept]
        if step % self._spacing == 0:
            self._steps.append(step)
            with np.errstate(over="ignore"):  # weights of a run that diverges may be beyond float32
                self._weights.append(parameters.astype(np.float32))

    def room_for(self, size: int) -> int:
        """Return how many states of so many weights are kept at the most, 0 where they are too large."""
        most = min(MOST_KEPT, self._most_bytes // (4 * max(size, 1)))
        return most if most >= FEWEST_KEPT else 0

    def cut(self, step: int) -> None:
        """Forget what came after a step, as the run went back to it."""
        while self._steps and self._steps[-1] > step:
            self._steps.pop()
            self._weights.pop()

    def clear(self) -> None:
        """Forget everything."""
        self._spacing = 1
        self._steps.clear()
        self._weights.clear()

    def taken(self) -> tuple[NDArray[np.int64], Float32s]:
        """Return the steps, (k,), and a copy of the weights after each, (k, size)."""
        if not self._weights:
            return np.zeros(0, np.int64), np.zeros((0, 0), np.float32)
        return np.array(self._steps, np.int64), np.stack(self._weights)
