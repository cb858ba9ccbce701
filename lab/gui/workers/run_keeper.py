"""Keeps the run of a window every two seconds or so, beside training: copied between two steps, written elsewhere."""

import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from time import monotonic, perf_counter, thread_time
from typing import Final

from lab.data.errors import DataError
from lab.experiment.session import Session
from lab.storage.kept_run import KeptRun, forget_run
from lab.storage.run_file import RunContents

INTERVAL: Final = 2.0
SHARE: Final = 0.02
"""The share of the time that keeping may take: a run that is large is kept less often."""
_USUAL: Final = 4.0
"""Seconds from which it is told how often a run is kept."""
_LONGEST: Final = 600.0


class RunKeeper:
    """Writes a session's state in a thread of its own.

    `tell` is called there with a sentence: once for every new reason why the run cannot be kept, and where a large one
    is kept less often than every few seconds.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self._place = KeptRun(folder)
        self._folder, self._say = folder, tell
        self._told_interval = _USUAL
        self._begun = monotonic()
        self._due = self._begun + INTERVAL
        self._cost = 0.0
        self._kept: tuple[object, ...] = ()
        self._waiting: SimpleQueue[RunContents | None] = SimpleQueue()
        self._idle = threading.Event()
        self._idle.set()
        self._old: Path | None = None
        self._told = ""
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
        self._thread.start()

    # called in the training thread

    def continues(self, old: Path) -> None:
        """Let the file of an earlier window go as soon as its run is kept here."""
        self._old = old

    def seconds_left(self, session: Session) -> float | None:
        """Return how long it is until the session is to be kept, None where it is kept as it is."""
        return None if self._state_of(session) == self._kept else max(0.0, self._due - monotonic())

    def keep_if_due(self, session: Session) -> None:
        """Keep the session where it is time and the last writing is over; called after every step."""
        if monotonic() >= self._due and self._idle.is_set() and self._state_of(session) != self._kept:
            self.keep(session)

    def keep(self, session: Session) -> None:
        """Copy the session's state and have it written."""
        self._begun, begin = monotonic(), perf_counter()
        contents = self._place.contents(session)
        self._kept = self._state_of(session)
        self._cost = perf_counter() - begin
        self._due = self._begun + max(INTERVAL, self._cost / SHARE)
        self._idle.clear()
        self._waiting.put(contents)

    def keep_now(self, session: Session | None) -> None:
        """Keep what is not kept yet, and wait until all is written."""
        if session is not None and self._state_of(session) != self._kept:
            self.keep(session)
        self._idle.wait()

    def end(self, session: Session | None) -> None:
        """Keep what is not kept yet, and end the thread."""
        if session is not None and self._state_of(session) != self._kept:
            self.keep(session)
        self._waiting.put(None)
        self._thread.join()
        self._place.close()

    def _state_of(self, session: Session) -> tuple[object, ...]:
        return session.history, session.steps, session.edits, session.epochs

    # called in its own thread

    def _work(self) -> None:
        while (contents := self._waiting.get()) is not None:
            begin = thread_time()
            self._write(contents)
            cost = self._cost + thread_time() - begin
            interval = max(INTERVAL, min(cost / SHARE, _LONGEST))
            self._due = max(self._due, self._begun + interval)
            self._tell_interval(interval)
            self._idle.set()

    def _tell_interval(self, interval: float) -> None:
        """Say how often the run is kept where that is seldom, again only when it has become twice or half of that."""
        if interval <= _USUAL < self._told_interval:
            self._told_interval = _USUAL
            self._say("The run is kept every few seconds again")
        elif interval > _USUAL and not self._told_interval / 2 < interval < self._told_interval * 2:
            self._told_interval = interval
            self._say(f"This run is large: it is kept about every {interval:.0f} s, which takes 2 % of the time")

    def _write(self, contents: RunContents) -> None:
        if not contents.step:
            return  # nothing was trained yet, so nothing can be lost
        try:
            self._place.write(contents)
        except OSError as error:
            self._tell(f"The run cannot be kept in {self._folder} ({error.strerror}); training goes on.")
        except DataError as error:
            self._tell(f"The run cannot be kept: {error}")
        else:
            self._told = ""
            if self._old is not None:
                forget_run(self._old)
                self._old = None

    def _tell(self, sentence: str) -> None:
        if sentence != self._told:
            self._told = sentence
            self._say(sentence)
