"""Costly readings: one a snapshot, seldom while a run trains, at once and once for each state while it stands still."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from lab.experiment.readings.reading import Reading
from lab.experiment.session import Session
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import load_experiment
from lab.gui.workers.snapshot_taker import SHARE, SnapshotTaker
from lab.paths import default_experiment


class Clock:
    """A clock that stands still until somebody lets time pass."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


CLOCK = Clock()
"""What the readings of these tests take their time from."""


@dataclass(frozen=True)
class Cheap(Reading[int]):
    """The number of steps, for nothing."""

    def read(self, session: Session) -> int:
        return session.steps


@dataclass(frozen=True)
class Costly(Reading[str]):
    """A text that takes so many seconds, worth asking every second."""

    name: str
    seconds: float = 0.01

    interval: ClassVar[float] = 1.0

    def read(self, session: Session) -> str:
        CLOCK.now += self.seconds
        return f"{self.name} at {session.steps}"


@dataclass(frozen=True)
class Nothing(Costly):
    """A costly reading that has no answer."""

    def read(self, session: Session) -> str | None:  # type: ignore[override]
        super().read(session)
        return None


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(load_experiment(default_experiment()))


@pytest.fixture
def taker() -> SnapshotTaker:
    return SnapshotTaker(CLOCK)


A, B = Costly("a"), Costly("b")


def take(taker: SnapshotTaker, session: Session, *readings: Reading[object], trains: bool = True) -> Snapshot:
    """Take a snapshot after the session has moved on."""
    taker.outdate()
    return taker.take(session, readings, trains)


def test_what_costs_a_copy_comes_with_every_snapshot(session: Session, taker: SnapshotTaker) -> None:
    for _ in range(3):
        assert take(taker, session, Cheap(), A).get(Cheap()) == session.steps


def test_while_it_trains_a_costly_reading_is_answered_once_in_its_interval(
    session: Session, taker: SnapshotTaker
) -> None:
    assert take(taker, session, A).get(A) == "a at 0"
    CLOCK.now += 0.9
    later = take(taker, session, A)
    assert later.get(A) is None
    assert later.postponed == {A}
    CLOCK.now += 0.2
    assert take(taker, session, A).get(A) is not None


def test_costly_readings_take_turns(session: Session, taker: SnapshotTaker) -> None:
    answered = []
    for _ in range(6):
        answered += take(taker, session, A, B).answers
        CLOCK.now += 1.1
    assert answered in ([A, B, A, B, A, B], [B, A, B, A, B, A])


def test_they_keep_to_a_share_of_the_time(session: Session, taker: SnapshotTaker) -> None:
    slow = Costly("slow", seconds=3.0)
    begin, spent = CLOCK.now, 0.0
    while CLOCK.now < begin + 400:
        spent += 3.0 * len(take(taker, session, slow).answers)
        CLOCK.now += 0.07
    assert 0.5 * SHARE < spent / (CLOCK.now - begin) <= 1.2 * SHARE


def test_one_that_is_no_longer_asked_for_is_answered_at_once_when_it_comes_back(
    session: Session, taker: SnapshotTaker
) -> None:
    take(taker, session, A)
    take(taker, session)
    CLOCK.now += 0.2  # enough to pay for the first answer, less than its interval
    assert take(taker, session, A).get(A) is not None


def test_while_it_stands_still_each_is_answered_once(session: Session, taker: SnapshotTaker) -> None:
    take(taker, session, A, B, trains=True)
    taker.outdate()
    first, second = (taker.take(session, (A, B), trains=False) for _ in range(2))
    assert len(first.answers) == 1  # a command that comes meanwhile waits for one answer, not for all
    assert first.postponed == {A, B} - first.answers.keys()
    assert second.answers.keys() == {A, B}
    assert second.postponed == frozenset()
    at = CLOCK.now
    third = taker.take(session, (A, B), trains=False)
    assert CLOCK.now == at
    assert third.answers == second.answers


def test_an_answer_holds_until_the_session_moves_on(session: Session, taker: SnapshotTaker) -> None:
    taker.take(session, (A,), trains=False)
    at = CLOCK.now
    assert take(taker, session, A, trains=False).get(A) is not None
    assert CLOCK.now > at


def test_no_answer_is_an_answer_too(session: Session, taker: SnapshotTaker) -> None:
    nothing = Nothing("nothing")
    snapshot = taker.take(session, (nothing,), trains=False)
    assert snapshot.get(nothing) is None
    assert snapshot.postponed == frozenset()  # or the window would ask for ever
