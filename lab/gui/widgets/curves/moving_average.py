"""A noisy curve smoothed as it grows: the exponential moving average with bias correction.

    m_t = β m_{t−1} + (1 − β) y_t,   shown: m_t / (1 − β^t)

The division makes up for m_0 = 0 (Kingma and Ba 2015, section 3), so the first points are not drawn towards zero.
"""

import numpy as np

from lab.gui.widgets.drawing.array_types import Floats

_BLOCK = 128


class MovingAverage:
    """Takes values as they come; one that is not finite stays as it is and leaves no trace in those after it."""

    def __init__(self, beta: float) -> None:
        """`beta`, from 0 to below 1, is the share of the old average in the new one."""
        if not 0 <= beta < 1:
            raise ValueError(f"beta: {beta!r} is not a number from 0 to below 1")
        self._beta = beta
        self._mean = 0.0
        self._count = 0
        ages = np.arange(_BLOCK)[:, None] - np.arange(_BLOCK)
        self._weights: Floats = np.where(ages >= 0, (1 - beta) * np.power(beta, np.maximum(ages, 0)), 0.0)
        """What value j of a block adds to the average at its value i, (_BLOCK, _BLOCK)."""
        self._decay: Floats = np.power(beta, np.arange(1, _BLOCK + 1))

    def append(self, values: Floats) -> Floats:
        """Return the averages at new values, (n,), that come after those so far."""
        finite = np.isfinite(values)
        averages = values.astype(np.float64)
        averages[finite] = self._averages(averages[finite])
        return averages

    def _averages(self, values: Floats) -> Floats:
        """Average block by block: inside a block by one matrix product, from block to block by a number."""
        size = len(values)
        blocks = np.zeros((-(-size // _BLOCK), _BLOCK))
        blocks.reshape(-1)[:size] = values
        means = blocks @ self._weights.T
        for number in range(len(means)):
            means[number] += self._decay * self._mean
            self._mean = float(means[number, -1])
        flat = means.reshape(-1)[:size]
        self._mean = float(flat[-1]) if size else self._mean
        counts = np.arange(self._count + 1, self._count + size + 1)
        self._count += size
        shown: Floats = flat / (1 - np.power(self._beta, counts))
        return shown
