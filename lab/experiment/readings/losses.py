"""The readings of the curves: losses and learning rates of the steps, records of the epochs not seen yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lab.experiment.training.epoch_records import EpochRecord

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading, read_only


@dataclass(frozen=True, eq=False)
class NewLosses:
    """The losses per example of the steps asked for, (k,), and the records of the epochs asked for."""

    losses: NDArray[np.float64]
    epochs: tuple[EpochRecord, ...]


@dataclass(frozen=True)
class LossesAfter(Reading[NewLosses]):
    """The losses of the steps after the first `step`, and the records of the epochs after the first `epoch`."""

    step: int = 0
    epoch: int = 0

    def read(self, session: Session) -> NewLosses:
        """Return what has come since."""
        history = session.history
        return NewLosses(read_only(history.losses(self.step)), tuple(history.epochs[self.epoch :]))


@dataclass(frozen=True)
class RatesAfter(Reading[NDArray[np.float64]]):
    """The learning rates of the steps after the first `step`, (k,); NaN where nobody kept one."""

    step: int = 0

    def read(self, session: Session) -> NDArray[np.float64]:
        """Return what has come since."""
        return read_only(session.history.rates(self.step))
