"""The reading of the confusion matrix: which class is taken for which at the end of the last epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.readings.reading import Reading, read_only


@dataclass(frozen=True)
class ConfusionCounts(Reading[NDArray[np.int64]]):
    """Counts of the validation examples, (classes, classes): a row the true class, a column the predicted one.

    None before the first epoch has ended, and where the targets are numbers.
    """

    def read(self, session: Session) -> NDArray[np.int64] | None:
        """Return the counts of the last epoch's end."""
        if session.validation is None or session.validation.confusion is None:
            return None
        return read_only(session.validation.confusion.copy())
