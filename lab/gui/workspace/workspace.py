"""What the window works on: one draft, one run, one selection and one file, and the rules between them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lab import paths
from lab.core.layers import LAYERS
from lab.experiment.datasets import DataFacts
from lab.experiment.forms.data_specs import PAINTED, DataSpec
from lab.experiment.forms.problems import SpecError
from lab.experiment.spec import LONGEST_NAME, Experiment, load_experiment, save_experiment
from lab.experiment.usual_start import usual_start
from lab.gui.workers import commands
from lab.gui.workers.commands import State
from lab.gui.workers.data_thread import DataThread
from lab.gui.workspace.draft import Draft
from lab.gui.workspace.exporting import Exporting
from lab.gui.workspace.gradient_checking import GradientChecking
from lab.gui.workspace.importing import Importing
from lab.gui.workspace.jobs import Jobs
from lab.gui.workspace.live_edits import LiveEdits
from lab.gui.workspace.matrix_editing import MatrixEditing
from lab.gui.workspace.predicting import Predicting
from lab.gui.workspace.recent_files import RecentFiles
from lab.gui.workspace.run import Run
from lab.gui.workspace.seed_sweep import SeedSweep
from lab.gui.workspace.selection import Selection
from lab.gui.workspace.surface_computing import SurfaceComputing

if TYPE_CHECKING:
    from lab.experiment.surface.loss_surface import SurfaceChoice

_log = logging.getLogger(__name__)
_AUTOSAVE_AFTER = 2000
_PATIENCE = 8.0
"""Seconds that the end of a session waits for the run to be kept: desktops give a program about ten."""


class Workspace(QObject):
    """Ties draft and run together: `edits` hands what changes in the draft to the run, at the next step."""

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
        self.edits = LiveEdits(self.draft, self.run, self)
        self.numbers = MatrixEditing(self.run, self.edits, self.selection, self)
        self.numbers.noted.connect(self.noted)
        self.numbers.refused.connect(self.problem_found)
        self.jobs = Jobs(self.run, self)
        self.checking = GradientChecking(self.run, self.jobs, self)
        self.checking.verdict_found.connect(self.noted)
        self.checking.failed.connect(self.problem_found)
        self.predicting, self.loading = Predicting(self.jobs, self), Predicting(self.jobs, self)
        """Of whole files, and of the one example that is tried."""
        for asked in (self.predicting, self.loading):
            asked.failed.connect(self.problem_found)
        self.seeds = SeedSweep(self.draft, self)
        self.seeds.noted.connect(self.noted)
        self.seeds.refused.connect(self.problem_found)
        self.surface = SurfaceComputing(self.run, self.jobs, self)
        self.surface.failed.connect(self.problem_found)
        self._epochs_more = 1
        """Epochs that Run adds at the end: as many as the run was begun with."""
        self.file = file
        self._saved: Experiment | None = experiment
        """What the file says, None where the draft comes from edits that were never saved."""
        self._has_kept = False
        """Whether what lies in `last_work` are edits of this window."""
        self._kept_status: tuple[int, int] | None = None
        self._data = DataThread(self)
        self._data.data_read.connect(self._on_data_read)
        self._data.reading_failed.connect(self._on_reading_failed)
        self.draft.data_wanted.connect(self._data.read)
        self.draft.changed.connect(self._on_draft_changed)
        self.importing.accepted.connect(self._on_import_accepted)
        self.importing.refused.connect(self.problem_found)
        self.run.failed.connect(self.problem_found)
        self.exporting = Exporting(self.run, self)
        self.exporting.exported.connect(self.noted)
        self.exporting.failed.connect(self.problem_found)
        self.edits.told.connect(self.noted)
        self.edits.refused.connect(self.problem_found)
        self.run.noted.connect(self.noted)
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
        return self.edits.is_draft

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

    def run_for(self, seconds: float, _checked: bool = False) -> None:
        """Train for so long, then pause."""
        from lab.experiment.running.run_until import ForSeconds

        self.go(commands.Resume(ForSeconds(seconds)))

    def run_to_epoch(self, epoch: int) -> None:
        """Train until so many epochs are done in all; a run that is shorter gets more, as an edit."""
        from lab.experiment.running.run_until import ToEpoch

        at, begun = (0, 0) if (shown := self.run.snapshot) is None else (shown.progress.epoch, shown.progress.begun_at)
        if epoch <= at:
            self.problem_found.emit(f"Epoch {epoch} is done already: the run has done {at}.")
            return
        more = epoch - begun - self.draft.experiment.training.epochs
        if self.run.state is State.FINISHED and not self.is_draft:
            from lab.experiment.timeline.run_edits import TrainOn

            self.edits.do(TrainOn(epochs=max(1, more)))  # early stopping may have ended it before its last epoch
            self.problem_solved.emit()
            self.run.send(commands.Resume(ToEpoch(epoch)))
            return
        if more > 0:
            self.edit_training(epochs=epoch - begun)
        self.go(commands.Resume(ToEpoch(epoch)))

    def run_until_no_better(self, patience: int) -> None:
        """Train until so many epochs have brought no lower validation loss, beyond the end of the run if need be."""
        from lab.experiment.running.run_until import UntilNoBetter

        self.go(commands.Resume(UntilNoBetter(patience)))

    def step_batch(self) -> None:
        """Train on one batch and stop."""
        self.go(commands.StepBatch())

    def step_epoch(self) -> None:
        """Train to the end of the epoch and stop."""
        self.go(commands.StepEpochs())

    def reset(self) -> None:
        """Begin again at the initial weights, with the draft where edits wait in it; undo brings the run back."""
        if self._has_begun and not self.is_draft:
            from lab.experiment.timeline.run_edits import Reset

            self.problem_solved.emit()
            self.edits.do(Reset())
        else:
            self.begin(None)

    def reset_to_next_seed(self) -> None:
        """Begin again at the initial weights of the next seed."""
        if self._has_begun and not self.is_draft:
            from lab.experiment.timeline.run_edits import Reset

            self.edits.do(Reset(next_seed=True))

    def pin_batch(self) -> None:
        """Go on with the batch of the last step, or let it go where one is pinned."""
        overview = self.run.overview
        if overview is not None:
            from lab.experiment.timeline.run_edits import LetGo, Pin

            self.edits.do(LetGo() if overview.pinned else Pin())

    def pin_examples(self, rows: tuple[int, ...]) -> None:
        """Go on with these training rows, step after step, until they are let go."""
        from lab.experiment.timeline.run_edits import Pin

        self.edits.do(Pin(rows=rows))

    def type_example(self, row: int, x: tuple[float, ...], y: int | tuple[float, ...]) -> None:
        """Go on with one typed example that stands where a training row stands; a refusal is told in a sentence."""
        from lab.experiment.timeline.edits import read_edit

        try:
            self.edits.do(read_edit({"kind": "type_example", "row": row, "x": x, "y": y}))
        except SpecError as error:
            self.problem_found.emit(str(error))

    def freeze_layer(self, index: int, frozen: bool) -> None:
        """Let a layer stay as it is, or learn again."""
        from lab.experiment.timeline.cell_edits import Freeze

        self.edits.do(Freeze(layer=index, frozen=frozen))

    @property
    def shown_parameter(self) -> tuple[int, str] | None:
        """The layer and the parameter that the inspector shows, itself, its gradient or its update; None: none."""
        layers = self.shown.layers
        layer = min(self.selection.layer, len(layers) - 1)
        name = self.selection.matrix
        for known in LAYERS[layers[layer].kind].make.parameters:
            if name in (known, f"d{known}", f"update_{known}", f"penalty_{known}", f"new_{known}"):
                return layer, known
        return None

    def check_gradient(self, shown_only: bool = False, every_cell: bool = False) -> None:
        """Check the gradient of the shown parameter, or of all of them; without a run the draft's is begun first."""
        parameter = self.shown_parameter if shown_only else None
        if shown_only and parameter is None:
            self.problem_found.emit("This matrix is no parameter's: choose W, b or their gradients to check them.")
            return
        if self._has_run():
            self.checking.check(parameter, every_cell)

    def compute_surface(self, choice: SurfaceChoice) -> None:
        """Compute the loss surface of the run; without one the draft's is begun first."""
        if self._has_run():
            self.surface.compute(choice)

    def _has_run(self) -> bool:
        """Begin the draft's run where there is none; return whether there is one now."""
        if not self._has_begun:
            self.go(None)
        return self.run.experiment is not None

    def discard_draft(self) -> None:
        """Go back to the experiment that runs; undo brings the draft back."""
        if self.run.experiment is not None:
            self.draft.replace(self.run.experiment, self.run.facts)
            self.edits.note_discard()

    @property
    def _has_begun(self) -> bool:
        """Whether there is a run that can be edited and go on."""
        never_began = self.run.state is State.FAILED and self.run.snapshot is None
        return self.edits.has_run and self.run.state is not State.EMPTY and not never_began

    def go(self, command: commands.Command | None) -> None:
        """Give the run a command, after starting the draft where it is not what runs (None: only start it)."""
        if not self._has_begun and not (self.run.state is State.PREPARING and not self.is_draft):
            self.begin(command)
            return
        if self.is_draft:
            self.begin(None)
        if command is None:
            return
        if self.run.state is State.FINISHED and isinstance(command, commands.Resume):
            from lab.experiment.timeline.run_edits import TrainOn

            self.edits.do(TrainOn(epochs=self._epochs_more))
        self.problem_solved.emit()
        self.run.send(command)

    def begin(self, command: commands.Command | None) -> None:
        if reason := self.draft.problem():
            self.problem_found.emit(f"This cannot be started: {reason}")
            return
        assert self.draft.facts is not None
        self.problem_solved.emit()
        self._epochs_more = self.draft.experiment.training.epochs
        if self._has_begun:
            self.edits.begin_afresh()
            if command is not None:
                self.run.send(command)
        else:
            self.edits.note_start()
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

    def import_file(self, path: Path, data: DataSpec | None = None) -> None:
        """Open a file of data on the import page, with the choices of `data` or with proposed ones.

        Of new data the usual layers and training are proposed too, but not in place of what someone has built.
        """
        self.importing.open(path, data, self.draft.experiment.seed)
        self.importing.set_begins_anew(data is None and not self._is_built())

    def repaint(self, data: DataSpec) -> None:
        """Put other painted points into the draft; a run of painted points goes on with them as soon as it can."""
        self.draft.repaint(data)

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
        self.keep_edits()
        self._has_kept = False
        if experiment != self.draft.experiment:
            self.edits.begin_next()
        self.file, self._saved = file, experiment
        self.draft.replace(experiment)
        self.file_changed.emit()

    def open_run(self, file: Path, kept: bool = False) -> None:
        """Go on with the run of a file, at its step and with its curves; kept: a window left it behind."""
        self.problem_solved.emit()
        self.edits.open_run(file, kept)

    @property
    def kept_runs(self) -> Path:
        """The folder where every window keeps its run."""
        return paths.user_state() / "runs"

    def save(self, file: Path) -> bool:
        """Write the draft to a file; return whether that was possible."""
        try:
            save_experiment(self.draft.experiment, file, self.file)
        except OSError as error:
            self.problem_found.emit(f"{file} cannot be written ({error.strerror}): choose another folder.")
            return False
        self._autosave.stop()
        self._forget_edits()
        self.file, self._saved = file, self.draft.experiment
        self.noted.emit(f"Saved {file.name}")
        self.file_changed.emit()
        return True

    @property
    def last_work(self) -> Path:
        """The file that keeps what was edited but not saved."""
        return paths.user_state() / "last-work.toml"

    def reopen_edits(self) -> None:
        """Put the edits that were not saved into the draft again; they still are not."""
        self.open_copy(self.last_work)
        if self.draft.experiment == self._saved:  # else the file could not be read, and that was said
            self._saved, self._has_kept, self._kept_status = None, True, self._status_of_last_work()
            self.file_changed.emit()

    @Slot()
    def keep_edits(self) -> None:
        """Keep the edits now that the timer would keep soon, or that it kept a while ago."""
        if self._autosave.isActive() or self.is_edited:
            self._autosave.stop()
            self._on_autosave_due()

    @Slot()
    def keep_all(self) -> None:
        """Keep edits and run now, as the desktop's session ends: after this slot the program may be killed."""
        self.keep_edits()
        self.run.keep_now(_PATIENCE)

    def end(self) -> None:
        """Keep unsaved edits and stop both threads."""
        self.keep_edits()
        self.draft.blockSignals(True)  # an answer that is still on its way is no edit
        self.seeds.end()
        self.jobs.end()
        self.exporting.end()
        self.run.end()
        self._data.end()
        self.importing.end()

    # what comes from the threads and the draft

    @Slot(object, object)
    def _on_import_accepted(self, data: DataSpec, facts: DataFacts) -> None:
        name = None
        if data.path is not None:
            self.recent.add(Path(data.path))
            if self.file is None and data.path != self.draft.experiment.data.path:
                name = Path(data.path).stem[:LONGEST_NAME] or None  # who works on a file of their own has named it
        if self.importing.begins_anew:
            title = name or self.draft.experiment.name
            self.draft.replace(usual_start(title, data, facts.dataset.classes, self.importing.seed), facts)
        else:
            self.draft.edit_data(data, self.importing.seed, facts, name)

    def _is_built(self) -> bool:
        """Whether someone has chosen layers or training, in a file of their own or since the program was started."""
        saved, draft = self._saved, self.draft.experiment
        if self.file is not None or saved is None:
            return True
        return (saved.layers, saved.training) != (draft.layers, draft.training)

    @Slot(object, object)
    def _on_data_read(self, request: tuple[DataSpec, int], facts: DataFacts) -> None:
        self.draft.take_facts(request, facts, None)
        if self.draft.facts is facts and facts.dataset.notes:
            self.noted.emit(facts.dataset.notes[0])

    @Slot(object, str)
    def _on_reading_failed(self, request: tuple[DataSpec, int], sentence: str) -> None:
        self.draft.take_facts(request, None, sentence)
        is_painted = request[0].source == PAINTED  # the page says itself what a painting lacks yet
        if self.draft.data_problem == sentence and not is_painted:
            self.problem_found.emit(sentence)

    @Slot()
    def _on_draft_changed(self) -> None:
        if self.is_edited or self._has_kept:
            self._autosave.start()
        self.file_changed.emit()

    def _forget_edits(self) -> None:
        """Let go of this window's edits, which are in the draft's file or were taken back."""
        if self._has_kept:
            self._has_kept = False
            if self._status_of_last_work() == self._kept_status:  # else another window has put its edits there
                self.last_work.unlink(missing_ok=True)

    def _status_of_last_work(self) -> tuple[int, int] | None:
        """Return what tells one writing of the file from another, None where it is not there."""
        try:
            status = self.last_work.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino

    @Slot()
    def _on_autosave_due(self) -> None:
        if not self.is_edited:
            self._forget_edits()
            return
        try:
            save_experiment(self.draft.experiment, self.last_work)
            self._has_kept, self._kept_status = True, self._status_of_last_work()
        except OSError as error:
            _log.warning("the unsaved work cannot be kept in %s: %s", self.last_work, error)
        else:
            if self.run.state is State.EMPTY:  # beside a run there are notes that matter more
                self.noted.emit("Draft kept")
