"""Limits on memory and computing time of a process; everything that differs between systems is here."""

import os
import shutil
import sys
from contextlib import suppress

if sys.platform != "win32":
    import resource

_MOST_MEMORY = 6 << 30
_NICER = 5
_MEMORY_FOLDER = "/dev/shm"

# Windows removes no file that is mapped.
KEEPS_MAPPED = sys.platform != "win32"

# A program with a window must not open a console for its child.
NO_CONSOLE = 0x08000000 if sys.platform == "win32" else 0


def memory_limit() -> int:
    """Return the bytes that reading a file may take: 6 GB, or three quarters of a machine that has less than 8."""
    machine = _MOST_MEMORY * 2
    if sys.platform != "win32":
        with suppress(ValueError, OSError):  # Not every system tells.
            machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(_MOST_MEMORY, machine * 3 // 4)


def folder_in_memory() -> str | None:
    """Return a folder in memory with room for all that reading may take, or None; it never waits for a disk."""
    with suppress(OSError):
        if os.access(_MEMORY_FOLDER, os.W_OK) and shutil.disk_usage(_MEMORY_FOLDER).free >= memory_limit():
            return _MEMORY_FOLDER
    return None


def limit_memory(most: int) -> None:
    """Let this process take at most `most` bytes, write no core file and go behind others; Windows has none of it."""
    if sys.platform != "win32":
        os.nice(_NICER)
        _set(resource.RLIMIT_CORE, 0)
        # On Linux RLIMIT_DATA counts what is written to; RLIMIT_AS would count a mapped file and all libraries, too.
        _set(resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS, most)


def limit_computing(seconds: int) -> None:
    """Let this process compute for `seconds` from now on; then the system ends it with SIGXCPU."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        _set(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)


def _set(limit: int, most: int) -> None:
    """Set a soft limit; the hard one stays, so that the soft one may be raised again."""
    if sys.platform != "win32":
        _, hard = resource.getrlimit(limit)
        with suppress(ValueError, OSError):  # macOS refuses to limit memory; the parent's clock still holds.
            resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
