"""The gradient check as the window works on it: the copy of the network, the job beside training, and its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lab.gui.workers.job_thread import Job, JobThread
from lab.gui.workspace.run import Run

if TYPE_CHECKING:
    from lab.experiment.gradient_report import CheckMaterial, GradientReport, Parameter


class GradientChecking(QObject):
    """Checks the gradients of the run in the thread of jobs; a new check takes the place of one that is under way."""

    opened = Signal()  # somebody wants to see it
    changed = Signal()  # what is under way, or the report
    verdict_found = Signal(str)
    failed = Signal(str)

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._jobs = JobThread(self)
        self._jobs.progressed.connect(self._on_progressed)
        self._jobs.job_done.connect(self._on_job_done)
        self._jobs.job_failed.connect(self._on_job_failed)
        run.taken.connect(self._on_taken)
        run.started.connect(self._on_run_started)
        self._number = 0
        self._wanted: tuple[Parameter | None, bool] = (None, False)
        self.is_under_way = False
        self.progress = (0, 0)
        """Cells done, and in all; (0, 0) before it is known."""
        self.report: GradientReport | None = None

    def check(self, parameter: Parameter | None, every_cell: bool = False) -> None:
        """Check one parameter of the run, or all of them (None), as the step on show used them."""
        from lab.experiment.gradient_report import take_material  # with the session, at the first check

        self._number += 1
        self._wanted, self.is_under_way, self.progress = (parameter, every_cell), True, (0, 0)
        self._run.take(self._number, take_material)
        self.opened.emit()
        self.changed.emit()

    def cancel(self) -> None:
        """Let go of the check that is under way; an earlier report stays."""
        self._number += 1
        self._jobs.cancel()
        self.is_under_way = False
        self.changed.emit()

    def end(self) -> None:
        """Stop the thread of jobs and wait for it."""
        self._jobs.end()

    @Slot(int, object)
    def _on_taken(self, number: int, material: CheckMaterial | None) -> None:
        if number != self._number or not self.is_under_way:
            return
        if material is None:
            self._on_job_failed(number, "there is no run to check: start one, or take a step")
            return
        self._jobs.begin(number, _job(material, *self._wanted))

    @Slot(int, int, int)
    def _on_progressed(self, number: int, done: int, total: int) -> None:
        if number == self._number:
            self.progress = (done, total)
            self.changed.emit()

    @Slot(int, object)
    def _on_job_done(self, number: int, report: GradientReport | None) -> None:
        if number == self._number and report is not None:
            self.is_under_way, self.report = False, report
            self.changed.emit()
            self.verdict_found.emit(report.verdict)

    @Slot(int, str)
    def _on_job_failed(self, number: int, sentence: str) -> None:
        if number == self._number:
            self.is_under_way = False
            self.changed.emit()
            self.failed.emit(f"Gradient check: {sentence}.")

    @Slot()
    def _on_run_started(self) -> None:
        """Forget the report of another run."""
        if self.report is not None:
            self.report = None
            self.changed.emit()


def _job(material: CheckMaterial, parameter: Parameter | None, every_cell: bool) -> Job:
    from lab.experiment.gradient_report import check_gradients

    known = material.parameters
    wanted = known if parameter is None else [each for each in known if each == parameter]
    return lambda goes_on: check_gradients(material, wanted, goes_on, every_cell)
