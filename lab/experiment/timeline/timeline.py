"""One history of edits of a run: each can be taken back by its name, with weights, memories, streams and position.

Position: taking an edit back goes to the step at which it took effect; what was trained since is taken away with it,
and stays on the curves as a pale line. Doing it again right away goes back to where it was taken back, bit for bit;
once steps or edits have followed, it is the edit that is done again, to the run as it is then.

An edit in the middle is taken out by training again: from the keyframe before it, with the edits that followed, each
at its step. Whoever trains the session calls `do_due` after every step, so that this can be watched and paused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import StrictStr

from lab.data.errors import DataError
from lab.experiment.edit_record import EditRecord
from lab.experiment.forms.problems import SpecError
from lab.experiment.session import Session
from lab.experiment.timeline.edit import Edit, Outcome
from lab.experiment.timeline.edits import fields_of, read_edit
from lab.experiment.timeline.keyframe import Keyframe, restore_keyframe, take_keyframe
from lab.experiment.timeline.keyframes import Keyframes, KeyframesInMemory
from lab.experiment.timeline.taking_out import Replay, TakenOut, later_edits
from lab.experiment.training.epoch_records import EpochRecord
from lab.experiment.training.history import HistoryMark

_MOST_TAKEN = 6
"""Pale lines that are kept."""

_NONE = -1
"""The number of no keyframe."""


@dataclass(frozen=True)
class Entry:
    """An edit in the history: the step at which it took effect, and what it kept."""

    edit: Edit
    step: int
    outcome: Outcome
    before: int
    """The number of the keyframe before it."""
    replaced: "tuple[Entry, ...] | None" = None
    """The whole history before an edit was taken out of its middle, None for every other edit."""

    @property
    def name(self) -> str:
        """What a person calls the edit."""
        return self.edit.name


@dataclass(frozen=True)
class HistoryLine:
    """A line of the list of edits; `undone`: it is taken back; `kept`: its state is still there to go back to.

    waits: another edit was taken out, and this one is done again when training comes to its step.
    """

    name: str
    step: int
    sentence: str
    undone: bool
    kept: bool
    waits: bool = False


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
    done: tuple[Entry, ...] | None = None
    """The whole history at that time, where an edit had been taken out of it; None: one entry less than that."""


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
        self._replay: Replay | None = None
        self.taken: tuple[TakenAway, ...] = ()
        """What was taken away, oldest first: for pale lines on the curves."""
        self.earlier: tuple[EditRecord, ...] = session.edits
        """Edits of the run from before this timeline: a file has their names and the last state, so that none of them
        can be taken back."""

    # what there is

    @property
    def lines(self) -> tuple[HistoryLine, ...]:
        """The edits in their order, those that are taken back last."""
        done = [self._line(entry, entry.before) for entry in self._done]
        if self._replay is not None:  # the last entry says what was taken out
            waiting = [HistoryLine(edit.name, step, "", False, True, waits=True) for step, edit in self._replay.waiting]
            done[-1:-1] = waiting
        return (*done, *(self._line(each.entry, each.after, undone=True) for each in reversed(self._undone)))

    def _line(self, entry: Entry, state: int, undone: bool = False) -> HistoryLine:
        kept = self._keyframes.get(state) is not None
        return HistoryLine(entry.name, entry.step, entry.outcome.sentence, undone, kept)

    @property
    def kept_bytes(self) -> int:
        """Bytes of all states that are kept, with other data than the run's that they hold."""
        self._leave_out_data()
        return self._keyframes.bytes

    def _leave_out_data(self) -> None:
        self._keyframes.leave_out(self.session.dataset, self.session.prepared)

    def keep_at_most(self, most: int) -> None:
        """Keep states up to so many bytes from now on; the oldest go where they are more already."""
        self._keyframes.limit(most)

    @property
    def replays(self) -> bool:
        """Whether the run is on its way to where it was before an edit was taken out: `do_due` follows every step."""
        return self._replay is not None

    @property
    def undo_name(self) -> str | None:
        """The edit that `undo` takes back, or None: there is none, or its state had to make room."""
        return self._done[-1].name if self._done and self._keyframes.get(self._done[-1].before) is not None else None

    @property
    def redo_name(self) -> str | None:
        """The edit that `redo` does again, or None."""
        if self._replay is not None:
            return None
        return self._undone[-1].entry.name if self._undone else None

    # what changes the run

    def apply(self, edit: Edit) -> Entry:
        """Do an edit; where it is refused (SpecError, DataError) the session is as it was, bit for bit.

        LookupError while an edit is being taken out.
        """
        self._check_stands()
        entry = self._apply(edit)
        self._forget_undone()
        return entry

    def _check_stands(self) -> None:
        if self._replay is not None:
            raise LookupError(
                f"the run is being trained again to step {self._replay.until:,}: wait for that, or undo it first"
            )

    def _forget_undone(self) -> None:
        for each in self._undone:
            self._keyframes.forget(each.after)
            self._keyframes.forget(each.entry.before)
        self._undone = []

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
        self._leave_out_data()
        self._take_away(edit.name, before.history)
        return entry

    def go_to(self, name: str, keyframe: Keyframe) -> Entry:
        """Let the session stand where another run was kept, as one edit called `name`."""
        self._check_stands()
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
        entry, was = self._done[-1], tuple(self._done)
        back = self._keyframes.get(entry.before)
        assert back is not None
        now = take_keyframe(self.session)
        restore_keyframe(self.session, back)
        taken = self._take_away(entry.name, now.history)
        is_whole, self._replay = self._replay is None, None
        self._done = list(was[:-1] if entry.replaced is None else entry.replaced)
        after = self._keyframes.keep(now) if is_whole else _NONE
        done = None if entry.replaced is None else was
        self._undone.append(_Undone(entry, after, self.session.edits, taken, done))
        return entry

    def go_to_edit(self, place: int) -> None:
        """Go to where the edit at this place of `lines` is the last one that is done; -1: to before the first.

        LookupError where a state on the way is kept no longer; the run then stands as far on the way as it came.
        """
        self._check_stands()
        while len(self._done) - 1 > place:
            if self._done[-1].replaced is None:
                self.undo()
            else:  # the edits before it are those of the run as it is: they stay in the list
                self._undone.append(_Undone(self._done.pop(), _NONE, self.session.edits, None))
        while len(self._done) - 1 < place and self._undone:
            self.redo()

    def redo(self) -> Entry:
        """Do the edit again that was taken back last and return its entry; LookupError where there is none."""
        if not self._undone:
            raise LookupError("no edit was taken back")
        self._check_stands()
        undone = self._undone.pop()
        after = self._keyframes.get(undone.after)
        self._keyframes.forget(undone.after)
        stands_there = self.session.steps == undone.entry.step and self.session.edits == undone.edits
        if after is None or not stands_there or self._keyframes.get(undone.entry.before) is None:
            return self._do_again(undone)
        restore_keyframe(self.session, after)
        self.taken = tuple(each for each in self.taken if each is not undone.taken)
        self._done = [*self._done, undone.entry] if undone.done is None else list(undone.done)
        return undone.entry

    def _do_again(self, undone: _Undone) -> Entry:
        entry = undone.entry
        if entry.replaced is None:
            return self._apply(entry.edit)
        if undone.done is None:
            self._done.append(entry)
            return entry
        assert isinstance(entry.edit, TakenOut)
        return self._take_out(entry.edit.place)

    # an edit out of the middle

    def take_out(self, place: int) -> Entry:
        """Let the run become what it would be without the edit at this place of the list, as one edit.

        The session then stands before that edit, and comes to the step where it stood by training, with `do_due`
        after every step. The last edit is just taken back. LookupError where that cannot be.
        """
        self._check_stands()
        if not 0 <= place < len(self._done):
            raise LookupError("there is no such edit in the run")
        if place == len(self._done) - 1:
            return self.undo()
        entry = self._take_out(place)
        self._forget_undone()
        return entry

    def _take_out(self, place: int) -> Entry:
        was = tuple(self._done)
        if place >= len(was) - 1:
            raise LookupError("the history is another since then")
        out = was[place]
        back = self._keyframes.get(out.before)
        if back is None:
            raise LookupError(f"the state before {out.name!r} is kept no longer")
        if any(isinstance(each.edit, Opened) for each in was[place + 1 :]):
            raise LookupError("another run was opened since, which does not come from this one")
        now = take_keyframe(self.session)
        edit = TakenOut(out=out.name, place=place)
        sentence = f"Trained again from step {out.step:,} to {now.step:,} without it; undo brings back what was."
        restore_keyframe(self.session, back)
        entry = Entry(edit, now.step, Outcome(sentence, False), self._keyframes.keep(now), was)
        self._done = [*was[:place], entry]
        self._replay = Replay(now.step, later_edits((each.step, each.edit) for each in was[place + 1 :]))
        self._take_away(entry.name, now.history)
        self.do_due()
        return entry

    def do_due(self) -> Entry | None:
        """Do the edits again whose step has come and return the last one, None where there was none.

        What cannot be done again puts all back as it was before the edit was taken out: SpecError or DataError.
        """
        replay = self._replay
        done = None
        while replay is not None and (edit := replay.next_due(self.session)) is not None:
            whole = self._done.pop()
            try:
                done = self._apply(edit)
            except (SpecError, DataError) as error:
                self._done.append(whole)
                self.undo()
                self._undone.pop()
                raise SpecError([f"{whole.edit.name} is not possible: {edit.name}: {error}"]) from error
            self._done.append(whole)
        if replay is not None and replay.is_over(self.session):
            self._replay = None
        return done

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
