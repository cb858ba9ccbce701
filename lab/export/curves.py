"""Every point of a run's curves, read from its session: what the CSV and the TensorBoard files both write."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.experiment.session import Session
from lab.experiment.training.epoch_records import EpochRecord

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curves:
    """The curves of a run by step, from 1: losses, epochs and rates are (steps,).

    rates is NaN where a step's learning rate is not known any more: in a run of before they were kept that was edited.
    score is what the validation score is called: accuracy or r2.
    """

    losses: Floats
    epochs: NDArray[np.int64]
    rates: Floats
    records: tuple[EpochRecord, ...]
    score: str
    edits: tuple[tuple[int, str], ...]


def curves_of(session: Session) -> Curves:
    """Return the curves of a run as it stands."""
    records = tuple(session.history.epochs)
    ends = np.array([record.step for record in records], np.int64)
    steps = np.arange(1, session.steps + 1)
    return Curves(
        losses=session.history.losses(),
        epochs=np.searchsorted(ends, steps) + 1,
        rates=_rates(session.history.rates(), session),
        records=records,
        score="r2" if session.dataset.is_regression else "accuracy",
        edits=tuple((edit.step, edit.name) for edit in session.edits),
    )


def _rates(kept: Floats, session: Session) -> Floats:
    """Return the learning rate of every step as the history kept it, or as the schedule had it."""
    return np.where(np.isnan(kept), _planned_rates(session), kept) if np.isnan(kept).any() else kept


def _planned_rates(session: Session) -> Floats:
    """Return the learning rates by the schedule, which sees the validation losses again; NaN after edits."""
    training = session.experiment.training
    steps = session.steps
    stretched = session.epochs != training.epochs and not session.schedule.is_constant
    if session.edits or stretched or session.learning_rate != training.optimizer.learning_rate:
        return np.full(steps, np.nan)
    schedule, rates = training.schedule.make(), np.empty(steps)
    batches = -(-session.parts["train"].examples // training.batch_size)
    seen = 0
    for step in range(steps):
        epoch, batch = divmod(step, batches)
        while seen < epoch:
            schedule.observe(session.history.epochs[seen].validation_loss)
            seen += 1
        rates[step] = session.learning_rate * schedule.factor(epoch + batch / batches, training.epochs, 1.0 / batches)
    return rates
