"""Losses by logarithm: cross-entropy and binary cross-entropy, for outputs that are chances."""

import numpy as np

from lab.core.explain.cell import Cell, minus
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.loss_kinds import softmax_binary
from lab.core.loss_kinds.loss import Loss, Pair, PairCode, TermWhere
from lab.core.types import Array


def _floor(a: Array) -> np.floating:
    """Return the smallest number that may be divided by: below it a logarithm would be minus infinity."""
    return np.finfo(a.dtype).tiny


def _cross_entropy(a: Array, y: Array, out: Array, work: Array) -> None:
    np.maximum(a, _floor(a), out=out)
    np.log(out, out=out)
    np.multiply(out, y, out=out)
    np.negative(out, out=out)


def _cross_entropy_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.maximum(a, _floor(a), out=out)
    np.divide(y, out, out=out)
    np.negative(out, out=out)


def _softmax_cross_entropy(z: Array, log_a: Array, y: Array, out: Array, work: Array) -> None:
    np.multiply(log_a, y, out=out)
    np.negative(out, out=out)


def _sigmoid_cross_entropy(z: Array, log_a: Array, y: Array, out: Array, work: Array) -> None:
    """Write y ln(1 + e^-z), which is -y ln a without a logarithm of a rounded 0."""
    np.abs(z, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.log1p(out, out=out)
    np.minimum(z, 0.0, out=work)
    np.subtract(out, work, out=out)
    np.multiply(out, y, out=out)


def _binary_cross_entropy(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(1.0, a, out=work)
    np.maximum(work, _floor(a), out=work)
    np.log(work, out=work)
    np.maximum(a, _floor(a), out=out)
    np.log(out, out=out)
    np.subtract(out, work, out=out)
    np.multiply(out, y, out=out)
    np.add(out, work, out=out)
    np.negative(out, out=out)


def _binary_cross_entropy_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(1.0, a, out=out)
    np.multiply(out, a, out=out)
    np.maximum(out, _floor(a), out=out)
    np.subtract(a, y, out=work)
    np.divide(work, out, out=out)


def _sigmoid_binary_cross_entropy(z: Array, log_a: Array, y: Array, out: Array, work: Array) -> None:
    """Write ln(1 + e^z) - y z, which is the loss without a logarithm of a rounded 0."""
    np.abs(z, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.log1p(out, out=out)
    np.maximum(z, 0.0, out=work)
    np.add(out, work, out=out)
    np.multiply(y, z, out=work)
    np.subtract(out, work, out=out)


def _ln(symbol: str, cost: float, a: Factor) -> Factor:
    """Return a logarithm from the cost that it is; a sum that is rounded stands in it, so it is off by ε at least."""
    return Factor(symbol, -cost, 1.0 + abs(cost), inside=(a,))


def _explain_cross_entropy(at: Cell, term_where: TermWhere) -> Sum:
    a, y = at.factor("a"), at.target(at.unit)
    ln = _ln(f"ln {a.symbol}", term_where(1.0), a)
    return Sum(f"−{y.symbol} · {ln.symbol}", (Term((minus(y), ln)),))


def _explain_binary_cross_entropy(at: Cell, term_where: TermWhere) -> Sum:
    a, y = at.factor("a"), at.target(at.unit)
    right, wrong = _ln(f"ln {a.symbol}", term_where(1.0), a), _ln(f"ln(1 − {a.symbol})", term_where(0.0), a)
    rest = Factor(f"(1 − {y.symbol})", 1.0 - y.value, inside=(y,))
    formula = f"−{y.symbol} · {right.symbol} − {rest.symbol} · {wrong.symbol}"
    return Sum(formula, (Term((minus(y), right)), Term((minus(rest), wrong))))


_CHANCES = "it takes the logarithm of the outputs, which must lie between 0 and 1"

ROWS = (
    Loss(
        "cross_entropy", "Cross-entropy", "L = −Σ_j y_j ln a_j", "∂L/∂a_j = −y_j / a_j",
        "How surprised the network is by the right class. Goes with a softmax output.",
        _cross_entropy, _cross_entropy_error, ("softmax", "sigmoid"), _CHANCES, takes_smoothing=True,
        explain_term=_explain_cross_entropy,
        plain=("-y * np.log(np.maximum(a, tiny))", "-y / np.maximum(a, tiny)"),
        why_not_alone="cross_entropy with one unit never sees the second class: use binary_cross_entropy",
        pairs={
            "softmax": Pair(
                _softmax_cross_entropy, short=True, needs_shares=True,
                why="the softmax's Jacobian cancels the 1/a of the cross-entropy",
                plain=PairCode("-y * log_softmax(z)", functions=softmax_binary.PLAIN_LOG),
            ),
            "sigmoid": Pair(_sigmoid_cross_entropy, plain=PairCode("y * np.logaddexp(0, -z)")),
        },
    ),
    Loss(
        "binary_cross_entropy", "Binary cross-entropy", "L = −Σ_j (y_j ln a_j + (1 − y_j) ln(1 − a_j))",
        "∂L/∂a_j = (a_j − y_j) / (a_j (1 − a_j))",
        "One yes-or-no question an output. Goes with a sigmoid output.",
        _binary_cross_entropy, _binary_cross_entropy_error, ("sigmoid", "softmax"), _CHANCES,
        explain_term=_explain_binary_cross_entropy,
        plain=(
            "-y * np.log(np.maximum(a, tiny)) - (1 - y) * np.log(np.maximum(1 - a, tiny))",
            "(a - y) / np.maximum(a * (1 - a), tiny)",
        ),
        pairs={
            "sigmoid": Pair(
                _sigmoid_binary_cross_entropy, short=True,
                why="the sigmoid's slope a(1 − a) cancels the denominator of the binary cross-entropy",
                plain=PairCode("np.logaddexp(0, z) - y * z"),
            ),
            "softmax": Pair(
                softmax_binary.terms, delta=softmax_binary.delta, explain=softmax_binary.explain,
                plain=softmax_binary.PLAIN,
            ),
        },
    ),
)  # fmt: skip
