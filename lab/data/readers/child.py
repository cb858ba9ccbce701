"""Reads a file in a child process, so that a library that crashes on it cannot end the program."""

import json
import signal
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import IO

from lab.data.arrays import Arrays
from lab.data.errors import Cancelled, DataError, quoted
from lab.data.readers.child_start import READY, start_child
from lab.data.readers.limits import folder_in_memory, memory_limit
from lab.data.readers.read_result_files import read_result_folder
from lab.data.table import Table

_MODULE = "lab.data.readers.child_main"
_POLL = 0.05
# Both begin anew with every hundredth of progress: they end a reader that is stuck, not one with much to do.
_COMPUTING_SECONDS = 600
_WAITING_SECONDS = 900
_LONGEST_LINE = 1 << 20
_KEPT_COMPLAINTS = 20
_ENDING_SECONDS = 5
_OUT_OF_MEMORY = ("memory allocation", "bad_alloc", "out of memory", "memoryerror")


@dataclass(frozen=True)
class _Child:
    """A running child: its lines (an empty one after the last), and the last that it wrote on stderr.

    `complaints` are all there only when `listener`, the thread that takes them in, has ended.
    """

    process: subprocess.Popen[bytes]
    lines: SimpleQueue[bytes]
    complaints: deque[bytes]
    listener: Thread


def read_in_child(
    read: Callable[..., Table | Arrays],
    path: Path,
    options: Mapping[str, object],
    on_progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> Table | Arrays:
    """Call the reader on `path` in a process with limits on memory and time, and load the result.

    `read` is a function of a module, as a row of FORMATS has it; `options` are the fields of ReadOptions. Raises
    DataError, one sentence, for whatever the reader refuses and for whatever ends it; Cancelled within 50 ms of
    `cancelled()`. Nothing of the child is left in any case.
    """
    try:
        with tempfile.TemporaryDirectory(
            prefix="delta-lab-", dir=folder_in_memory(), ignore_cleanup_errors=True
        ) as folder:
            memory = memory_limit()
            task = {
                "reader": [read.__module__, read.__qualname__],
                "path": str(path),
                "options": dict(options),
                "folder": folder,
                "memory": memory,
                "seconds": _COMPUTING_SECONDS,
            }
            with _running(json.dumps(task)) as child:
                _follow(child, path, memory, on_progress, cancelled)
            return read_result_folder(Path(folder))
    except OSError as error:
        raise DataError(
            f"{path.name} could not be read in a process of its own ({error.strerror or error}); free some memory "
            f"and some space in {tempfile.gettempdir()}, and try again."
        ) from error


@contextmanager
def _running(argument: str) -> Iterator[_Child]:
    """Start the child; at the end it is killed if it still runs, waited for, and its pipes are closed."""
    with _started(argument) as process:
        lines: SimpleQueue[bytes] = SimpleQueue()
        complaints: deque[bytes] = deque(maxlen=_KEPT_COMPLAINTS)
        # A thread for each pipe, because select takes no pipes on Windows.
        listener = Thread(target=_pass_on, args=(process.stderr, complaints.append), daemon=True)
        readers = [Thread(target=_pass_on, args=(process.stdout, lines.put), daemon=True), listener]
        try:
            for reader in readers:
                reader.start()
            yield _Child(process, lines, complaints, listener)
        finally:
            process.kill()
            for reader in readers:
                if reader.ident is not None:
                    reader.join()


def _started(argument: str) -> subprocess.Popen[bytes]:
    return READY.take(argument) or start_child(_MODULE, argument)


def keep_ready() -> None:
    """Keep a process ready for the next file, unless one waits already; `READY.close` ends it."""
    READY.keep(_MODULE)


def _pass_on(stream: IO[bytes], keep: Callable[[bytes], object]) -> None:
    """Keep each line of a pipe, and an empty one when its other end is closed."""
    while line := stream.readline(_LONGEST_LINE):
        keep(line)
    keep(b"")


def _follow(
    child: _Child, path: Path, memory: int, on_progress: Callable[[float], None], cancelled: Callable[[], bool]
) -> None:
    """Return when the child is done; raises DataError where it tells of a fault, ends in another way or is stuck."""
    deadline = monotonic() + _WAITING_SECONDS
    while True:
        if cancelled():
            raise Cancelled
        if monotonic() > deadline:
            raise _too_long(path, _WAITING_SECONDS)
        try:
            line = child.lines.get(timeout=_POLL)
        except Empty:
            continue
        if not line.endswith(b"\n"):  # the end of the pipe, perhaps in the middle of a line
            raise _died(child, path, memory)
        match line.split():
            case [b"progress", share]:
                on_progress(min(1.0, float(share)))
                deadline = monotonic() + _WAITING_SECONDS
            case [b"done"]:
                return
            case [b"memory"]:
                raise _too_large(path, memory)
            case _:
                raise DataError(json.loads(line)["error"])


def _died(child: _Child, path: Path, memory: int) -> DataError:
    """Say why the child ended without a word, as far as its exit code and its last lines tell.

    The end of one pipe says nothing of the other: its complaints may still be on their way when the process has gone.
    """
    with suppress(subprocess.TimeoutExpired):
        child.process.wait(_ENDING_SECONDS)
    child.listener.join(_ENDING_SECONDS)  # a process that the child began may keep its pipe open
    code = child.process.returncode
    said = [text for line in list(child.complaints) if (text := line.decode(errors="replace").strip())]
    if any(sign in text.lower() for text in said for sign in _OUT_OF_MEMORY):
        return _too_large(path, memory)
    how = _signal_name(-code) if code is not None and code < 0 else quoted(said[-1]) if said else f"exit code {code}"
    if how == "SIGXCPU":
        return _too_long(path, _COMPUTING_SECONDS)
    if how == "SIGKILL":
        how = "the system killed it, perhaps because memory ran out"
    return DataError(
        f"{path.name} could not be read: the library that reads such files ended abruptly ({how}); "
        "save the data again, or in another format such as CSV."
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _too_large(path: Path, memory: int) -> DataError:
    return DataError(
        f"{path.name} could not be read: it needs more than the {memory / (1 << 30):.1f} GB of memory that reading "
        "may take; give it fewer rows, columns or pixels."
    )


def _too_long(path: Path, seconds: float) -> DataError:
    return DataError(
        f"{path.name} could not be read: nothing came of {seconds / 60:.0f} minutes of it; "
        "give it fewer rows, columns or pixels, or save it again."
    )
