"""The sums of the gradients: dW, db, dgamma and dbeta over the examples of a batch, or of one example alone."""

from lab.core.explain.cell import Place
from lab.core.explain.explanation import Factor, Sum, Term


def gradient_sum(at: Place, name: str, index: tuple[int, ...]) -> Sum:
    """Return the gradient `name` at `index`: the sum over the batch, or what the one example of a column adds to it.

    Every term is a factor of the forward pass (the input for W, x̂ for gamma, none for b and beta) times delta.
    """
    unit = index[-1]
    rows = [at.row] if at.column else range(len(at.here.x))
    terms = tuple(Term(_factors(at.of(row, unit), name, index)) for row in rows)
    if at.column:
        return Sum(" · ".join(factor.symbol for factor in terms[0].factors), terms)
    delta = at.name("delta", unit, "i")
    names = {"dW": f"{at.input_name(index[0], 'i')} · {delta}", "dgamma": f"{delta} · {at.name('x_hat', unit, 'i')}"}
    total = Sum(f"Σᵢ {names.get(name, delta)}", terms)
    if at.step.reduction == "sum":
        return total
    return total.led_by(Factor("1/m", 1.0 / len(rows))).noted(f"m = {len(rows)}")


def _factors(at: Place, name: str, index: tuple[int, ...]) -> tuple[Factor, ...]:
    delta = at.factor("delta")
    if name == "dW":
        return at.input(index[0]), delta
    return (delta, at.factor("x_hat")) if name == "dgamma" else (delta,)
