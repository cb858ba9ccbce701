"""The thread that reads a file to be imported and counts what each choice comes to; only the newest request counts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import TypeVar

from PySide6.QtCore import QObject, QThread, Signal

from lab.data.errors import Cancelled, DataError
from lab.data.readers.formats import Format, ReadResult, format_of, read_file, remember
from lab.data.recipe.proposal import effects
from lab.data.table import Table
from lab.experiment.datasets import dataset_of, facts_of, read_options, recipe_of
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.import_choices import with_kept, with_proposal

_log = logging.getLogger(__name__)
_BETWEEN = 0.1
"""Seconds between two words on how far reading has come."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class ImportRequest:
    """What is to be read and counted; of a new file the choices are to be proposed first."""

    number: int
    data: DataSpec
    seed: int
    new: bool
    kept: tuple[DataSpec, DataSpec] | None = None
    """Choices that are to be kept as far as they fit, and the proposal that they were made over."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What a file was found to be, and the choices about it."""

    format: Format
    result: ReadResult
    data: DataSpec
    proposed: DataSpec | None = None
    """What was proposed where that was asked for; `data` may have choices that were kept."""


class ImportThread(QThread):
    """Answers the newest request; reading for an older one is given up, and its answer is not sent."""

    progressed = Signal(object, float)  # ImportRequest, 0..1
    file_read = Signal(object, object)  # ImportRequest, Reading
    reading_failed = Signal(object, str)  # ImportRequest, sentence
    described = Signal(
        object, object, object, object
    )  # ImportRequest, Effects or None, DataFacts or None, sentence or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self._requests: SimpleQueue[ImportRequest | None] = SimpleQueue()
        self._newest = 0
        self._last: Reading | None = None

    def ask(self, data: DataSpec, seed: int, new: bool, kept: tuple[DataSpec, DataSpec] | None = None) -> ImportRequest:
        """Ask for a file and for what the choices come to; every request before this one is outdated."""
        self._newest += 1
        request = ImportRequest(self._newest, data, seed, new, kept)
        self._requests.put(request)
        return request

    def cancel(self) -> None:
        """Give up whatever is being read or counted."""
        self._newest += 1

    def end(self) -> None:
        """Stop the thread and wait until it has gone."""
        self.cancel()
        self._requests.put(None)
        self.wait()

    def run(self) -> None:
        """Answer requests until told to end (QThread's entry)."""
        while (request := self._requests.get()) is not None:
            try:
                self._answer(request)
            except Cancelled:
                continue

    def _answer(self, request: ImportRequest) -> None:
        """Answer one request; Cancelled as soon as it is outdated."""
        self._go_on(request)
        read, sentence = _attempt(lambda: self._read(request))
        self._go_on(request)
        if read is None:
            self.reading_failed.emit(request, sentence)
            return
        self.file_read.emit(request, read)
        result, data = read.result, read.data
        known, _ = _attempt(lambda: effects(result, recipe_of(data)) if isinstance(result, Table) else None)
        self._go_on(request)
        facts, problem = _attempt(lambda: facts_of(dataset_of(result, data), data, request.seed))
        self._go_on(request)
        self.described.emit(request, known, facts, problem)

    def _read(self, request: ImportRequest) -> Reading:
        assert request.data.path is not None
        path, last = Path(request.data.path), -_BETWEEN

        def tell(share: float) -> None:
            nonlocal last
            now = monotonic()
            if now - last >= _BETWEEN:
                last = now
                self.progressed.emit(request, share)

        result = read_file(path, read_options(request.data), tell, lambda: self._is_outdated(request))
        data, proposed = request.data, None
        if request.new:
            data = proposed = with_proposal(result, data)
            if request.kept is not None:
                data = with_kept(result, proposed, *request.kept)
            # The proposal says how the file was read, so that it reads the same with it.
            remember(path, read_options(data), result)
        if self._last is not None and self._last.result is result:
            return replace(self._last, data=data, proposed=proposed)
        format = format_of(path)
        self._last = Reading(format, result, data, proposed)
        return self._last

    def _is_outdated(self, request: ImportRequest) -> bool:
        return request.number != self._newest

    def _go_on(self, request: ImportRequest) -> None:
        if self._is_outdated(request):
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
