"""The bounds that a process sets itself hold, each tried in a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lab.data.readers import limits
from lab.data.readers.limits import memory_limit


def _run(code: str) -> subprocess.CompletedProcess[str]:
    program = f"from lab.data.readers.limits import *\n{code}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_what_a_reader_may_take_is_less_than_the_machine_has() -> None:
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 0 < memory_limit() <= min(6 << 30, 0.75 * machine)


def test_memory_beyond_the_limit_is_refused() -> None:
    ended = _run("limit_memory(300 << 20)\nkept = bytearray(100 << 20)\nprint('small')\nbytearray(300 << 20)")
    assert ended.stdout == "small\n"
    assert ended.stderr.endswith("MemoryError\n")


def test_a_child_goes_behind_others_and_leaves_no_core() -> None:
    ended = _run(
        "import os, resource\nbefore = os.nice(0)\nlimit_memory(1 << 30)\n"
        "print(os.nice(0) - before, resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    assert ended.stdout == "5 0\n"


def test_computing_beyond_the_limit_ends_the_process() -> None:
    assert _run("limit_computing(0)\nwhile True: pass").returncode == -signal.SIGXCPU


def test_the_time_for_computing_can_begin_anew() -> None:
    ended = _run(
        "import resource\nlimit_computing(1)\nfirst, _ = resource.getrlimit(resource.RLIMIT_CPU)\n"
        "limit_computing(9)\nprint(resource.getrlimit(resource.RLIMIT_CPU)[0] - first)"
    )
    # Counted in whole seconds, one of which may end between the two.
    assert ended.stdout in {"8\n", "9\n"}


def test_a_folder_in_memory_is_taken_only_where_it_has_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MEMORY_FOLDER", str(tmp_path))
    monkeypatch.setattr(limits, "memory_limit", lambda: 1)
    assert limits.folder_in_memory() == str(tmp_path)
    monkeypatch.setattr(limits, "memory_limit", lambda: 1 << 60)
    assert limits.folder_in_memory() is None
    monkeypatch.setattr(limits, "_MEMORY_FOLDER", str(tmp_path / "none"))
    assert limits.folder_in_memory() is None
