"""What the delivery's checks share: a command that must work, its time, and the size of a folder."""

import os
import subprocess
from pathlib import Path
from time import perf_counter

PICTURE = "delta-lab.png"
"""What a start without a display leaves: the picture of the window."""


_OURS = ("PYTHONPATH", "VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY")


def run(*command: str | Path, cwd: Path, **environment: str) -> tuple[float, str]:
    """Run a command as somebody without this checkout would; return its seconds and what it printed.

    Raises SystemExit, with what it said, where it fails.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _OURS} | environment
    begin = perf_counter()
    done = subprocess.run([*map(str, command)], cwd=cwd, env=kept, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return perf_counter() - begin, done.stdout


def megabytes(folder: Path) -> int:
    """Return how much the files of a folder take; a file with two names counts once."""
    files = {(status := path.lstat()).st_ino: status.st_size for path in folder.rglob("*") if path.is_file()}
    return round(sum(files.values()) / 1e6)
