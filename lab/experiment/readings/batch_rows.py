"""The reading of the last batch: which training rows it has, and whether they are pinned or typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.core.types import Numbers
from lab.experiment.readings.reading import Reading, read_only


@dataclass(frozen=True, eq=False)
class Batch:
    """rows: (m,), numbers of training rows; is_pinned: every step goes on with them; is_typed: with typed numbers."""

    rows: Numbers
    is_pinned: bool
    is_typed: bool


@dataclass(frozen=True)
class BatchRows(Reading[Batch]):
    """The rows of the last batch; None before the first."""

    def read(self, session: Session) -> Batch | None:
        """Return a copy of the rows."""
        if not len(session.used_rows):
            return None
        return Batch(read_only(session.used_rows.copy()), session.pinned is not None, session.typed is not None)
