"""Edits of the draft that the run takes at once, and one undo for both: the run's timeline, before it the draft's list.

An edit is found by comparing the draft with what the run was told last, so a field only has to change the draft.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lab.experiment.spec import Experiment
from lab.gui.workers.commands import GoTo, Redo, TakeOut, Undo
from lab.gui.workspace.draft import Draft

if TYPE_CHECKING:
    from lab.experiment.timeline.edit import Edit
from lab.gui.workspace.run import Run


class LiveEdits(QObject):
    """Sends what changes in the draft to the run, and lets the draft follow what the run then is."""

    changed = Signal()  # what there is to undo, or whether edits wait
    told = Signal(str)
    refused = Signal(str)

    def __init__(self, draft: Draft, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft, self._run = draft, run
        self._sent: Experiment | None = None
        """The experiment that the run has once it has done all that it was told."""
        self._readings = 0
        """How often the draft's data had been taken anew then: after that it may hold other rows."""
        self._waiting = 0
        """Edits that the run has not answered yet."""
        self._begins = False
        self._opens = False
        self._at_once = True
        self.fresh = False
        """Whether layers that change begin as in a new network."""
        draft.changed.connect(self._on_draft_changed)
        run.edited.connect(self._on_edited)
        run.edit_refused.connect(self._on_edit_refused)
        run.opening_failed.connect(self._on_opening_failed)

    @property
    def at_once(self) -> bool:
        """Whether the run takes edits at once; else they are collected, and it starts afresh with them."""
        return self._at_once

    def set_at_once(self, at_once: bool) -> None:
        """Let the run take edits at once, those that wait first, or collect them from now on."""
        self._at_once = at_once
        self._send()
        self.changed.emit()

    @property
    def has_run(self) -> bool:
        """Whether there is a run to be edited."""
        return self._run.experiment is not None and self._run.overview is not None

    @property
    def is_draft(self) -> bool:
        """Whether the draft differs from what the run is or is about to be."""
        if self._run.experiment is None:
            return False
        return self._draft.readings != self._readings or self._draft.experiment != (self._sent or self._run.experiment)

    def note_start(self) -> None:
        """Note that a run of the draft starts."""
        self._sent, self._readings, self._waiting, self._begins = self._draft.experiment, self._draft.readings, 0, False
        self._draft.forget_edits()

    def note_discard(self) -> None:
        """Note that the draft is what the run is again, whatever file its data came from."""
        self._readings = self._draft.readings
        self.changed.emit()

    def begin_next(self) -> None:
        """Let the next change of the draft begin another run: it is of another file, not an edit of this one."""
        self._begins = True

    def begin_afresh(self) -> None:
        """Begin a fresh run of the draft as one edit, which undo takes back."""
        self._begins = True
        self._send(even_if_collected=True)

    def do(self, edit: Edit) -> None:
        """Let the run do an edit that no field of the draft stands for."""
        self._waiting += 1
        self._run.apply(edit)

    def open_run(self, path: Path, kept: bool = False) -> None:
        """Go on with the run of a file, which the draft then follows whatever it was."""
        self._opens = True
        self._waiting += 1
        self._run.open(path, kept)

    def preview(self, experiment: Experiment) -> None:
        """Ask what the edit that leads to this experiment would keep; the run answers with `previewed`."""
        is_settled = self.has_run and self._at_once and not self._waiting and not self.is_draft
        if is_settled and self._run.experiment is not None:
            from lab.experiment.timeline.differences import edits_between

            edit = edits_between(self._run.experiment, experiment, self.fresh)
            if edit is not None:
                self._run.preview(edit)

    def preview_nothing(self) -> None:
        """Let an answer that is still on its way be passed over."""
        self._run.pass_over_preview()

    # undo and redo

    @property
    def undo_name(self) -> str | None:
        """What `undo` takes back: a waiting edit of the draft, else the last edit of the run; None: nothing."""
        if self._draft.can_undo and (self.is_draft or not self.has_run):
            return "edit of the draft"
        return self._run.overview.undo_name if self._run.overview is not None else None

    @property
    def redo_name(self) -> str | None:
        """What `redo` does again, or None."""
        if self._draft.can_redo:
            return "edit of the draft"
        return self._run.overview.redo_name if self._run.overview is not None else None

    def undo(self) -> None:
        """Take the last edit back."""
        if self._draft.can_undo and (self.is_draft or not self.has_run):
            self._draft.undo()
        elif self.undo_name is not None:
            self._waiting += 1
            self._run.send(Undo())

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._draft.can_redo:
            self._draft.redo()
        elif self.redo_name is not None:
            self._waiting += 1
            self._run.send(Redo())

    def go_to(self, place: int) -> None:
        """Go to where the edit at this place of the run's history is the last one; -1: to before the first."""
        self._waiting += 1
        self._run.send(GoTo(place))

    def take_out(self, place: int) -> None:
        """Take the edit at this place of the run's history out, and train again what followed it."""
        self._waiting += 1
        self._run.send(TakeOut(place))

    # between draft and run

    @Slot()
    def _on_draft_changed(self) -> None:
        self._send()
        self.changed.emit()

    def _send(self, even_if_collected: bool = False) -> None:
        """Tell the run what has changed in the draft, as soon as that can be run."""
        takes = self.has_run and self._sent is not None and (self._at_once or even_if_collected)
        if not takes or self._draft.problem() is not None:
            return
        edit = self._edit()
        if edit is None:
            return
        self._sent, self._readings, self._begins = self._draft.experiment, self._draft.readings, False
        self._waiting += 1
        self._draft.forget_edits()
        self._run.apply(edit, self._draft.facts)

    def _edit(self) -> Edit | None:
        now, before = self._draft.experiment, self._sent or self._run.experiment
        assert before is not None
        from lab.experiment.timeline.differences import edits_between  # surgery and all: loaded with the first edit
        from lab.experiment.timeline.run_edits import Begin, ReplaceData

        if self._begins:
            return Begin(experiment=now)
        if self._draft.readings != self._readings and now.data == before.data:
            return ReplaceData(data=now.data, seed=now.seed)
        return edits_between(before, now, self.fresh)

    @Slot(str)
    def _on_edited(self, sentence: str) -> None:
        if not sentence:  # the run has begun: what was edited meanwhile is sent now
            self._send()
            self.changed.emit()
            return
        self._waiting -= 1
        self.told.emit(sentence)
        self._follow()

    @Slot(str)
    def _on_edit_refused(self, sentence: str) -> None:
        self._waiting -= 1
        self._follow()
        self.refused.emit(sentence)

    @Slot(str)
    def _on_opening_failed(self, sentence: str) -> None:
        self._waiting, self._opens = self._waiting - 1, False
        self._follow()
        self.refused.emit(sentence)

    def _follow(self) -> None:
        """Let the draft be what the run is, unless it waits for more edits or has edits that wait themselves."""
        experiment, facts = self._run.experiment, self._run.facts
        if self._waiting <= 0 and experiment is not None:
            self._waiting = 0
            is_settled = (self._at_once or not self.is_draft) and self._draft.problem() is None
            self._sent = experiment
            if facts is not None and (is_settled or self._opens):
                self._opens = False
                self._draft.follow(experiment, facts)
                self._readings = self._draft.readings
        self.changed.emit()
