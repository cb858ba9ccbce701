"""Processes that do tasks side by side, with the interface of `concurrent.futures.Executor`.

The standard library's ProcessPoolExecutor ends all that is under way when one of its processes dies. Here each process
has a pipe and a thread of its own: a death fails the one task that was in it, with a WorkerDied, and the next task of
that thread gets a new process.
"""

import os
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from threading import Lock, Thread, local
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
_NICER = 10
"""How much a process stands back: what a person looks at comes first."""
_ENDING_SECONDS = 5.0

_spawn = get_context("spawn")  # a fork would copy Qt and the training thread in the middle of what they do


class WorkerDied(RuntimeError):
    """The process that a task was in has ended before the task did; the sentence says how."""


class Processes(Executor):
    """So many processes, each started when a task first needs it; functions and arguments travel as pickles."""

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="process")
        self._own = local()
        self._workers: set[_Worker] = set()
        self._lock = Lock()
        self._is_ended = False

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Let one of the processes call `fn`; the future raises WorkerDied where that process ends first."""
        return self._threads.submit(self._do, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes when all tasks are done; cancel_futures: now, whatever is under way."""
        if cancel_futures:
            with self._lock:
                self._is_ended = True
                workers = list(self._workers)
            for worker in workers:
                worker.kill()
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            for worker in list(self._workers):
                self._forget(worker)

    def _do(self, fn: Callable[..., _T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _T:
        """Call `fn` in this thread's process."""
        worker = getattr(self._own, "worker", None)
        if worker is None:
            worker = self._own.worker = self._started()
        try:
            is_fine, value = worker.call((fn, args, kwargs))
        except WorkerDied:
            self._own.worker = None
            self._forget(worker)
            raise
        if not is_fine:
            raise value
        result: _T = value
        return result

    def _started(self) -> "_Worker":
        with self._lock:
            if self._is_ended:
                raise WorkerDied("it was stopped")
            worker = _Worker()
            self._workers.add(worker)
            return worker

    def _forget(self, worker: "_Worker") -> None:
        with self._lock:
            self._workers.discard(worker)
        worker.end()


class _Worker:
    """One process and the pipe to it; used by one thread."""

    def __init__(self) -> None:
        self._pipe, theirs = _spawn.Pipe()
        self._process = _spawn.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()  # else a death would not close the pipe

    def call(self, task: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]) -> tuple[bool, Any]:
        """Return whether a task came to its end, and its value or what it raised."""
        try:
            self._pipe.send(task)
            answer: tuple[bool, Any] = self._pipe.recv()
        except (EOFError, OSError) as error:
            self._process.join()
            raise WorkerDied(_how(self._process.exitcode)) from error
        return answer

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def end(self) -> None:
        """Let the process end, and wait until it has."""
        self._pipe.close()
        self._process.join(_ENDING_SECONDS)
        self._process.kill()
        self._process.join()
        self._process.close()


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended with exit code {code}"


def _serve(pipe: "Connection[Any, Any]") -> None:
    """Do the tasks that come through the pipe until it is closed (the entry of the process)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C comes to all; the parent decides
    if hasattr(os, "nice"):  # not on Windows
        os.nice(_NICER)
    Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            fn, args, kwargs = pipe.recv()
        except EOFError:
            return
        try:
            answer = True, fn(*args, **kwargs)
        except Exception as error:  # noqa: BLE001
            # The process's border: whatever a task raises is raised where its result is asked for.
            answer = False, error
        pipe.send(answer)


def _end_with_parent() -> None:
    """End this process when its parent has gone, however that ended: nobody waits for the result any more."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
