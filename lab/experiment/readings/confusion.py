"""The reading of the confusion matrix: which class is taken for which, on which part and after which epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.readings.reading import Reading, read_only


@dataclass(frozen=True, eq=False)
class Confusion:
    """Counts (classes, classes), a row the true class, a column the predicted one, of all examples of a part."""

    counts: NDArray[np.int64]
    part: str
    epoch: int
    """The epoch at whose end the network had these weights: the best one where early stopping put them back."""
    is_put_back: bool
    """Whether early stopping put them back, so that later epochs were trained too."""


@dataclass(frozen=True)
class ConfusionCounts(Reading[Confusion]):
    """The confusion matrix of the validation examples.

    None before the first epoch on the present data has ended, and where the targets are numbers.
    """

    def read(self, session: Session) -> Confusion | None:
        """Return the counts of the last epoch's end, or of the weights that were put back there."""
        if session.validation is None or session.validation.confusion is None:
            return None
        counts = read_only(session.validation.confusion.copy())
        epoch = session.validated_epoch
        return Confusion(counts, "validation", epoch, epoch < session.epoch)
