"""A thread that waits for a sweep's processes and tells of each run as it comes; the runs go on at a low priority."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

if TYPE_CHECKING:
    from lab.sweep.seed_runs import SeedTask

_log = logging.getLogger(__name__)


class _NotWanted(Exception):
    """The sweep was cancelled."""


class SweepThread(QThread):
    """Does one sweep; one that is cancelled ends its processes at once."""

    run_done = Signal(object)  # SeedRun
    told = Signal(str)
    sweep_failed = Signal(str)

    def __init__(self, tasks: Sequence[SeedTask], processes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep")
        self._tasks, self._processes = tasks, processes
        self._is_wanted = True

    def cancel(self) -> None:
        """End the sweep; what is done by now stays."""
        self._is_wanted = False

    def run(self) -> None:
        """Do the sweep (QThread's entry)."""
        from lab.sweep.processes import Processes
        from lab.sweep.seed_runs import run_seeds

        executor = Processes(self._processes)
        try:
            for done in run_seeds(self._tasks, executor, self.told.emit, self._check):
                self.run_done.emit(done)
        except _NotWanted:
            pass
        except Exception as error:  # noqa: BLE001
            # The thread's border: what goes wrong in a sweep must reach the window as a sentence.
            _log.exception("a sweep met an unforeseen error")
            self.sweep_failed.emit(f"it stopped on an unforeseen error: {type(error).__name__}: {error}")
        finally:
            executor.shutdown(cancel_futures=True)

    def _check(self) -> None:
        if not self._is_wanted:
            raise _NotWanted
