"""The reading of where the weights are on a plane, such as that of a loss surface: two numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lab.core.types import Array, Floats

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading


class HasCoordinates(Protocol):
    """A plane; two are the same only where they are one object."""

    def coordinates(self, weights: Array) -> Floats: ...


@dataclass(frozen=True)
class PlanePlace(Reading[tuple[float, float]]):
    """α and β of the point of the plane that is nearest to the weights, of which it has `size`."""

    plane: HasCoordinates
    size: int

    def read(self, session: Session) -> tuple[float, float] | None:
        """Return the place, None where the network has other weights than the plane."""
        weights = session.network.parameters
        if weights.size != self.size:
            return None
        alpha, beta = self.plane.coordinates(weights[None])[0].tolist()
        return alpha, beta
