"""Starts the process that reads a file; one may be kept ready, which has loaded its libraries and waits for a file.

Starting Python and loading pandas takes most of the time in which a small file is read. A process that waits listens
to nothing but the pipe from its parent, and ends when that is closed: with the program, however the program ends.
"""

import os
import subprocess
import sys
from contextlib import suppress
from threading import Lock

from lab.data.readers.limits import NO_CONSOLE
from lab.system import module_command

WAITS = "-"
"""The argument of a process that is to wait for its task on standard input."""


def start_child(module: str, argument: str) -> subprocess.Popen[bytes]:
    """Start a process that runs a module of this program with one argument, with pipes for its lines."""
    # What the parent imports, the child does, be it installed or a checkout; -P keeps the current folder out.
    roots = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # Arrow's own allocator reserves a gigabyte for the first byte, which would count.
    environment = {**os.environ, **threads, "ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONPATH": roots}
    return subprocess.Popen(
        [*module_command(module), argument],
        stdin=subprocess.PIPE if argument == WAITS else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        creationflags=NO_CONSOLE,
    )


class ReadyChild:
    """Keeps at most one process that waits for a file; may be used from several threads."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    @property
    def pid(self) -> int | None:
        """The number of the process that waits, None where there is none."""
        return None if self._process is None else self._process.pid

    def keep(self, module: str) -> None:
        """Start a process that waits, unless one does; where none can be started, reading will start its own."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._forget()
                with suppress(OSError):
                    self._process = start_child(module, WAITS)

    def take(self, task: str) -> subprocess.Popen[bytes] | None:
        """Give the process that waits its task, of one line, and return it; None where none waits."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return None
        if process.poll() is not None:
            _end(process)
            return None
        assert process.stdin is not None
        try:
            process.stdin.write(task.encode() + b"\n")
            process.stdin.close()
        except OSError:  # it was ended by somebody else
            _end(process)
            return None
        return process

    def close(self) -> None:
        """End the process that waits."""
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        if self._process is not None:
            _end(self._process)
            self._process = None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with suppress(OSError), process:  # closing its pipe may find what was not written
        pass


READY = ReadyChild()
