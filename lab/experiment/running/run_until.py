"""Where a run is to stop, beside its own end: at an epoch, after some time, when validation no longer improves."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Protocol

from lab.experiment.forms.problems import SpecError
from lab.experiment.session import Session

Reached = Callable[[], bool]
"""Asked after every step; true where the run is to stop."""


class Until(Protocol):
    """A place to stop at; a frozen value, so that a window can send it to a thread."""

    @property
    def beyond_its_end(self) -> int:
        """How many epochs a run at its own end needs to come there; 0: it stops at its end."""

    def watch(self, session: Session) -> Reached:
        """Return what tells whether a run that goes on now has come there; SpecError where it never could."""

    def told(self, session: Session) -> str:
        """Return what a person is told when the run has come there."""


@dataclass(frozen=True)
class ToEpoch:
    """Until so many epochs are done in all."""

    epoch: int
    beyond_its_end: int = 0

    def watch(self, session: Session) -> Reached:
        """Return whether that epoch is done."""
        return lambda: session.epoch >= self.epoch

    def told(self, session: Session) -> str:
        """Return the epoch."""
        return f"Epoch {session.epoch:,} is done"


@dataclass(frozen=True)
class ForSeconds:
    """For so many seconds from now on."""

    seconds: float
    beyond_its_end: int = 0

    def watch(self, session: Session) -> Reached:
        """Return whether that time is over."""
        end = monotonic() + self.seconds
        return lambda: monotonic() >= end

    def told(self, session: Session) -> str:
        """Return the time."""
        minutes = self.seconds / 60.0
        return f"{minutes:g} minute{'' if minutes == 1 else 's'} of training are over, at step {session.steps:,}"


@dataclass(frozen=True)
class UntilNoBetter:
    """Until so many epochs in a row have brought no lower validation loss than the lowest since it began.

    What was before does not count: other layers or data may have lost what was reached with the old ones.
    """

    patience: int

    @property
    def beyond_its_end(self) -> int:
        """So many at least: else it could not be told."""
        return self.patience

    def watch(self, session: Session) -> Reached:
        """Return whether that many epochs have gone by since the best one from now on."""
        if not session.parts["validation"].examples:
            raise SpecError(["there are no validation rows to watch: give validation a share of the split"])
        return _Watch(session, self.patience).reached

    def told(self, session: Session) -> str:
        """Return how long nothing has improved, and the best epoch."""
        best = session.history.epochs[-1 - self.patience]
        return (
            f"No lower validation loss for {self.patience} epoch{'' if self.patience == 1 else 's'}: "
            f"the lowest was {best.validation_loss:.4g} after epoch {best.epoch:,}"
        )


class _Watch:
    """Keeps the best epoch so far; what was taken back since is forgotten with it."""

    def __init__(self, session: Session, patience: int) -> None:
        self._session, self._patience = session, patience
        self._begin(session.epoch)

    def _begin(self, epoch: int) -> None:
        self._begun = self._seen = self._best_epoch = epoch
        self._best = inf

    def reached(self) -> bool:
        session = self._session
        if session.epoch < self._seen:
            self._begin(min(self._begun, session.epoch))
        for record in session.history.epochs[self._seen : session.epoch]:
            if record.validation_loss < self._best:
                self._best, self._best_epoch = record.validation_loss, record.epoch
        self._seen = session.epoch
        return self._best < inf and session.epoch - self._best_epoch >= self._patience
