"""The reading of a walk: which equations of the step are computed, and which are still to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading
from lab.experiment.walk_place import WalkPlace


@dataclass(frozen=True)
class Walking(Reading[WalkPlace]):
    """Where the walk stands; None where nobody walks."""

    def read(self, session: Session) -> WalkPlace | None:
        """Return the place."""
        return session.walking
