"""What the child process runs: it limits itself, reads one file and leaves the result in a folder.

Its one argument is a JSON object: the names of the reader, the file and the folder, the options and the limits; or "-",
and then the object comes as a line on standard input when the libraries are loaded. It prints lines for its parent:
`progress 0.42`, and as the last one `done`, `memory` or `{"error": sentence}`.
"""

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from lab.data.readers.child_start import WAITS
from lab.data.readers.limits import limit_computing, limit_memory

_STEP = 0.01


def main(argument: str) -> None:
    """Read what the argument names, and tell the parent how it went."""
    if argument == WAITS:
        _load_libraries()
        argument = sys.stdin.readline()
        if not argument:
            return  # the parent has gone, or needs no file read
    task = json.loads(argument)
    # The parent's pipe is for our lines alone: what a library prints goes where its complaints go.
    with os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1) as parent:
        os.dup2(2, 1)
        limit_memory(task["memory"])
        limit_computing(task["seconds"])
        parent.write(_outcome(task, lambda line: parent.write(line + "\n")) + "\n")


def _load_libraries() -> None:
    """Load what most files need."""
    for name in ("pandas", "lab.data.readers.formats", "lab.data.readers.tables.delimited"):
        import_module(name)


def _outcome(task: dict[str, Any], say: Callable[[str], object]) -> str:
    # Only now, under the limits, is anything large loaded.
    from lab.data.errors import DataError

    try:
        _read(task, _teller(say, task["seconds"]))
    except DataError as error:
        return json.dumps({"error": str(error)})
    except MemoryError:
        return "memory"
    return "done"


def _read(task: dict[str, Any], on_progress: Callable[[float], None]) -> None:
    from lab.data.errors import DataError
    from lab.data.readers.formats import options_of
    from lab.data.readers.read_result_files import write_result

    path, folder = Path(task["path"]), Path(task["folder"])
    module, name = task["reader"]
    found = getattr(import_module(module), name)(path, options_of(task["options"]), on_progress)
    try:
        write_result(found, folder)
    except OSError as error:
        raise DataError(
            f"{path.name} was read, but there is no room for it in {folder.parent} ({error.strerror}); "
            "free some space there, or name another folder in TMPDIR."
        ) from error


def _teller(say: Callable[[str], object], seconds: int) -> Callable[[float], None]:
    """Return what tells of progress by the hundredth; each starts the time for computing anew."""
    told = 0.0

    def tell(share: float) -> None:
        nonlocal told
        if share >= told + _STEP:
            told = share
            limit_computing(seconds)
            say(f"progress {share:.3f}")

    return tell


if __name__ == "__main__":
    main(sys.argv[1])
