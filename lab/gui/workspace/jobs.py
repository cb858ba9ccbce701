"""Jobs beside training, through one door: what they need is copied between two steps, one thread does one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal, Slot

from lab.gui.workers.job_thread import Job, JobThread
from lab.gui.workspace.run import Run

if TYPE_CHECKING:
    from lab.experiment.session import Session

_FIRST: Final = 1 << 30
"""Numbers from here on are jobs: panels that take something of the session themselves count from 1."""


class Jobs(QObject):
    """Numbers the jobs and begins them; a new one takes the place of the one that is under way."""

    begun = Signal(int)
    progressed = Signal(int, int, int)  # number, done, total
    done = Signal(int, object)  # number, result
    failed = Signal(int, str)  # number, sentence

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._thread = JobThread(self)
        self._thread.progressed.connect(self.progressed)
        self._thread.job_done.connect(self.done)
        self._thread.job_failed.connect(self.failed)
        run.taken.connect(self._on_taken)
        self._number = _FIRST
        self._job_of: Callable[[Any], Job] | None = None

    def begin(self, take: Callable[[Session], Any], job_of: Callable[[Any], Job]) -> int:
        """Let `take` copy something of the session between two steps, then do the job made of it; return its number."""
        self._count()
        self._job_of = job_of
        self._run.take(self._number, take)
        return self._number

    def begin_at_once(self, job: Job) -> int:
        """Do a job that needs nothing of the session; return its number."""
        self._count()
        self._thread.begin(self._number, job)
        return self._number

    def cancel(self) -> None:
        """Let the job that is under way end without a result."""
        self._number += 1
        self._job_of = None
        self._thread.cancel()

    def end(self) -> None:
        """Stop the thread and wait for it."""
        self._thread.end()

    def _count(self) -> None:
        self._thread.cancel()
        self._number += 1
        self._job_of = None
        self.begun.emit(self._number)

    @Slot(int, object)
    def _on_taken(self, number: int, material: Any) -> None:
        if number != self._number or self._job_of is None:
            return
        job_of, self._job_of = self._job_of, None
        if material is None:
            self.failed.emit(number, "there is no run yet: start one, or take a step")
        else:
            self._thread.begin(number, job_of(material))


class LongJob(QObject):
    """One kind of job as a page shows it: whether it is under way, how far it is, and what goes wrong in a sentence.

    Subclasses begin it and take what it comes to.
    """

    changed = Signal()  # what is under way, or the result
    failed = Signal(str)
    title = "Job"

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        jobs.begun.connect(self._on_begun)
        jobs.progressed.connect(self._on_progressed)
        jobs.done.connect(self._on_done)
        jobs.failed.connect(self._on_failed)
        self._job = 0
        self.is_under_way = False
        self.progress = (0, 0)
        """How much is done, and in all; (0, 0) before it is known."""

    def cancel(self) -> None:
        """Let go of the job that is under way; an earlier result stays."""
        if self.is_under_way:
            self._jobs.cancel()
            self._rest()

    def take_result(self, result: Any) -> None:
        """Take what the job came to."""
        raise NotImplementedError

    def _under_way(self, number: int) -> None:
        self._job, self.is_under_way, self.progress = number, True, (0, 0)
        self.changed.emit()

    def _rest(self) -> None:
        self._job, self.is_under_way = 0, False
        self.changed.emit()

    @Slot(int)
    def _on_begun(self, _number: int) -> None:
        if self.is_under_way:
            self._rest()

    @Slot(int, int, int)
    def _on_progressed(self, number: int, done: int, total: int) -> None:
        if number == self._job:
            self.progress = (done, total)
            self.changed.emit()

    @Slot(int, object)
    def _on_done(self, number: int, result: Any) -> None:
        if number == self._job and result is not None:
            self._job, self.is_under_way = 0, False
            self.take_result(result)
            self.changed.emit()

    @Slot(int, str)
    def _on_failed(self, number: int, sentence: str) -> None:
        if number == self._job:
            self._rest()
            self.failed.emit(f"{self.title}: {sentence}.")
