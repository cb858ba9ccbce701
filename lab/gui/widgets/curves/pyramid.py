"""The lowest and highest value of any stretch of a long curve, found in a pyramid of extremes instead of all points.

Level 0 is the curve itself. Each level above it holds the extremes of every eight neighbours of the one below, so
appending n values costs about n / 7 more, and a question about the whole curve never looks at the whole curve.
"""

import numpy as np

from lab.gui.widgets.curves.growing import Growing
from lab.gui.widgets.drawing.array_types import Floats, Integers

_FAN = 8
"""Neighbours that one block of the next level holds."""

_FINENESS = 8
"""A stretch consists of at least about that many blocks, so its ends are right to an eighth of its length."""


class Pyramid:
    """Values that grow at the end, with the extremes of their blocks; what is not finite counts for nothing."""

    def __init__(self) -> None:
        self._values = Growing()
        self._lows: list[Growing] = []
        self._highs: list[Growing] = []

    @property
    def values(self) -> Floats:
        """All values so far, (n,), as a view."""
        return self._values.values

    def append(self, values: Floats) -> None:
        """Add values, (n,), after the last one."""
        if not len(values):
            return
        start = self._values.size
        self._values.append(values)
        finite = np.isfinite(values)
        whole = bool(finite.all())
        begin = start - start % _FAN
        fresh = self.values[begin:]
        if not whole or (start > begin and not np.isfinite(fresh[: start - begin]).all()):
            finite = np.isfinite(fresh)
            low, high = np.where(finite, fresh, np.inf), np.where(finite, fresh, -np.inf)
        else:
            low = high = fresh
        self._raise(start, low, high)

    def _raise(self, start: int, low: Floats, high: Floats) -> None:
        """Write anew the blocks of every level from the one that holds `start`; low and high begin with that block."""
        size, level = self._values.size, 0
        while size > _FAN:
            if level == len(self._lows):
                self._lows.append(Growing())
                self._highs.append(Growing())
                if start:  # the values before these have not been gathered on this level yet
                    start = 0
                    low, high = self._all_below(level)
            start //= _FAN
            borders = np.arange(0, len(low), _FAN)
            self._lows[level].write(start, np.minimum.reduceat(low, borders))
            self._highs[level].write(start, np.maximum.reduceat(high, borders))
            size = self._lows[level].size
            begin = start - start % _FAN
            low, high = self._lows[level].values[begin:], self._highs[level].values[begin:]
            level += 1

    def _all_below(self, level: int) -> tuple[Floats, Floats]:
        if level:
            return self._lows[level - 1].values, self._highs[level - 1].values
        finite = np.isfinite(self.values)
        return np.where(finite, self.values, np.inf), np.where(finite, self.values, -np.inf)

    def snapped(self, bounds: Integers) -> tuple[int, Integers]:
        """Return the level that answers for these bounds, and the bounds as block numbers of that level.

        Blocks are at most an eighth of a mean stretch long. The last bound is rounded up, the others down.
        """
        mean = (bounds[-1] - bounds[0]) / max(len(bounds) - 1, 1)
        level, block = 0, 1
        while level < len(self._lows) and block * _FAN * _FINENESS <= mean:
            level, block = level + 1, block * _FAN
        if level == 0:
            return 0, bounds
        blocks = bounds // block
        blocks[-1] = -(-bounds[-1] // block)
        return level, blocks

    def extremes(self, bounds: Integers) -> tuple[Floats, Floats]:
        """Return the lowest and the highest finite value between each two neighbouring bounds, (k,) for (k + 1,).

        Integers are indices in ascending order, from the first value of a stretch to before the first of the next; they
        are moved as `snapped` says. A stretch without finite values has inf and -inf.
        """
        level, blocks = self.snapped(bounds)
        filled = blocks[1:] > blocks[:-1]
        low, high = np.full(len(filled), np.inf), np.full(len(filled), -np.inf)
        if filled.any():
            first = blocks[0]
            starts = blocks[:-1][filled] - first  # what lies between two filled stretches is empty
            below, above = self._slice(level, int(first), int(blocks[-1]))
            low[filled] = np.minimum.reduceat(below, starts)
            high[filled] = np.maximum.reduceat(above, starts)
        return low, high

    def _slice(self, level: int, first: int, last: int) -> tuple[Floats, Floats]:
        if level:
            return self._lows[level - 1].values[first:last], self._highs[level - 1].values[first:last]
        values = self.values[first:last]
        finite = np.isfinite(values)
        if finite.all():
            return values, values
        return np.where(finite, values, np.inf), np.where(finite, values, -np.inf)
