"""The sums of BatchNorm and LayerNorm: x_hat on the way forward, and the error of the input on the way back.

BatchNorm takes its means over the column of the batch, LayerNorm over the row of the example; everything else is
the same in both. Holds for forward passes in training, where BatchNorm uses the batch's own mean and variance.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from lab.core.explain.cell import Place, minus
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.types import Array

Floats = NDArray[np.float64]


def x_hat_sum(at: Place) -> Sum:
    """Return x̂ = (x - μ) / √(v + ε)."""
    x, mean = at.input(at.unit), _mean(f"μ{_over(at)}", _line(at, at.here.x))
    total = Sum(f"{x.symbol} − {mean.symbol}", (Term((x,)), Term((minus(mean),))))
    return _by_deviation(total, at)


def error_sum(at: Place) -> Sum:
    """Return the error of a normalisation's input, one factor of it for each mean.

    BatchNorm: (δ - mean(δ) - x̂ mean(δ x̂)) γ / √(v + ε); LayerNorm: the same with δ γ in place of δ and no γ after
    (Ioffe and Szegedy 2015, section 3; Ba, Kiros and Hinton 2016).
    """
    by_batch = at.here.kind == "batch_norm"
    delta, x_hat, gamma = at.factor("delta"), at.factor("x_hat"), at.parameter("gamma", at.unit)
    errors, normalised = _line(at, at.here.arrays["delta"]), _line(at, at.here.arrays["x_hat"])
    first: tuple[Factor, ...] = (delta,)
    name = _line_name(at, "delta")
    if not by_batch:
        first, name = (delta, gamma), f"{name} ⊙ γ{at.number}"
        errors = errors * at.here.arrays["gamma"].astype(np.float64)
    mean = _mean(f"mean({name})", errors)
    along = _mean(f"mean({name} ⊙ {_line_name(at, 'x_hat')})", errors * normalised)
    formula = f"{' · '.join(factor.symbol for factor in first)} − {mean.symbol} − {x_hat.symbol} · {along.symbol}"
    total = Sum(formula, (Term(first), Term((minus(mean),)), Term((minus(x_hat), along))))
    line = "the examples of the batch" if by_batch else "the units of the example"
    total = total.noted(f"the means in layer {at.layer + 1} go over {line}")
    return _by_deviation(total.times(gamma) if by_batch else total, at)


def _by_deviation(total: Sum, at: Place) -> Sum:
    line = _line(at, at.here.x)
    variance = Factor(f"v{_over(at)}", float(np.mean((line - line.mean()) ** 2)))
    epsilon = Factor("ε", at.here.epsilon)
    scale = Factor(f"1/√({variance.symbol} + ε)", 1.0 / sqrt(variance.value + epsilon.value))
    return total.times(scale, where=(variance, epsilon))


def _line(at: Place, array: Array) -> Floats:
    """Return what goes into a mean for this cell: its column of the batch, or its row of units."""
    line = array[:, at.unit] if at.here.kind == "batch_norm" else array[at.row]
    return line.astype(np.float64)


def _line_name(at: Place, array: str) -> str:
    """Return the name of what `_line` returns."""
    if at.here.kind == "batch_norm":
        return at.name(array, at.unit, ":")
    return at.name(array, ":")


def _mean(symbol: str, line: Floats) -> Factor:
    return Factor(symbol, float(line.mean()), float(np.abs(line).mean()))


def _over(at: Place) -> str:
    """Return the index of a mean or variance: its unit in a BatchNorm, its example in a LayerNorm."""
    if at.here.kind == "batch_norm":
        return f"{at.number}[{at.unit}]"
    return at.number if at.column else f"{at.number}[{at.row}]"
