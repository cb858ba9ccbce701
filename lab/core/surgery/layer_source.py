"""Where the cells of a layer of a new network come from: which old ones, in which order, how shared out.

A gradient is a sum over paths, so what an optimizer's memory becomes follows from what the gradient becomes. The
outgoing weights of a copied unit see the a that the unit had, so their gradients and memories are the unit's own.
What leads into a copy gets the unit's gradient times the copy's share of the outgoing weights: a memory of gradients
is multiplied by the share, one of squares by its square. Where copies are merged again, gradients add up. (What a
penalty or clipping gave to a memory does not follow this rule and cannot be told apart; nor does it hold to the last
digit through a layer norm, a softmax or an active dropout.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lab.core.layer_kinds.layer import Layer
from lab.core.layer_kinds.mixing import Mixing
from lab.core.optimizer_kinds.optimizer import Memory
from lab.core.surgery.surgery_result import ArrayReport
from lab.core.surgery.widths import Units
from lab.core.types import Array


@dataclass(frozen=True, eq=False)
class LayerSource:
    """A layer of the new network, not built yet, and where its cells come from.

    origin: the number of the old layer whose cells it takes, None where there is none. columns: the layer's own
    units, or those that it passes on, have changed; rows: the inputs that it mixes have. anew: the arrays that take
    nothing from the origin, with their values, or None to begin as in a new layer; note says why they are new.
    """

    layer: Layer[Any]
    origin: int | None = None
    columns: Units | None = None
    rows: Units | None = None
    anew: Mapping[str, Array | None] = field(default_factory=dict)
    note: str = ""

    def origin_of(self, name: str) -> int | None:
        """Return the number of the old layer that this array comes from, None where it is made anew."""
        return None if name in self.anew else self.origin

    def value(self, name: str, old: Array) -> Array:
        """Return the new values of an array of the origin."""
        if self.columns is not None:
            return old.take(self.columns.source, axis=-1)
        if self.rows is None or not self._reads_inputs(name):
            return old
        out = old[self.rows.source] * self.rows.share[:, np.newaxis]
        for new, merged in self.rows.merged:
            out[new] += old[merged]
        return out

    def memory(self, name: str, old: Array, holds: Memory) -> Array:
        """Return what a memory of an array of the origin becomes."""
        if self.rows is not None and self._reads_inputs(name):
            return old[self.rows.source]
        if self.columns is None:
            return old
        # take keeps the order of the rows in memory, where an index would leave the columns in a row
        out = old.take(self.columns.source, axis=-1)
        np.multiply(out, (self.columns.share**holds).astype(old.dtype), out=out)
        for new, merged in self.columns.merged:
            if holds is Memory.GRADIENTS:
                out[..., new] += old[..., merged]
            elif holds is Memory.SQUARES:
                out[..., new] = (np.sqrt(out[..., new]) + np.sqrt(old[..., merged])) ** 2
        return out

    def _reads_inputs(self, name: str) -> bool:
        """Return whether that array has a row for each input of the layer."""
        return "inputs" in self.layer.parameters.get(name, ())

    def report(self, number: int, name: str, array: Array) -> ArrayReport:
        """Return where the cells of that array of the new layer `number` come from."""
        if self.origin_of(name) is None:
            return ArrayReport(number, name, 0, 0, 0, array.size, self.note)
        if self.columns is not None:
            each = array.size // len(self.columns.source)
            copied = each * int(self.columns.copies.sum())
            return ArrayReport(number, name, array.size - copied, copied, 0, 0, _own_units(self.columns))
        if self.rows is not None and self._reads_inputs(name):
            scaled = array.shape[1] * int(self.rows.changed.sum())
            return ArrayReport(number, name, array.size - scaled, 0, scaled, 0, _units_read(self.rows))
        return ArrayReport(number, name, array.size, 0, 0, 0, "Every cell is as it was.")


def kept(layers: Sequence[Layer[Any]]) -> list[LayerSource]:
    """Return sources that take all layers over as they are."""
    return [LayerSource(layer.copy(), number) for number, layer in enumerate(layers)]


def resize(sources: list[LayerSource], start: int, units: Units) -> None:
    """Let the layers from `start` pass these units on, as far as the next that mixes them, which reads them."""
    for number in range(start, len(sources)):
        if isinstance(sources[number].layer, Mixing):
            sources[number] = replace(sources[number], rows=units)
            return
        sources[number] = replace(sources[number], columns=units)


def _own_units(units: Units) -> str:
    copies, merged = int(units.copies.sum()), len(units.merged)
    if copies:
        return f"{copies} of the {len(units.source)} units are copies of others."
    least = [f"{units.gone} with the least influence"] if units.gone else []
    same = [f"{merged} that computed the same as another"] if merged else []
    return f"{' and '.join(same + least)} went, the other units are as they were."


def _units_read(units: Units) -> str:
    if units.copies.any():
        return "The outgoing weights of every copied unit are shared out unequally among its copies."
    if units.merged:
        return "The outgoing weights of units that computed the same are added up, all others are as they were."
    return "The outgoing weights of the units that stay are as they were."
