"""A float array that grows at its end: appending costs what is appended, however long the array already is."""

import numpy as np

from lab.gui.widgets.drawing.array_types import Floats

_FIRST_ROOM = 256


class Growing:
    """Float64 numbers in one block of memory with room at its end, which doubles when it is full."""

    def __init__(self) -> None:
        self._room: Floats = np.empty(_FIRST_ROOM)
        self.size = 0

    @property
    def values(self) -> Floats:
        """All numbers so far, (size,), as a view: what is appended later does not change them."""
        return self._room[: self.size]

    def write(self, start: int, values: Floats) -> None:
        """Put numbers at `start` and end there: over those that were there, and beyond the end as far as they go."""
        end = start + len(values)
        if end > len(self._room):
            grown = np.empty(max(2 * len(self._room), end))
            grown[:start] = self._room[:start]
            self._room = grown
        self._room[start:end] = values
        self.size = end

    def append(self, values: Floats) -> None:
        """Put numbers after the last one."""
        self.write(self.size, values)
