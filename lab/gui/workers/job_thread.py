"""A thread for jobs longer than a step: they get copies, tell how far they are, and can be cancelled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

_log = logging.getLogger(__name__)

_BETWEEN = 0.1
"""Seconds between two words on how far a job is."""

Job = Callable[[Callable[[int, int], bool]], Any]
"""Is given what it tells how far it is (done, total), which returns whether it is still wanted; returns its result."""


class JobThread(QThread):
    """Does one job after another; what it comes to has the job's number. A job that is cancelled comes to nothing."""

    progressed = Signal(int, int, int)  # number, done, total
    job_done = Signal(int, object)  # number, result
    job_failed = Signal(int, str)  # number, sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobs")
        self._jobs: SimpleQueue[tuple[int, Job] | None] = SimpleQueue()
        self._wanted = 0
        """The number of the job that somebody waits for; every other one ends as soon as it asks."""

    def begin(self, number: int, job: Job) -> None:
        """Do a job, in the place of the one that is under way; numbers are above 0."""
        self._wanted = number
        self._jobs.put((number, job))
        if not self.isRunning():
            self.start()

    def cancel(self) -> None:
        """Let the job that is under way end without a result."""
        self._wanted = 0

    def end(self) -> None:
        """Cancel what is under way, and wait until the thread has gone."""
        self._wanted = 0
        self._jobs.put(None)
        self.wait()

    def run(self) -> None:
        """Do jobs until told to end (QThread's entry)."""
        while (given := self._jobs.get()) is not None:
            number, job = given
            try:
                result = job(self._teller(number)) if number == self._wanted else None
            except MemoryError:
                self.job_failed.emit(number, "there is not enough memory for this")
            except Exception as error:  # noqa: BLE001
                # The thread's border: what goes wrong in a job must reach the window as a sentence.
                _log.exception("a job met an unforeseen error")
                self.job_failed.emit(number, f"it stopped on an unforeseen error: {type(error).__name__}: {error}")
            else:
                if number == self._wanted:
                    self.job_done.emit(number, result)

    def _teller(self, number: int) -> Callable[[int, int], bool]:
        last = -_BETWEEN

        def tell(done: int, total: int) -> bool:
            nonlocal last
            if number == self._wanted and monotonic() - last >= _BETWEEN:
                last = monotonic()
                self.progressed.emit(number, done, total)
            return number == self._wanted

        return tell
