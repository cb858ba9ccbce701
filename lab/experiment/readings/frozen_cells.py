"""The reading of which cells of a parameter are frozen: they have no update until they are free again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.core.types import Mask

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading, read_only


@dataclass(frozen=True)
class FrozenCells(Reading[Mask]):
    """A mask in the shape of a parameter of a layer, from 0; None where no cell of it is frozen, or it has none."""

    layer: int
    name: str

    def read(self, session: Session) -> Mask | None:
        """Return a copy of the mask."""
        network = session.network
        if network.frozen is None or self.layer >= len(network.layers):
            return None
        location = network.slices[self.layer].get(self.name)
        if location is None or not network.frozen[location].any():
            return None
        shape = getattr(network.layers[self.layer], self.name).shape
        return read_only(network.frozen[location].copy().reshape(shape))
