"""A frozen look at a run between two steps: only what was asked for, and all of it from one step."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lab.core.explain.explanation import Explanation
from lab.core.types import Array
from lab.experiment.evaluation import RowResults
from lab.experiment.history import EpochRecord
from lab.experiment.session import Session

Key = tuple[int, str]
"""A layer's number from 0 and the name of a matrix, as (1, "delta")."""


@dataclass(frozen=True)
class Question:
    """A cell that somebody wants to see written out, in the form of m examples or of one."""

    layer: int
    matrix: str
    row: int
    column: int
    one_example: bool = False


@dataclass(frozen=True)
class Request:
    """What somebody wants to see: these matrices, the losses of the steps after `since`, the confusion or not.

    Whoever asks for losses gets the records of the epochs after `since_epoch` too.
    """

    matrices: frozenset[Key] = frozenset()
    since: int | None = None
    since_epoch: int = 0
    confusion: bool = False
    question: Question | None = None
    row_results: str | None = None
    """The part whose every row is wanted with its loss: train, validation or test."""

    def joined(self, others: Iterable["Request"]) -> "Request":
        """Return one request that asks for everything that this one and the others ask for."""
        all_of_them = (self, *others)
        since = [request.since for request in all_of_them if request.since is not None]
        return Request(
            frozenset().union(*(request.matrices for request in all_of_them)),
            min(since, default=None),
            min((request.since_epoch for request in all_of_them if request.since is not None), default=0),
            any(request.confusion for request in all_of_them),
            next((request.question for request in all_of_them if request.question is not None), None),
            next((request.row_results for request in all_of_them if request.row_results is not None), None),
        )


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state after a step: where the run stands, and read-only copies of what was asked for."""

    epoch: int
    step: int
    batch: int
    """The batch of its epoch that this step trained on, from 1; 0 before the first."""
    batches: int
    m: int
    """Examples in that batch; 0 before the first."""
    examples: int
    """Examples trained on since the start, each counted as often as it was used."""
    examples_per_epoch: int
    loss: float
    """Loss per example of this step, NaN before the first."""
    learning_rate: float = 0.0
    """The eta of this step."""
    penalty: float = 0.0
    begun_at: int = 0
    """Epochs that were complete when the present data came."""
    last_epoch: EpochRecord | None = None
    matrices: dict[Key, Array] = field(default_factory=dict)
    since: int = 0
    losses: NDArray[np.float64] | None = None
    since_epoch: int = 0
    epochs: tuple[EpochRecord, ...] = ()
    confusion: NDArray[np.int64] | None = None
    answer: tuple[Question, Explanation] | None = None
    """The cell that was asked for, written out; None where nobody asked or there is no such sum."""
    row_results: RowResults | None = None


def take_snapshot(session: Session, request: Request) -> Snapshot:
    """Copy what `request` names; to be called in the session's own thread, between two steps."""
    stepped = session.steps > 0
    history = session.history
    found = session.validation.confusion if request.confusion and session.validation else None
    confusion = None if found is None else found.copy()
    return Snapshot(
        epoch=session.epoch,
        step=session.steps,
        batch=(session.batch or session.batches) if stepped else 0,
        batches=session.batches,
        m=len(session.network.x) if stepped else 0,
        examples=session.examples,
        examples_per_epoch=session.parts["train"].examples,
        loss=history.last_loss,
        learning_rate=session.optimizer.learning_rate,
        penalty=session.penalty,
        begun_at=session.begun_at,
        last_epoch=history.epochs[-1] if history.epochs else None,
        matrices=_copies(session, request.matrices, stepped),
        since=request.since or 0,
        losses=None if request.since is None else history.losses(request.since),
        since_epoch=request.since_epoch,
        epochs=() if request.since is None else tuple(history.epochs[request.since_epoch :]),
        confusion=confusion,
        answer=_answer(session, request.question) if stepped else None,
        row_results=None if request.row_results is None else session.row_results(request.row_results),
    )


def _answer(session: Session, question: Question | None) -> tuple[Question, Explanation] | None:
    if question is None or question.layer >= len(session.network.layers):
        return None
    from lab.core.explain.explain_cell import explain, explainable  # a dozen files that only a question needs
    from lab.core.explain.step_record import step_of

    step = step_of(session.network, session.used_parameters, session.optimizer, session.used_rate)
    if question.matrix not in explainable(step, question.layer):
        return None
    shape = getattr(session.network.layers[question.layer], question.matrix).shape
    cell = (question.row, question.column) if len(shape) == 2 else (question.column,)
    if any(index >= size for index, size in zip(cell, shape, strict=True)):
        return None  # as the last batch of an epoch has fewer rows
    if question.one_example and question.matrix in ("z", "a", "delta", "x_hat"):
        return question, explain(step, question.layer, question.matrix, cell[1:], example=question.row)
    return question, explain(step, question.layer, question.matrix, cell)


def _copies(session: Session, keys: Iterable[Key], stepped: bool) -> dict[Key, Array]:
    copies: dict[Key, Array] = {}
    for key in keys:
        source = _matrix(session, *key, stepped)
        if source is not None:
            copy = source.copy()
            copy.flags.writeable = False
            copies[key] = copy
    return copies


def _matrix(session: Session, index: int, name: str, stepped: bool) -> Array | None:
    """Return the matrix itself, or None where the network has none of it (yet)."""
    network = session.network
    if index >= len(network.layers):
        return None
    layer = network.layers[index]
    place = network.slices[index].get(name)
    if place is not None:
        shape = getattr(layer, name).shape
        return session.used_parameters[place].reshape(shape)
    if not stepped:
        return None
    found: Array | None = getattr(layer, name, None)
    return found
