"""The thread that reads data, so that a large file never stops the window; only the newest request is answered."""

import logging
from queue import SimpleQueue

from PySide6.QtCore import QObject, QThread, Signal

from lab.data.errors import DataError
from lab.experiment.datasets import describe_data
from lab.experiment.forms.data_specs import DataSpec

_log = logging.getLogger(__name__)


class DataThread(QThread):
    """Reads the data of a spec and describes it; a request that is outdated when its turn comes is passed over."""

    data_read = Signal(object, object)  # (DataSpec, seed), DataFacts
    reading_failed = Signal(object, str)  # (DataSpec, seed), sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data")
        self._requests: SimpleQueue[tuple[DataSpec, int] | None] = SimpleQueue()

    def read(self, data: DataSpec, seed: int) -> None:
        """Ask for the facts of this data under this seed's split."""
        self._requests.put((data, seed))

    def end(self) -> None:
        """Stop the thread and wait until it has gone."""
        self._requests.put(None)
        self.wait()

    def run(self) -> None:
        """Answer requests until told to end (QThread's entry)."""
        while (request := self._requests.get()) is not None:
            if not self._requests.empty():
                continue
            try:
                facts = describe_data(*request)
            except DataError as error:
                self.reading_failed.emit(request, str(error))
            except MemoryError:
                self.reading_failed.emit(request, "the data does not fit into memory")
            except Exception as error:  # noqa: BLE001
                # The thread's border: a file that breaks a reader must not break the window.
                _log.exception("reading data met an unforeseen error")
                self.reading_failed.emit(request, f"the data cannot be read: {type(error).__name__}: {error}")
            else:
                self.data_read.emit(request, facts)
