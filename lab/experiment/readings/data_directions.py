"""The reading of the two directions in which the data is spread most: axes for many inputs, such as pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from lab.data.errors import DataError
from lab.experiment.browse.browse import FEW_ROWS, MOST_POINTS, Directions, principal_directions, sampled

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.readings.reading import Reading

_FEW_INPUTS: Final = 100
_SEED: Final = 0


@dataclass(frozen=True)
class DataDirections(Reading[Directions]):
    """The first two principal components of a sample of all rows, of wide data a small one: training waits for it."""

    interval: ClassVar[float] = 60.0

    def read(self, session: Session) -> Directions | None:
        """Return the directions; None for one column or two, which are directions already, and for a file that is gone.

        The columns of a table are standardised first, those of images are not.
        """
        dataset = session.dataset
        if dataset.inputs <= 2:
            return None
        most = MOST_POINTS if dataset.inputs <= _FEW_INPUTS else FEW_ROWS
        rows = np.sort(sampled(np.arange(dataset.examples), most, _SEED))
        try:
            if dataset.watch is not None:
                dataset.watch.check()
        except DataError:
            return None
        return principal_directions(dataset.x[rows], standardised=dataset.image_shape is None)
