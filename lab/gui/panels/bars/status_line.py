"""The line below: what the run does, the last figures, and what was noted."""

from math import isnan

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from lab.experiment.snapshot import Snapshot
from lab.experiment.training.epoch_records import EpochRecord
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.widgets.fields.draft_bar import DraftBar
from lab.gui.widgets.fields.figure_label import FigureLabel
from lab.gui.workers.commands import State
from lab.gui.workspace.workspace import Workspace

_FIGURES = "batch loss 0.1234 · validation loss 0.1234 · accuracy 100.0 %"
_LEAST_ROOM, _GAPS = 120, 80

_ROLES = {State.RUNNING: "ok", State.FAILED: "error"}

_HEIGHT = 28


class StatusLine(QStatusBar):
    """Shows state, frame rate, losses and accuracy, and notes such as what was saved."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.state, self.note = QLabel(), QLabel()
        self.frames, self.figures = FigureLabel("window 50 fps"), FigureLabel(_FIGURES)
        self.draft = DraftBar()
        self._told = 0
        """Faults of the run that were noted."""
        self.setSizeGripEnabled(False)
        for label in (self.state, self.frames, self.figures):
            self.addWidget(label)
        self.addPermanentWidget(self.note)
        self.addPermanentWidget(self.draft)
        self.setFixedHeight(_HEIGHT)  # whether or not there is a draft
        self.frames.setToolTip("How often the window asks for a new picture; it adapts so that training keeps its pace")
        workspace.run.state_changed.connect(self._on_state_changed)
        workspace.run.figures_ready.connect(self._on_figures_ready)
        workspace.draft.changed.connect(self._show_state)
        workspace.run.started.connect(self._show_state)
        workspace.run.started.connect(self.figures.clear)
        workspace.noted.connect(self._on_noted)
        workspace.draft.changed.connect(self._show_draft)
        workspace.run.started.connect(self._show_draft)
        workspace.edits.changed.connect(self._show_draft)
        self.draft.start_wanted.connect(self._on_start_wanted)
        self.draft.discard_wanted.connect(workspace.discard_draft)
        self._show_draft()
        self._show_state()

    @Slot()
    def _show_draft(self) -> None:
        """Say that edits wait for a fresh start, or why there can be none: the layer itself may be out of sight."""
        workspace = self._workspace
        impossible = next((row for row in workspace.draft.rows() if row.problem is not None), None)
        if impossible is not None:
            sentence = f"Cannot run: layer {impossible.number}: {impossible.problem}"
            self.draft.show_draft(
                sentence, f"{sentence}\nRun is possible again when this is fixed.", True, workspace.is_draft
            )
        else:
            hint = "These edits are not in the network on show; Run begins a new one with them."
            sentence = "Draft: Run starts afresh" if workspace.is_draft else ""
            self.draft.show_draft(sentence, hint, False, workspace.is_draft)

    @Slot()
    def _on_start_wanted(self) -> None:
        self._workspace.begin(None)

    @Slot(object)
    def _on_state_changed(self, _state: State) -> None:
        self._show_state()

    @Slot(str)
    def _on_noted(self, sentence: str) -> None:
        """Write a note, as much of it as there is room for: a long one must not make the window wider."""
        room = max(self.width() - self._taken(), _LEAST_ROOM)
        self.note.setText(self.note.fontMetrics().elidedText(sentence, Qt.TextElideMode.ElideRight, room))
        self.note.setToolTip(sentence)

    def _taken(self) -> int:
        """Return the room that everything beside the note takes."""
        draft = 0 if self.draft.isHidden() else self.draft.sizeHint().width()
        return sum(label.sizeHint().width() for label in (self.state, self.frames, self.figures)) + draft + _GAPS

    @Slot()
    def _show_state(self) -> None:
        state = self._workspace.run.state
        text = state.value
        if state in (State.EMPTY, State.READY):
            text = self._readiness()
        self.state.setText(f"● {text}")
        set_role(self.state, _ROLES.get(state, "dim"))

    def _readiness(self) -> str:
        draft = self._workspace.draft
        if draft.reading:
            return "reading the data…"
        return "ready: press Run to train" if draft.problem() is None else "not ready: the draft cannot be trained"

    @Slot(object)
    def _on_figures_ready(self, snapshot: Snapshot) -> None:
        running, at = self._workspace.run.state is State.RUNNING, snapshot.progress
        self.frames.setText(f"window {self._workspace.run.pictures_per_second:.0f} fps" if running else "")
        parts = [] if isnan(at.loss) else [f"batch loss {number_text(at.loss)}"]
        if (record := at.last_epoch) is not None:
            parts += self._validation_texts(record)
        self.figures.setText(" · ".join(parts))
        if len(at.findings) > self._told:
            self._on_noted(f"Gradient flow: {at.findings[-1].text()}")
        self._told = len(at.findings)

    def _validation_texts(self, record: EpochRecord) -> list[str]:
        """Return the figures of the validation part; none where the split has no such part."""
        if isnan(record.validation_loss) and not self._workspace.shown.data.split[1]:
            return []
        score, numbers = record.validation_score, self._workspace.shown.data.is_regression
        loss = f"validation loss {number_text(record.validation_loss)}"
        return [loss, f"R² {score:.3f}" if numbers else f"accuracy {100 * score:.1f} %"]
