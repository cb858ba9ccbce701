"""The reading of a worksheet on the step on show, along one example of its batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.experiment.expect.worksheet import Worksheet
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading


@dataclass(frozen=True)
class SheetOfStep(Reading["Worksheet | str"]):
    """The worksheet, or the sentence why there is none; example: by its place in the batch, from 0."""

    example: int = 0

    def read(self, session: Session) -> Worksheet | str | None:
        """Return the sheet of the last step; None before the first."""
        from lab.experiment.expect.worksheet import TooLarge, worksheet
        from lab.experiment.last_step import last_step

        if session.walking is not None and not session.walking.is_complete:
            return "the step is walked through and not all of it is computed yet: walk to its end first"
        if session.lacks_array("a"):
            return None
        training, rule = session.experiment.training, session.network.rule
        layers = [f"{layer.kind} {layer.settings().get('activation', '')}".strip() for layer in session.network.layers]
        setting = (
            f"{', then '.join(layers)}; loss {rule.loss.title.lower()}, {rule.formula}; {training.reduction} over "
            f"m = {len(session.used_rows)}; {training.optimizer.kind}, η = {session.used_rate:g}"
        )
        title = f"{session.experiment.name}, step {session.steps}"
        try:
            return worksheet(last_step(session), title, setting, self.example)
        except TooLarge as error:
            return str(error)
