"""What a run leaves at its end: each file that was asked for, and where one cannot be written, the run put by."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lab import paths
from lab.data.errors import DataError
from lab.experiment.session import Session
from lab.storage.errors import StorageError
from lab.storage.model_file import save_model
from lab.storage.run_file import save_run

_ERRORS = (OSError, DataError, StorageError, MemoryError)


@dataclass(frozen=True)
class Result:
    """One file that a command was asked for, with the name of its option."""

    option: str
    path: Path
    what: str
    write: Callable[[Path, Session], None]


def run_result(path: Path) -> Result:
    """Return the whole run as a result, as --keep asks for it."""
    return Result("--keep", path, "run", save_run)


def model_result(path: Path) -> Result:
    """Return the trained network as a result, as --save asks for it."""
    return Result("--save", path, "model", save_model)


@dataclass(frozen=True)
class Written:
    """What came of the results: "r.safetensors holds the run", and a sentence for each that failed."""

    done: tuple[str, ...]
    failed: tuple[str, ...]


def write_results(session: Session, results: Sequence[Result]) -> Written:
    """Write each result, whatever becomes of the others.

    Where one fails and no file holds the run, the run is put into the user's state folder.
    """
    done, failed, run_is_safe = [], [], False
    for result in results:
        try:
            result.write(result.path, session)
        except _ERRORS as error:
            failed.append(f"{result.option} {result.path}: {_reason(error)}")
        else:
            done.append(f"{result.path} holds the {result.what}")
            run_is_safe |= result.what == "run" and paths.is_file_or_new(result.path)
    if failed and not run_is_safe:
        try:
            done.append(f"{_put_by(session)} holds the run")
        except _ERRORS as error:
            failed.append(f"the run cannot be put by either: {_reason(error)}")
    return Written(tuple(done), tuple(failed))


def keep_quietly(session: Session, path: Path) -> None:
    """Keep the run while it goes on, in case its process is killed; what prevents it is told at the run's end."""
    with suppress(*_ERRORS):
        save_run(path, session)


def _put_by(session: Session) -> Path:
    """Save the run under a new name in the user's state folder; return where."""
    folder = paths.user_state() / "runs"
    folder.mkdir(exist_ok=True)
    number = 1
    while (path := folder / f"run-{number}.safetensors").exists():
        number += 1
    save_run(path, session)
    return path


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"it cannot be written ({error.strerror or error})"
    return "there is not enough memory to write it" if isinstance(error, MemoryError) else str(error).rstrip(".")
