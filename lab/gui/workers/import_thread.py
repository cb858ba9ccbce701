"""The thread that reads a file to be imported and counts what each choice about it comes to; only the newest wish."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import TypeVar

from PySide6.QtCore import QObject, QThread, Signal

from lab.data.errors import Cancelled, DataError
from lab.data.readers.formats import Format, ReadResult, format_of, read_file
from lab.data.recipe.proposal import effects
from lab.data.table import Table
from lab.experiment.data_specs import DataSpec
from lab.experiment.datasets import dataset_of, facts_of, read_options, recipe_of
from lab.gui.workers.import_choices import with_proposal

_log = logging.getLogger(__name__)
_BETWEEN = 0.1
"""Seconds between two words on how far reading has come."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Wish:
    """What is to be read and counted; of a new file the choices are to be proposed first."""

    number: int
    data: DataSpec
    seed: int
    new: bool


@dataclass(frozen=True, eq=False)
class Reading:
    """What a file was found to be, and the choices about it."""

    format: Format
    result: ReadResult
    data: DataSpec


class ImportThread(QThread):
    """Answers the newest wish; reading for an older one is given up, and its answer is not sent."""

    progressed = Signal(object, float)  # Wish, 0..1
    file_read = Signal(object, object)  # Wish, Reading
    reading_failed = Signal(object, str)  # Wish, sentence
    described = Signal(object, object, object, object)  # Wish, Effects or None, DataFacts or None, sentence or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self._wishes: SimpleQueue[Wish | None] = SimpleQueue()
        self._newest = 0
        self._last: Reading | None = None

    def ask(self, data: DataSpec, seed: int, new: bool) -> Wish:
        """Ask for a file and for what the choices come to; every wish before this one is outdated."""
        self._newest += 1
        wish = Wish(self._newest, data, seed, new)
        self._wishes.put(wish)
        return wish

    def cancel(self) -> None:
        """Give up whatever is being read or counted."""
        self._newest += 1

    def end(self) -> None:
        """Stop the thread and wait until it has gone."""
        self.cancel()
        self._wishes.put(None)
        self.wait()

    def run(self) -> None:
        """Answer wishes until told to end (QThread's entry)."""
        while (wish := self._wishes.get()) is not None:
            try:
                self._answer(wish)
            except Cancelled:
                continue

    def _answer(self, wish: Wish) -> None:
        """Answer one wish; Cancelled as soon as it is outdated."""
        self._go_on(wish)
        read, sentence = _attempt(lambda: self._read(wish))
        self._go_on(wish)
        if read is None:
            self.reading_failed.emit(wish, sentence)
            return
        self.file_read.emit(wish, read)
        result, data = read.result, read.data
        known, _ = _attempt(lambda: effects(result, recipe_of(data)) if isinstance(result, Table) else None)
        self._go_on(wish)
        facts, problem = _attempt(lambda: facts_of(dataset_of(result, data), data, wish.seed))
        self._go_on(wish)
        self.described.emit(wish, known, facts, problem)

    def _read(self, wish: Wish) -> Reading:
        assert wish.data.path is not None
        path, last = Path(wish.data.path), -_BETWEEN

        def tell(share: float) -> None:
            nonlocal last
            now = monotonic()
            if now - last >= _BETWEEN:
                last = now
                self.progressed.emit(wish, share)

        result = read_file(path, read_options(wish.data), tell, lambda: self._is_outdated(wish))
        data = with_proposal(result, wish.data) if wish.new else wish.data
        if self._last is not None and self._last.result is result:
            return replace(self._last, data=data)
        format = format_of(path)
        self._last = Reading(format, result, data)
        return self._last

    def _is_outdated(self, wish: Wish) -> bool:
        return wish.number != self._newest

    def _go_on(self, wish: Wish) -> None:
        if self._is_outdated(wish):
            raise Cancelled


def _attempt(action: Callable[[], T]) -> tuple[T | None, str | None]:
    """Return what an action gives, or the sentence that says why it cannot."""
    try:
        return action(), None
    except Cancelled:
        raise
    except DataError as error:
        return None, str(error)
    except MemoryError:
        return None, "The data does not fit into memory; leave columns out, or use a part of the file."
    except Exception as error:  # noqa: BLE001
        # The thread's border: a file that breaks a reader must not break the window.
        _log.exception("importing met an unforeseen error")
        return None, f"The data cannot be read: {type(error).__name__}: {error}"
