"""Writing an export: all of its files or none, and never over a file beside them that somebody else has made."""

from dataclasses import dataclass
from pathlib import Path

from lab.export.capture import Capture
from lab.export.export import Export
from lab.paths import write_together
from lab.storage.errors import StorageError

MARK = "Delta Lab"
"""Stands near the beginning of every file that goes beside the one that was asked for."""
_BEGINNING = 4096


@dataclass(frozen=True)
class Written:
    """The files of an export, the one that was asked for first, and sentences on what they hold in another way."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]

    @property
    def beside(self) -> str:
        """The names of the files beside it, as "a, b and c"; empty where there are none."""
        names = [file.name for file in self.files[1:]]
        return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def write_export(export: Export, capture: Capture, path: Path) -> Written:
    """Write the files of an export.

    Raises StorageError for what the format cannot hold and for a file in the way, OSError where one cannot be written.
    """
    if export.needs_run and capture.run is None:
        raise StorageError(
            f"{path.name} was not written: {export.title!r} tells of the run, and a model file has none; "
            "give a saved run, as train --keep writes it."
        )
    files = export.files(capture, path)
    for beside in files:
        if beside != path and beside.is_file() and not _is_ours(beside):
            raise StorageError(
                f"{path.name} was not written: {beside.name}, which goes beside it, exists already and is not one of "
                "Delta Lab's; move it, or choose another name."
            )
    write_together(files)
    return Written(tuple(files), tuple(export.notes(capture)))


def _is_ours(path: Path) -> bool:
    with path.open("rb") as stream:
        return MARK.encode() in stream.read(_BEGINNING)
