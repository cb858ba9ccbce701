"""The reading of a matrix as one example has it: its column of z, a, δ, …, or what it adds to a gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.core.explain.matrices import MATRICES
from lab.core.types import Array
from lab.experiment.step_arrays import gradient_share, step_array

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading, read_only


@dataclass(frozen=True)
class ExampleMatrix(Reading[Array]):
    """z, a, δ, X, y as the column (h, 1) of an example, gradients as a δᵀ (n, h) and δ (h, 1), never over m.

    example: by its place in the batch, from 0. None where there is none (yet).
    """

    layer: int
    name: str
    example: int

    def read(self, session: Session) -> Array | None:
        """Return a copy as the last step left it."""
        found = step_array(session, self.layer, self.name)
        if found is None:
            return None
        example = min(self.example, len(session.used_rows) - 1)
        if MATRICES[self.name].axes[0] == "examples":
            return read_only(found[example][:, None].copy())
        share = gradient_share(session, self.layer, self.name, example)
        if share is None:
            return read_only(found.copy())
        return read_only((share if share.ndim == 2 else share[:, None]).copy())
