"""The reading of one neuron: its weights in and out, and its z, a and δ over the batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.core.types import Array
from lab.experiment.step_arrays import step_array

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.readings.reading import Reading, read_only


@dataclass(frozen=True, eq=False)
class Neuron:
    """What belongs to a unit: `weights` (n,) that arrive and the bias, `leaving` (next,), and z, a, δ over m examples.

    What there is none of is None: an input has only `a`, its own values, and `leaving`.
    """

    weights: Array | None
    bias: float | None
    leaving: Array | None
    z: Array | None
    a: Array | None
    delta: Array | None


@dataclass(frozen=True)
class NeuronNumbers(Reading[Neuron]):
    """A unit of a layer (from 0; -1 for an input) whose outputs go to layer `onward`, None where they go nowhere."""

    layer: int
    unit: int
    onward: int | None

    def read(self, session: Session) -> Neuron | None:
        """Return copies, as the last step left them; None where the session has no such unit."""
        network = session.network
        if self.layer >= len(network.layers):
            return None
        width = network.inputs if self.layer < 0 else network.layers[self.layer].outputs
        if self.unit >= width:
            return None
        after = None if self.onward is None else step_array(session, self.onward, "W")
        leaving = None if after is None or self.unit >= len(after) else read_only(after[self.unit].copy())
        if self.layer < 0:
            return Neuron(None, None, leaving, None, self._column(session, 0, "x"), None)
        b = step_array(session, self.layer, "b")
        z, a, delta = (self._column(session, self.layer, name) for name in ("z", "a", "delta"))
        bias = None if b is None else float(b[self.unit])
        return Neuron(self._column(session, self.layer, "W"), bias, leaving, z, a, delta)

    def _column(self, session: Session, layer: int, name: str) -> Array | None:
        found = step_array(session, layer, name)
        return None if found is None else read_only(found[:, self.unit].copy())
