"""The reading of single rows: what the network makes of every row of the train, validation or test part now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.readings.reading import Reading, read_only
from lab.experiment.training.evaluation import RowResults


@dataclass(frozen=True)
class PartResults(Reading[RowResults]):
    """The loss and the prediction of every row of "train", "validation" or "test"; it costs an evaluation."""

    part: str

    interval: ClassVar[float] = 2.0

    def read(self, session: Session) -> RowResults:
        """Evaluate the part and return its rows."""
        found = session.row_results(self.part)
        return replace(
            found,
            rows=read_only(found.rows),
            losses=read_only(found.losses),
            predicted=read_only(found.predicted),
        )
