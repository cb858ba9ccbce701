"""A new network out of the parts of an old one, an optimizer that goes on with it, and the report on both."""

from collections.abc import Sequence

import numpy as np

from lab.core.checks import first_bad_cell, whole_number
from lab.core.copying import network_like
from lab.core.network import Network
from lab.core.optimizer import Optimizer
from lab.core.surgery.layer_source import Part
from lab.core.surgery.surgery_result import ArrayReport, Operated, Report, Sameness
from lab.core.surgery.widths import Units
from lab.core.types import Array

DEGREES = {"velocity": 1, "gradient_sum": 1, "first_moment": 1, "squares": 2, "square_sum": 2}
"""Name of an optimizer's memory to whether it holds gradients (1) or their squares (2)."""


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
    parts: Sequence[Part],
    rng: np.random.Generator | None,
    what: str,
    same: Sameness,
    units: Units | None = None,
) -> Operated:
    """Return a network of these parts, the optimizer for it, and the report with `what` and `same` in words.

    `rng` draws what begins anew, and may be None where nothing does. Frozen cells stay frozen, and their copies are
    too; cells that begin anew are not. Raises ValueError where the optimizer's
    memories are not those of the network.
    """
    _check_memories(network, optimizer)
    new = network_like(network, [part.layer for part in parts])
    arrays = [report for number, part in enumerate(parts) for report in _fill(network, part, number, rng)]
    twin = _follow(network, optimizer, new, parts)
    if network.frozen is not None:
        new.freeze(_followed(network, network.frozen.astype(new.dtype), 1, new, parts) != 0.0)
    begin = "Predictions stay the same, passes in training do not" if same.predicting else "The outputs change"
    why = f"{begin}: {same.why}." if same.why else ""
    source = () if units is None else tuple(units.source.tolist())
    report = Report(what, tuple(arrays), _memories_sentence(optimizer), same.predicting, same.training, why, source)
    return Operated(new, twin, report)


def _check_memories(network: Network, optimizer: Optimizer) -> None:
    for name, vector in optimizer.state.items():
        if name not in DEGREES:
            raise ValueError(f"optimizer: its memory {name!r} is not one of {', '.join(DEGREES)}")
        if vector.shape != network.parameters.shape:
            size = network.parameters.size
            raise ValueError(f"optimizer: {vector.size} numbers of {name} found, {size} expected by the network")


def _memories_sentence(optimizer: Optimizer) -> str:
    if not optimizer.memories:
        return f"{optimizer.kind} remembers nothing; its settings are kept."
    if not optimizer.state:
        return f"{optimizer.kind} has taken no step yet and remembers nothing; its settings are kept."
    names = " and ".join(optimizer.memories)
    return f"{names} followed their parameters; {optimizer.steps} steps done and the settings are kept."


def _fill(network: Network, part: Part, number: int, rng: np.random.Generator | None) -> list[ArrayReport]:
    """Write the values of every parameter and buffer of a built part, and return where they come from."""
    layer = part.layer
    names = (*layer.parameter_shapes(layer.inputs), *layer.buffer_shapes(layer.inputs))
    begins = [name for name in names if part.source(name) is None and part.anew.get(name) is None]
    first: dict[str, Array] = {}
    if begins:
        assert rng is not None
        first = layer.initial(layer.inputs, rng)
    reports = []
    for name in names:
        array: Array = getattr(layer, name)
        source, given = part.source(name), part.anew.get(name)
        if source is not None:
            array[...] = part.value(getattr(network.layers[source], name))
        else:
            array[...] = first[name] if given is None else given
        reports.append(part.report(number, name, array))
    return reports


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
    twin.steps = optimizer.steps
    for name, vector in optimizer.state.items():
        twin.state[name] = _followed(network, vector, DEGREES[name], new, parts)
    return twin


def _followed(network: Network, vector: Array, degree: int, new: Network, parts: Sequence[Part]) -> Array:
    out = np.full_like(new.parameters, vector.mean(dtype=np.float64) if degree == 2 else 0.0)
    for part, places in zip(parts, new.slices, strict=True):
        for name, place in places.items():
            source = part.source(name)
            if source is not None:
                was, now = getattr(network.layers[source], name), getattr(part.layer, name)
                old = vector[network.slices[source][name]].reshape(was.shape)
                out[place].reshape(now.shape)[...] = part.memory(old, degree)
    return out
