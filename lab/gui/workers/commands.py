"""The commands that the window sends to the training thread; each takes effect between two steps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.experiment.datasets import DataFacts
from lab.experiment.readings.reading import AnyReading

if TYPE_CHECKING:
    from lab.experiment.running.run_until import Until
    from lab.experiment.session import Session
    from lab.experiment.timeline.edit import Edit
    from lab.export.export import Export
from lab.experiment.spec import Experiment


class State(Enum):
    """Where a run stands."""

    EMPTY = "no run yet"
    PREPARING = "preparing"
    READY = "ready"
    RUNNING = "training"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "stopped by a failure"


@dataclass(frozen=True)
class Start:
    """Make a fresh session; `run` is its number, which comes back in every answer."""

    run: int
    experiment: Experiment
    facts: DataFacts


@dataclass(frozen=True)
class Resume:
    """Train to the end of the run, or to a place before or after it."""

    until: Until | None = None


@dataclass(frozen=True)
class Pause:
    """Stop after the present step."""


@dataclass(frozen=True)
class StepBatch:
    """Train on one batch, then stay paused."""


@dataclass(frozen=True)
class StepEpochs:
    """Train to the end of the epoch, or of the given number of them, then stay paused."""

    epochs: int = 1


@dataclass(frozen=True)
class WalkOn:
    """Compute the next equation of the step, then stay paused; after the update begin the next batch."""


@dataclass(frozen=True)
class WalkBack:
    """Take the last equation of the walk back; nothing happens where nobody walks."""


@dataclass(frozen=True, eq=False)
class Apply:
    """Do an edit of the run; `facts` are those of its data where it has other data."""

    edit: Edit
    facts: DataFacts | None = None


@dataclass(frozen=True)
class Undo:
    """Take back the last edit."""


@dataclass(frozen=True)
class Redo:
    """Do the edit again that was taken back last."""


@dataclass(frozen=True)
class GoTo:
    """Go to where the edit at this place of the history is the last one."""

    place: int


@dataclass(frozen=True)
class TakeOut:
    """Take the edit at this place of the history out, and train again what followed it."""

    place: int


Onward = Resume | StepEpochs | StepBatch | WalkOn | WalkBack
"""What trains, or walks through a step."""

Change = Apply | Undo | Redo | GoTo | TakeOut
"""What changes a run between two steps, and its history with it."""


@dataclass(frozen=True)
class KeepStates:
    """Keep states to go back to up to so many bytes."""

    most: int


@dataclass(frozen=True, eq=False)
class Preview:
    """Say what an edit would keep, without doing it; `number` comes back with the sentence."""

    number: int
    edit: Edit


@dataclass(frozen=True)
class ChangeSpeed:
    """Train at most that many steps a second; None: as fast as the machine can."""

    steps_per_second: float | None


@dataclass(frozen=True)
class Request:
    """Put a snapshot with the answers to these readings into the mailbox; `number` comes back with it."""

    number: int
    readings: frozenset[AnyReading]
    at_once: bool = False
    """Whether to signal that the snapshot lies there: somebody has pressed something and waits for it."""


@dataclass(frozen=True)
class ExportNetwork:
    """Hand over a copy of the run as it is now, to be written in this format elsewhere."""

    export: Export
    path: Path


@dataclass(frozen=True, eq=False)
class Take:
    """Hand over what `take` copies of the session between two steps, for a job; `number` comes back with it."""

    number: int
    take: Callable[[Session], Any]


@dataclass(frozen=True)
class OpenRun:
    """Go on with the run of a file; `run` is its number where there is none yet. kept: a window left it behind."""

    run: int
    path: Path
    kept: bool = False


@dataclass(frozen=True)
class KeepRuns:
    """Keep the run in a file of this folder every few seconds, so that the next start can go on with it."""

    folder: Path


@dataclass(frozen=True, eq=False)
class KeepNow:
    """Keep the run where runs are kept, as it is between two steps; `done` is set when it is written."""

    done: threading.Event


@dataclass(frozen=True)
class Stop:
    """End the thread."""


Command = (
    Start
    | Resume
    | Pause
    | StepBatch
    | StepEpochs
    | WalkOn
    | WalkBack
    | Apply
    | Undo
    | Redo
    | GoTo
    | TakeOut
    | KeepStates
    | Preview
    | ChangeSpeed
    | Request
    | ExportNetwork
    | Take
    | OpenRun
    | KeepRuns
    | KeepNow
    | Stop
)
