"""The reading of one matrix of one layer: W and b as the last step used them, z, a, delta, gradients, updates, X, y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.core.types import Array
from lab.experiment.step_arrays import step_array

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading, read_only


@dataclass(frozen=True)
class LayerMatrix(Reading[Array]):
    """A copy of a matrix by its name in MATRICES; `layer` counts from 0. None where there is none (yet)."""

    layer: int
    name: str

    def read(self, session: Session) -> Array | None:
        """Return the matrix as the last step left it."""
        found = step_array(session, self.layer, self.name)
        return None if found is None else read_only(found.copy())
