"""Predicting a file as the window does it: the model is copied between two steps, the file is read beside training."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lab.gui.workers.job_thread import Job
from lab.gui.workspace.jobs import Jobs, LongJob

if TYPE_CHECKING:
    from lab.experiment.session import Session
    from lab.storage.model_file import Model
    from lab.storage.predictions import Predictions


@dataclass(frozen=True, eq=False)
class Asked:
    """What came of a file: predictions, or the problem in a sentence; notes are what was decided while it was read."""

    step: int
    """The step after which the network was asked."""
    predictions: Predictions | None
    notes: tuple[str, ...]
    problem: str = ""


class Predicting(LongJob):
    """Lets the network of the run say what it takes the rows of a file for; a new file takes the place of the last."""

    opened = Signal()  # somebody wants to see it
    title = "Predict a file"

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(jobs, parent)
        self.path: Path | None = None
        """The file that is asked about, or was last."""
        self.asked: Asked | None = None

    @property
    def result(self) -> Predictions | None:
        """The predictions; None while there are none."""
        return None if self.asked is None else self.asked.predictions

    def predict(self, path: Path, match_case: bool = False) -> None:
        """Ask the network as it is between two steps about every row of a file.

        match_case: a text that differs from a known category in case or blanks only is that category.
        """
        number = self._jobs.begin(_take_model, partial(_job, path=path, match_case=match_case))
        self.path, self.asked = path, None
        self.opened.emit()
        self._under_way(number)

    def take_result(self, result: Asked) -> None:
        """Take the predictions, or say what does not fit."""
        self.asked = result
        if result.problem:
            self.failed.emit(f"{self.title}: {result.problem}")


def _take_model(session: Session) -> tuple[int, Model]:
    """Return the step and a model of the session's network, which no later step changes."""
    from lab.core.copying import copy_network
    from lab.storage.model_file import model_of

    model = model_of(session)
    return session.steps, replace(model, network=copy_network(model.network))


def _job(taken: tuple[int, Model], path: Path, match_case: bool) -> Job:
    from lab.data.errors import DataError
    from lab.storage.predictions import predict_file

    step, model = taken

    def job(_goes_on: object) -> Asked:
        notes: list[str] = []
        try:
            return Asked(step, predict_file(model, path, notes.append, match_case), tuple(notes))
        except DataError as error:
            return Asked(step, None, (), str(error))

    return job
