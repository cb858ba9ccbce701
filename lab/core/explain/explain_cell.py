"""Explain a cell: any number that a step left, as the terms that sum to it, with their names and factors.

A pure function of the arrays of one step, read where they lie: in the network's own thread, between two steps. What
it returns holds numbers and text alone, however large the network is, and may go anywhere. The layer's kind, the rule
at the output and the optimizer each explain their own numbers; here is only decided whom to ask.
"""

from collections.abc import Callable

from lab.core.explain.cell import Cell
from lab.core.explain.explanation import Explanation, Place, Sum
from lab.core.explain.given import buffer_sum, input_sum, parameter_sum, target_sum, weight_sum
from lab.core.explain.gradient import gradient_sum
from lab.core.explain.output import error_sum, example_loss_sum, loss_sum, output_delta_sum, term_sum
from lab.core.explain.step_record import Step
from lab.core.explain.update import penalty_sum, update_sum, updated_sum
from lab.core.indices import as_cell, number_below


def explainable(step: Step, layer: int) -> tuple[str, ...]:
    """Return the names of the arrays of layer `layer` (from 0): every cell of them can be written out.

    Updates and penalties are among them where the step has an optimizer that took it, and that has a penalty.
    """
    here = step.layers[number_below("layer", layer, len(step.layers))]
    names = [*_of_examples(step, layer), *here.slices, *here.layer.buffers, *(f"d{name}" for name in here.slices)]
    if "loss" in here.arrays:
        names.append("loss")
    if step.optimizer is not None and step.optimizer.steps:
        if step.optimizer.penalty:
            names += [f"penalty_{name}" for name in here.penalised]
        names += [prefix + name for prefix in ("update_", "new_") for name in here.slices]
    return tuple(names)


def is_of_examples(step: Step, layer: int, name: str) -> bool:
    """Tell whether an explainable array has a row an example, which alone is a column."""
    return name in _of_examples(step, layer)


def shape_in(step: Step, layer: int, name: str) -> tuple[int, ...]:
    """Return the shape of an explainable array for m examples."""
    return step.layers[layer].arrays["a" if name == "slope" else name.removeprefix("new_")].shape


def explain(step: Step, layer: int, name: str, cell: tuple[int, ...], example: int | None = None) -> Explanation:
    """Return the sum that cell `cell` of array `name` of layer `layer` (from 0) is.

    Without `example` the form is that of m examples: X, z, a, delta have the cells [example, unit], gradients and the
    loss sum over the batch. With the number of an example it is that of one: those arrays are columns with the cells
    [unit] or [unit, 0], and a gradient or the loss is what this example adds to the batch's, δ or a δᵀ, never over m.
    Parameters and updates belong to the batch in both forms. Raises ValueError, naming the argument, for what is not
    there.
    """
    names = explainable(step, layer)
    here = step.layers[layer]
    if name not in names:
        kind = here.layer.kind
        raise ValueError(f"name: {name!r} found, but layer {layer}, {kind}, has {', '.join(names)}")
    row = None if example is None else number_below("example", example, len(here.x))
    if is_of_examples(step, layer, name):
        return _of_example(step, layer, name, cell, row)
    return _of_batch(step, layer, name, cell, row)


def _of_examples(step: Step, layer: int) -> list[str]:
    """Return the names of the arrays with a row an example."""
    here = step.layers[layer]
    given = [name for name in _EXAMPLE_SUMS if name in here.arrays and name != "delta"]
    return [*here.layer.shown_arrays(), *given]


def _of_example(step: Step, layer: int, name: str, cell: tuple[int, ...], row: int | None) -> Explanation:
    shape = shape_in(step, layer, name)
    example, unit = as_cell("cell", cell, shape) if row is None else (row, _unit(cell, shape[1]))
    at = Cell(step, layer, example, unit, column=row is not None)
    total = _EXAMPLE_SUMS[name](at) if name in _EXAMPLE_SUMS else at.here.layer.explain_array(name, at)
    symbol = at.input_name(unit) if name == "x" else at.name(name, unit)
    stored = total.value if name == "slope" else float(at.here.arrays[name][example, unit])
    return _explanation(symbol, total, stored, Place(layer, name, (example, unit)))


def _delta_sum(at: Cell) -> Sum:
    return output_delta_sum(at) if at.is_last else at.here.layer.explain_delta(at)


_EXAMPLE_SUMS: dict[str, Callable[[Cell], Sum]] = {
    "delta": _delta_sum, "x": input_sum, "y": target_sum, "weights": weight_sum, "error": error_sum, "terms": term_sum,
    "losses": example_loss_sum,
}  # fmt: skip
"""Arrays with a row an example that are no matter of the layer's kind alone."""


def _of_batch(step: Step, layer: int, name: str, cell: tuple[int, ...], row: int | None) -> Explanation:
    here, column = step.layers[layer], row is not None
    array = here.arrays[name.removeprefix("new_")]
    index = (_unit(cell, len(array)),) if column and array.ndim == 1 else as_cell("cell", cell, array.shape)
    at = Cell(step, layer, row or 0, index[-1] if index else 0, column)
    place, symbol = Place(layer, name, index), at.parameter_name(name, *index)
    if name == "loss":
        return _share(at, "L", loss_sum(at), place)
    if name.startswith("d") and name.removeprefix("d") in here.slices:
        return _share(at, symbol, gradient_sum(at, name.removeprefix("d"), index), place)
    stored = array[index]
    if name.startswith("new_"):
        stored = stored + here.arrays[name.replace("new_", "update_")][index]
    return _explanation(symbol, _batch_sum(at, name, index), float(stored), place)


def _batch_sum(at: Cell, name: str, index: tuple[int, ...]) -> Sum:
    """Return the sum of a cell that belongs to the batch in both forms."""
    for prefix, make in (("update_", update_sum), ("penalty_", penalty_sum), ("new_", updated_sum)):
        if name.startswith(prefix):
            return make(at, name.removeprefix(prefix), index)
    return parameter_sum(at, name, index) if name in at.here.slices else buffer_sum(at, name, index)


def _share(at: Cell, symbol: str, total: Sum, place: Place) -> Explanation:
    """Explain a number of the whole batch, or in a column what its example adds to that."""
    alone = at.column and len(at.here.x) > 1
    return _explanation(symbol, total, total.value if alone else float(at.here.arrays[place.array][place.cell]), place)


def _explanation(symbol: str, total: Sum, cell: float, place: Place) -> Explanation:
    return Explanation(total.formula, total.terms, total.outer, total.where, total.note, symbol, cell, place)


def _unit(cell: tuple[int, ...], units: int) -> int:
    """Return the unit that [unit] or [unit, 0] means in a column."""
    return as_cell("cell", cell, (units, 1) if len(cell) > 1 else (units,))[0]
