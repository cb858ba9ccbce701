"""Exports as the window makes them: the copy is taken between two steps, the files are written beside training."""

from __future__ import annotations

from collections import deque
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lab.export.export import Export
from lab.gui.workers.commands import ExportNetwork
from lab.gui.workers.job_thread import Job, JobThread
from lab.gui.workspace.run import Run

if TYPE_CHECKING:
    from lab.export.capture import Capture


class Exporting(QObject):
    """Writes one export after another in the order in which they were asked for."""

    exported = Signal(str)  # what was written, one sentence
    failed = Signal(str)

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._jobs = JobThread(self)
        self._jobs.job_done.connect(self._on_job_done)
        self._jobs.job_failed.connect(self._on_job_failed)
        run.captured.connect(self._on_captured)
        self._number = 0
        self._waiting: deque[Job] = deque()
        """The job that is under way, and those that come after it."""

    def export(self, export: Export, path: Path) -> None:
        """Write the run as it is between two steps."""
        self._run.send(ExportNetwork(export, path))

    def end(self) -> None:
        """Stop the thread when the file that it writes is whole; what waits is not written."""
        self._jobs.end()

    @Slot(object, object)
    def _on_captured(self, command: ExportNetwork, capture: Capture) -> None:
        self._waiting.append(partial(_write, command.export, capture, command.path))
        if len(self._waiting) == 1:
            self._begin()

    def _begin(self) -> None:
        self._number += 1
        self._jobs.begin(self._number, self._waiting[0])

    def _go_on(self) -> None:
        self._waiting.popleft()
        if self._waiting:
            self._begin()

    @Slot(int, object)
    def _on_job_done(self, _number: int, told: tuple[bool, str]) -> None:
        is_done, sentence = told
        (self.exported if is_done else self.failed).emit(sentence)
        self._go_on()

    @Slot(int, str)
    def _on_job_failed(self, _number: int, sentence: str) -> None:
        self.failed.emit(f"Export: {sentence}.")
        self._go_on()


def _write(export: Export, capture: Capture, path: Path, _goes_on: object) -> tuple[bool, str]:
    """Write an export; return whether that was possible, and a sentence."""
    from lab.data.errors import DataError
    from lab.export.write_export import write_export
    from lab.storage.errors import StorageError

    try:
        written = write_export(export, capture, path)
    except OSError as error:
        return False, f"{path} cannot be written ({error.strerror}): choose another folder."
    except (StorageError, DataError) as error:
        return False, str(error)
    with_them = f", with {written.beside}" if written.beside else ""
    return True, ". ".join([f"Exported {path.name}{with_them}", *written.notes])
