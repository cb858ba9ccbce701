"""The run in the training thread, as the window sees it: commands out, states and snapshots in."""

from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic, thread_time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lab.experiment.datasets import DataFacts
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import Experiment
from lab.experiment.timeline.edit import Edit
from lab.experiment.timeline.overview import Overview
from lab.gui.workers import commands
from lab.gui.workers.commands import State
from lab.gui.workers.training_thread import Edited, TrainingThread

_FASTEST_FRAME = 66
_SLOWEST_FRAME = 400
_PAINT_SHARE = 0.12
"""The share of one core that the window's thread may use while a run goes on."""


class Run(QObject):
    """Starts, steers and watches one run at a time; only the readings that a viewer needs now are asked for."""

    started = Signal()
    state_changed = Signal(object)  # State
    snapshot_ready = Signal(object)  # Snapshot
    failed = Signal(str)
    edited = Signal(str)  # what was done, one sentence
    edit_refused = Signal(str)
    previewed = Signal(str)
    exported = Signal(object)  # path
    export_failed = Signal(str)
    opening_failed = Signal(str)
    keeping_failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = TrainingThread(self)
        self._thread.state_changed.connect(self._on_state_changed)
        self._thread.run_failed.connect(self._on_run_failed)
        self._thread.edited.connect(self._on_edited)
        self._thread.edit_refused.connect(self._on_edit_refused)
        self._thread.previewed.connect(self._on_previewed)
        self._thread.opening_failed.connect(self.opening_failed)
        self._thread.keeping_failed.connect(self.keeping_failed)
        self._thread.exported.connect(self.exported)
        self._thread.export_failed.connect(self.export_failed)
        self._thread.start()
        self._number = 0
        self._asked = 0
        """The number of the last request; requests of all runs are counted together."""
        self._answered = 0
        self._first_asked = 0
        """The number of this run's first request: answers to earlier ones are of another run."""
        self._viewers: list[Callable[[], Iterable[AnyReading]]] = []
        self._frames = QTimer(self)
        self._frames.setInterval(_FASTEST_FRAME)
        self._frames.timeout.connect(self._on_frame)
        self._clock = (monotonic(), thread_time())
        self.state = State.EMPTY
        self.experiment: Experiment | None = None
        """The experiment that the run was started with, with the edits made since."""
        self.overview: Overview | None = None
        """The edits of the run, what is frozen and what is pinned, once it has begun."""
        self._edition = 0
        self._questions = 0
        self.facts: DataFacts | None = None
        self.snapshot: Snapshot | None = None

    @property
    def number(self) -> int:
        """How many runs were started; distinguishes one run's snapshots from another's."""
        return self._number

    @property
    def frames_per_second(self) -> float:
        """How often the window asks for a snapshot now."""
        return 1000.0 / self._frames.interval()

    # steering

    def start(self, experiment: Experiment, facts: DataFacts, then: commands.Command | None = None) -> None:
        """Begin a fresh run and give it a first command."""
        self._number += 1
        self.experiment, self.facts, self.snapshot, self.overview = experiment, facts, None, None
        self._thread.send(commands.Start(self._number, experiment, facts))
        if then is not None:
            self._thread.send(then)
        self._first_asked = self._asked + 1
        self.started.emit()
        self.refresh()

    def send(self, command: commands.Command) -> None:
        """Pass a command on to the training thread, and ask what it comes to."""
        self._thread.send(command)
        self.refresh()

    def apply(self, edit: Edit, facts: DataFacts | None = None) -> None:
        """Let the run be edited between two steps; `facts` are those of its data where it has other data."""
        self.send(commands.Apply(edit, facts))

    def open(self, path: Path, kept: bool = False) -> None:
        """Go on with the run of a file; kept: a window left it behind."""
        if self.overview is None:
            self._number += 1
            self.snapshot = None
        self._thread.send(commands.OpenRun(self._number, path, kept))

    def keep_in(self, folder: Path) -> None:
        """Keep the run in this folder every few seconds."""
        self._thread.send(commands.KeepRuns(folder))

    def preview(self, edit: Edit) -> None:
        """Ask what an edit would keep; the answer to the last question comes as `previewed`."""
        self._questions += 1
        self._thread.send(commands.Preview(self._questions, edit))

    def end(self) -> None:
        """Stop training and wait for the thread."""
        self._frames.stop()
        self._thread.end()

    # watching

    def add_viewer(self, readings: Callable[[], Iterable[AnyReading]]) -> None:
        """Let a viewer say what it needs: `readings` is called before every request; none while it is hidden."""
        self._viewers.append(readings)

    def refresh(self) -> None:
        """Ask for what is visible now, as after another matrix was chosen while the run is paused."""
        if self.experiment is None or not self._thread.isRunning():
            return
        if self.state is not State.RUNNING:
            self._frames.setInterval(_FASTEST_FRAME)  # nothing trains, so nothing is slowed down
        if not self._frames.isActive():
            self._frames.start()
        self._ask()

    def _ask(self) -> None:
        self._asked += 1
        readings = frozenset(reading for needed in self._viewers for reading in needed())
        self._thread.send(commands.Request(self._asked, readings))

    @Slot()
    def _on_frame(self) -> None:
        self._deliver()
        waiting = self._answered < self._asked
        if self.state is State.RUNNING:
            if not waiting:
                self._ask()
            self._adapt()
        elif not waiting and self.snapshot is not None and self.snapshot.postponed:
            self._ask()
        elif not waiting:
            # The last picture of a run that stands still: once it is complete nothing needs to be asked again.
            self._frames.stop()

    def _deliver(self) -> None:
        answer = self._thread.take()
        if answer is None:
            return
        self._answered, snapshot = answer.number, answer.snapshot
        if answer.edition != self._edition:
            self._ask()  # it is of a network that nobody has been told of yet, or of one that was
        elif snapshot is not None and self._answered >= self._first_asked:
            self.snapshot = snapshot
            self.snapshot_ready.emit(snapshot)

    def _adapt(self) -> None:
        """Choose the time to the next frame so that the window's thread keeps to its share of a core."""
        then, used = self._clock
        now, use = monotonic(), thread_time()
        self._clock = now, use
        if now - then > 1.0:
            return  # the clock was read last before a pause
        ideal = 1000.0 * (use - used) / _PAINT_SHARE
        smooth = 0.8 * self._frames.interval() + 0.2 * ideal
        self._frames.setInterval(round(min(max(smooth, _FASTEST_FRAME), _SLOWEST_FRAME)))

    @Slot(int, object)
    def _on_state_changed(self, number: int, state: State) -> None:
        if number != self._number:
            return
        self.state = state
        self.refresh()
        self.state_changed.emit(state)

    @Slot(int, str)
    def _on_run_failed(self, number: int, sentence: str) -> None:
        if number == self._number:
            self.failed.emit(sentence)

    @Slot(int, object)
    def _on_edited(self, number: int, edited: Edited) -> None:
        self._edition = edited.edition
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
