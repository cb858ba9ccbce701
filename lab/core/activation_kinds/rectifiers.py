"""Rectifiers: activations with a = z above zero and something else, or nothing, below."""

import numpy as np

from lab.core import expression as ex
from lab.core.activation_kinds.elementwise import ZERO, Elementwise, Identity, Sign
from lab.core.types import Array

LEAK = 0.01
"""The slope of leaky ReLU below zero (Maas, Hannun and Ng 2013, section 2)."""

SELU_LAMBDA = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717
"""The two numbers for which mean 0 and variance 1 are a fixed point (Klambauer et al. 2017, eq. 14)."""


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


def selu(z: Array, out: Array, work: Array) -> None:
    """Write λ (max(z, 0) + α (exp(min(z, 0)) - 1)) (Klambauer et al. 2017, eq. 2)."""
    np.minimum(z, ZERO[z.dtype], out=work)
    np.expm1(work, out=work)
    np.multiply(work, SELU_ALPHA, out=work)
    np.maximum(z, ZERO[z.dtype], out=out)
    np.add(out, work, out=out)
    np.multiply(out, SELU_LAMBDA, out=out)


def selu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    """Write λ where z > 0, else a + λ α: the second everywhere, less the difference where z > 0."""
    np.maximum(z, ZERO[z.dtype], out=work)
    np.sign(work, out=work)
    np.multiply(work, SELU_LAMBDA * (1.0 - SELU_ALPHA), out=work)
    np.minimum(a, ZERO[z.dtype], out=out)
    np.add(out, SELU_LAMBDA * SELU_ALPHA, out=out)
    np.add(out, work, out=out)


def _elu(z: ex.Expression) -> ex.Expression:
    return ex.relu(z) + (ex.exp(ex.at_most(z, 0.0)) - 1.0)


def _selu(z: ex.Expression) -> ex.Expression:
    return SELU_LAMBDA * (ex.relu(z) + SELU_ALPHA * (ex.exp(ex.at_most(z, 0.0)) - 1.0))


ROWS = (
    Elementwise(
        "relu", "ReLU", "a = max(z, 0)", "σ′(z) = 1 where z > 0, else 0",
        "Passes what is positive and stops the rest: cheap, and its delta does not shrink.",
        relu, relu_slope, ex.relu, Sign.NEVER_NEGATIVE, Identity.FROM_ZERO, "he_normal", (0.0,),
        plain=("np.maximum(z, 0)", "(z > 0).astype(z.dtype)"),
    ),
    Elementwise(
        "leaky_relu", "Leaky ReLU", f"a = max(z, {LEAK} z)", f"σ′(z) = 1 where z > 0, else {LEAK}",
        "A ReLU that lets a little through below zero, so that no unit dies.",
        leaky_relu, leaky_relu_slope, lambda z: ex.maximum(z, LEAK * z),
        Sign.KEPT, Identity.FROM_ZERO, "he_normal", (0.0,),
        plain=(f"np.maximum(z, {LEAK} * z)", f"np.where(z > 0, 1, {LEAK}).astype(z.dtype)"),
    ),
    Elementwise(
        "elu", "ELU", "a = z where z > 0, else exp(z) − 1", "σ′(z) = 1 where z > 0, else a + 1",
        "Like ReLU above zero, levelling off at −1 below, so that a has a mean near zero.",
        elu, elu_slope, _elu, Sign.KEPT, Identity.FROM_ZERO, "he_normal",
        plain=("np.where(z > 0, z, np.expm1(np.minimum(z, 0)))", "np.where(z > 0, 1, a + 1)"),
    ),
    Elementwise(
        "selu", "SELU", "a = λ z where z > 0, else λ α (exp(z) − 1),  λ ≈ 1.0507, α ≈ 1.6733",
        "σ′(z) = λ where z > 0, else a + λ α",
        "An ELU scaled so that mean 0 and variance 1 stay so from layer to layer, with W drawn as LeCun normal.",
        selu, selu_slope, _selu, Sign.KEPT, Identity.NOWHERE, "lecun_normal", (0.0,),
        plain=(
            f"{SELU_LAMBDA} * np.where(z > 0, z, {SELU_ALPHA} * np.expm1(np.minimum(z, 0)))",
            f"np.where(z > 0, {SELU_LAMBDA}, a + {SELU_LAMBDA} * {SELU_ALPHA})",
        ),
    ),
)  # fmt: skip
