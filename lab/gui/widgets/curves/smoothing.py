"""A noisy curve smoothed as it grows: means over windows that double when there are too many of them."""

import numpy as np

from lab.gui.widgets.drawing.array_types import Floats

_FEWEST = 32
"""From twice that many windows on, two neighbours become one: the curve keeps the shape of the run."""


class Smoothing:
    """Means of values over windows of a power of two; complete windows stay what they were until two become one.

    Each window is averaged on its own, so one enormous value does not blot out all that follow.
    """

    def __init__(self) -> None:
        self.length = 1
        """Values a window has."""
        self.means: Floats = np.empty(0)
        """The means of the complete windows, (k,) with k below 64."""
        self._rest_sum = 0.0
        self._rest_count = 0

    def append(self, values: Floats) -> None:
        """Take values, (n,), after those so far."""
        if self._rest_count:
            missing = self.length - self._rest_count
            self._add_to_rest(values[:missing])
            values = values[missing:]
        complete = len(values) // self.length
        if complete:
            windows = values[: complete * self.length].reshape(complete, self.length)
            self.means = np.concatenate([self.means, windows.mean(axis=1)])
        self._add_to_rest(values[complete * self.length :])
        while len(self.means) >= 2 * _FEWEST:
            self._double()

    def middles(self) -> Floats:
        """Return the middle of each complete window, counting values from 1."""
        return np.arange(len(self.means), dtype=np.float64) * self.length + (self.length + 1) / 2

    def _add_to_rest(self, values: Floats) -> None:
        self._rest_sum += float(values.sum())
        self._rest_count += len(values)
        if self._rest_count == self.length:
            self.means = np.append(self.means, self._rest_sum / self.length)
            self._rest_sum, self._rest_count = 0.0, 0

    def _double(self) -> None:
        if len(self.means) % 2:
            self._rest_sum += float(self.means[-1]) * self.length
            self._rest_count += self.length
        pairs = len(self.means) // 2
        self.means = self.means[: 2 * pairs : 2] / 2 + self.means[1 : 2 * pairs : 2] / 2
        self.length *= 2
