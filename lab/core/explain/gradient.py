"""The sums of the gradients: of any parameter over the examples of a batch, or of one example alone."""

from lab.core.explain.cell import Cell
from lab.core.explain.explanation import Factor, Sum, Term


def gradient_sum(at: Cell, name: str, index: tuple[int, ...]) -> Sum:
    """Return the gradient of parameter `name` at `index`: over the batch, or what the example of a column adds to it.

    Every term is a product of factors that the layer's kind names: the input times delta for W, delta alone for b.
    """
    layer, unit = at.here.layer, index[-1] if index else 0
    rows = [at.row] if at.column else range(len(at.here.x))
    terms = tuple(Term(layer.gradient_factors(name, index, at.at(row, unit))) for row in rows)
    named = terms[0].factors if at.column else layer.gradient_factors(name, index, at.at(0, unit).over("i"))
    product = " · ".join(factor.symbol for factor in named)
    if at.column:
        return Sum(product, terms)
    total = Sum(f"Σᵢ {product}", terms)
    if at.step.reduction == "sum":
        return total
    return total.led_by(Factor("1/m", 1.0 / len(rows))).noted(f"m = {len(rows)}")
