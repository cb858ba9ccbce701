"""The reading of a part's outputs: what the network gives every row of train, validation or test, and what is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from lab.core.network import EVALUATION_ROWS
from lab.experiment.class_errors import ClassErrors, NumberErrors, class_errors, number_errors
from lab.experiment.readings.reading import Reading, read_only

if TYPE_CHECKING:
    from lab.experiment.session import Session


@dataclass(frozen=True, eq=False)
class Outputs:
    """values: (m, c), a share for each class, or (m, k) numbers in the target's own unit; true: (m,) or (m, k).

    rows: (m,), the rows in the dataset. step: after which the network was asked. back_to: the epoch whose weights early
    stopping brought back, None where it did not.
    """

    part: str
    rows: NDArray[np.int64]
    values: NDArray[np.float64]
    true: NDArray[Any]
    step: int
    back_to: int | None
    errors: ClassErrors | tuple[NumberErrors, ...]
    """Figures of the classes, or of each target number."""


@dataclass(frozen=True)
class PartOutputs(Reading[Outputs]):
    """The outputs for every row of "train", "validation" or "test"; it costs an evaluation.

    None before the first step.
    """

    part: str

    interval: ClassVar[float] = 2.0

    def read(self, session: Session) -> Outputs | None:
        """Send the whole part through the network."""
        if not session.steps:
            return None
        part, scaling = session.parts[self.part], session.prepared.target_scaling
        classes = session.network.outputs
        values = np.empty((part.examples, classes))
        done = 0
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for x, _ in part.chunks(EVALUATION_ROWS):
                values[done : done + len(x)] = session.network.predict(x)
                done += len(x)
            true: NDArray[Any] = part.y
            if scaling is not None:
                values, true = scaling.undo(values), scaling.undo(part.y)
            elif classes == 1:
                values = np.hstack([1 - values, values])
            errors: ClassErrors | tuple[NumberErrors, ...]
            if scaling is None:
                errors = class_errors(true, values)
            else:
                errors = tuple(number_errors(true[:, place], values[:, place]) for place in range(values.shape[1]))
        back_to = session.validated_epoch if session.early_stopping.has_put_back else None
        return Outputs(self.part, part.rows, read_only(values), read_only(true), session.steps, back_to, errors)
