"""How the learning rate changes during a run: a factor on eta by the epoch, with warm-up before any schedule."""

from collections.abc import Mapping
from math import inf
from typing import Any

from lab.core.options import Option, checked
from lab.core.schedule_kinds import ROWS, ScheduleKind
from lab.core.table import Table

__all__ = ["SCHEDULES", "WARM_UP", "Schedule", "ScheduleKind"]

SCHEDULES: Table[ScheduleKind] = Table(ROWS)
"""Name, as in a file, to the schedule."""

WARM_UP = Option("warm_up", "Warm-up epochs", 0, "Epochs in which the rate first rises evenly from 0", lowest=0)
"""What every schedule can begin with."""


class Schedule:
    """A schedule in a run: asks for the factor before every step, is told the validation loss after every epoch.

    Raises ValueError, naming the argument, for an unknown kind and options out of range.
    """

    def __init__(self, kind: str = "constant", **options: float) -> None:
        if kind not in SCHEDULES:
            raise ValueError(f"schedule: {kind!r} is not one of {', '.join(SCHEDULES)}")
        self.kind = SCHEDULES[kind]
        self.settings = checked((*self.kind.options, WARM_UP), options)
        self._best = inf
        self._waited = 0
        self._cuts = 0

    @property
    def is_constant(self) -> bool:
        """Whether the factor is 1 throughout."""
        return self.kind.is_constant and not self.settings["warm_up"]

    def factor(self, epoch: float, epochs: int, step: float = 0.0) -> float:
        """Return what the learning rate is multiplied by after `epoch` epochs of `epochs`, fractions included.

        step: the length of the coming step in epochs, so that a warm-up never has a step of rate 0.
        """
        warm_up = self.settings["warm_up"]
        if epoch < warm_up:
            return min(1.0, (epoch + step) / warm_up) if step else max(epoch / warm_up, 1e-3)
        after = self.kind.factor(epoch - warm_up, epochs - warm_up if epochs > warm_up else 1, self.settings)
        return max(after * self.settings.get("factor", 1.0) ** self._cuts, 1e-9) if self._cuts else max(after, 1e-9)

    def observe(self, validation_loss: float) -> None:
        """Note the validation loss of an epoch; a plateau cuts the rate where it has not fallen for long."""
        if not self.kind.watches_validation:
            return
        if validation_loss < self._best:
            self._best, self._waited = validation_loss, 0
            return
        self._waited += 1
        if self._waited >= self.settings["patience"]:
            self._cuts, self._waited = self._cuts + 1, 0

    def state_dict(self) -> dict[str, Any]:
        """Return what a later run needs to go on."""
        return {"best": self._best, "waited": self._waited, "cuts": self._cuts}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self._best, self._waited, self._cuts = float(state["best"]), int(state["waited"]), int(state["cuts"])
