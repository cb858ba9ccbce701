"""The run in the training thread, as the window sees it: commands out, states and snapshots in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal, Slot

from lab.experiment.datasets import DataFacts
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import Experiment
from lab.gui.workers import commands
from lab.gui.workers.commands import State
from lab.gui.workers.training_thread import Edited, TrainingThread

if TYPE_CHECKING:
    from lab.experiment.session import Session
    from lab.experiment.timeline.edit import Edit
    from lab.experiment.timeline.overview import Overview
from lab.gui.workspace.frame_clock import FrameClock, PictureRate

MEGABYTE: Final = 1_000_000
USUAL_STATES: Final = 200
LEAST_STATES, MOST_STATES = 10, 100_000
"""Megabytes that kept states may take: what is usual, and the limits of the setting."""
Needed = Callable[[], Iterable[AnyReading]]
"""What a viewer needs now."""


class Run(QObject):
    """Starts, steers and watches one run at a time; only the readings that a viewer needs now are asked for."""

    started = Signal()
    state_changed = Signal(object)  # State
    snapshot_ready = Signal(object)  # Snapshot
    figures_ready = Signal(object)  # Snapshot: the same one just after, where numbers are due too
    picture_rate_changed = Signal()
    failed = Signal(str)
    edited = Signal(str)  # what was done, one sentence
    edit_refused = Signal(str)
    previewed = Signal(str)
    taken = Signal(int, object)  # number, what was taken, None without a session
    captured = Signal(object, object)  # ExportNetwork, Capture
    opening_failed = Signal(str)
    noted = Signal(str)
    states_limit_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = TrainingThread(self)
        self._thread.state_changed.connect(self._on_state_changed)
        self._thread.run_failed.connect(self._on_run_failed)
        self._thread.edited.connect(self._on_edited)
        self._thread.edit_refused.connect(self._on_edit_refused)
        self._thread.previewed.connect(self._on_previewed)
        self._thread.opening_failed.connect(self.opening_failed)
        self._thread.noted.connect(self.noted)
        self._thread.answered.connect(self._on_answered)
        self._thread.taken.connect(self.taken)
        self._thread.captured.connect(self.captured)
        self._thread.start()
        self._most_kept = USUAL_STATES
        self._number = 0
        self._asked = 0
        """The number of the last request; requests of all runs are counted together."""
        self._answered = 0
        self._first_asked = 0
        """The number of this run's first request: answers to earlier ones are of another run."""
        self._viewers: list[Needed] = []
        self._figure_viewers: list[Needed] = []
        self._clock = FrameClock(self)
        self._clock.due.connect(self._on_picture_due)
        self._since_figures = 0
        """Pictures since the last one that brought figures."""
        self._awaited = 0
        """The number of the request that somebody waits for; 0 where nobody does."""
        self._last_asked: frozenset[AnyReading] | None = None
        """What the last request asked for, while asking again would bring nothing newer."""
        self._with_figures = 0
        """The number of the last request that asked for what numbers, tables and boards need too."""
        self._is_watched = True
        self._is_idle = False
        """Whether the last request asked for nothing: no panel that shows the run is visible."""
        self.state = State.EMPTY
        self.experiment: Experiment | None = None
        """The experiment that the run was started with, with the edits made since."""
        self.overview: Overview | None = None
        """The edits of the run, what is frozen and what is pinned, once it has begun."""
        self._edition = self._shown_edition = 0
        self._questions = 0
        self.facts: DataFacts | None = None
        self.snapshot: Snapshot | None = None

    @property
    def number(self) -> int:
        """How many runs were started; distinguishes one run's snapshots from another's."""
        return self._number

    @property
    def is_waiting(self) -> bool:
        """Whether something was asked for whose answer has not come yet."""
        return self._answered < self._asked

    @property
    def pictures_per_second(self) -> float:
        """How often the window asks for a snapshot now."""
        return self._clock.pictures_per_second

    @property
    def picture_rate(self) -> PictureRate:
        """How often it may ask, at the expense of training."""
        return self._clock.rate

    # steering

    def start(self, experiment: Experiment, facts: DataFacts, then: commands.Command | None = None) -> None:
        """Begin a fresh run and give it a first command."""
        self._number += 1
        self.experiment, self.facts, self.snapshot, self.overview = experiment, facts, None, None
        self._tell(commands.Start(self._number, experiment, facts))
        if then is not None:
            self._tell(then)
        self._first_asked = self._asked + 1
        self.started.emit()
        self.refresh()

    def send(self, command: commands.Command) -> None:
        """Pass a command on to the training thread, and ask what it comes to."""
        self._tell(command)
        self.refresh()

    def _tell(self, command: commands.Command) -> None:
        """Pass a command on: what was asked before it is answered without it."""
        self._last_asked = None
        self._thread.send(command)

    def apply(self, edit: Edit, facts: DataFacts | None = None) -> None:
        """Let the run be edited between two steps; `facts` are those of its data where it has other data."""
        self.send(commands.Apply(edit, facts))

    def open(self, path: Path, kept: bool = False) -> None:
        """Go on with the run of a file; kept: a window left it behind."""
        if self.overview is None:
            self._number += 1
            self.snapshot = None
        self._tell(commands.OpenRun(self._number, path, kept))

    def take(self, number: int, take: Callable[[Session], Any]) -> None:
        """Have something copied of the session between two steps; it comes as `taken` with this number."""
        self._thread.send(commands.Take(number, take))

    @property
    def most_kept(self) -> int:
        """Megabytes that the states of the history may take."""
        return self._most_kept

    def keep_states(self, megabytes: int) -> None:
        """Let the states of the history, to which undo goes back, take so many megabytes; the oldest go first."""
        if megabytes != self._most_kept:
            self._most_kept = megabytes
            self._thread.send(commands.KeepStates(megabytes * MEGABYTE))
            self.states_limit_changed.emit()

    def keep_in(self, folder: Path) -> None:
        """Keep the run in this folder every few seconds."""
        self._thread.send(commands.KeepRuns(folder))

    def keep_now(self, seconds: float) -> bool:
        """Keep the run as it is now, and wait for that no longer than so many seconds; return whether it is done."""
        done = threading.Event()
        self._thread.send(commands.KeepNow(done))
        return done.wait(seconds if self._thread.isRunning() else 0.0)

    def preview(self, edit: Edit) -> None:
        """Ask what an edit would keep; the answer to the last question comes as `previewed`."""
        self._questions += 1
        self._thread.send(commands.Preview(self._questions, edit))

    def pass_over_preview(self) -> None:
        """Let an answer that is still on its way not be told."""
        self._questions += 1

    def end(self) -> None:
        """Stop training and wait for the thread."""
        self._clock.stop()
        self._thread.end()

    # watching

    def add_viewer(self, readings: Needed, for_figures: Needed | None = None) -> None:
        """Let a viewer say what it needs: `readings` is called before every request; none while it is hidden.

        `for_figures` says what it needs besides with pictures that bring figures, and is called before those alone.
        """
        self._viewers.append(readings)
        if for_figures is not None:
            self._figure_viewers.append(for_figures)

    def choose_picture_rate(self, rate: PictureRate) -> None:
        """Show the run more often, or less so that it trains faster."""
        self._clock.set_rate(rate)
        self.picture_rate_changed.emit()

    def set_watched(self, is_watched: bool) -> None:
        """Take no pictures while nobody can see the window, and a fresh one when somebody can again."""
        if is_watched != self._is_watched:
            self._is_watched = is_watched
            self._clock.stop()
            self.refresh()

    def refresh(self) -> None:
        """Ask at once for what is visible now, as after another matrix was chosen, and show it when it comes."""
        if self.experiment is None or not self._is_watched or not self._thread.isRunning():
            return
        if self.state is not State.RUNNING:
            self._clock.rest()
        self._clock.start()
        self._ask(at_once=True)

    def _ask(self, at_once: bool = False) -> None:
        readings = _gathered(self._viewers)
        due = self._since_figures + 1 >= self._clock.rate.figures_every
        with_figures = at_once or due or self.state is not State.RUNNING or not readings  # where nothing moves: always
        if with_figures:
            readings |= _gathered(self._figure_viewers)
        if at_once and self._answered < self._asked == self._awaited and readings == self._last_asked:
            return  # a choice that several panels look at
        self._asked += 1
        self._last_asked = readings
        self._awaited = self._asked if at_once else self._awaited
        self._with_figures = self._asked if with_figures else self._with_figures
        self._is_idle = not readings
        self._thread.send(commands.Request(self._asked, readings, at_once))

    @Slot()
    def _on_picture_due(self) -> None:
        self._deliver()
        waiting = self._answered < self._asked
        if self.state is State.RUNNING:
            if not waiting:
                self._ask()
            self._clock.adapt(self.snapshot.progress.step if self.snapshot is not None else 0, self._is_idle)
        elif not waiting and self.snapshot is not None and self.snapshot.postponed:
            self._ask()
        elif not waiting:
            # The last picture of a run that stands still: once it is complete nothing needs to be asked again.
            self._clock.stop()

    @Slot()
    def _on_answered(self) -> None:
        if self._thread.isRunning():  # else this was on its way when the run ended
            self._deliver()

    def _deliver(self) -> None:
        """Show what has come; the numbers too where they are due, were waited for, or stay as they are."""
        answer = self._thread.take()
        if answer is None:
            return
        self._answered, snapshot = answer.number, answer.snapshot
        if answer.edition != self._edition:
            self._ask(self._awaited > 0)  # it is of a network that nobody has been told of yet, or of one that was
            return
        if snapshot is None or self._answered < self._first_asked:
            return
        brings_figures = self._answered == self._with_figures
        if self._is_shown(snapshot) and not (brings_figures and self._since_figures):
            if self._since_figures:  # there is time to show the numbers of this step
                self._since_figures = self._clock.rate.figures_every
            return
        if self._answered < self._awaited:
            return  # somebody has pressed something since: that answer is on its way
        self.snapshot, self._shown_edition = snapshot, answer.edition
        self._awaited = 0
        self._since_figures = 0 if brings_figures else self._since_figures + 1
        self.snapshot_ready.emit(snapshot)
        if brings_figures:
            self.figures_ready.emit(snapshot)

    def _is_shown(self, snapshot: Snapshot) -> bool:
        """Return whether a run that goes on has not moved since the last picture: what is shown is not shown again."""
        shown = self.snapshot
        if shown is None or self.state is not State.RUNNING or self._shown_edition != self._edition:
            return False
        return shown.progress.step == snapshot.progress.step and shown.answers.keys() >= snapshot.answers.keys()

    @Slot(int, object)
    def _on_state_changed(self, number: int, state: State) -> None:
        if number != self._number:
            return
        self.state, self._last_asked = state, None
        self.refresh()
        self.state_changed.emit(state)

    @Slot(int, str)
    def _on_run_failed(self, number: int, sentence: str) -> None:
        if number == self._number:
            self.failed.emit(sentence)

    @Slot(int, object)
    def _on_edited(self, number: int, edited: Edited) -> None:
        self._edition = edited.edition
        if not edited.goes_on or self._answered >= self._awaited:
            self._last_asked = None  # else what is on its way is of the edited network, or is asked for again
        if number != self._number:
            return
        self._take(edited.overview)
        if not edited.goes_on:
            self.snapshot = None
            self._first_asked = self._asked + 1
            self.started.emit()
        self.refresh()
        self.edited.emit(edited.sentence)

    @Slot(int, str, object)
    def _on_edit_refused(self, number: int, sentence: str, overview: Overview) -> None:
        if number == self._number:
            self._take(overview)
            self.edit_refused.emit(sentence)

    def _take(self, overview: Overview) -> None:
        self.overview, self.experiment, self.facts = overview, overview.experiment, overview.facts

    @Slot(int, str)
    def _on_previewed(self, number: int, sentence: str) -> None:
        if number == self._questions:
            self.previewed.emit(sentence)


def _gathered(viewers: Iterable[Needed]) -> frozenset[AnyReading]:
    return frozenset(reading for needed in viewers for reading in needed())
