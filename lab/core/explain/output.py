"""The sum of the output error: delta of the last layer by the rule in force, with smoothing and class weights."""

from lab.core.explain.cell import Cell
from lab.core.explain.explanation import Factor, Sum


def output_delta_sum(at: Cell) -> Sum:
    """Return delta^L: a - y where the short form holds, else the derivative of the loss through that of σ."""
    total = at.step.rule.explain_delta(at).noted(at.step.rule.why)
    if at.step.smoothing:
        total = total.noted(f"y after label smoothing by {at.step.smoothing:g}")
    if at.step.weights is None:
        return total
    name = "w" if at.column else f"w[{at.row}]"
    weighted = total.times(Factor(name, float(at.step.weights[at.row])))
    return weighted.noted(f"{name} is the weight of the example's class")
