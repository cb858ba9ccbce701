"""Explain a cell: any number that a step left, as the terms that sum to it, with their names and factors.

A pure function of the arrays of one step, read where they lie: in the network's own thread, between two steps. What
it returns holds numbers and text alone, however large the network is, and may go anywhere. The layer's kind, the rule
at the output and the optimizer each explain their own numbers; here is only decided whom to ask.
"""

from lab.core.explain.cell import Cell
from lab.core.explain.explanation import Explanation, Sum
from lab.core.explain.gradient import gradient_sum
from lab.core.explain.output import output_delta_sum
from lab.core.explain.step_record import Step
from lab.core.explain.update import penalty_sum, update_sum
from lab.core.indices import as_cell, number_below


def explainable(step: Step, layer: int) -> tuple[str, ...]:
    """Return the names of the arrays of layer `layer` (from 0) whose cells `explain` can write out.

    Updates and penalties are among them where the step has an optimizer that took it, and that has a penalty.
    """
    here = step.layers[number_below("layer", layer, len(step.layers))]
    names = [*here.layer.explained, *(f"d{name}" for name in here.slices)]
    if step.optimizer is not None and step.optimizer.steps:
        if step.optimizer.penalty:
            names += [f"penalty_{name}" for name in here.penalised]
        names += [f"update_{name}" for name in here.slices]
    return tuple(names)


def explain(step: Step, layer: int, name: str, cell: tuple[int, ...], example: int | None = None) -> Explanation:
    """Return the sum that cell `cell` of array `name` of layer `layer` (from 0) is.

    Without `example` the form is that of m examples: z, a, delta have the cells [example, unit], gradients sum over
    the batch. With the number of an example it is that of one: those arrays are columns with the cells [unit] or
    [unit, 0], and a gradient is what this example adds to the batch's, δ or a δᵀ, never over m. Updates belong to the
    batch in both forms. Raises ValueError, naming the argument, for what is not there.
    """
    names = explainable(step, layer)
    here = step.layers[layer]
    if name not in names:
        kind = here.layer.kind
        raise ValueError(f"name: {name!r} found, but of layer {layer}, {kind}, these are sums: {', '.join(names)}")
    row = None if example is None else number_below("example", example, len(here.x))
    if name in here.layer.explained:
        return _of_example(step, layer, name, cell, row)
    return _of_parameter(step, layer, name, cell, row)


def _of_example(step: Step, layer: int, name: str, cell: tuple[int, ...], row: int | None) -> Explanation:
    array = step.layers[layer].arrays[name]
    example, unit = as_cell("cell", cell, array.shape) if row is None else (row, _unit(cell, array.shape[1]))
    at = Cell(step, layer, example, unit, column=row is not None)
    return _explanation(at.name(name, unit), _example_sum(at, name), float(array[example, unit]))


def _example_sum(at: Cell, name: str) -> Sum:
    if name != "delta":
        return at.here.layer.explain_array(name, at)
    return output_delta_sum(at) if at.is_last else at.here.layer.explain_delta(at)


def _of_parameter(step: Step, layer: int, name: str, cell: tuple[int, ...], row: int | None) -> Explanation:
    array = step.layers[layer].arrays[name]
    column = row is not None
    index = (_unit(cell, len(array)),) if column and array.ndim == 1 else as_cell("cell", cell, array.shape)
    at = Cell(step, layer, row or 0, index[-1] if index else 0, column)
    symbol, stored = at.parameter_name(name, *index), float(array[index])
    for prefix, make in (("update_", update_sum), ("penalty_", penalty_sum)):
        if name.startswith(prefix):
            return _explanation(symbol, make(at, name.removeprefix(prefix), index), stored)
    total = gradient_sum(at, name.removeprefix("d"), index)
    alone = column and len(step.layers[layer].x) > 1
    return _explanation(symbol, total, total.value if alone else stored)


def _explanation(symbol: str, total: Sum, cell: float) -> Explanation:
    return Explanation(total.formula, total.terms, total.outer, total.where, total.note, symbol, cell)


def _unit(cell: tuple[int, ...], units: int) -> int:
    """Return the unit that [unit] or [unit, 0] means in a column."""
    return as_cell("cell", cell, (units, 1) if len(cell) > 1 else (units,))[0]
