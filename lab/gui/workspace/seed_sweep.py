"""Several seeds of the draft, as the window works on them: the sweep beside training, and the runs that have come."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lab import paths
from lab.experiment.spec import Experiment
from lab.gui.workers.sweep_thread import SweepThread
from lab.gui.workspace.draft import Draft

if TYPE_CHECKING:
    from lab.sweep.seed_runs import SeedRun
    from lab.sweep.spread import Band

_FORGOTTEN_AFTER = 7 * 24 * 3600.0
"""Seconds after which the folder of a window that was killed is removed."""


class SeedSweep(QObject):
    """Trains the draft with several seeds; a new sweep takes the place of the last one and of its runs."""

    opened = Signal()  # somebody wants to see it
    changed = Signal()  # what is under way, or the runs
    noted = Signal(str)
    refused = Signal(str)

    def __init__(self, draft: Draft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._thread: SweepThread | None = None
        self._folder: Path | None = None
        self._experiment: Experiment | None = None
        self.seeds: tuple[int, ...] = ()
        """The seeds of the sweep, of which `runs` has those that are done."""
        self.runs: tuple[SeedRun, ...] = ()

    @property
    def is_under_way(self) -> bool:
        """Whether seeds are being trained."""
        return self._thread is not None

    @property
    def name(self) -> str:
        """The name of the experiment that the runs are of; empty where there is none."""
        return "" if self._experiment is None else self._experiment.name

    @property
    def is_regression(self) -> bool:
        """Whether that experiment predicts numbers."""
        return self._experiment is not None and self._experiment.data.is_regression

    def is_of(self, experiment: Experiment) -> bool:
        """Tell whether the runs are of this experiment, whatever its seed."""
        mine = self._experiment
        return mine is not None and mine == experiment.model_copy(update={"seed": mine.seed})

    def band(self, figure: str) -> Band:
        """Return mean and spread of a field of EpochRecord over the seeds that are done."""
        from lab.sweep.spread import band

        return band(self.runs, figure)

    def show(self) -> None:
        """Bring the page of seeds to the front."""
        self.opened.emit()

    def begin(self, count: int) -> None:
        """Train the draft with so many seeds, from its own on; refused in a sentence where it cannot be started."""
        from lab.experiment.training.blas import cores
        from lab.sweep.seed_runs import seed_tasks

        if reason := self._draft.problem():
            self.refused.emit(f"The seeds cannot be started: {reason}")
            return
        self.cancel()
        try:
            folder = self._emptied_folder()
        except OSError as error:
            self.refused.emit(f"The seeds have no place for their runs: {error.filename} ({error.strerror}).")
            return
        experiment = self._draft.experiment
        tasks = seed_tasks(experiment, count, keep=folder / "run.safetensors")
        self._experiment = experiment
        self.seeds, self.runs = tuple(task.experiment.seed for task in tasks), ()
        thread = self._thread = SweepThread(tasks, min(cores(), count), self)
        thread.run_done.connect(self._on_run_done)
        thread.told.connect(self.noted)
        thread.sweep_failed.connect(self._on_sweep_failed)
        thread.finished.connect(self._on_finished)
        thread.start()
        self.changed.emit()

    def cancel(self) -> None:
        """End what is under way; the runs that are done stay."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.cancel()
            thread.blockSignals(True)
            thread.wait()
            thread.deleteLater()
            self.changed.emit()

    def end(self) -> None:
        """End the processes and remove the runs."""
        self.blockSignals(True)
        self.cancel()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _emptied_folder(self) -> Path:
        """Return this window's folder of runs, without those of an earlier sweep."""
        if self._folder is None:
            room = paths.user_state() / "seeds"
            room.mkdir(exist_ok=True)
            for left in room.iterdir():
                with suppress(OSError):
                    if time() - left.stat().st_mtime > _FORGOTTEN_AFTER:
                        shutil.rmtree(left, ignore_errors=True)
            self._folder = Path(tempfile.mkdtemp(prefix="window-", dir=room))
        for path in self._folder.iterdir():
            path.unlink()
        return self._folder

    @Slot(object)
    def _on_run_done(self, run: SeedRun) -> None:
        self.runs = tuple(sorted((*self.runs, run), key=lambda each: self.seeds.index(each.seed)))
        self.changed.emit()

    @Slot(str)
    def _on_sweep_failed(self, sentence: str) -> None:
        self.refused.emit(f"Several seeds: {sentence}.")

    @Slot()
    def _on_finished(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.deleteLater()
        done = [run for run in self.runs if run.report is not None]
        self.noted.emit(f"{len(done)} of {len(self.seeds)} seeds of {self.name} are trained")
        self.changed.emit()
