"""A process that waits for a file reads it, is never one of two, may be ended by anyone, and ends with its parent."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.data.readers.child import keep_ready, read_in_child
from lab.data.readers.child_start import READY
from lab.data.readers.formats import FORMATS
from lab.data.table import Table
from tests.waiting import MILLISECONDS

pytestmark = [
    pytest.mark.usefixtures("cold_reader"),
    pytest.mark.skipif(sys.platform != "linux", reason="waits for processes by their numbers, as Linux can"),
]

ANIMALS = Path(__file__).parents[1] / "files" / "animals.csv"


@pytest.fixture(autouse=True)
def _none_waits_afterwards() -> Iterator[None]:
    yield
    READY.close()


def _read(path: Path = ANIMALS) -> Table:
    found = read_in_child(FORMATS["delimited"].read, path, {}, lambda _: None, lambda: False)
    assert isinstance(found, Table)
    return found


def _ends(pid: int | None) -> bool:
    """Wait until a process has ended; False where it does not."""
    assert pid is not None
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        end = select.poll()
        end.register(process, select.POLLIN)
        return bool(end.poll(MILLISECONDS))
    finally:
        os.close(process)


def test_a_file_is_read_by_the_process_that_waits() -> None:
    plain = _read()
    keep_ready()
    pid = READY.pid
    found = _read()
    assert READY.pid is None
    assert _ends(pid)
    assert (found.names, found.rows) == (plain.names, plain.rows)


def test_there_is_never_more_than_one() -> None:
    keep_ready()
    first = READY.pid
    keep_ready()
    assert READY.pid == first
    READY.close()
    assert READY.pid is None
    assert _ends(first)


def test_a_file_is_read_where_the_process_that_waits_was_ended() -> None:
    keep_ready()
    assert READY.pid is not None
    os.kill(READY.pid, signal.SIGKILL)
    assert _ends(READY.pid)
    assert _read().rows > 0
    keep_ready()
    assert _read().rows > 0


def test_it_ends_with_a_parent_that_is_killed() -> None:
    code = (
        "import os, signal; from lab.data.readers.child import keep_ready; from lab.data.readers.child_start import "
        "READY; keep_ready(); print(READY.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert _ends(int(done.stdout))
