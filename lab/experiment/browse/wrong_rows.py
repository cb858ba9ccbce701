"""The rows that the network gets wrong, put together from what it makes of each part of the data."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lab.experiment.browse.browse import RowView, wrong_rows
from lab.experiment.training.evaluation import RowResults


class WrongRows:
    """Keeps the last results of each part; forgets all when another run begins."""

    def __init__(self) -> None:
        self.parts: tuple[str, ...] = ()
        """The parts whose rows are wanted."""
        self._results: dict[str, RowResults] = {}

    def want(self, parts: Sequence[str]) -> None:
        """Put together the rows of these parts from now on; what is known of others is kept."""
        self.parts = tuple(parts)

    def forget(self) -> None:
        """Drop everything: it is what another network made of the rows."""
        self._results.clear()

    def take(self, results: RowResults) -> bool:
        """Keep what the network makes of the rows of a part; return whether that is news."""
        is_new = self._results.get(results.part) is not results
        self._results[results.part] = results
        return is_new

    def known(self) -> int:
        """Return of how many rows of the wanted parts something is known."""
        return sum(len(self._results[part].rows) for part in self.parts if part in self._results)

    def view(self, y: NDArray[np.int64] | NDArray[np.float64]) -> RowView | None:
        """Return what is known to be wrong, the largest loss first; None where nothing is known yet."""
        known = [self._results[part] for part in self.parts if part in self._results]
        if not known:
            return None
        rows, losses, predicted = (
            np.concatenate([getattr(one, name) for one in known]) for name in ("rows", "losses", "predicted")
        )
        return wrong_rows(y, rows, losses, predicted)
