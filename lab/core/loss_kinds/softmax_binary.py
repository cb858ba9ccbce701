"""Binary cross-entropy on a softmax: the one pair whose 1/a and 1/(1 - a) need care where an output is nearly 1.

It is there to be compared with the pairs that have a short form, not to be fast: unlike them it allocates. In both
functions ln(1 - a) of a row's largest a is the logarithm of the sum of the others, never of a rounded 0.
"""

import numpy as np

from lab.core.activations import Activation
from lab.core.explain.cell import Cell
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.loss_kinds.distances import difference
from lab.core.loss_kinds.loss import Loss, PairCode
from lab.core.plain_code import PlainFunction
from lab.core.types import Array, Floats, Numbers

PLAIN_LOG = (
    PlainFunction(
        "log_softmax", "z", "ln a of a softmax, also where a itself is rounded to 0.",
        "z = z - z.max(axis=1, keepdims=True)\nreturn z - np.log(np.exp(z).sum(axis=1, keepdims=True))",
    ),
)  # fmt: skip

PLAIN = PairCode(
    "-y * log_softmax(z) - (1 - y) * log_rest(z)",
    "(a - y) - ((a - y)[:, None, :] * shares_of_rest(z)).sum(axis=2)",
    (
        *PLAIN_LOG,
        PlainFunction(
            "log_rest", "z", "ln(1 - a) of a softmax: the logarithm of what all other outputs have.",
            "z = z - z.max(axis=1, keepdims=True)\n"
            "others = np.where(np.eye(z.shape[1], dtype=bool), -np.inf, z[:, None, :])\n"
            "return np.logaddexp.reduce(others, axis=2) - np.logaddexp.reduce(z, axis=1, keepdims=True)",
        ),
        PlainFunction(
            "shares_of_rest", "z", "a_j / (1 - a_k) for j != k, else 0: the share of j among all but k, (m, j, k).",
            "share = np.exp(log_softmax(z)[:, :, None] - log_rest(z)[:, None, :])\n"
            "return np.where(np.eye(z.shape[1], dtype=bool), 0, share)",
        ),
    ),
)  # fmt: skip


def _rest(log_a: Array) -> tuple[Numbers, Numbers, Array]:
    """Return rows and columns of the largest outputs, and ln(1 - a) of all, (m, c)."""
    rows, top = np.arange(len(log_a)), log_a.argmax(axis=1)
    others = log_a.copy()
    others[rows, top] = -np.inf
    second = others.max(axis=1)
    log_rest = np.log1p(-np.exp(others))
    log_rest[rows, top] = second + np.log(np.exp(others - second[:, None]).sum(axis=1))
    return rows, top, log_rest


def terms(z: Array, log_a: Array, y: Array, out: Array, work: Array) -> None:
    """Write -y ln a - (1 - y) ln(1 - a) into out, (m, c); work is not needed."""
    log_rest = _rest(log_a)[2]
    np.add(y * (log_a - log_rest), log_rest, out=out)
    np.negative(out, out=out)


def delta(z: Array, log_a: Array, a: Array, y: Array, temperature: float, out: Array, work: Array) -> None:
    """Write the general rule's delta with its 1/a cancelled by hand into out, (m, c).

    With r_k = (a_k - y_k) / (1 - a_k) the Jacobian gives delta_j = r_j - a_j sum_k r_k. For the largest output t the
    r_t is split off: r_t (1 - a_t) is a_t - y_t, and a_j r_t is (a_t - y_t) exp(ln a_j - ln(1 - a_t)), at most 1.
    """
    rows, top, log_rest = _rest(log_a)
    difference = a - y
    r = difference / np.exp(np.maximum(log_rest, np.log(0.5) - 1))  # all but the largest have 1 - a above 1/2
    r[rows, top] = 0.0
    share = np.exp(np.minimum(log_a - log_rest[rows, top][:, None], 0.0))
    share[rows, top] = 0.0
    np.subtract(r.sum(axis=1, keepdims=True), r, out=out)
    np.multiply(out, a, out=out)
    np.subtract(difference, out, out=out)
    np.subtract(out, difference[rows, top][:, None] * share, out=out)
    np.divide(out, temperature, out=out)


def explain(loss: Loss, at: Cell, sigma: Activation) -> Sum:
    """Return delta_j = a_j - y_j - Σ over k ≠ j of (a_k - y_k) a_j / (1 - a_k), over T: the Jacobian's sum without 1/a.

    e_k = (a_k - y_k) / (a_k (1 - a_k)) in δ_j = Σ_k a_k (1_jk - a_j) e_k leaves (a_k - y_k) (1_jk - a_j) / (1 - a_k),
    which for k = j is a_j - y_j. The share a_j / (1 - a_k) of j among all but k is taken from z, where 1 - a_k
    would be rounded away.
    """
    own = difference(at)
    z = at.here.arrays["z"][at.row].astype(np.float64) / sigma.temperature
    terms = []
    for k in range(len(z)):
        if k != at.unit:
            a, y = at.factor("a", k), at.target(k)
            apart = Factor(f"−({a.symbol} − {y.symbol})", y.value - a.value, a.value + abs(y.value))
            name = f"{at.name('a', at.unit)} / (1 − {a.symbol})"
            terms.append(Term((apart, Factor(name, _share(z, at.unit, k)))))
    running, target = at.name("a", "k"), f"y{at.brackets('k')}"
    note = f"the sum leaves out k = {at.unit}; ∂L/∂a_k is {loss.error_formula.partition(' = ')[2]}"
    formula = f"{own.formula} − Σₖ ({running} − {target}) · {at.name('a', at.unit)} / (1 − {running})"
    total = Sum(formula, (*own.terms, *terms), note=note)
    return sigma.over_temperature(total)


def _share(z: Floats, unit: int, without: int) -> float:
    """Return exp(z_unit) / Σ exp(z_k) over all k but `without`."""
    others = np.delete(z, without)
    top = others.max()
    return float(np.exp(z[unit] - top) / np.exp(others - top).sum())
