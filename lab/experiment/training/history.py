"""What a run has shown so far: the loss and the learning rate of every step, and a line of figures for every epoch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lab.experiment.training.epoch_records import EpochRecord, EpochRecords


class History:
    """The losses and learning rates of all steps, and the records of all epochs: of none yet, or those given.

    A rate is NaN where nobody kept it: in runs that a version before this history wrote.
    """

    def __init__(
        self,
        losses: Sequence[float] | NDArray[np.float64] = (),
        epochs: Sequence[EpochRecord] = (),
        rates: Sequence[float] | NDArray[np.float64] | None = None,
    ) -> None:
        self.steps = len(losses)
        self._losses: NDArray[np.float64] = np.empty(max(1024, self.steps))
        self._losses[: self.steps] = losses
        self._rates: NDArray[np.float64] = np.empty_like(self._losses)
        self._rates[: self.steps] = np.nan if rates is None else rates
        self.epochs = EpochRecords(epochs)

    def add_step(self, loss: float, rate: float = np.nan) -> None:
        """Append the loss per example of one step, and its learning rate."""
        if self.steps == len(self._losses):
            self._losses = np.concatenate([self._losses, np.empty_like(self._losses)])
            self._rates = np.concatenate([self._rates, np.empty_like(self._rates)])
        self._losses[self.steps] = loss
        self._rates[self.steps] = rate
        self.steps += 1

    @property
    def last_loss(self) -> float:
        """The loss per example of the last step, NaN before the first."""
        return float(self._losses[self.steps - 1]) if self.steps else float("nan")

    def losses(self, since: int = 0) -> NDArray[np.float64]:
        """Return a copy of the losses per example of all steps after the first `since`."""
        return self._losses[since : self.steps].copy()

    def rates(self, since: int = 0) -> NDArray[np.float64]:
        """Return a copy of the learning rates of all steps after the first `since`."""
        return self._rates[since : self.steps].copy()

    def mark(self) -> "HistoryMark":
        """Return where the history stands now, without a copy: what is added later does not show in the mark."""
        return HistoryMark((self._losses, self._rates), self.steps, self.epochs, len(self.epochs))

    @classmethod
    def at(cls, mark: "HistoryMark") -> "History":
        """Return a history of its own that stands where the mark was made."""
        return cls(mark.losses(), mark.epochs(), mark.rates())

    def __eq__(self, other: object) -> bool:
        """Tell whether two histories are the same to the bit."""
        if not isinstance(other, History):
            return NotImplemented
        same = self.losses().tobytes() == other.losses().tobytes()
        return same and self.epochs.rows().tobytes() == other.epochs.rows().tobytes()

    __hash__ = None  # type: ignore[assignment]


class HistoryMark:
    """A place in a history: it shares the arrays of the one that goes on, which is only ever added to."""

    def __init__(
        self,
        arrays: tuple[NDArray[np.float64], NDArray[np.float64]],
        steps: int,
        epochs: EpochRecords,
        epochs_done: int,
    ) -> None:
        self.arrays, self.steps = arrays, steps
        """Losses and learning rates, and how many of them lie before the mark."""
        self._epochs, self._epochs_done = epochs, epochs_done

    def losses(self, since: int = 0) -> NDArray[np.float64]:
        """Return a view of the losses of all steps after the first `since`, up to the mark."""
        return self.arrays[0][since : self.steps]

    def rates(self) -> NDArray[np.float64]:
        """Return a view of the learning rates of all steps up to the mark."""
        return self.arrays[1][: self.steps]

    def epochs(self, since: int = 0) -> list[EpochRecord]:
        """Return the records of the epochs that ended after step `since`, up to the mark."""
        return self._epochs.after(since, self._epochs_done)
