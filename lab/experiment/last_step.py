"""The last step of a session, gathered for explanations: its arrays, what was before it, where its batch is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.explain.step_record import Before, Step
from lab.core.step_recording import step_of
from lab.experiment.batch_origin import BatchOrigin

if TYPE_CHECKING:
    from lab.experiment.session import Session


def last_step(session: Session) -> Step:
    """Return what the last step left, as views: it holds until the next one begins."""
    return step_of(
        session.network,
        session.used_parameters,
        session.used_optimizer or session.optimizer,
        session.used_rate,
        Before(session.earlier_parameters, session.earlier_buffers),
        BatchOrigin(session),
    )
