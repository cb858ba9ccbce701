"""S-shaped activations, which squeeze z between two limits: sigmoid and its straight twin, tanh, softsign."""

from typing import Any

import numpy as np

from lab.core import expression as ex
from lab.core.activation_kinds.elementwise import Elementwise, Identity, Sign
from lab.core.types import Array

EXP_LIMIT: dict[np.dtype[Any], np.floating[Any]] = {
    np.dtype("float32"): np.float32(87.0),
    np.dtype("float64"): np.float64(708.0),
}
"""The largest x for which 1 + exp(x) is a number of the dtype."""

PLAIN_SIGMOID = "1 / (1 + np.exp(-np.maximum(z, -87)))"
"""The sigmoid as plain NumPy, whose exp is a number for every z."""


def sigmoid(z: Array, out: Array, work: Array) -> None:
    """Write 1 / (1 + exp(-z)), and the smallest number that has an inverse where that is smaller still.

    So the derivative of a cross-entropy, y / a, stays finite, and times a (1 - a) it is y, as it should be.
    """
    np.negative(z, out=out)
    np.minimum(out, EXP_LIMIT[z.dtype], out=out)
    np.exp(out, out=out)
    np.add(out, 1.0, out=out)
    np.reciprocal(out, out=out)


def sigmoid_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.subtract(1.0, a, out=out)
    np.multiply(out, a, out=out)


def tanh(z: Array, out: Array, work: Array) -> None:
    np.tanh(z, out=out)


def tanh_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.multiply(a, a, out=out)
    np.subtract(1.0, out, out=out)


def softsign(z: Array, out: Array, work: Array) -> None:
    np.abs(z, out=work)
    np.add(work, 1.0, out=work)
    np.divide(z, work, out=out)


def softsign_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.abs(z, out=out)
    np.add(out, 1.0, out=out)
    np.reciprocal(out, out=out)  # first, for the square of a large z is no number
    np.multiply(out, out, out=out)


def hard_sigmoid(z: Array, out: Array, work: Array) -> None:
    """Write max(0, min(1, z / 6 + 1/2)) (Howard et al. 2019, section 5.2)."""
    np.multiply(z, 1.0 / 6.0, out=out)
    np.add(out, 0.5, out=out)
    np.clip(out, 0.0, 1.0, out=out)


def hard_sigmoid_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    """Write 1/6 where |z| < 3, else 0."""
    np.abs(z, out=out)
    np.subtract(3.0, out, out=out)
    np.maximum(out, 0.0, out=out)
    np.sign(out, out=out)
    np.multiply(out, 1.0 / 6.0, out=out)


def hard_sigmoid_expression(z: ex.Expression) -> ex.Expression:
    return ex.at_least(ex.at_most(z / 6.0 + 0.5, 1.0), 0.0)


ROWS = (
    Elementwise(
        "sigmoid", "Sigmoid", "a = 1 / (1 + exp(−z))", "σ′(z) = a (1 − a)",
        "Squeezes z into 0..1. Its slope is at most 1/4, so deltas shrink from layer to layer.",
        sigmoid, sigmoid_slope, ex.sigmoid, Sign.NEVER_NEGATIVE, Identity.NOWHERE, is_chance=True, is_bounded=True,
        plain=(PLAIN_SIGMOID, "a * (1 - a)"),
    ),
    Elementwise(
        "hard_sigmoid", "Hard sigmoid", "a = max(0, min(1, z / 6 + ½))", "σ′(z) = 1/6 where |z| < 3, else 0",
        "A sigmoid of three straight pieces: cheap, and without any gradient beyond ±3.",
        hard_sigmoid, hard_sigmoid_slope, hard_sigmoid_expression,
        Sign.NEVER_NEGATIVE, Identity.NOWHERE, kinks=(-3.0, 3.0), is_chance=True, is_bounded=True,
        plain=("np.clip(z / 6 + 0.5, 0, 1)", "np.where(np.abs(z) < 3, 1 / 6, 0).astype(z.dtype)"),
    ),
    Elementwise(
        "tanh", "Tanh", "a = tanh(z)", "σ′(z) = 1 − a²",
        "Squeezes z into −1..1 around zero; flat, and so without gradient, far from it.",
        tanh, tanh_slope, ex.tanh, Sign.KEPT, Identity.NOWHERE, is_bounded=True,
        plain=("np.tanh(z)", "1 - a ** 2"),
    ),
    Elementwise(
        "softsign", "Softsign", "a = z / (1 + |z|)", "σ′(z) = 1 / (1 + |z|)²",
        "Squeezes z into −1..1 like tanh, but levels off more slowly.",
        softsign, softsign_slope, lambda z: z / (1.0 + ex.absolute(z)), Sign.KEPT, Identity.NOWHERE, is_bounded=True,
        plain=("z / (1 + np.abs(z))", "(1 / (1 + np.abs(z))) ** 2"),
    ),
)  # fmt: skip
