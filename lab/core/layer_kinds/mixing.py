"""A layer that mixes its inputs: its width is its own, and the layers after it follow that width."""

from abc import ABC, abstractmethod
from typing import Self

from lab.core.types import Array, Floats


class Mixing(ABC):
    """What surgery asks of a layer whose units each read all inputs, beside what every layer says."""

    @abstractmethod
    def outgoing(self) -> Array:
        """Return the weights with which each input goes into the units, (inputs, units)."""

    @abstractmethod
    def incoming_length(self) -> Floats:
        """Return the length of every unit's incoming weights and bias, (units,)."""

    @abstractmethod
    def with_units(self, units: int) -> Self:
        """Return a new layer, not built, of the same settings and that many units."""
