"""The one thread that trains: it obeys commands between two steps and answers requests with snapshots.

Nothing is sent per step. A request is answered into a mailbox of one place, which the window empties at its own
pace; only rare facts are signals.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from lab.data.errors import DataError
from lab.experiment.datasets import DataFacts, describe_data
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.problems import SpecError, TrainingFailed
from lab.experiment.snapshot import Snapshot
from lab.gui.workers.commands import (
    Apply,
    Change,
    ChangeSpeed,
    Command,
    ExportNetwork,
    GoTo,
    KeepNow,
    KeepRuns,
    KeepStates,
    Onward,
    OpenRun,
    Pause,
    Preview,
    Redo,
    Request,
    Resume,
    Start,
    State,
    StepBatch,
    StepEpochs,
    Stop,
    Take,
    TakeOut,
    Undo,
    WalkBack,
    WalkOn,
)
from lab.gui.workers.snapshot_taker import SnapshotTaker

if TYPE_CHECKING:
    from lab.experiment.running.run_until import Reached, Until
    from lab.experiment.session import Session
    from lab.experiment.timeline.edit import Edit
    from lab.experiment.timeline.overview import Overview
    from lab.experiment.timeline.timeline import Timeline
    from lab.experiment.walk import Walk
    from lab.gui.workers.run_keeper import RunKeeper  # loaded where runs are kept: not at every start

_log = logging.getLogger(__name__)

_LONGEST_HOLD = 0.05
"""Seconds for which the first step after an edit waits for the window."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A request's number and its snapshot, None without a session; edition: the last edit that is in it."""

    number: int
    edition: int
    snapshot: Snapshot | None


@dataclass(frozen=True, eq=False)
class Edited:
    """An edit that was done or taken back, and where the timeline stands since.

    goes_on: the network is still the same one and its history only grows, so that views can go on too.
    """

    edition: int
    goes_on: bool
    sentence: str
    overview: Overview


class TrainingThread(QThread):
    """Runs a session; commands come through `send`, snapshots are fetched with `take`."""

    state_changed = Signal(int, object)  # run, State
    run_failed = Signal(int, str)  # run, sentence
    answered = Signal()
    edited = Signal(int, object)  # run, Edited
    edit_refused = Signal(int, str, object)  # run, sentence, Overview
    previewed = Signal(int, str)  # number, sentence
    opening_failed = Signal(str)  # sentence
    noted = Signal(str)  # sentence: how the run is kept, where it stopped
    taken = Signal(int, object)  # number, what was taken, None without a session
    captured = Signal(object, object)  # ExportNetwork, Capture

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training")
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self._mailbox: deque[Answer] = deque(maxlen=1)
        self._session: Session | None = None
        self._timeline: Timeline | None = None
        self._walk: Walk | None = None
        self._known: DataFacts | None = None
        self._edition = 0
        self._keeper: RunKeeper | None = None
        self._most_kept: int | None = None
        self._before_replay = State.PAUSED
        self._taker = SnapshotTaker()
        self._run_number = 0
        self._state = State.EMPTY
        self._last_epoch: int | None = None
        self._until: Until | None = None
        self._reached: Reached | None = None
        self._seconds_per_step = 0.0
        self._due = self._held_until = 0.0
        self._queued = 0
        """Commands that came before the window knew of the last edit."""

    # called in the window's thread

    def send(self, command: Command) -> None:
        """Queue a command; it takes effect at the next step boundary."""
        self._commands.put(command)

    def take(self) -> Answer | None:
        """Empty the mailbox; None where nothing came."""
        try:
            return self._mailbox.pop()
        except IndexError:
            return None

    def end(self) -> None:
        """Stop the thread and wait until it has gone: a QThread that still runs at exit aborts the program."""
        self.send(Stop())
        self.wait()

    # called in its own thread

    def run(self) -> None:
        """Obey and train until told to stop (QThread's entry)."""
        alive = True
        while alive:
            command = self._next_command()
            try:
                if command is not None:
                    alive = self._obey(command)
                elif self._state is State.RUNNING:
                    self._train()
            except (TrainingFailed, SpecError, DataError) as error:
                self._fail(str(error))
            except MemoryError:
                self._fail("not enough memory for this run: try fewer units or a smaller batch")
            except Exception as error:  # noqa: BLE001
                # The thread's border: whatever goes wrong in a run must reach the window as a sentence.
                _log.exception("the training thread met an unforeseen error")
                self._fail(f"the run stopped on an unforeseen error: {type(error).__name__}: {error}")
        if self._keeper is not None:
            self._keeper.end(self._session)
        self._session = None

    def _next_command(self) -> Command | None:
        """Return the next command: at once while training at full speed, else when it comes or a step is due."""
        if self._state is not State.RUNNING:
            return self._wait()
        wait = self._due - monotonic() if self._seconds_per_step else 0.0
        if self._held_until:
            wait = max(wait, self._held_until - monotonic())
            self._held_until = self._held_until if wait > 0 else 0.0
        if wait <= 0 and self._commands.empty():
            return None
        try:
            return self._commands.get(timeout=max(wait, 0.0))
        except Empty:
            return None

    def _wait(self) -> Command | None:
        """Wait for a command, and keep the run meanwhile when it is time to."""
        keeper, session = self._keeper, self._session
        left = None if keeper is None or session is None else keeper.seconds_left(session)
        try:
            return self._commands.get(timeout=left)
        except Empty:
            assert keeper is not None and session is not None
            keeper.keep(session)
            return None

    def _obey(self, command: Command) -> bool:
        session = self._session
        self._let_go_after(command)
        if isinstance(command, Request):
            self._give(session, command)
            return True
        if isinstance(command, Take):
            self.taken.emit(command.number, None if session is None else command.take(session))
            return True
        self._begin(command)
        match command:
            case Stop():
                return False
            case Start() | OpenRun() | KeepRuns() | KeepStates() | KeepNow():
                self._prepare(command)
            case ChangeSpeed(steps_per_second):
                self._seconds_per_step = 1.0 / steps_per_second if steps_per_second else 0.0
                self._due = monotonic()
            case _ if session is None:
                pass  # nothing runs yet: there is nothing to pause or step
            case Resume() | StepEpochs() | StepBatch() | WalkOn() | WalkBack():
                self._go_on(session, command)
            case Pause():
                if self._state is State.RUNNING:
                    self._become(State.PAUSED)
            case ExportNetwork():
                self._capture(session, command)
            case Apply() | Undo() | Redo() | GoTo() | TakeOut():
                self._edit(session, command)
            case Preview(number, edit):
                self._preview(session, number, edit)
        return True

    def _give(self, session: Session | None, request: Request) -> None:
        trains = self._state is State.RUNNING
        snapshot = None if session is None else self._taker.take(session, request.readings, trains)
        self._mailbox.append(Answer(request.number, self._edition, snapshot))
        if request.at_once:
            self.answered.emit()

    def _edit(self, session: Session, command: Change) -> None:
        """Do an edit or take one back; what is refused leaves the run as it was and goes on."""
        timeline = self._timeline
        assert timeline is not None
        steps, network, history = session.steps, session.network, session.history
        try:
            told, is_new_data = self._change(timeline, command)
        except (SpecError, DataError, LookupError) as error:
            if isinstance(command, GoTo | TakeOut) and session.history is not history:
                self._tell_edited(False, "The history stands where that was not possible")
            self.edit_refused.emit(self._run_number, _sentence(command, error), _overview(timeline))
            return
        finally:
            self._known = None
        goes_on = session.network is network and session.history is history
        self._tell_edited(goes_on, told)
        if not goes_on:
            self._hold()
        if timeline.replays:
            self._before_replay = self._state
            self._go_on(session, Resume(), even_at_end=True)
        else:
            self._settle(session, steps, is_new_data)

    def _hold(self) -> None:
        """Let no step begin until the window has asked for the picture of an edit: its answer would wait for the step.

        What it asked before does not count, nor does it wait for long: perhaps nobody looks.
        """
        self._held_until = monotonic() + _LONGEST_HOLD
        self._queued = self._commands.qsize()

    def _let_go_after(self, command: Command) -> None:
        """Train on where the window knows of the edit by now."""
        if not self._queued and isinstance(command, Request):
            self._held_until = 0.0
        self._queued = max(self._queued - 1, 0)

    def _change(self, timeline: Timeline, command: Change) -> tuple[str, bool]:
        """Change the timeline; return what a person is told, and whether the run has other data now."""
        match command:
            case Apply(edit, facts):
                self._known = facts
                entry = timeline.apply(edit)
                return f"{entry.name}: {entry.outcome.sentence}", _is_new_data(edit)
            case Undo():
                entry = timeline.undo()
                return f"Undone: {entry.name}", _is_new_data(entry.edit)
            case Redo():
                entry = timeline.redo()
                return f"Done again: {entry.name}", _is_new_data(entry.edit)
            case TakeOut(place):
                entry = timeline.take_out(place)
                return f"{entry.name}: {entry.outcome.sentence}", False
            case GoTo(place):
                timeline.go_to_edit(place)
                return "Back to the start of the history" if place < 0 else f"At: {timeline.lines[place].name}", False

    def _tell_edited(self, goes_on: bool, sentence: str) -> None:
        assert self._timeline is not None
        self._edition += 1
        if not goes_on:
            self._taker = SnapshotTaker()
        self.edited.emit(self._run_number, Edited(self._edition, goes_on, sentence, _overview(self._timeline)))

    def _do_due(self, session: Session, timeline: Timeline) -> None:
        """Do the edits again that are due after one was taken out, and stand still again where the run stood."""
        network, history = session.network, session.history
        try:
            done = timeline.do_due()
        except SpecError as error:
            self._tell_edited(False, "The edit stays in")
            self.edit_refused.emit(self._run_number, str(error), _overview(timeline))
            self._become(self._before_replay)
            return
        if done is not None:
            self._tell_edited(session.network is network and session.history is history, f"Done again: {done.name}")
        if not timeline.replays:
            self._tell_edited(True, f"Step {session.steps:,} again: {timeline.lines[-1].name}")
            if self._before_replay is not State.RUNNING:
                self._become(State.PAUSED)

    def _settle(self, session: Session, steps: int, is_new_data: bool) -> None:
        """Train on where training went on, unless the run began again or is at its end; new data begin it again."""
        if session.steps == 0 and (steps or self._state is not State.RUNNING):
            self._become(State.READY)
        elif session.finished:
            self._become(State.FINISHED)
        elif self._state is State.FINISHED and is_new_data:
            self._go_on(session, Resume())
        elif self._state is not State.RUNNING:
            self._become(State.PAUSED)

    def _preview(self, session: Session, number: int, edit: Edit) -> None:
        try:
            sentence = edit.preview(session).sentence
        except (SpecError, DataError) as error:
            sentence = f"Not possible: {error}"
        self.previewed.emit(number, sentence)

    def _prepare(self, command: Start | OpenRun | KeepRuns | KeepStates | KeepNow) -> None:
        """Do what needs no run yet."""
        match command:
            case Start():
                self._start(command)
            case OpenRun():
                self._open(command)
            case KeepRuns(folder):
                self._keep_in(folder)
            case KeepStates(most):
                self._keep_states(most)
            case KeepNow(done):
                if self._keeper is not None:
                    self._keeper.keep_now(self._session)
                done.set()

    def _keep_states(self, most: int) -> None:
        self._most_kept = most
        if self._timeline is not None:
            self._timeline.keep_at_most(most)
            self._tell_edited(True, f"Kept states may take {most / 1e6:,.0f} MB")

    def _watch(self, session: Session) -> Timeline:
        """Return the timeline of a run that begins, with as many kept states as there may be."""
        from lab.experiment.timeline.keyframes import USUAL_BYTES, KeyframesInMemory
        from lab.experiment.timeline.timeline import Timeline

        return Timeline(session, KeyframesInMemory(USUAL_BYTES if self._most_kept is None else self._most_kept))

    def _keep_in(self, folder: Path) -> None:
        from lab.gui.workers.run_keeper import RunKeeper

        self._keeper = RunKeeper(folder, self.noted.emit)

    def _open(self, command: OpenRun) -> None:
        """Go on with the run of a file, as an edit of the one that was on show."""
        from lab.storage.errors import StorageError
        from lab.storage.trained import load_session

        try:
            opened = load_session(command.path)
        except (StorageError, DataError) as error:
            self.opening_failed.emit(str(error))
            return
        opened.load_data = self._load
        opened.keep_path()
        name = opened.experiment.name if command.kept else command.path.name
        sentence = f"Opened {name}: it goes on at step {opened.steps:,}"
        from lab.experiment.timeline.keyframe import take_keyframe

        if self._session is None or self._timeline is None:
            self._run_number = command.run
            self._session, self._timeline = opened, self._watch(opened)
        else:
            self._timeline.go_to(f"Open {name}", take_keyframe(opened))
        self._taker = SnapshotTaker()
        self._edition += 1
        if self._keeper is not None and command.kept:
            self._keeper.continues(command.path)
        self.edited.emit(self._run_number, Edited(self._edition, False, sentence, _overview(self._timeline)))
        self._become(State.FINISHED if opened.finished else State.PAUSED)

    def _load(self, data: DataSpec, seed: int) -> DataFacts:
        """Return the data of an edit, which the window has read already, or read it here."""
        return self._known if self._known is not None else describe_data(data, seed)

    def _capture(self, session: Session, command: ExportNetwork) -> None:
        from lab.export.capture import capture_of  # needed by few runs, so not at every start

        self.captured.emit(command, capture_of(session))

    def _start(self, command: Start) -> None:
        self._run_number = command.run
        self._session, self._timeline, self._taker = None, None, SnapshotTaker()
        self._become(State.PREPARING)
        from lab.experiment.session import Session  # what trains is loaded by the thread that trains, at the first run

        facts = command.facts
        self._session = Session(command.experiment, facts.dataset, self._load, split=facts.split)
        self._session.keep_path()
        self._timeline = self._watch(self._session)
        self._edition += 1
        self.edited.emit(self._run_number, Edited(self._edition, True, "", _overview(self._timeline)))
        self._become(State.READY)

    def _go_on(self, session: Session, command: Onward, even_at_end: bool = False) -> None:
        if isinstance(command, WalkOn | WalkBack):
            self._walk_by(session, command)
            return
        if session.finished and isinstance(command, Resume) and not even_at_end:
            return
        if isinstance(command, StepBatch):
            self._step(session)
            self._become(State.FINISHED if session.finished else State.PAUSED)
            return
        self._last_epoch = session.epoch + command.epochs if isinstance(command, StepEpochs) else None
        self._due = monotonic()
        until = command.until if isinstance(command, Resume) else None
        try:
            self._reached = None if until is None else until.watch(session)
        except SpecError as error:
            assert self._timeline is not None
            self.edit_refused.emit(self._run_number, f"This cannot be done: {error}.", _overview(self._timeline))
            return
        self._until = until
        self._become(State.RUNNING)

    def _walk_by(self, session: Session, command: WalkOn | WalkBack) -> None:
        """Go one equation on or back."""
        from lab.experiment.walk import Walk  # loaded where somebody walks: not at every start

        if self._walk is None:
            self._walk = Walk(session)
        steps = session.steps
        if isinstance(command, WalkOn):
            self._walk.forward()
        else:
            self._walk.back()
        if session.steps > steps:
            self._after_step(session)
        self._tell_of_steps_taken_back(session, steps)
        self._become(State.FINISHED if session.finished and session.walking is None else State.PAUSED)

    def _begin(self, command: Command) -> None:
        """Note that answers will be others, and end a walk where the command goes on from a step or edits it.

        The run then stands where it stood before the batch that is walked, or after its update.
        """
        self._taker.outdate()
        if self._walk is not None and isinstance(command, _END_A_WALK):
            self._walk.leave()
            self._walk = None

    def _tell_of_steps_taken_back(self, session: Session, steps: int) -> None:
        """Let views begin anew where the history is shorter than it was: they only take what is added."""
        if session.steps < steps:
            self._tell_edited(False, "")

    def _train(self) -> None:
        session, timeline = self._session, self._timeline
        assert session is not None
        if not (self._seconds_per_step or self._until or self._last_epoch or (timeline and timeline.replays)):
            self._train_freely(session)
            return
        self._due += self._seconds_per_step
        self._step(session)
        if self._until is not None and self._reached is not None and self._reached():
            self.noted.emit(self._until.told(session))
            self._become(State.FINISHED if session.finished else State.PAUSED)
        elif session.finished and self._last_epoch is None:
            self._end(session)
        elif self._last_epoch is not None and session.epoch >= self._last_epoch:
            self._become(State.FINISHED if session.finished else State.PAUSED)

    def _train_freely(self, session: Session) -> None:
        """Step until a command comes or the run ends: to look at more takes some % of a small network's time."""
        self._taker.outdate()
        step, no_command, keeper = session.step, self._commands.empty, self._keeper
        while True:
            step()
            if keeper is not None:
                keeper.keep_if_due(session)
            if session.finished:
                self._end(session)
                return
            if not no_command():
                return

    def _end(self, session: Session) -> None:
        """Be at the end of the run, or give it more epochs where it is to go beyond it."""
        more = 0 if self._until is None or session.early_stopping.is_over else self._until.beyond_its_end
        if not more:
            self._become(State.FINISHED)
            return
        from lab.experiment.timeline.run_edits import TrainOn

        self._edit(session, Apply(TrainOn(epochs=max(more, session.epoch))))

    def _step(self, session: Session) -> None:
        self._taker.outdate()
        session.step()
        self._after_step(session)

    def _after_step(self, session: Session) -> None:
        """Do edits that are due again, and keep the run where it is time to."""
        if self._timeline is not None and self._timeline.replays:
            self._do_due(session, self._timeline)
        if self._keeper is not None:
            self._keeper.keep_if_due(session)

    def _become(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(self._run_number, state)

    def _fail(self, sentence: str) -> None:
        self._become(State.FAILED)
        self.run_failed.emit(self._run_number, sentence)


_END_A_WALK = (
    Stop,
    Start,
    OpenRun,
    Resume,
    StepEpochs,
    StepBatch,
    Apply,
    Undo,
    Redo,
    GoTo,
    TakeOut,
    ExportNetwork,
    Preview,
)
"""The commands before which a walk ends: they go on from a step, or edit it."""


def _overview(timeline: Timeline) -> Overview:
    from lab.experiment.timeline.overview import overview_of

    return overview_of(timeline)


def _is_new_data(edit: Edit) -> bool:
    from lab.experiment.timeline.run_edits import ReplaceData

    return isinstance(edit, ReplaceData)


def _sentence(command: Change, error: Exception) -> str:
    """Return why an edit was refused."""
    return f"{command.edit.name}: {error}" if isinstance(command, Apply) else f"This cannot be done: {error}."
