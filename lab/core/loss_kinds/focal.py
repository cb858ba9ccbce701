"""The focal loss: binary cross-entropy that counts little where the output is right already."""

import numpy as np

from lab.core.activation_kinds.sigmoids import sigmoid
from lab.core.activations import Activation
from lab.core.explain.cell import Cell
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.loss_kinds.loss import Loss, Pair, PairCode
from lab.core.types import Array, Floats

FOCUS = 2.0
"""γ, the power of what is missing; 2 is the paper's best (Lin et al. 2017, section 4.1)."""


def _floor(a: Array) -> np.floating:
    return np.finfo(a.dtype).tiny


def _terms(a: Array, y: Array, out: Array, work: Array) -> None:
    """Write -y (1 - a)² ln a - (1 - y) a² ln(1 - a) (Lin et al. 2017, eq. 4, for γ = 2)."""
    missing, floor = 1.0 - a, _floor(a)
    np.log(np.maximum(a, floor), out=out)
    np.multiply(out, missing**FOCUS * y, out=out)
    np.log(np.maximum(missing, floor), out=work)
    np.multiply(work, a**FOCUS * (1.0 - y), out=work)
    np.add(out, work, out=out)
    np.negative(out, out=out)


def _error(a: Array, y: Array, out: Array, work: Array) -> None:
    missing, floor = 1.0 - a, _floor(a)
    right, wrong = np.maximum(a, floor), np.maximum(missing, floor)
    np.multiply(y, FOCUS * missing * np.log(right) - missing**FOCUS / right, out=out)
    np.multiply(1.0 - y, a**FOCUS / wrong - FOCUS * a * np.log(wrong), out=work)
    np.add(out, work, out=out)


def _softplus(z: Array, sign: int, out: Array, work: Array) -> None:
    """Write ln(1 + exp(x)) with x = z or -z by the sign: -ln(1 - a) or -ln a, exact where a rounds to 1 or 0."""
    np.abs(z, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.log1p(out, out=out)
    np.multiply(z, sign, out=work)
    np.maximum(work, 0.0, out=work)
    np.add(out, work, out=out)


def _wrongness(z: Array, sign: int, cost: Array, out: Array) -> None:
    """Write exp(x - cost) with the cost ln(1 + exp(x)): the chance that the output gives to the wrong answer."""
    np.multiply(z, sign, out=out)
    np.subtract(out, cost, out=out)
    np.exp(out, out=out)


def _term(z: Array, sign: int, out: Array, work: Array) -> None:
    """Write the term of an output whose target is 0 (sign 1) or 1 (sign -1)."""
    _softplus(z, sign, out, work)
    _wrongness(z, sign, out, work)
    np.multiply(out, work, out=out)
    np.multiply(out, work, out=out)


def _steepness(z: Array, sign: int, out: Array, work: Array) -> None:
    """Write the size of that term's derivative by z: p² (p - 2 (1 - p) ln(1 - p)), p the chance of the wrong answer.

    In the paper's p_t = 1 - p this is (1 - p_t)^γ (γ p_t ln p_t + p_t - 1) without its sign (appendix A).
    """
    _softplus(z, sign, work, out)
    np.negative(work, out=out)
    np.exp(out, out=out)
    np.multiply(out, work, out=out)
    np.multiply(out, FOCUS, out=out)
    np.multiply(z, sign, out=work)
    sigmoid(work, work, work)  # the chance of the wrong answer
    np.add(out, work, out=out)
    np.multiply(out, work, out=out)
    np.multiply(out, work, out=out)


def _terms_on_sigmoid(z: Array, scratch: Array, y: Array, out: Array, work: Array) -> None:
    """Write the terms from z, where neither a nor 1 - a is a rounded 0; a sigmoid leaves nothing in the scratch."""
    _term(z, 1, out, work)
    np.subtract(1.0, y, out=work)
    np.multiply(out, work, out=out)
    _term(z, -1, scratch, work)
    np.multiply(scratch, y, out=scratch)
    np.add(out, scratch, out=out)


def _delta_on_sigmoid(
    z: Array, scratch: Array, a: Array, y: Array, temperature: float, out: Array, work: Array
) -> None:
    _steepness(z, 1, out, work)
    np.subtract(1.0, y, out=work)
    np.multiply(out, work, out=out)
    _steepness(z, -1, scratch, work)
    np.multiply(scratch, y, out=scratch)
    np.subtract(out, scratch, out=out)


def _explain(loss: Loss, at: Cell, sigma: Activation) -> Sum:
    """Return y times the derivative where y is 1 and 1 - y times that where it is 0."""
    z: Floats = at.here.arrays["z"][at.row : at.row + 1, at.unit].astype(np.float64)
    steep, work = np.empty((2, 1))
    _steepness(z, -1, steep, work)
    a, y = at.name("a", at.unit), at.target(at.unit)
    one = Factor(f"−(1 − {a})² (1 − {a} − 2 {a} ln {a})", -float(steep[0]))
    _steepness(z, 1, steep, work)
    zero = Factor(f"{a}² ({a} − 2 (1 − {a}) ln(1 − {a}))", float(steep[0]))
    rest = Factor(f"(1 − {y.symbol})", 1.0 - y.value)
    formula = f"{y.symbol} · {one.symbol} + {rest.symbol} · {zero.symbol}"
    return Sum(formula, (Term((y, one)), Term((rest, zero))), where=(at.factor("a"),))


_PLAIN = PairCode(
    "y * (1 - a) ** 2 * np.logaddexp(0, -z) + (1 - y) * a ** 2 * np.logaddexp(0, z)",
    "right, wrong = np.logaddexp(0, -z), np.logaddexp(0, z)  # -ln a and -ln(1 - a)\n"
    "(1 - y) * a ** 2 * (a + 2 * (1 - a) * wrong) - y * (1 - a) ** 2 * (1 - a + 2 * a * right)",
)

ROWS = (
    Loss(
        "focal", "Focal", "L = −Σ_j (y_j (1 − a_j)² ln a_j + (1 − y_j) a_j² ln(1 − a_j))",
        "∂L/∂a_j = y_j (2 (1 − a_j) ln a_j − (1 − a_j)² / a_j) + (1 − y_j) (a_j² / (1 − a_j) − 2 a_j ln(1 − a_j))",
        "Binary cross-entropy that counts little where the output is right: for classes of which one is rare.",
        _terms, _error, ("sigmoid",), "it asks every output a yes-or-no question of its own",
        plain=(
            "-y * (1 - a) ** 2 * np.log(np.maximum(a, tiny)) - (1 - y) * a ** 2 * np.log(np.maximum(1 - a, tiny))",
            "y * (2 * (1 - a) * np.log(a) - (1 - a) ** 2 / a)"
            " + (1 - y) * (a ** 2 / (1 - a) - 2 * a * np.log(1 - a))",
        ),
        pairs={"sigmoid": Pair(_terms_on_sigmoid, delta=_delta_on_sigmoid, explain=_explain, plain=_PLAIN)},
    ),
)  # fmt: skip
