"""What a row of EXPORTS is: one format, with what makes its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.export.capture import Capture

Files = Mapping[Path, bytes]
"""The files of one export, the one that was asked for and those that go beside it."""


@dataclass(frozen=True)
class Export:
    """One format that a trained network, or its run, can leave in."""

    name: str
    title: str
    ending: str
    """What the names of its files end in, with the dot."""
    help: str
    files: Callable[[Capture, Path], Files]
    """Returns what to write where the file that was asked for is at that path; StorageError for what it cannot hold.

    It runs in a thread of its own, beside training.
    """
    notes: Callable[[Capture], Sequence[str]] = lambda _: ()
    """Returns sentences on what the format holds in another way, to be told beside it."""
    needs_run: bool = False
    """Whether it tells of the run too (history, edits, data), which a model file does not have."""
