"""Predicting a file as the window does it: the model is copied between two steps, the file is read beside training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lab.gui.workers.job_thread import Job, JobThread
from lab.gui.workspace.run import Run

if TYPE_CHECKING:
    from lab.experiment.session import Session
    from lab.storage.model_file import Model
    from lab.storage.predictions import Predictions


class Predicting(QObject):
    """Lets the network of the run say what it takes the rows of a file for; a new file takes the place of the last."""

    opened = Signal()  # somebody wants to see it
    changed = Signal()  # what is under way, or the result
    failed = Signal(str)

    numbers = 0
    """Questions of all of them: a run answers with the number alone."""

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._jobs = JobThread(self)
        self._jobs.job_done.connect(self._on_job_done)
        self._jobs.job_failed.connect(self._on_job_failed)
        run.taken.connect(self._on_taken)
        self._number = 0
        self.path: Path | None = None
        """The file that is asked about, or was last."""
        self.is_under_way = False
        self.result: Predictions | None = None
        self.step = 0
        """The step after which the network was asked."""
        self.notes: tuple[str, ...] = ()
        """What was decided while the file was read and may be decided otherwise."""

    def predict(self, path: Path) -> None:
        """Ask the network as it is between two steps about every row of a file."""
        Predicting.numbers += 1
        self._number = -Predicting.numbers  # below zero, where no other question of the run is
        self.path, self.is_under_way, self.result, self.notes = path, True, None, ()
        self._run.take(self._number, _take_model)
        self.opened.emit()
        self.changed.emit()

    def end(self) -> None:
        """Stop the thread and wait for it."""
        self._jobs.end()

    @Slot(int, object)
    def _on_taken(self, number: int, taken: tuple[int, Model] | None) -> None:
        if number != self._number or not self.is_under_way or self.path is None:
            return
        if taken is None:
            self._fail("there is no network yet: press Run, or take a step, and choose the file again")
            return
        self.step, model = taken
        self._jobs.begin(-number, _job(model, self.path))

    @Slot(int, object)
    def _on_job_done(self, number: int, found: tuple[Predictions | None, tuple[str, ...], str]) -> None:
        if -number != self._number:
            return
        result, notes, problem = found
        if result is None:
            self._fail(problem)
            return
        self.is_under_way, self.result, self.notes = False, result, notes
        self.changed.emit()

    @Slot(int, str)
    def _on_job_failed(self, number: int, sentence: str) -> None:
        if -number == self._number:
            self._fail(f"{sentence}.")

    def _fail(self, sentence: str) -> None:
        self.is_under_way = False
        self.changed.emit()
        self.failed.emit(f"Predict a file: {sentence}")


def _take_model(session: Session) -> tuple[int, Model]:
    """Return the step and a model of the session's network, which no later step changes."""
    from lab.core.copying import copy_network
    from lab.storage.model_file import model_of

    model = model_of(session)
    return session.steps, replace(model, network=copy_network(model.network))


def _job(model: Model, path: Path) -> Job:
    from lab.data.errors import DataError
    from lab.storage.predictions import predict_file

    def job(_goes_on: object) -> tuple[Predictions | None, tuple[str, ...], str]:
        notes: list[str] = []
        try:
            return predict_file(model, path, notes.append), tuple(notes), ""
        except DataError as error:
            return None, (), str(error)

    return job
