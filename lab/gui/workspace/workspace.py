"""What the window works on: one draft, one run, one selection and one file, and the rules between them."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lab import paths
from lab.experiment.data_specs import PAINTED, DataSpec
from lab.experiment.datasets import DataFacts
from lab.experiment.problems import SpecError
from lab.experiment.spec import Experiment, load_experiment, save_experiment
from lab.export.exports import Export
from lab.gui.workers import commands
from lab.gui.workers.commands import State
from lab.gui.workers.data_thread import DataThread
from lab.gui.workspace.draft import Draft
from lab.gui.workspace.importing import Importing
from lab.gui.workspace.recent_files import RecentFiles
from lab.gui.workspace.run import Run
from lab.gui.workspace.selection import Selection

_log = logging.getLogger(__name__)
_AUTOSAVE_AFTER = 2000


class Workspace(QObject):
    """Ties draft and run together: an edit waits in the draft until the next start, but for η and the epochs."""

    problem_found = Signal(str)
    problem_solved = Signal()
    noted = Signal(str)
    file_changed = Signal()
    painting_wanted = Signal()
    edit_refused = Signal()  # fields that were typed into go back to what holds

    def __init__(self, experiment: Experiment, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.draft = Draft(experiment, self)
        self.run = Run(self)
        self.selection = Selection(self)
        self.recent = RecentFiles(self)
        self.importing = Importing(self)
        self.file = file
        self._saved = experiment
        self._is_of_run = False
        """Whether the draft comes from edits of what runs, so that its η and epochs are meant for that run."""
        self._readings_of_run = 0
        """How often the draft's data had been taken anew when it started: after that it may hold other rows."""
        self._data = DataThread(self)
        self._data.data_read.connect(self._on_data_read)
        self._data.reading_failed.connect(self._on_reading_failed)
        self.draft.data_wanted.connect(self._data.read)
        self.draft.changed.connect(self._on_draft_changed)
        self.importing.accepted.connect(self._on_import_accepted)
        self.importing.refused.connect(self.problem_found)
        self.run.failed.connect(self.problem_found)
        self.run.export_failed.connect(self.problem_found)
        self.run.exported.connect(self._on_exported)
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.setInterval(_AUTOSAVE_AFTER)
        self._autosave.timeout.connect(self._on_autosave_due)
        self._data.start()
        self.draft.want_data()

    # what holds now

    @property
    def is_edited(self) -> bool:
        """Whether the draft differs from its file."""
        return self.draft.experiment != self._saved

    @property
    def is_draft(self) -> bool:
        """Whether the draft differs from the experiment that runs, so that the next start begins afresh."""
        other = self.draft.readings != self._readings_of_run or self.draft.experiment != self.run.experiment
        return self.run.experiment is not None and other

    @property
    def shown(self) -> Experiment:
        """The experiment whose matrices are on show: the one that runs, or the draft where none does."""
        return self.run.experiment or self.draft.experiment

    # commands of the toolbar

    def run_or_pause(self) -> None:
        """Pause a run that trains; else go on with it, or start the draft."""
        if self.run.state is State.RUNNING:
            self.run.send(commands.Pause())
        else:
            self.go(commands.Resume())

    def step_batch(self) -> None:
        """Train on one batch and stop."""
        self.go(commands.StepBatch())

    def step_epoch(self) -> None:
        """Train to the end of the epoch and stop."""
        self.go(commands.StepEpochs())

    def reset(self) -> None:
        """Begin afresh with the draft, at its initial weights."""
        self.begin(None)

    def discard_draft(self) -> None:
        """Go back to the experiment that runs; undo brings the draft back."""
        if self.run.experiment is not None:
            self._note_start()
            self.draft.replace(self.run.experiment, self.run.facts)

    def _note_start(self) -> None:
        """Note that the draft is what runs, before anybody is told."""
        self._is_of_run = True
        self._readings_of_run = self.draft.readings

    def go(self, command: commands.Command | None) -> None:
        """Give the run a command, after starting the draft where it is not what runs (None: only start it)."""
        over = self.run.state is State.FINISHED and isinstance(command, commands.Resume)
        never_began = self.run.state is State.FAILED and self.run.snapshot is None
        if self.run.state is State.EMPTY or self.is_draft or over or never_began:
            self.begin(command)
        elif command is not None:
            self.problem_solved.emit()
            self.run.send(command)

    def begin(self, command: commands.Command | None) -> None:
        if reason := self.draft.problem():
            self.problem_found.emit(f"This cannot be started: {reason}")
            return
        assert self.draft.facts is not None
        self.problem_solved.emit()
        self._note_start()
        self.run.start(self.draft.experiment, self.draft.facts, command)

    # edits that may be refused

    def change_data(self, **fields: Any) -> None:
        """Change fields of the draft's data; a value that is not valid is refused with a sentence."""
        self._edit(lambda: self.draft.change_data(**fields))

    def edit_training(self, **fields: Any) -> None:
        """Change fields of the draft's training; a value that is not valid is refused with a sentence."""
        self._edit(lambda: self.draft.edit_training(**fields))

    def edit_optimizer(self, **fields: Any) -> None:
        """Change fields of the draft's optimizer; a value that is not valid is refused with a sentence."""
        self._edit(lambda: self.draft.edit_optimizer(**fields))

    def edit_layer(self, index: int, **fields: Any) -> None:
        """Change fields of one of the draft's layers; a value that is not valid is refused with a sentence."""
        self._edit(lambda: self.draft.edit_layer(index, **fields))

    def _edit(self, edit: Callable[[], None]) -> None:
        try:
            edit()
        except SpecError as error:
            self.problem_found.emit(str(error))
            self.edit_refused.emit()

    def _follow_live_edits(self) -> None:
        """Hand the draft's learning rate and epochs to the run: undo and redo pass here too."""
        running = self.run.experiment
        if running is None or not self._is_of_run:
            return
        now, then = self.draft.experiment.training, running.training
        same_optimizer = now.optimizer.kind == then.optimizer.kind
        if same_optimizer and now.optimizer.learning_rate != then.optimizer.learning_rate:
            self.run.change_rate(now.optimizer.learning_rate)
        if now.epochs != then.epochs:
            self.run.change_epochs(now.epochs)

    def import_file(self, path: Path, data: DataSpec | None = None) -> None:
        """Open a file of data on the import page, with the choices of `data` or with proposed ones."""
        self.importing.open(path, data, self.draft.experiment.seed)

    def repaint(self, data: DataSpec) -> None:
        """Put other painted points into the draft; a run of painted points goes on with them as soon as it can."""
        self.draft.repaint(data)

    def _is_repainted(self) -> bool:
        """Tell whether the draft is what runs, but for the points that were painted."""
        running, draft = self.run.experiment, self.draft.experiment
        if running is None or running.data.source != PAINTED or running.data == draft.data:
            return False
        same_points = draft.data.model_copy(update={"points": running.data.points})
        return draft.model_copy(update={"data": same_points}) == running

    # files

    def open(self, file: Path) -> None:
        """Put the experiment of a file into the draft; what runs goes on."""
        try:
            experiment = load_experiment(file)
        except SpecError as error:
            self.problem_found.emit(str(error))
            return
        self._take_opened(experiment, file)

    def open_copy(self, file: Path) -> None:
        """Put the experiment of a file into the draft without working on that file: saving asks for a name."""
        try:
            experiment = load_experiment(file)
        except SpecError as error:
            self.problem_found.emit(str(error))
        else:
            self._take_opened(experiment, None)

    def _take_opened(self, experiment: Experiment, file: Path | None) -> None:
        self.problem_solved.emit()
        self._keep_now()
        self._is_of_run = False
        self.file, self._saved = file, experiment
        self.draft.replace(experiment)
        self.file_changed.emit()

    def save(self, file: Path) -> bool:
        """Write the draft to a file; return whether that was possible."""
        try:
            save_experiment(self.draft.experiment, file, self.file)
        except OSError as error:
            self.problem_found.emit(f"{file} cannot be written ({error.strerror}): choose another folder.")
            return False
        self._autosave.stop()
        self.file, self._saved = file, self.draft.experiment
        self.noted.emit(f"Saved {file.name}")
        self.file_changed.emit()
        return True

    def export(self, export: Export, file: Path) -> None:
        """Write the network that runs to a file, as it is between two steps."""
        self.run.send(commands.ExportNetwork(export, file))

    @property
    def last_work(self) -> Path:
        """The file that keeps what was edited but not saved."""
        return paths.user_state() / "last-work.toml"

    def end(self) -> None:
        """Keep unsaved edits and stop both threads."""
        self._keep_now()
        self.run.end()
        self._data.end()
        self.importing.end()

    # what comes from the threads and the draft

    @Slot(object, object)
    def _on_import_accepted(self, data: DataSpec, facts: DataFacts) -> None:
        self.draft.edit_data(data, self.importing.seed, facts)
        if data.path is not None:
            self.recent.add(Path(data.path))

    @Slot(object, object)
    def _on_data_read(self, request: tuple[DataSpec, int], facts: DataFacts) -> None:
        draft = self.draft.experiment
        if request == (draft.data, draft.seed) and self._is_repainted():
            self.run.replace_data(draft, facts)  # first, so that nobody is told of a draft that has its run
        self.draft.take_facts(request, facts, None)
        if self.draft.facts is facts and facts.dataset.notes:
            self.noted.emit(facts.dataset.notes[0])

    @Slot(object, str)
    def _on_reading_failed(self, request: tuple[DataSpec, int], sentence: str) -> None:
        self.draft.take_facts(request, None, sentence)
        is_painted = request[0].source == PAINTED  # the page says itself what a painting lacks yet
        if self.draft.data_problem == sentence and not is_painted:
            self.problem_found.emit(sentence)

    @Slot(object)
    def _on_exported(self, file: Path) -> None:
        self.noted.emit(f"Exported {file.name}")

    @Slot()
    def _on_draft_changed(self) -> None:
        self._follow_live_edits()
        if self.is_edited:
            self._autosave.start()
        self.file_changed.emit()

    def _keep_now(self) -> None:
        """Keep the edits now that the timer would keep soon."""
        if self._autosave.isActive():
            self._autosave.stop()
            self._on_autosave_due()

    @Slot()
    def _on_autosave_due(self) -> None:
        try:
            save_experiment(self.draft.experiment, self.last_work)
        except OSError as error:
            _log.warning("the unsaved work cannot be kept in %s: %s", self.last_work, error)
        else:
            self.noted.emit("Draft kept")
