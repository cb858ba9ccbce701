"""The reading of how the network does now on a whole part: training, validation or test examples; on demand alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading


@dataclass(frozen=True)
class Measured:
    """The figures of a part with the weights after a step: loss per example, and the share right or R²."""

    step: int
    epoch: float
    """Epochs done, with the share of the one that is under way."""
    loss: float
    score: float


@dataclass(frozen=True)
class PartFigures(Reading[Measured]):
    """The figures of "train", "validation" or "test": the network sees all of the part, so it is not asked often."""

    part: str
    interval: ClassVar[float] = 1.0

    def read(self, session: Session) -> Measured | None:
        """Return the figures; None for a part without examples."""
        found = session.evaluate(self.part)
        if isnan(found.loss) and not session.parts[self.part].examples:
            return None
        epoch = session.epoch + session.batch / session.batches
        return Measured(session.steps, epoch, found.loss, found.score)
