"""The elementwise functions sigma(z) and their slopes, written with `out=` so that a step allocates nothing.

A function takes (z, out, work), a slope (z, a, out, work); `work` is scratch of z's shape. All are exact and free of
overflow for every finite z, |z| = 1e4 in float32 included.
"""

from math import pi, sqrt
from typing import Any

import numpy as np

from lab.core.types import Array

LEAK = 0.01
"""The slope of leaky ReLU below zero (Maas, Hannun and Ng 2013, section 2)."""

_GELU_SCALE = sqrt(2.0 / pi)
_GELU_CUBE = 0.044715

_ZERO = {dtype: np.zeros((), dtype) for dtype in (np.dtype("float32"), np.dtype("float64"))}
_EXP_LIMIT: dict[np.dtype[Any], np.floating[Any]] = {
    np.dtype("float32"): np.float32(87.0),
    np.dtype("float64"): np.float64(708.0),
}
"""The largest x for which 1 + exp(x) is a number of the dtype."""


def linear(z: Array, out: Array, work: Array) -> None:
    np.copyto(out, z)


def linear_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    out.fill(1.0)


def sigmoid(z: Array, out: Array, work: Array) -> None:
    np.negative(z, out=out)
    np.minimum(out, _EXP_LIMIT[z.dtype], out=out)
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


def relu(z: Array, out: Array, work: Array) -> None:
    np.maximum(z, _ZERO[z.dtype], out=out)


def relu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.sign(a, out=out)  # a is never negative, so its sign is the 0 or 1 that is wanted, and NaN stays NaN


def leaky_relu(z: Array, out: Array, work: Array) -> None:
    np.multiply(z, LEAK, out=out)
    np.maximum(z, out, out=out)


def leaky_relu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.maximum(z, _ZERO[z.dtype], out=out)
    np.sign(out, out=out)
    np.multiply(out, 1.0 - LEAK, out=out)
    np.add(out, LEAK, out=out)


def elu(z: Array, out: Array, work: Array) -> None:
    np.minimum(z, _ZERO[z.dtype], out=work)
    np.expm1(work, out=work)
    np.maximum(z, _ZERO[z.dtype], out=out)
    np.add(out, work, out=out)


def elu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.minimum(a, _ZERO[z.dtype], out=out)
    np.add(out, 1.0, out=out)


def gelu(z: Array, out: Array, work: Array) -> None:
    _gelu_tanh(z, work)
    np.add(work, 1.0, out=work)
    np.multiply(work, z, out=out)
    np.multiply(out, 0.5, out=out)


def gelu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    """Write ½ (1 + t) + ½ s z (1 - t²) (1 + 3 c z²) with t = tanh(s (z + c z³))."""
    _gelu_tanh(z, work)
    np.multiply(z, z, out=out)
    np.multiply(out, 3.0 * _GELU_CUBE, out=out)
    np.add(out, 1.0, out=out)
    np.multiply(out, z, out=out)
    np.multiply(out, _GELU_SCALE, out=out)
    # 1 - t² is (1 + t)(1 - t), and 1 + t comes back as 2 - (1 - t): no third array is needed
    np.add(work, 1.0, out=work)
    np.multiply(out, work, out=out)
    np.subtract(2.0, work, out=work)
    np.multiply(out, work, out=out)
    np.subtract(2.0, work, out=work)
    np.add(out, work, out=out)
    np.multiply(out, 0.5, out=out)


def _gelu_tanh(z: Array, out: Array) -> None:
    np.multiply(z, z, out=out)
    np.multiply(out, _GELU_CUBE, out=out)
    np.add(out, 1.0, out=out)
    np.multiply(out, z, out=out)
    np.multiply(out, _GELU_SCALE, out=out)
    np.tanh(out, out=out)


def silu(z: Array, out: Array, work: Array) -> None:
    sigmoid(z, out, work)
    np.multiply(out, z, out=out)


def silu_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    sigmoid(z, work, work)
    np.subtract(1.0, work, out=out)
    np.multiply(out, a, out=out)
    np.add(out, work, out=out)


def softplus(z: Array, out: Array, work: Array) -> None:
    np.abs(z, out=work)
    np.negative(work, out=work)
    np.exp(work, out=work)
    np.log1p(work, out=work)
    np.maximum(z, _ZERO[z.dtype], out=out)
    np.add(out, work, out=out)


def softplus_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    sigmoid(z, out, work)


def softsign(z: Array, out: Array, work: Array) -> None:
    np.abs(z, out=work)
    np.add(work, 1.0, out=work)
    np.divide(z, work, out=out)


def softsign_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.abs(z, out=out)
    np.add(out, 1.0, out=out)
    np.multiply(out, out, out=out)
    np.reciprocal(out, out=out)
