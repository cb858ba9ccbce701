"""The sums of the way back: delta of one unit for one example, from the error that the layer above hands down."""

import numpy as np
from numpy.typing import NDArray

from lab.core.activations import Softmax
from lab.core.explain.cell import Place, minus
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.forward import slope, temperature
from lab.core.explain.normalisation import error_sum as normalised_error_sum

Floats = NDArray[np.float64]


def hidden_delta_sum(at: Place) -> Sum:
    """Return delta = e ⊙ σ′(z) with the e of `error_sum`, e alone where the kind has no σ, J e for a softmax."""
    sigma = at.here.activation
    if sigma is None:
        return error_sum(at)
    if isinstance(sigma, Softmax):
        values, sizes = _error_row(at)
        note = f"e{at.number} = ∂L/∂a{at.number}, the error that layer {at.layer + 2} hands down"
        return through_softmax(at, sigma, values, sizes).noted(note)
    return error_sum(at).times(slope(at, sigma))


def error_sum(at: Place) -> Sum:
    """Return the error of this layer's output, ∂L/∂a, as the layer above hands it down by its own rule."""
    up = at.up
    kind = up.here.kind
    if kind == "dense":
        return _through_weights(up)
    if kind in ("batch_norm", "layer_norm"):
        return normalised_error_sum(up)
    delta = up.factor("delta")
    factors = (delta, up.factor("mask")) if kind == "dropout" else (delta,)
    return Sum(" · ".join(factor.symbol for factor in factors), (Term(factors),))


def _through_weights(up: Place) -> Sum:
    """Return Σ δ W over the units of a Dense above: δ Wᵀ for rows, W δ for a column."""
    deltas = [up.factor("delta", k) for k in range(up.here.arrays["delta"].shape[1])]
    weights = [up.parameter("W", up.unit, k) for k in range(len(deltas))]
    pairs = zip(weights, deltas, strict=True) if up.column else zip(deltas, weights, strict=True)
    names = (up.name("delta", "k"), up.parameter_name("W", up.unit, "k"))
    formula = f"Σₖ {' · '.join(reversed(names) if up.column else names)}"
    return Sum(formula, tuple(Term(pair) for pair in pairs))


def _error_row(at: Place) -> tuple[Floats, Floats]:
    """Return the error of every unit of this layer's output, (h,), and the sizes of the sums that they are."""
    up = at.up.here
    if up.kind == "dense":
        W, delta = up.arrays["W"].astype(np.float64), up.arrays["delta"][at.row].astype(np.float64)
        return W @ delta, np.abs(W) @ np.abs(delta)
    units = range(up.x.shape[1])
    sums = [error_sum(at.of(at.row, unit)) for unit in units]
    return np.array([each.value for each in sums]), np.array([each.size for each in sums])


def through_softmax(at: Place, sigma: Softmax, errors: Floats, sizes: Floats) -> Sum:
    """Return delta_j = a_j (e_j - Σ e_k a_k) / T: the row j of the full Jacobian times e.

    errors: e of every unit, (h,); sizes: what rounding in each is measured by, (h,).
    """
    e = [Factor(_e(at, k), float(errors[k]), float(sizes[k])) for k in range(len(errors))]
    terms = (Term((e[at.unit],)), *(Term((minus(e[k]), at.factor("a", k))) for k in range(len(e))))
    formula = f"{e[at.unit].symbol} − Σₖ {_e(at, 'k')} · {at.name('a', 'k')}"
    return by_temperature(Sum(formula, terms).led_by(at.factor("a")), sigma)


def _e(at: Place, unit: int | str) -> str:
    return f"e{at.number}{at.brackets(unit)}"


def by_temperature(total: Sum, sigma: Softmax) -> Sum:
    """Return the sum over T, where it is not 1."""
    T = temperature(sigma)
    return total.times(Factor("1/T", 1.0 / sigma.temperature), where=T) if T else total
