"""Which part's rows a run is asked about next, and what it said last: asking costs the run an evaluation."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.experiment.browse.browse import RowView, wrong_rows
from lab.experiment.evaluation import RowResults

_SECONDS: Final = 2.0
_ROWS_PER_SECOND: Final = 50_000
"""A part of so many rows is asked about one more second later."""


class RowWatch:
    """Takes the parts in turn, the one not heard of for the longest time first; forgets all when another run begins."""

    def __init__(self) -> None:
        self._parts: tuple[str, ...] = ()
        self._heard: dict[str, tuple[int, RowResults]] = {}
        self._next = 0.0

    def watch(self, parts: Sequence[str]) -> None:
        """Look at these parts from now on; what is known of others is kept."""
        self._parts = tuple(parts)
        self._next = 0.0

    def forget(self) -> None:
        """Drop everything, as it was said by another network."""
        self._heard.clear()
        self._next = 0.0

    def wanted(self, now: float, step: int, running: bool) -> str | None:
        """Return the part to ask about at a time (seconds) when the run has done so many steps, or None.

        A run that trains is asked every 2 s, more seldom where the part is large; one that stands still at once,
        and once for each step.
        """
        old = [part for part in self._parts if part not in self._heard or self._heard[part][0] != step]
        if not old or (running and now < self._next):
            return None
        part = min(old, key=lambda one: self._heard[one][0] if one in self._heard else -1)
        known = len(self._heard[part][1].rows) if part in self._heard else 0
        self._next = now + _SECONDS + known / _ROWS_PER_SECOND
        return part

    def take(self, step: int, results: RowResults) -> None:
        """Keep what the run says of a part at a step."""
        self._heard[results.part] = (step, results)

    def known(self) -> int:
        """Return of how many rows of the watched parts something is known."""
        return sum(len(self._heard[part][1].rows) for part in self._parts if part in self._heard)

    def wrong(self, y: NDArray[np.int64] | NDArray[np.float64]) -> RowView | None:
        """Return what is known to be wrong, the largest loss first; None where nothing is known yet."""
        heard = [self._heard[part][1] for part in self._parts if part in self._heard]
        if not heard:
            return None
        rows, losses, predicted = (
            np.concatenate([getattr(one, name) for one in heard]) for name in ("rows", "losses", "predicted")
        )
        return wrong_rows(y, rows, losses, predicted)
