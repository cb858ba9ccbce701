"""Tasks in processes: values and errors come back, and a death fails the one task that was in it."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from lab.sweep.processes import Processes, WorkerDied
from tests.waiting import LIMIT


@pytest.fixture
def executor() -> Iterator[Processes]:
    processes = Processes(1)
    yield processes
    processes.shutdown(cancel_futures=True)


def test_a_death_fails_one_task_and_the_next_ones_are_done(executor: Processes) -> None:
    before = executor.submit(os.getpid)
    died = executor.submit(os.kill, before.result(LIMIT), signal.SIGKILL)
    after = executor.submit(divmod, 7, 2)
    with pytest.raises(WorkerDied, match="SIGKILL"):
        died.result(LIMIT)
    assert after.result(LIMIT) == (3, 1)
    assert executor.submit(os.getpid).result(LIMIT) not in (before.result(), os.getpid())


def test_what_a_task_raises_is_raised_where_its_result_is_asked_for(executor: Processes) -> None:
    with pytest.raises(ZeroDivisionError):
        executor.submit(divmod, 1, 0).result(LIMIT)
    exits = executor.submit(os._exit, 3)
    with pytest.raises(WorkerDied, match="exit code 3"):
        exits.result(LIMIT)


def test_the_processes_stand_back_for_others(executor: Processes) -> None:
    assert executor.submit(os.nice, 0).result(LIMIT) > os.nice(0)


def test_cancelling_ends_what_is_under_way(executor: Processes, tmp_path: Path) -> None:
    began = tmp_path / "began"
    os.mkfifo(began)
    endless = executor.submit(_wait_for_ever, began)
    waiting = executor.submit(divmod, 1, 1)
    assert began.read_text(encoding="ascii") == "began"
    executor.shutdown(cancel_futures=True)
    with pytest.raises(WorkerDied):
        endless.result(LIMIT)
    with pytest.raises((CancelledError, WorkerDied)):
        waiting.result(LIMIT)


def _wait_for_ever(began: Path) -> None:
    began.write_text("began", encoding="ascii")
    signal.pause()
