"""The reading of the two directions in which the data is spread most: axes for many inputs, such as pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lab.experiment.browse.browse import Directions
from lab.experiment.browse.browse_axes import BrowseAxes

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.readings.reading import Reading


@dataclass(frozen=True)
class DataDirections(Reading[Directions]):
    """The first two principal components of a sample of all rows; it takes a while, and stays true for a dataset."""

    interval: ClassVar[float] = 60.0

    def read(self, session: Session) -> Directions | None:
        """Return the directions; None for one column or two, which are directions already."""
        return BrowseAxes(session.dataset).directions() if session.dataset.inputs > 2 else None
