"""One history of edits of a run: each can be taken back by its name, with weights, memories, streams and position.

Position: taking an edit back goes to the step at which it took effect; what was trained since is taken away with it,
and stays on the curves as a pale line. Doing it again right away goes back to where it was taken back, bit for bit;
once steps or edits have followed, it is the edit that is done again, to the run as it is then.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import StrictStr

from lab.data.errors import DataError
from lab.experiment.edit_record import EditRecord
from lab.experiment.forms.problems import SpecError
from lab.experiment.history import EpochRecord, HistoryMark
from lab.experiment.session import Session
from lab.experiment.timeline.edit import Edit, Outcome
from lab.experiment.timeline.edits import fields_of, read_edit
from lab.experiment.timeline.keyframe import Keyframe, restore_keyframe, take_keyframe
from lab.experiment.timeline.keyframes import Keyframes, KeyframesInMemory

_MOST_TAKEN = 6
"""Pale lines that are kept."""


@dataclass(frozen=True)
class Entry:
    """An edit in the history: the step at which it took effect, and what it kept."""

    edit: Edit
    step: int
    outcome: Outcome
    before: int
    """The number of the keyframe before it."""

    @property
    def name(self) -> str:
        """What a person calls the edit."""
        return self.edit.name


@dataclass(frozen=True)
class HistoryLine:
    """A line of the list of edits; `undone`: it is taken back; `kept`: its state is still there to go back to."""

    name: str
    step: int
    sentence: str
    undone: bool
    kept: bool


@dataclass(frozen=True, eq=False)
class TakenAway:
    """What a run had trained when an edit, or taking one back, took it away: losses from the step after `step` on."""

    name: str
    step: int
    losses: NDArray[np.float64]
    epochs: Sequence[EpochRecord]


@dataclass(frozen=True, eq=False)
class _Undone:
    """An edit that was taken back, and the number of the keyframe from before that, to which `redo` goes."""

    entry: Entry
    after: int
    edits: tuple[EditRecord, ...]
    """Those of the session after that: as long as they are the same, no other has followed."""
    taken: TakenAway | None


class Opened(Edit):
    """A run that was opened from a file; its own edits are in the session, so this one is in no file."""

    title: StrictStr

    @property
    def name(self) -> str:
        return self.title

    def apply(self, session: Session) -> Outcome:
        raise SpecError([f"{self.title}: its file is read once only; open it again"])


class Timeline:
    """The edits of a session's run, done and undone; all of its methods are to be called between two steps."""

    def __init__(self, session: Session, keyframes: Keyframes | None = None) -> None:
        self.session = session
        self._keyframes: Keyframes = KeyframesInMemory() if keyframes is None else keyframes
        self._done: list[Entry] = []
        self._undone: list[_Undone] = []
        self.taken: tuple[TakenAway, ...] = ()
        """What was taken away, oldest first: for pale lines on the curves."""

    # what there is

    @property
    def lines(self) -> tuple[HistoryLine, ...]:
        """The edits in their order, those that are taken back last."""
        done = [(entry, False, entry.before) for entry in self._done]
        undone = [(each.entry, True, each.after) for each in reversed(self._undone)]
        return tuple(
            HistoryLine(e.name, e.step, e.outcome.sentence, gone, self._keyframes.get(state) is not None)
            for e, gone, state in done + undone
        )

    @property
    def undo_name(self) -> str | None:
        """The edit that `undo` takes back, or None: there is none, or its state had to make room."""
        return self._done[-1].name if self._done and self._keyframes.get(self._done[-1].before) is not None else None

    @property
    def redo_name(self) -> str | None:
        """The edit that `redo` does again, or None."""
        return self._undone[-1].entry.name if self._undone else None

    # what changes the run

    def apply(self, edit: Edit) -> Entry:
        """Do an edit; where it is refused (SpecError, DataError) the session is as it was, bit for bit."""
        entry = self._apply(edit)
        for each in self._undone:
            self._keyframes.forget(each.after)
            self._keyframes.forget(each.entry.before)
        self._undone = []
        return entry

    def _apply(self, edit: Edit) -> Entry:
        session = self.session
        before, step = take_keyframe(session), session.steps
        try:
            outcome = apply_edit(session, edit)
        except (SpecError, DataError, ValueError):
            restore_keyframe(session, before)
            raise
        if self._done and edit.continues(self._done[-1].edit):
            last = self._done.pop()
            entry = Entry(edit, last.step, outcome, last.before)
        else:
            entry = Entry(edit, step, outcome, self._keyframes.keep(before))
        self._done.append(entry)
        self._take_away(edit.name, before.history)
        return entry

    def go_to(self, name: str, keyframe: Keyframe) -> Entry:
        """Let the session stand where another run was kept, as one edit called `name`."""
        before, step = take_keyframe(self.session), self.session.steps
        restore_keyframe(self.session, keyframe)
        outcome = Outcome("Another run goes on; undo brings this one back.", False)
        entry = Entry(Opened(title=name), step, outcome, self._keyframes.keep(before))
        self._done.append(entry)
        self._undone = []
        self._take_away(name, before.history)
        return entry

    def undo(self) -> Entry:
        """Take the last edit back and return it; LookupError where there is none whose state is kept."""
        if self.undo_name is None:
            raise LookupError("there is no edit to take back" if not self._done else "its state is kept no longer")
        entry = self._done.pop()
        back = self._keyframes.get(entry.before)
        assert back is not None
        now = take_keyframe(self.session)
        restore_keyframe(self.session, back)
        taken = self._take_away(entry.name, now.history)
        self._undone.append(_Undone(entry, self._keyframes.keep(now), self.session.edits, taken))
        return entry

    def redo(self) -> Entry:
        """Do the edit again that was taken back last and return its entry; LookupError where there is none."""
        if not self._undone:
            raise LookupError("no edit was taken back")
        undone = self._undone.pop()
        after = self._keyframes.get(undone.after)
        self._keyframes.forget(undone.after)
        stands_there = self.session.steps == undone.entry.step and self.session.edits == undone.edits
        if after is None or not stands_there or self._keyframes.get(undone.entry.before) is None:
            return self._apply(undone.entry.edit)
        restore_keyframe(self.session, after)
        self.taken = tuple(each for each in self.taken if each is not undone.taken)
        self._done.append(undone.entry)
        return undone.entry

    def _take_away(self, name: str, before: HistoryMark) -> TakenAway | None:
        """Note what of the history before is not in the present one."""
        now = self.session.history.mark()
        length = min(before.steps, now.steps)
        same = before.losses()[:length] == now.losses()[:length]
        common = length if same.all() else int(same.argmin())
        self.taken = tuple(each for each in self.taken if not _is_part_of(each, now))
        if common == before.steps:
            return None
        taken = TakenAway(name, common, before.losses(common), before.epochs(common))
        self.taken = (*self.taken, taken)[-_MOST_TAKEN:]
        return taken


def _is_part_of(taken: TakenAway, history: HistoryMark) -> bool:
    """Tell whether what was taken away is back: the history has the same losses at the same steps."""
    there = history.losses(taken.step)[: len(taken.losses)]
    return len(there) == len(taken.losses) and bool((there == taken.losses).all())


def apply_edit(session: Session, edit: Edit) -> Outcome:
    """Do an edit and note it in the session, whose state and file then hold it too."""
    record = EditRecord(step=session.steps, name=edit.name, fields=fields_of(edit))
    edits = session.edits
    outcome = edit.apply(session)
    session.edits = (*edits, record)
    return outcome


def replay(session: Session, edits: Sequence[EditRecord], step: int) -> None:
    """Train from where the session stands to `step`, doing each of the edits at its step: bit for bit the same run.

    The edits are those that followed the session's own.
    """
    for record in edits:
        while session.steps < record.step:
            session.step()
        apply_edit(session, read_edit(record.fields))
    while session.steps < step:
        session.step()
