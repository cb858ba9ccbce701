"""Takes the snapshots of a run, one after another, so that costly readings keep to a share of the worker's time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot, take_snapshot

if TYPE_CHECKING:
    from lab.experiment.session import Session

SHARE: Final = 0.1
"""The share of a training worker's time that costly readings may take."""


@dataclass(frozen=True)
class _Given:
    """A costly reading's last answer, None where there was none: when it came, and of which state of the session."""

    at: float
    state: int
    answer: Any


class SnapshotTaker:
    """Answers the readings that a window asks for; a costly one is one that has an `interval`.

    A snapshot answers one costly reading at most; the others are postponed. While a run trains, such a reading is
    answered again after its interval, and after the last one has been paid for with time to train; while the run
    stands still it is answered at once, and its answer holds until the session moves on.
    """

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._state = 0
        self._free_at = clock()
        self._given: dict[AnyReading, _Given] = {}

    def outdate(self) -> None:
        """Note that the session has moved on: what was answered may no longer hold."""
        self._state += 1

    def take(self, session: Session, readings: Collection[AnyReading], trains: bool) -> Snapshot:
        """Return a snapshot with the answers that are due; `trains`: whether the run goes on meanwhile."""
        costly = {reading for reading in readings if reading.interval}
        snapshot = take_snapshot(session, (reading for reading in readings if not reading.interval))
        if not costly:
            self._given.clear()
            return snapshot
        self._given = {reading: given for reading, given in self._given.items() if reading in costly}
        outdated = {reading for reading in costly if not self._holds(reading)}
        chosen = self._longest_waiting(outdated, trains)
        if chosen is not None:
            self._answer(session, chosen)
        held = {reading: self._given[reading].answer for reading in costly if self._holds(reading)}
        answers = {**snapshot.answers, **{reading: answer for reading, answer in held.items() if answer is not None}}
        return replace(snapshot, answers=answers, postponed=frozenset(costly - held.keys()))

    def _holds(self, reading: AnyReading) -> bool:
        given = self._given.get(reading)
        return given is not None and given.state == self._state

    def _longest_waiting(self, outdated: Iterable[AnyReading], trains: bool) -> AnyReading | None:
        """Return the reading whose turn it is, or None where none is due."""
        now = self._clock()
        if trains and now < self._free_at:
            return None
        last = {reading: self._given[reading].at if reading in self._given else -inf for reading in outdated}
        due = [reading for reading, at in last.items() if not trains or now >= at + reading.interval]
        return min(due, key=lambda reading: (last[reading], repr(reading)), default=None)

    def _answer(self, session: Session, reading: AnyReading) -> None:
        begin = self._clock()
        answer = reading.read(session)
        end = self._clock()
        self._given[reading] = _Given(end, self._state, answer)
        self._free_at = end + (end - begin) * (1 / SHARE - 1)
