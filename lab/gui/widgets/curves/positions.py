"""Where the points of a curve lie across: evenly, which takes two numbers however many they are, or as they come."""

import math

import numpy as np

from lab.gui.widgets.curves.growing import Growing
from lab.gui.widgets.drawing.array_types import Floats, Integers


class Positions:
    """Ascending positions that grow at the end; evenly spaced ones, such as the steps of a run, are not stored."""

    def __init__(self) -> None:
        self.size = 0
        self._first, self._step = 0.0, 1.0
        self._stored: Growing | None = None

    def append(self, positions: Floats) -> None:
        """Add positions, (n,), after the last one."""
        if not len(positions):
            return
        if self.size == 0:
            self._first = float(positions[0])
        if self.size < 2 <= self.size + len(positions):
            self._step = float(positions[1 - self.size]) - self._first
        end = self.size + len(positions)
        if self._stored is None and not (positions == self._even(np.arange(self.size, end))).all():
            self._stored = Growing()
            self._stored.append(self._even(np.arange(self.size)))
        if self._stored is not None:
            self._stored.append(positions)
        self.size = end

    def at(self, indices: Integers) -> Floats:
        """Return the positions of these points."""
        return self._even(indices) if self._stored is None else self._stored.values[indices]

    def before(self, edges: Floats) -> Integers:
        """Return how many points lie left of each edge."""
        if self._stored is not None:
            return np.searchsorted(self._stored.values, edges)
        positions = np.ceil((edges - self._first) / self._step)
        return np.minimum(np.maximum(positions, 0), self.size).astype(np.intp)  # np.clip costs three calls more

    def position(self, index: int) -> float:
        """Return the position of one point."""
        return self._first + self._step * index if self._stored is None else float(self._stored.values[index])

    def count_before(self, edge: float) -> int:
        """Return how many points lie left of one edge."""
        if self._stored is not None:
            return int(self._stored.values.searchsorted(edge))
        return min(max(math.ceil((edge - self._first) / self._step), 0), self.size)

    def nearest(self, x: float) -> int:
        """Return the number of the point nearest to x, the left one of two that are as near; there must be points."""
        after = min(self.count_before(x), self.size - 1)
        left = max(after - 1, 0)
        x_left, x_right = self.position(left), self.position(after)
        return left if x - x_left <= x_right - x else after

    def _even(self, indices: Integers) -> Floats:
        positions: Floats = self._first + self._step * indices.astype(np.float64)
        return positions
