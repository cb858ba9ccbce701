"""Where a run stands: its step, its epoch and the last figures. Every snapshot has this; nobody needs to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.training.epoch_records import EpochRecord
from lab.experiment.training.faults import Finding


@dataclass(frozen=True)
class Progress:
    """Where a run stands after a step."""

    epoch: int
    """Epochs that are complete."""
    step: int
    batch: int
    """The batch of its epoch that this step trained on, from 1; 0 before the first."""
    batches: int
    m: int
    """Examples in that batch; 0 before the first step, and before the first one on other data."""
    examples: int
    """Examples trained on since the start, each counted as often as it was used."""
    examples_per_epoch: int
    loss: float
    """Loss per example of this step, NaN before the first."""
    learning_rate: float
    """The eta of this step."""
    penalty: float
    begun_at: int
    """Epochs that were complete when the present data came."""
    last_epoch: EpochRecord | None
    fault: Finding | None = None
    """What is wrong with training by the last sample of its figures; None in good health, or before a sample."""
    findings: tuple[Finding, ...] = ()
    """Every fault that has shown so far, oldest first."""


def progress_of(session: Session) -> Progress:
    """Return where the session stands between two steps."""
    stepped = session.steps > 0
    history = session.history
    return Progress(
        epoch=session.epoch,
        step=session.steps,
        batch=(session.batch or session.batches) if stepped else 0,
        batches=session.batches,
        m=len(session.used_rows),
        examples=session.examples,
        examples_per_epoch=session.parts["train"].examples,
        loss=history.last_loss,
        learning_rate=session.optimizer.learning_rate,
        penalty=session.penalty,
        begun_at=session.begun_at,
        last_epoch=history.epochs[-1] if history.epochs else None,
        fault=session.diagnostics.fault,
        findings=session.diagnostics.findings,
    )
