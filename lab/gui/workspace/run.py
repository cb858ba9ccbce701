"""The run in the training thread, as the window sees it: commands out, states and snapshots in."""

from collections.abc import Callable, Iterable
from time import monotonic, thread_time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lab.experiment.datasets import DataFacts
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import Experiment
from lab.gui.workers import commands
from lab.gui.workers.commands import State
from lab.gui.workers.training_thread import TrainingThread

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
    exported = Signal(object)  # path
    export_failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = TrainingThread(self)
        self._thread.state_changed.connect(self._on_state_changed)
        self._thread.run_failed.connect(self._on_run_failed)
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
        """The experiment that the run was started with, with the changes made while it runs."""
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
        self.experiment, self.facts, self.snapshot = experiment, facts, None
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

    def change_rate(self, learning_rate: float) -> None:
        """Change the learning rate of the run from its next step on."""
        if self.experiment is not None:
            training = self.experiment.training
            optimizer = training.optimizer.model_copy(update={"learning_rate": learning_rate})
            self._note(optimizer=optimizer)
            self._thread.send(commands.ChangeRate(learning_rate))

    def change_epochs(self, epochs: int) -> None:
        """Change for how many epochs the run trains in all."""
        if self.experiment is not None:
            self._note(epochs=epochs)
            self._thread.send(commands.ChangeEpochs(epochs))

    def replace_data(self, experiment: Experiment, facts: DataFacts) -> None:
        """Let the run go on with other examples of the same inputs and classes; a finished one trains again."""
        self.experiment, self.facts = experiment, facts
        self._thread.send(commands.ReplaceData(experiment, facts))
        self.refresh()

    def _note(self, **training: object) -> None:
        assert self.experiment is not None
        changed = self.experiment.training.model_copy(update=training)
        self.experiment = self.experiment.model_copy(update={"training": changed})

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
        self._answered, snapshot = answer
        if snapshot is not None and self._answered >= self._first_asked:
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
