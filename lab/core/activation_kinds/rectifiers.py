"""Rectifiers: activations with a = z above zero and something else, or nothing, below."""

import numpy as np

from lab.core.activation_kinds.elementwise import ZERO, Elementwise, Identity, Sign
from lab.core.types import Array

LEAK = 0.01
"""The slope of leaky ReLU below zero (Maas, Hannun and Ng 2013, section 2)."""


def relu(z: Array, out: Array, work: Array) -> None:
    np.maximum(z, ZERO[z.dtype], out=out)


def relu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.sign(a, out=out)  # a is never negative, so its sign is the 0 or 1 that is wanted, and NaN stays NaN


def leaky_relu(z: Array, out: Array, work: Array) -> None:
    np.multiply(z, LEAK, out=out)
    np.maximum(z, out, out=out)


def leaky_relu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.maximum(z, ZERO[z.dtype], out=out)
    np.sign(out, out=out)
    np.multiply(out, 1.0 - LEAK, out=out)
    np.add(out, LEAK, out=out)


def elu(z: Array, out: Array, work: Array) -> None:
    np.minimum(z, ZERO[z.dtype], out=work)
    np.expm1(work, out=work)
    np.maximum(z, ZERO[z.dtype], out=out)
    np.add(out, work, out=out)


def elu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.minimum(a, ZERO[z.dtype], out=out)
    np.add(out, 1.0, out=out)


ROWS = (
    Elementwise(
        "relu", "ReLU", "a = max(z, 0)", "σ′(z) = 1 where z > 0, else 0",
        "Passes what is positive and stops the rest: cheap, and its delta does not shrink.",
        relu, relu_slope, Sign.NEVER_NEGATIVE, Identity.FROM_ZERO, "he_normal", (0.0,),
    ),
    Elementwise(
        "leaky_relu", "Leaky ReLU", f"a = max(z, {LEAK} z)", f"σ′(z) = 1 where z > 0, else {LEAK}",
        "A ReLU that lets a little through below zero, so that no unit dies.",
        leaky_relu, leaky_relu_slope, Sign.KEPT, Identity.FROM_ZERO, "he_normal", (0.0,),
    ),
    Elementwise(
        "elu", "ELU", "a = z where z > 0, else exp(z) − 1", "σ′(z) = 1 where z > 0, else a + 1",
        "Like ReLU above zero, levelling off at −1 below, so that a has a mean near zero.",
        elu, elu_slope, Sign.KEPT, Identity.FROM_ZERO, "he_normal",
    ),
)  # fmt: skip
