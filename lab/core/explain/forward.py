"""The sums of the way forward: z and a of one unit for one example, and the slope of its σ."""

import numpy as np

from lab.core.activations import Elementwise, Softmax
from lab.core.explain.cell import Place
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.types import Array


def z_sum(at: Place) -> Sum:
    """Return z = Σ a W + b of a Dense, or z = the input of an Activation."""
    if at.here.kind == "activation":
        return Sum(at.input_name(at.unit), (Term((at.input(at.unit),)),))
    names = (at.input_name("k"), at.parameter_name("W", "k", at.unit))
    terms = [_in_order(at, at.input(k), at.parameter("W", k, at.unit)) for k in range(at.here.x.shape[1])]
    bias = at.parameter("b", at.unit)
    formula = f"Σₖ {' · '.join(reversed(names) if at.column else names)} + {bias.symbol}"
    return Sum(formula, (*terms, Term((bias,))))


def _in_order(at: Place, a: Factor, W: Factor) -> Term:
    """Return a W as it stands for rows, or Wᵀ a as it stands for a column."""
    return Term((W, a)) if at.column else Term((a, W))


def a_sum(at: Place) -> Sum:
    """Return a as the layer's kind has it: σ(z), x ⊙ mask, or γ x̂ + β."""
    if at.here.kind == "dropout":
        x, mask = at.input(at.unit), at.factor("mask")
        return Sum(f"{x.symbol} · {mask.symbol}", (Term((x, mask)),))
    sigma = at.here.activation
    if sigma is None:
        gamma, beta, x_hat = at.parameter("gamma", at.unit), at.parameter("beta", at.unit), at.factor("x_hat")
        return Sum(f"{gamma.symbol} · {x_hat.symbol} + {beta.symbol}", (Term((gamma, x_hat)), Term((beta,))))
    if isinstance(sigma, Softmax):
        return _softmax(at, sigma)
    return _elementwise(at, sigma)


def _elementwise(at: Place, sigma: Elementwise) -> Sum:
    z, (out, work) = _cell(at, "z"), np.empty((2, 1, 1), at.here.x.dtype)
    sigma.function(z, out, work)
    name = f"σ({at.name('z', at.unit)})"
    return Sum(name, (Term((Factor(name, float(out[0, 0])),)),), where=(at.factor("z"),), note=sigma.formula)


def slope(at: Place, sigma: Elementwise) -> Factor:
    """Return σ′(z) of this cell."""
    out, work = np.empty((2, 1, 1), at.here.x.dtype)
    sigma.slope(_cell(at, "z"), _cell(at, "a"), out, work)
    return Factor(f"σ′({at.name('z', at.unit)})", float(out[0, 0]))


def _cell(at: Place, name: str) -> Array:
    return at.here.arrays[name][at.row : at.row + 1, at.unit : at.unit + 1]


def _softmax(at: Place, sigma: Softmax) -> Sum:
    """Return a = exp(z_j - top) / Σ exp(z_k - top), in the step's own dtype so that it underflows where that did."""
    z = at.here.arrays["z"][at.row]
    each = np.exp((z - z.max()) * z.dtype.type(1.0 / sigma.temperature))
    mine, total = _exponential(at, at.unit, sigma), f"Σₖ {_exponential(at, 'k', sigma)}"
    factors = Factor(mine, float(each[at.unit])), Factor(f"1/{total}", 1.0 / float(each.sum()))
    where = (Factor("z_max", float(z.max())), *temperature(sigma))
    note = "z_max, the largest z of the example, changes nothing and keeps exp finite"
    return Sum(f"{mine} / {total}", (Term(factors),), where=where, note=note)


def _exponential(at: Place, unit: int | str, sigma: Softmax) -> str:
    below_top = f"{at.name('z', unit)} − z_max"
    return f"exp({below_top})" if sigma.temperature == 1.0 else f"exp(({below_top}) / T)"


def temperature(sigma: Softmax) -> tuple[Factor, ...]:
    """Return T, where it is not 1."""
    return () if sigma.temperature == 1.0 else (Factor("T", sigma.temperature),)
