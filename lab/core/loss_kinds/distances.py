"""Losses by distance: half squared error, absolute error, Huber and log-cosh, for targets that are any numbers."""

import numpy as np

from lab.core.explain.cell import Cell, minus
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.loss_kinds.loss import Loss, Pair, TermWhere
from lab.core.types import Array, Floats


def difference(at: Cell) -> Sum:
    """Return a - y of a cell of the output."""
    a, y = at.factor("a"), at.target(at.unit)
    return Sum(f"{a.symbol} − {y.symbol}", (Term((a,)), Term((minus(y),))))


def _half_square(at: Cell, _term_where: TermWhere) -> Sum:
    a, y = at.factor("a"), at.target(at.unit)
    d = Factor(f"({a.symbol} − {y.symbol})", a.value - y.value, abs(a.value) + abs(y.value), inside=(a, y))
    return Sum(f"½ · {d.symbol}²", (Term((Factor("½", 0.5), d, d)),))


def _half_squared_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(a, y, out=out)
    np.multiply(out, out, out=out)
    np.multiply(out, 0.5, out=out)


def _half_squared_error_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(a, y, out=out)


def _linear_half_squared_error(z: Array, log_a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(z, y, out=out)
    np.multiply(out, out, out=out)
    np.multiply(out, 0.5, out=out)


def _mean_absolute_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(a, y, out=out)
    np.abs(out, out=out)


def _mean_absolute_error_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(a, y, out=out)
    np.sign(out, out=out)


def _apart(a: Floats, y: Floats) -> Floats:
    return a - y


def _huber(a: Array, y: Array, out: Array, work: Array) -> None:
    """Write c (|d| - c/2) with d = a - y and c = min(|d|, 1): d²/2 within 1, |d| - 1/2 beyond."""
    np.subtract(a, y, out=out)
    np.abs(out, out=out)
    np.minimum(out, 1.0, out=work)
    np.multiply(work, 0.5, out=work)
    np.subtract(out, work, out=out)
    np.multiply(work, 2.0, out=work)
    np.multiply(out, work, out=out)


def _huber_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(a, y, out=out)
    np.clip(out, -1.0, 1.0, out=out)


_FAR = 20.0
"""From here on ln cosh d is |d| - ln 2 in float64."""


def _log_cosh(a: Array, y: Array, out: Array, work: Array) -> None:
    """Write ln(1 + 2 sinh²(c / 2)) + |d| - c, d = a - y, c = min(|d|, 20): ln cosh d, exact where d is small too."""
    np.subtract(a, y, out=out)
    np.abs(out, out=out)
    np.minimum(out, _FAR, out=work)
    np.subtract(out, work, out=out)
    np.multiply(work, 0.5, out=work)
    np.sinh(work, out=work)
    np.multiply(work, work, out=work)
    np.multiply(work, 2.0, out=work)
    np.log1p(work, out=work)
    np.add(out, work, out=out)


def _log_cosh_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(a, y, out=out)
    np.tanh(out, out=out)


ROWS = (
    Loss(
        "half_squared_error", "Half squared error", "L = ½ Σ_j (a_j − y_j)²", "∂L/∂a_j = a_j − y_j",
        "Half the squared distance to the target. Goes with any output; linear for predicting numbers.",
        _half_squared_error, _half_squared_error_error, takes_numbers=True, explain_error=difference,
        explain_term=_half_square, plain=("(a - y) ** 2 / 2", "a - y"),
        pairs={
            "linear": Pair(
                _linear_half_squared_error, short=True,
                why="the derivative of ½(a − y)² is a − y and a linear output has slope 1",
            ),
        },
    ),
    Loss(
        "mean_absolute_error", "Absolute error", "L = Σ_j |a_j − y_j|", "∂L/∂a_j = sign(a_j − y_j)",
        "The distance to the target, far ones not counted extra: not thrown off by outliers.",
        _mean_absolute_error, _mean_absolute_error_error, takes_numbers=True, kink=_apart,
        plain=("np.abs(a - y)", "np.sign(a - y)"),
    ),
    Loss(
        "huber", "Huber", "L = Σ_j ½ d_j² where |d_j| ≤ 1, else |d_j| − ½,  d = a − y",
        "∂L/∂a_j = d_j where |d_j| ≤ 1, else sign(d_j)",
        "Squared near the target, straight beyond 1: smooth, and not thrown off by outliers (Huber 1964).",
        _huber, _huber_error, takes_numbers=True,
        plain=("d = np.abs(a - y)\nnp.where(d <= 1, d ** 2 / 2, d - 0.5)", "np.clip(a - y, -1, 1)"),
    ),
    Loss(
        "log_cosh", "Log-cosh", "L = Σ_j ln cosh(a_j − y_j)", "∂L/∂a_j = tanh(a_j − y_j)",
        "Squared near the target, straight far from it, like Huber but without a seam (Chen et al. 2018, eq. 5).",
        _log_cosh, _log_cosh_error, takes_numbers=True,
        plain=(
            "d = np.abs(a - y)\nc = np.minimum(d, 20)  # from there on ln cosh d is d - ln 2\n"
            "d - c + np.log1p(2 * np.sinh(c / 2) ** 2)",
            "np.tanh(a - y)",
        ),
    ),
)  # fmt: skip
