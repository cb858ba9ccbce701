"""What a window shows of a timeline: the experiment as it is now, the list of edits, what is frozen and pinned."""

from dataclasses import dataclass

from lab.data.subsets.split import Split
from lab.experiment.datasets import DataFacts
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.timeline.timeline import HistoryLine, TakenAway, Timeline


@dataclass(frozen=True, eq=False)
class Overview:
    """Where a timeline stands after an edit; nothing that happens later changes it."""

    experiment: Experiment
    facts: DataFacts
    step: int
    lines: tuple[HistoryLine, ...]
    earlier: tuple[tuple[int, str], ...]
    """Step and name of every edit from before the run was opened, none of which can be taken back."""
    undo_name: str | None
    redo_name: str | None
    kept_bytes: int
    """What the states take to which undo goes back."""
    taken: tuple[TakenAway, ...]
    marks: tuple[tuple[int, str], ...]
    """Step and name of every edit that the run on show has seen since its first step."""
    frozen: tuple[bool, ...]
    """Whether all parameters of a layer are frozen, for every layer."""
    frozen_cells: int
    pinned: int
    """How many rows are pinned, 0 where the epoch goes on."""
    is_typed: bool
    """Whether what is pinned is an example whose numbers were typed."""


def overview_of(timeline: Timeline) -> Overview:
    """Return where the timeline stands; to be called between two steps."""
    session = timeline.session
    mask = session.network.frozen
    return Overview(
        experiment=session.experiment,
        facts=_facts(session),
        step=session.steps,
        lines=timeline.lines,
        earlier=tuple((record.step, record.name) for record in timeline.earlier),
        undo_name=timeline.undo_name,
        redo_name=timeline.redo_name,
        kept_bytes=timeline.kept_bytes,
        taken=timeline.taken,
        marks=_marks(session),
        frozen=_frozen(session),
        frozen_cells=0 if mask is None else int(mask.sum()),
        pinned=0 if session.pinned is None else len(session.pinned),
        is_typed=session.typed is not None,
    )


def _facts(session: Session) -> DataFacts:
    rows = {name: part.rows for name, part in session.parts.items()}
    return DataFacts(session.dataset, Split(rows["train"], rows["validation"], rows["test"]))


def _marks(session: Session) -> tuple[tuple[int, str], ...]:
    """Return the edits since the run's first step: a reset and a new experiment begin its steps again."""
    marks: list[tuple[int, str]] = []
    for record in session.edits:
        if marks and record.step < marks[-1][0]:
            marks = []
        marks.append((record.step, record.name))
    return tuple(mark for mark in marks if mark[0] <= session.steps)


def _frozen(session: Session) -> tuple[bool, ...]:
    mask = session.network.frozen
    if mask is None:
        return (False,) * len(session.network.layers)
    return tuple(
        bool(places) and all(mask[place].all() for place in places.values()) for places in session.network.slices
    )
