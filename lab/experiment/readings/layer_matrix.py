"""The reading of one matrix of one layer: W and b as the last step used them, z, a, delta, gradients, updates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.core.types import Array

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading, read_only


@dataclass(frozen=True)
class LayerMatrix(Reading[Array]):
    """A copy of a matrix by its name in the core; `layer` counts from 0. None where there is none (yet)."""

    layer: int
    name: str

    def read(self, session: Session) -> Array | None:
        """Return the matrix as the last step left it."""
        found = self._matrix(session)
        return None if found is None else read_only(found.copy())

    def _matrix(self, session: Session) -> Array | None:
        network = session.network
        if self.layer >= len(network.layers):
            return None
        layer = network.layers[self.layer]
        location = network.slices[self.layer].get(self.name)
        if location is not None:
            # A parameter: after the update z = a W + b holds for the W that was used, not for the new one.
            return session.used_parameters[location].reshape(getattr(layer, self.name).shape)
        if session.lacks_array(self.name):
            return None
        found: Array | None = getattr(layer, self.name, None)
        return found
