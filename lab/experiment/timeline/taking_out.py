"""Taking an edit out of the middle of a history: which edits are done again, and at which steps."""

from collections import deque
from collections.abc import Iterable

from pydantic import StrictInt, StrictStr

from lab.experiment.forms.problems import SpecError
from lab.experiment.session import Session
from lab.experiment.timeline.edit import Edit, Outcome


class TakenOut(Edit):
    """Says that an edit was taken out; what the run then is, the others say, so this one is in no file."""

    out: StrictStr
    place: StrictInt

    @property
    def name(self) -> str:
        return f"Without {self.out[:1].lower()}{self.out[1:]}"

    def apply(self, session: Session) -> Outcome:
        raise SpecError([f"{self.name}: a timeline takes edits out, not a session"])


class Replay:
    """The edits that are to be done again on the way to a step, each after as many steps as the first time."""

    def __init__(self, until: int, edits: Iterable[tuple[int, Edit]]) -> None:
        self.until = until
        """The step at which the run stood."""
        self._waiting = deque(edits)

    @property
    def waiting(self) -> tuple[tuple[int, Edit], ...]:
        """The edits that are still to come, each with its step."""
        return tuple(self._waiting)

    def next_due(self, session: Session) -> Edit | None:
        """Return the next edit where its step has come, or where the run has come to its end before it."""
        if not self._waiting or (session.steps < self._waiting[0][0] and not session.finished):
            return None
        return self._waiting.popleft()[1]

    def is_over(self, session: Session) -> bool:
        """Tell whether the run stands where it stood, or is at its end before that."""
        return not self._waiting and (session.steps >= self.until or session.finished)


def later_edits(entries: Iterable[tuple[int, Edit]]) -> list[tuple[int, Edit]]:
    """Return the edits that are done again: all but the marks of what was taken out already."""
    return [(step, edit) for step, edit in entries if not isinstance(edit, TakenOut)]
