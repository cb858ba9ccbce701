"""A new network out of the layers of an old one, an optimizer that goes on with it, and the report on both."""

from collections.abc import Sequence

import numpy as np

from lab.core.checks import first_bad_cell, whole_number
from lab.core.copying import network_like
from lab.core.exactness import Exactness
from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import Memory, Optimizer
from lab.core.surgery.layer_source import LayerSource
from lab.core.surgery.surgery_result import ArrayReport, SurgeryReport, SurgeryResult
from lab.core.surgery.widths import Units
from lab.core.types import Array


def number_in(name: str, value: object, highest: int) -> None:
    """Raise ValueError, naming it, unless `value` is a whole number from 0 to `highest`."""
    if whole_number(name, value, 0) > highest:
        raise ValueError(f"{name}: {value} found, 0 to {highest} expected")


def arriving(network: Network, position: int) -> Array | None:
    """Return what the last batch sent to the layer at that position, (m, inputs), None without a finite one."""
    a: Array | None = getattr(network.layers[position - 1], "a", None) if position else getattr(network, "x", None)
    return None if a is None or first_bad_cell(a) is not None else a


def operate(
    network: Network,
    optimizer: Optimizer,
    sources: Sequence[LayerSource],
    rng: np.random.Generator | None,
    what: str,
    exactness: Exactness,
    units: Units | None = None,
) -> SurgeryResult:
    """Return a network of these layers, the optimizer for it, and the report with `what` and `exactness` in words.

    `rng` draws what begins anew, and may be None where nothing does. Frozen cells stay frozen, and their copies are
    too; cells that begin anew are not. Raises ValueError where the optimizer's memories are not those of the network.
    """
    _check_memories(network, optimizer)
    new = network_like(network, [source.layer for source in sources], drawn=False)
    arrays = [report for number, source in enumerate(sources) for report in _fill(network, source, number, rng)]
    twin = _follow(network, optimizer, new, sources)
    if network.frozen is not None:
        chosen = network.frozen if network.fixed is None else network.frozen & ~network.fixed
        frozen = _followed(network, chosen.astype(new.dtype), Memory.GRADIENTS, new, sources)
        new.freeze(frozen != 0.0)
    begin = "Predictions stay the same, passes in training do not" if exactness.predicting else "The outputs change"
    report = SurgeryReport(
        what,
        tuple(arrays),
        _memories_sentence(optimizer),
        exactness.predicting,
        exactness.training,
        f"{begin}: {exactness.why}." if exactness.why else "",
        () if units is None else tuple(units.source.tolist()),
    )
    return SurgeryResult(new, twin, report)


def _check_memories(network: Network, optimizer: Optimizer) -> None:
    for name, vector in optimizer.state.items():
        if name not in optimizer.memories:
            known = ", ".join(optimizer.memories) or "none"
            raise ValueError(f"optimizer: its memory {name!r} is not one of those of {optimizer.kind}: {known}")
        if vector.shape != network.parameters.shape:
            size = network.parameters.size
            raise ValueError(f"optimizer: {vector.size} numbers of {name} found, {size} expected by the network")


def _memories_sentence(optimizer: Optimizer) -> str:
    if not optimizer.memories:
        return f"{type(optimizer).__name__} remembers nothing; its settings are kept."
    if not optimizer.state:
        return f"{type(optimizer).__name__} has taken no step yet and remembers nothing; its settings are kept."
    names = " and ".join(optimizer.memories)
    return f"{names} followed their parameters; {optimizer.steps} steps done and the settings are kept."


def _fill(network: Network, source: LayerSource, number: int, rng: np.random.Generator | None) -> list[ArrayReport]:
    """Write the values of every parameter and buffer of a built layer, and return where they come from."""
    layer = source.layer
    names = (*layer.parameters, *layer.buffers)
    begins = [name for name in names if source.origin_of(name) is None and source.anew.get(name) is None]
    first: dict[str, Array] = {}
    if begins:
        assert rng is not None
        first = layer.initial(layer.inputs, rng)
    reports = []
    for name in names:
        array: Array = getattr(layer, name)
        origin, given = source.origin_of(name), source.anew.get(name)
        if origin is not None:
            array[...] = source.value(name, getattr(network.layers[origin], name))
        else:
            array[...] = first[name] if given is None else given
        reports.append(source.report(number, name, array))
    return reports


def _follow(network: Network, optimizer: Optimizer, new: Network, sources: Sequence[LayerSource]) -> Optimizer:
    """Return an optimizer of the same settings and step count whose memories are those of the moved cells.

    A cell made anew begins with no gradient, and with the mean of all squares: with 0 a rule that divides by their
    root, and does not count its steps from here, would move it several times as far as all others.
    """
    twin = optimizer.renewed()
    twin.steps = optimizer.steps
    for name, vector in optimizer.state.items():
        twin.state[name] = _followed(network, vector, optimizer.memories[name], new, sources)
    return twin


def _followed(network: Network, vector: Array, holds: Memory, new: Network, sources: Sequence[LayerSource]) -> Array:
    out = np.full_like(new.parameters, vector.mean(dtype=np.float64) if holds.is_of_squares else 0.0)
    for source, slices in zip(sources, new.slices, strict=True):
        for name, span in slices.items():
            origin = source.origin_of(name)
            if origin is not None:
                was, now = getattr(network.layers[origin], name), getattr(source.layer, name)
                old = vector[network.slices[origin][name]].reshape(was.shape)
                out[span].reshape(now.shape)[...] = source.memory(name, old, holds)
    return out
