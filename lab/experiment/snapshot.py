"""A snapshot of a run between two steps: where it stands, and the answers to what was asked, all of one step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab.experiment.readings.progress import Progress, progress_of

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Answer, AnyReading, Reading


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state after a step; `answers` has each reading that could be answered, with its frozen answer."""

    progress: Progress
    answers: Mapping[AnyReading, Any] = field(default_factory=dict)
    postponed: frozenset[AnyReading] = frozenset()
    """What was asked for too and takes too long to be answered with every snapshot: ask again."""

    def get(self, reading: Reading[Answer]) -> Answer | None:
        """Return the answer to a reading, or None where it was not asked for, not answered yet, or has none."""
        answer: Answer | None = self.answers.get(reading)
        return answer


def take_snapshot(session: Session, readings: Iterable[AnyReading] = ()) -> Snapshot:
    """Answer all the readings; to be called in the session's own thread, between two steps."""
    answers = {reading: reading.read(session) for reading in readings}
    return Snapshot(progress_of(session), {reading: found for reading, found in answers.items() if found is not None})
