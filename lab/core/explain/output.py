"""The sums at the output: delta^L by the rule in force, and the loss with its terms, with smoothing and weights."""

from lab.core.explain.cell import Cell
from lab.core.explain.error import FROM_ABOVE
from lab.core.explain.explanation import Factor, Place, Sum, Term


def output_delta_sum(at: Cell) -> Sum:
    """Return delta^L: a - y where the short form holds, else the derivative of the loss through that of σ."""
    return _weighted(at.step.rule.explain_delta(at).noted(at.step.rule.why), at)


def term_sum(at: Cell) -> Sum:
    """Return what one output of one example adds to the loss."""
    return _weighted(at.step.rule.explain_term(at), at)


def error_sum(at: Cell) -> Sum:
    """Return the error of a: what the layer above hands down, or the loss's own derivative."""
    return at.step.rule.explain_error(at) if at.is_last else FROM_ABOVE.cell(at)


def example_loss_sum(at: Cell) -> Sum:
    """Return the loss of one example: the terms of all its outputs."""
    units = range(at.here.arrays["terms"].shape[1])
    cells = tuple(Term((_term(at.at(at.row, unit)),)) for unit in units)
    return Sum("Σⱼ ℓ[j]" if at.column else f"Σⱼ ℓ[{at.row}, j]", cells)


def loss_sum(at: Cell) -> Sum:
    """Return the loss: the terms of all examples, over m where the reduction is the mean; in a column those of one."""
    terms = at.here.arrays["terms"]
    rows = [at.row] if at.column else range(len(terms))
    cells = tuple(Term((_term(at.at(row, unit)),)) for row in rows for unit in range(terms.shape[1]))
    if at.column:
        return Sum("Σⱼ ℓ[j]", cells)
    total = Sum("Σᵢⱼ ℓ[i, j]", cells)
    if at.step.reduction == "sum":
        return total
    return total.led_by(Factor("1/m", 1.0 / len(terms))).noted(f"m = {len(terms)}")


def _term(at: Cell) -> Factor:
    value = float(at.here.arrays["terms"][at.row, at.unit])
    return Factor(at.name("terms", at.unit), value, place=Place(at.layer, "terms", (at.row, at.unit)))


def _weighted(total: Sum, at: Cell) -> Sum:
    if at.step.smoothing:
        total = total.noted(f"y after label smoothing by {at.step.smoothing:g}")
    if at.step.weights is None:
        return total
    name = "w" if at.column else f"w[{at.row}]"
    weighted = total.times(Factor(name, float(at.step.weights[at.row])))
    return weighted.noted(f"{name} is the weight of the example's class")
