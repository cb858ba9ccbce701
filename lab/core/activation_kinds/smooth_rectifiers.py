"""Smooth rectifiers: activations that bend from nearly 0 to nearly z without a corner."""

from math import exp, pi, sqrt

import numpy as np

from lab.core import expression as ex
from lab.core.activation_kinds.elementwise import ZERO, Elementwise, Identity, Sign
from lab.core.activation_kinds.sigmoids import (
    PLAIN_SIGMOID,
    hard_sigmoid,
    hard_sigmoid_expression,
    hard_sigmoid_slope,
    sigmoid,
)
from lab.core.types import Array

_GELU_SCALE = sqrt(2.0 / pi)
_GELU_CUBE = 0.044715


_GELU_END = 10.0
"""From here on the tanh below is 1 in float64, so that a larger z need not be squared and cubed."""


def gelu(z: Array, out: Array, work: Array) -> None:
    """Write ½ z (1 + t); the half comes first, since 2 z is no number where z is nearly the largest one."""
    _within(z, _GELU_END, work)
    _gelu_tanh(work, out)
    np.add(out, 1.0, out=out)
    np.multiply(out, 0.5, out=out)
    np.multiply(out, z, out=out)


def gelu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    """Write ½ (1 + t) + ½ s z (1 - t²) (1 + 3 c z²) with t = tanh(s (z + c z³)).

    z itself is multiplied last, when 1 - t² is 0 already wherever z is large: infinity times 0 would be NaN.
    """
    _within(z, _GELU_END, out)
    _gelu_tanh(out, work)
    np.multiply(out, out, out=out)
    np.multiply(out, 3.0 * _GELU_CUBE, out=out)
    np.add(out, 1.0, out=out)
    np.multiply(out, _GELU_SCALE, out=out)
    # 1 - t² is (1 + t)(1 - t), and 1 + t comes back as 2 - (1 - t): no third array is needed
    np.add(work, 1.0, out=work)
    np.multiply(out, work, out=out)
    np.subtract(2.0, work, out=work)
    np.multiply(out, work, out=out)
    np.subtract(2.0, work, out=work)
    np.multiply(out, z, out=out)
    np.add(out, work, out=out)
    np.multiply(out, 0.5, out=out)


def _within(z: Array, end: float, out: Array) -> None:
    """Write z, but nothing beyond -end and end."""
    np.minimum(z, end, out=out)
    np.maximum(out, -end, out=out)


def _gelu_tanh(z: Array, out: Array) -> None:
    np.multiply(z, z, out=out)
    np.multiply(out, _GELU_CUBE, out=out)
    np.add(out, 1.0, out=out)
    np.multiply(out, z, out=out)
    np.multiply(out, _GELU_SCALE, out=out)
    np.tanh(out, out=out)


def silu(z: Array, out: Array, work: Array) -> None:
    _logistic(z, out, work)
    np.multiply(out, z, out=out)


def silu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    _logistic(z, out, work)
    np.subtract(1.0, out, out=work)
    np.multiply(work, a, out=work)
    np.add(out, work, out=out)


def _logistic(z: Array, out: Array, work: Array) -> None:
    """Write 1 / (1 + exp(-z)), and 0 where that is 0: the sigmoid's floor, times a z of any size, would not be small.

    With e = exp(-|z|), which cannot overflow, it is 1 / (1 + e) from 0 on and e / (1 + e) below; the larger of e and
    the sign of z is the numerator in both cases.
    """
    np.abs(z, out=work)
    np.negative(work, out=work)
    np.exp(work, out=work)
    np.sign(z, out=out)
    np.maximum(out, work, out=out)
    np.add(work, 1.0, out=work)
    np.divide(out, work, out=out)


def softplus(z: Array, out: Array, work: Array) -> None:
    np.abs(z, out=work)
    np.negative(work, out=work)
    np.exp(work, out=work)
    np.log1p(work, out=work)
    np.maximum(z, ZERO[z.dtype], out=out)
    np.add(out, work, out=out)


def softplus_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    sigmoid(z, out, work)


_MISH_END = 20.0
"""From here on tanh(ln(1 + exp(z))) is 1 in float64, and the powers of exp(z) below are numbers of a float32."""

_W_END = exp(_MISH_END)
_MISH_SUMS = (
    (0.25 * _W_END + 1.0) * _W_END + 1.5 + _MISH_END,
    ((0.25 * _W_END + 1.0) * _W_END + 1.5 + _MISH_END) * _W_END + 1.0 + _MISH_END,
)
"""What the two inner sums of the slope come to at that z. They grow with z up to there and may grow no further."""


def mish(z: Array, out: Array, work: Array) -> None:
    """Write z tanh(ln(1 + exp(z))) = z q / (q + 2) with q = w (w + 2), w = exp(z) (Misra 2020, eq. 1)."""
    np.minimum(z, _MISH_END, out=out)
    np.exp(out, out=out)
    np.add(out, 2.0, out=work)
    np.multiply(out, work, out=out)
    np.add(out, 2.0, out=work)
    np.divide(out, work, out=out)
    np.multiply(out, z, out=out)


def mish_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    """Write w (w³ + 4 w² + (6 + 4 z) w + 4 (1 + z)) / (w² + 2 w + 2)², the sum by Horner's rule over 4."""
    np.minimum(z, _MISH_END, out=out)
    np.exp(out, out=out)
    np.multiply(out, 0.25, out=work)
    np.add(work, 1.0, out=work)
    np.multiply(work, out, out=work)
    np.add(work, 1.5, out=work)
    np.add(work, z, out=work)
    np.minimum(work, _MISH_SUMS[0], out=work)
    np.multiply(work, out, out=work)
    np.add(work, 1.0, out=work)
    np.add(work, z, out=work)
    np.minimum(work, _MISH_SUMS[1], out=work)
    np.multiply(work, out, out=work)
    np.add(out, 1.0, out=out)
    np.multiply(out, out, out=out)
    np.add(out, 1.0, out=out)
    np.divide(work, out, out=work)
    np.divide(work, out, out=out)
    np.multiply(out, 4.0, out=out)


def hard_swish(z: Array, out: Array, work: Array) -> None:
    """Write z times its own hard sigmoid (Howard et al. 2019, section 5.2)."""
    hard_sigmoid(z, out, work)
    np.multiply(out, z, out=out)


def hard_swish_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    """Write h + z h′ with the hard sigmoid h: 0 below -3, 1 above 3, z / 3 + 1/2 between."""
    hard_sigmoid_slope(z, a, work, work)
    np.multiply(work, z, out=work)
    hard_sigmoid(z, out, out)
    np.add(out, work, out=out)


def _gelu_expression(z: ex.Expression) -> ex.Expression:
    within = ex.at_most(ex.at_least(z, -_GELU_END), _GELU_END)
    return 0.5 * z * (1.0 + ex.tanh(_GELU_SCALE * (within + _GELU_CUBE * within * within * within)))


_PLAIN_T = "t = np.tanh((2 / np.pi) ** 0.5 * (z + 0.044715 * z ** 3))"

ROWS = (
    Elementwise(
        "gelu", "GELU", "a = ½ z (1 + t),  t = tanh(√(2/π) (z + 0.044715 z³))",
        "σ′(z) = ½ (1 + t) + ½ z (1 − t²) √(2/π) (1 + 0.134145 z²)",
        "A smooth ReLU: z times the chance that a normal number is below z (in its tanh form).",
        gelu, gelu_slope, _gelu_expression, Sign.KEPT, Identity.NOWHERE, "he_normal",
        plain=(
            f"{_PLAIN_T}\nz * (1 + t) / 2",
            f"{_PLAIN_T}\n(1 + t) / 2 + z / 2 * (1 - t ** 2) * (2 / np.pi) ** 0.5 * (1 + 0.134145 * z ** 2)",
        ),
    ),
    Elementwise(
        "silu", "SiLU", "a = z s,  s = 1 / (1 + exp(−z))", "σ′(z) = s + a (1 − s)",
        "A smooth ReLU, also called swish: z times its own sigmoid.",
        silu, silu_slope, lambda z: z * ex.sigmoid(z), Sign.KEPT, Identity.NOWHERE, "he_normal",
        plain=(f"s = {PLAIN_SIGMOID}\nz * s", f"s = {PLAIN_SIGMOID}\ns + a * (1 - s)"),
    ),
    Elementwise(
        "mish", "Mish", "a = z tanh(ln(1 + exp(z)))", "σ′(z) = t + z (1 − t²) s,  t = a / z,  s = 1 / (1 + exp(−z))",
        "A smooth ReLU that dips a little below zero, as SiLU does.",
        mish, mish_slope, lambda z: z * ex.tanh(ex.softplus(z)), Sign.KEPT, Identity.NOWHERE, "he_normal",
        plain=(
            "z * np.tanh(np.logaddexp(0, z))",
            f"t = np.tanh(np.logaddexp(0, z))\ns = {PLAIN_SIGMOID}\nt + z * (1 - t ** 2) * s",
        ),
    ),
    Elementwise(
        "hard_swish", "Hard swish", "a = z max(0, min(1, z / 6 + ½))",
        "σ′(z) = 0 where z ≤ −3, 1 where z ≥ 3, else z / 3 + ½",
        "SiLU with a hard sigmoid in it: cheap, and exactly 0 and z beyond ±3.",
        hard_swish, hard_swish_slope, lambda z: z * hard_sigmoid_expression(z),
        Sign.KEPT, Identity.NOWHERE, "he_normal", (-3.0, 3.0),
        plain=("z * np.clip(z / 6 + 0.5, 0, 1)", "np.where(z <= -3, 0, np.where(z >= 3, 1, z / 3 + 0.5))"),
    ),
    Elementwise(
        "softplus", "Softplus", "a = ln(1 + exp(z))", "σ′(z) = 1 / (1 + exp(−z))",
        "The smooth curve above ReLU; always positive, its slope is the sigmoid.",
        softplus, softplus_slope, ex.softplus, Sign.NEVER_NEGATIVE, Identity.NOWHERE, "he_normal",
        plain=("np.logaddexp(0, z)", PLAIN_SIGMOID),
    ),
)  # fmt: skip
