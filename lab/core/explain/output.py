"""The sum of the output error: delta of the last layer by the rule in force, short or general."""

import numpy as np
from numpy.typing import NDArray

from lab.core.activations import Softmax
from lab.core.explain.cell import Place, minus
from lab.core.explain.delta import by_temperature, through_softmax
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.forward import slope
from lab.core.types import Array

Floats = NDArray[np.float64]


def output_delta_sum(at: Place) -> Sum:
    """Return delta^L: a - y where the short form holds, else the derivative of the loss through that of σ."""
    total = _unweighted(at).noted(at.step.rule.why)
    if at.step.smoothing:
        total = total.noted(f"y after label smoothing by {at.step.smoothing:g}")
    if at.step.weights is None:
        return total
    name = "w" if at.column else f"w[{at.row}]"
    weighted = total.times(Factor(name, float(at.step.weights[at.row])))
    return weighted.noted(f"{name} is the weight of the example's class")


def _unweighted(at: Place) -> Sum:
    rule, sigma = at.step.rule, at.here.activation
    if isinstance(sigma, Softmax):
        if rule.short:
            return by_temperature(_difference(at), sigma)
        if rule.loss.name == "binary_cross_entropy":
            return by_temperature(_binary_cross_entropy_on_softmax(at, sigma), sigma)
        errors = _loss_error(at, slice(None))
        formula = rule.loss.error_formula
        return through_softmax(at, sigma, errors, np.abs(errors)).noted(f"e{at.number} = ∂L/∂a{at.number}: {formula}")
    if rule.short:
        return _difference(at)
    assert sigma is not None
    if rule.loss.name == "half_squared_error":
        return _difference(at).times(slope(at, sigma))
    name = f"∂L/∂a{at.number}{at.brackets(at.unit)}"
    error = Factor(name, float(_loss_error(at, slice(at.unit, at.unit + 1))[0]))
    return Sum(name, (Term((error,)),), note=rule.loss.error_formula).times(slope(at, sigma))


def _difference(at: Place) -> Sum:
    a, y = at.factor("a"), _target(at, at.unit)
    return Sum(f"{a.symbol} − {y.symbol}", (Term((a,)), Term((minus(y),))))


def _target(at: Place, unit: int) -> Factor:
    return Factor(f"y{at.brackets(unit)}", float(at.step.y[at.row, unit]))


def _loss_error(at: Place, units: slice) -> Floats:
    """Return ∂L/∂a of these units as the loss itself computes it."""
    a: Array = at.here.arrays["a"][at.row : at.row + 1, units]
    out, work = np.empty_like(a), np.empty_like(a)
    at.step.rule.loss.error(a, at.step.y[at.row : at.row + 1, units], out, work)
    error: Floats = out[0].astype(np.float64)
    return error


def _binary_cross_entropy_on_softmax(at: Place, sigma: Softmax) -> Sum:
    """Return delta_j = a_j - y_j - Σ over k ≠ j of (a_k - y_k) a_j / (1 - a_k), the Jacobian's sum without any 1/a.

    e_k = (a_k - y_k) / (a_k (1 - a_k)) in δ_j = Σ_k a_k (1_jk - a_j) e_k leaves (a_k - y_k) (1_jk - a_j) / (1 - a_k),
    which for k = j is a_j - y_j. The share a_j / (1 - a_k) of j among all but k is taken from z, where 1 - a_k
    would be rounded away.
    """
    own = _difference(at)
    z = at.here.arrays["z"][at.row].astype(np.float64) / sigma.temperature
    terms = []
    for k in range(len(z)):
        if k != at.unit:
            a, y = at.factor("a", k), _target(at, k)
            apart = Factor(f"−({a.symbol} − {y.symbol})", y.value - a.value, a.value + abs(y.value))
            name = f"{at.name('a', at.unit)} / (1 − {a.symbol})"
            terms.append(Term((apart, Factor(name, _share(z, at.unit, k)))))
    running, target = at.name("a", "k"), f"y{at.brackets('k')}"
    note = f"the sum leaves out k = {at.unit}; ∂L/∂a_k is {at.step.rule.loss.error_formula.partition(' = ')[2]}"
    formula = f"{own.formula} − Σₖ ({running} − {target}) · {at.name('a', at.unit)} / (1 − {running})"
    return Sum(formula, (*own.terms, *terms), note=note)


def _share(z: Floats, unit: int, without: int) -> float:
    """Return exp(z_unit) / Σ exp(z_k) over all k but `without`."""
    others = np.delete(z, without)
    top = others.max()
    return float(np.exp(z[unit] - top) / np.exp(others - top).sum())
