"""The run of every open window, kept in a folder of the user's state, so that the next start can go on with it.

Each window has a file of its own and holds a lock beside it for as long as it lives: what nobody holds a lock on was
left behind by a window that was closed, killed or lost its power.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from lab.data.dataset import Dataset
from lab.experiment.session import Session
from lab.storage.run_file import RunContents, fingerprint_of, run_contents, write_run

if sys.platform != "win32":
    import fcntl

_ENDING = ".run.safetensors"
MOST_LEFT = 5
"""Runs that stay in the folder for their owner to come back to; older ones are removed."""


class KeptRun:
    """The place where one window keeps its run; `contents` is taken between two steps, `write` may run elsewhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: int | None = None
        self.path: Path | None = None
        """The file, once something was written."""
        self._printed: tuple[Dataset, str] | None = None
        """The last dataset and its fingerprint, which takes a look at every number."""

    def contents(self, session: Session) -> RunContents:
        """Return what is to be written of a session, in copies that no later step changes."""
        return run_contents(session)

    def write(self, contents: RunContents) -> None:
        """Write the run, whole or not at all; OSError where the place is not writable."""
        path = self.path if self.path is not None else self._claim()
        if self._printed is None or self._printed[0] is not contents.dataset:
            self._printed = contents.dataset, fingerprint_of(contents.dataset)
        write_run(path, contents, self._printed[1])

    def _claim(self) -> Path:
        """Take a name that no other window has."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            stem = self._folder / f"window-{os.getpid()}-{number}"
            path = stem.with_name(stem.name + _ENDING)
            if path.exists():
                continue  # of this window, or left by one that had the same number before the machine started again
            lock = _locked(stem.with_suffix(".lock"))
            if lock is not None:
                self._lock, self.path = lock, path
                return path
        raise OSError(None, "too many windows", str(self._folder))

    def close(self) -> None:
        """Let go of the lock; the file stays for the next start."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def runs_left(folder: Path) -> Sequence[Path]:
    """Return the files of runs that no window works on, the newest first; only the newest few stay."""
    found = [path for path in folder.glob(f"*{_ENDING}") if not _is_held(path)]
    found.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in found[MOST_LEFT:]:
        forget_run(old)
    return found[:MOST_LEFT]


def forget_run(path: Path) -> None:
    """Remove a run that was left."""
    for file in (path, _lock_of(path)):
        with suppress(OSError):
            file.unlink()


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(_ENDING) + ".lock")


def _is_held(path: Path) -> bool:
    lock = _lock_of(path)
    if not lock.exists():
        return False
    number = _locked(lock)
    if number is None:
        return True
    os.close(number)
    return False


def _locked(path: Path) -> int | None:
    """Return a descriptor of the file that holds its lock, or None where another window does."""
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if sys.platform == "win32":
        return number
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        return None
    except OSError:
        return number  # a file system without locks
    return number
