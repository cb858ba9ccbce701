"""The gradient check as the window works on it: the copy of the network, the job beside training, and its report."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lab.gui.workers.job_thread import Job
from lab.gui.workspace.jobs import Jobs, LongJob
from lab.gui.workspace.run import Run

if TYPE_CHECKING:
    from lab.experiment.gradient_report import CheckMaterial, GradientReport, Parameter


class GradientChecking(LongJob):
    """Checks the gradients of the run in the thread of jobs; a new check takes the place of one that is under way."""

    opened = Signal()  # somebody wants to see it
    verdict_found = Signal(str)
    title = "Gradient check"

    def __init__(self, run: Run, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(jobs, parent)
        run.started.connect(self._on_run_started)
        self.report: GradientReport | None = None

    def check(self, parameter: Parameter | None, every_cell: bool = False) -> None:
        """Check one parameter of the run, or all of them (None), as the step on show used them."""
        from lab.experiment.gradient_report import take_material  # with the session, at the first check

        number = self._jobs.begin(take_material, partial(_job, parameter=parameter, every_cell=every_cell))
        self.opened.emit()
        self._under_way(number)

    def take_result(self, result: GradientReport) -> None:
        """Take the report, and say what came of it."""
        self.report = result
        self.verdict_found.emit(result.verdict)

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
