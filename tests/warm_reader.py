"""Children that read files for the tests, forked from a process that has loaded the libraries already.

Reading in a child (lab/data/readers/child.py) starts Python and loads pandas each time: 0.7 s of computing for a table
of three rows. Here one process loads them once and forks for each file, so that a child is there in a few hundredths.
All else is the same: a process of its own that runs `child_main` under its limits, tells its parent through a pipe and
can be killed. A test of the start itself takes the fixture `cold_reader`.
"""

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from contextlib import suppress
from importlib import import_module, invalidate_caches
from threading import Lock
from typing import IO, NoReturn, Self

_LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "python_calamine",
    "PIL.Image",
    "lab.data.errors",
    "lab.data.readers.child_main",
    "lab.data.readers.formats",
    "lab.data.readers.image_folder",
    "lab.data.readers.read_result_files",
    "lab.data.readers.tables.delimited",
    "lab.data.readers.tables.excel_reader",
    "lab.data.readers.tables.parquet_reader",
)
_SIZE = 4
"""So many bytes say how long a request is."""


class WarmReader:
    """The process that forks; it is started for the first file and ends with `close`."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None
        self._one_at_a_time = Lock()

    def start(self, argument: str) -> "ForkedChild":
        """Fork a child that runs `child_main.main(argument)` with this process's environment, path and folder."""
        place = {"argument": argument, "environment": dict(os.environ), "path": sys.path, "folder": os.getcwd()}
        request = json.dumps(place).encode()
        pipes = [os.pipe() for _ in range(3)]
        with self._one_at_a_time:
            door = self._opened()
            socket.send_fds(door, [len(request).to_bytes(_SIZE, "big")], [theirs for _, theirs in pipes])
            door.sendall(request)
        for _, theirs in pipes:
            os.close(theirs)
        (out, _), (complaints, _), (facts, _) = pipes
        return ForkedChild(os.fdopen(out, "rb"), os.fdopen(complaints, "rb"), os.fdopen(facts, "rb", buffering=0))

    def close(self) -> None:
        """End the process that forks."""
        if self._server is not None and self._door is not None:
            self._door.close()
            self._server.wait()

    def _opened(self) -> socket.socket:
        if self._door is None:
            self._door, theirs = socket.socketpair()
            roots = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
            threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
            environment = {**os.environ, **threads, "ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONPATH": roots}
            command = [sys.executable, "-P", "-W", "ignore", "-m", "tests.warm_reader", str(theirs.fileno())]
            self._server = subprocess.Popen(command, env=environment, pass_fds=[theirs.fileno()])
            theirs.close()
        return self._door


class ForkedChild:
    """What `subprocess.Popen` is for a child of one's own: its pipes, its end, and how to end it."""

    def __init__(self, stdout: IO[bytes], stderr: IO[bytes], facts: IO[bytes]) -> None:
        self.stdout, self.stderr, self._facts = stdout, stderr, facts
        self.pid = int(facts.readline())
        self.returncode: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()
        for pipe in (self.stdout, self.stderr, self._facts):
            pipe.close()

    def _has_ended(self, timeout: float | None) -> bool:
        """Whether the child's end was told within `timeout` seconds; select itself knows no descriptor above 1,023."""
        ready = select.poll()
        ready.register(self._facts, select.POLLIN)
        return bool(ready.poll(None if timeout is None else 1000 * timeout))

    def kill(self) -> None:
        """End the child if it still runs."""
        if self.returncode is None and not self._has_ended(0):
            with suppress(ProcessLookupError):  # it may end just now
                os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, or minus the number of the signal that ended it; TimeoutExpired after `timeout` s."""
        if self.returncode is None:
            if not self._has_ended(timeout):
                raise subprocess.TimeoutExpired("a forked child", timeout or 0)
            self.returncode = int(self._facts.readline())
        return self.returncode


def _serve(door: socket.socket) -> None:
    for name in _LIBRARIES:
        import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        size, pipes, _, _ = socket.recv_fds(door, _SIZE, 3)
        if not size:
            return
        request = _received(door, int.from_bytes(size, "big"))
        if os.fork() == 0:
            _keep(json.loads(request), *pipes)
        for pipe in pipes:
            os.close(pipe)


def _received(door: socket.socket, size: int) -> bytes:
    request = b""
    while len(request) < size:
        request += door.recv(size - len(request))
    return request


def _keep(request: dict[str, object], out: int, complaints: int, facts: int) -> NoReturn:
    """Start a child that reads, and tell its number and its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.close(facts)
        _read(request, out, complaints)
    os.close(out)
    os.close(complaints)
    os.write(facts, b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    os.write(facts, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _read(request: dict[str, object], out: int, complaints: int) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(complaints, 2)
    os.close(out)
    os.close(complaints)
    code = 1
    try:
        _settle(request)
        import_module("lab.data.readers.child_main").main(request["argument"])
        code = 0
    except BaseException:  # noqa: BLE001 - as at the end of any program
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _settle(request: dict[str, object]) -> None:
    """Be where the parent is, as a new process would."""
    environment, path, folder = request["environment"], request["path"], request["folder"]
    assert isinstance(environment, dict)
    assert isinstance(path, list)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:] = path
    os.chdir(str(folder))
    invalidate_caches()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
