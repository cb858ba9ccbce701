"""A new network out of the parts of an old one: cells move over one by one, and the optimizer's memories with them.

A gradient is a sum over paths, so what a memory becomes follows from what the gradient becomes. The outgoing weights
of a copied unit see the a that the unit had, so their gradients and memories are the unit's own. What leads into a
copy gets the unit's gradient times the copy's share of the outgoing weights: a memory of gradients is multiplied by
the share, one of squares by its square. Where copies are merged again the gradients add up. (The part of a memory
that came from a penalty or a clipped gradient does not follow this rule and cannot be told apart; nor does it hold
to the last digit through a layer norm, a softmax or an active dropout.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lab.core.copying import layer_settings, network_like
from lab.core.layer import Layer
from lab.core.network import Network
from lab.core.optimizer import Optimizer
from lab.core.surgery_report import ArrayReport
from lab.core.types import Array
from lab.core.widths import Units

DEGREES = {"velocity": 1, "gradient_sum": 1, "first_moment": 1, "squares": 2, "square_sum": 2}
"""Name of an optimizer's memory to whether it holds gradients (1) or their squares (2)."""


@dataclass(frozen=True, eq=False)
class Part:
    """A layer of the new network, not built yet, and where its cells come from.

    origin: the number of the old layer whose cells it takes, None where there is none. columns: the layer's own
    units, or those that it passes on, have changed; rows: those that a Dense reads have. anew: the arrays that take
    nothing from the origin, with their values, or None to begin as in a new layer; note says why they are new.
    """

    layer: Layer[Any]
    origin: int | None = None
    columns: Units | None = None
    rows: Units | None = None
    anew: Mapping[str, Array | None] = field(default_factory=dict)
    note: str = ""

    def moves(self, name: str) -> bool:
        """Tell whether that array comes from the origin."""
        return self.origin is not None and name not in self.anew

    def value(self, old: Array) -> Array:
        """Return the new values of an array of the origin."""
        if self.columns is not None:
            return old[..., self.columns.source]
        if self.rows is None or old.ndim < 2:
            return old
        out = old[self.rows.source] * self.rows.share[:, np.newaxis]
        for new, merged in self.rows.merged:
            out[new] += old[merged]
        return out

    def memory(self, old: Array, degree: int) -> Array:
        """Return what a memory of gradients (degree 1) or squares (2) of an array of the origin becomes."""
        if self.rows is not None and old.ndim == 2:
            return old[self.rows.source]
        if self.columns is None:
            return old
        out = old[..., self.columns.source] * self.columns.share**degree
        for new, merged in self.columns.merged:
            if degree == 1:
                out[..., new] += old[..., merged]
            else:
                out[..., new] = (np.sqrt(out[..., new]) + np.sqrt(old[..., merged])) ** 2
        return out


def fresh(layer: Layer[Any], **changes: Any) -> Layer[Any]:
    """Return a new layer, not built, of the same settings but for `changes`."""
    new: Layer[Any] = type(layer)(**layer_settings(layer) | changes)
    return new


def transplant(
    network: Network, optimizer: Optimizer, parts: Sequence[Part], rng: np.random.Generator | None
) -> tuple[Network, Optimizer, tuple[ArrayReport, ...]]:
    """Return a network of these parts, the optimizer for it, and where its cells come from.

    `rng` draws what begins anew, and may be None where nothing does. The stream of dropout goes on where the old network's stands. Raises ValueError
    where the optimizer's memories are not those of the network.
    """
    for name, vector in optimizer.state.items():
        if vector.shape != network.parameters.shape:
            size = network.parameters.size
            raise ValueError(f"optimizer: {vector.size} numbers of {name} found, {size} expected by the network")
    new = network_like(network, [part.layer for part in parts])
    reports = [report for number, part in enumerate(parts) for report in _fill(network, part, number, rng)]
    return new, _follow(network, optimizer, new, parts), tuple(reports)


def _fill(network: Network, part: Part, number: int, rng: np.random.Generator | None) -> list[ArrayReport]:
    """Write the values of every parameter and buffer of a built part, and return where they come from."""
    layer = part.layer
    names = (*layer.parameter_shapes(layer.inputs), *layer.buffer_shapes(layer.inputs))
    begins = [name for name in names if not part.moves(name) and part.anew.get(name) is None]
    first: dict[str, Array] = {}
    if begins:
        assert rng is not None
        first = layer.initial(layer.inputs, rng)
    reports = []
    for name in names:
        array: Array = getattr(layer, name)
        if part.moves(name):
            assert part.origin is not None
            array[...] = part.value(getattr(network.layers[part.origin], name))
        else:
            given = part.anew.get(name)
            array[...] = first[name] if given is None else given
        reports.append(_report(part, number, name, array))
    return reports


def _report(part: Part, number: int, name: str, array: Array) -> ArrayReport:
    if not part.moves(name):
        return ArrayReport(number, name, 0, 0, 0, array.size, part.note)
    if part.columns is not None:
        each = array.size // len(part.columns.source)
        copied = each * int(part.columns.copies.sum())
        return ArrayReport(number, name, array.size - copied, copied, 0, 0, _columns_sentence(part.columns))
    if part.rows is not None and array.ndim == 2:
        scaled = array.shape[1] * int(part.rows.changed.sum())
        return ArrayReport(number, name, array.size - scaled, 0, scaled, 0, _rows_sentence(part.rows))
    return ArrayReport(number, name, array.size, 0, 0, 0, "Every cell is as it was.")


def _columns_sentence(units: Units) -> str:
    copies, merged = int(units.copies.sum()), len(units.merged)
    if copies:
        return f"{copies} of the {len(units.source)} units are copies of others."
    also = f" and {merged} that computed the same as others" if merged else ""
    return f"{units.gone} units with the least influence{also} are gone, the others are as they were."


def _rows_sentence(units: Units) -> str:
    if units.copies.any():
        return "The outgoing weights of every copied unit are shared out unequally among its copies."
    if units.merged:
        return "The outgoing weights of units that computed the same are added up, those of the others are as they were."
    return "The outgoing weights of the units that are gone are gone, the others are as they were."


def _follow(network: Network, optimizer: Optimizer, new: Network, parts: Sequence[Part]) -> Optimizer:
    """Return an optimizer of the same settings and step count whose memories are those of the moved cells.

    A cell made anew begins with no gradient, and with the mean of all squares: with 0 a rule that divides by their
    root, and does not count its steps from here, would move it several times as far as all others.
    """
    twin = type(optimizer)(
        optimizer.learning_rate,
        penalty=optimizer.penalty,
        clipping=optimizer.clipping,
        weight_decay=optimizer.weight_decay,
        **optimizer.set,
    )
    memories = {}
    for memory, vector in optimizer.state.items():
        degree = DEGREES[memory]
        out = np.full_like(new.parameters, vector.mean(dtype=np.float64) if degree == 2 else 0.0)
        for part, places in zip(parts, new.slices, strict=True):
            for name, place in places.items():
                if part.moves(name):
                    assert part.origin is not None
                    shape = getattr(network.layers[part.origin], name).shape
                    old = vector[network.slices[part.origin][name]].reshape(shape)
                    out[place] = part.memory(old, degree).ravel()
        memories[memory] = out
    twin.load_state_dict({"steps": optimizer.steps, "memories": memories})
    return twin
