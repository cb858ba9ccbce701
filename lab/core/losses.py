"""One table of losses: how wrong the output a is against the target y, and the derivative by a.

Every loss is a sum of terms, one for each example and output, so `terms` fills an (m, c) array that can be
looked at, weighed by example and summed. All are sums over outputs, never means.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lab.core.types import Array

Terms = Callable[[Array, Array, Array, Array], None]
"""(a, y, out, work): writes the (m, c) terms of the loss, or its derivative by a, into out; work is scratch."""


@dataclass(frozen=True)
class Loss:
    """A loss L = sum of terms(a, y) with its derivative error = dL/da, and the outputs it is accepted with."""

    name: str
    title: str
    formula: str
    error_formula: str
    help: str
    terms: Terms
    error: Terms
    outputs: tuple[str, ...] | None = None
    """Names of the activations that may stand before it; None: any."""
    why_outputs: str = ""
    """Why not the others, as the end of a sentence."""
    takes_numbers: bool = False
    """Whether the target may be any number, not only a class."""


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


def _half_squared_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(a, y, out=out)
    np.multiply(out, out, out=out)
    np.multiply(out, 0.5, out=out)


def _half_squared_error_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(a, y, out=out)


def _mean_absolute_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(a, y, out=out)
    np.abs(out, out=out)


def _mean_absolute_error_error(a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(a, y, out=out)
    np.sign(out, out=out)


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


def _hinge(a: Array, y: Array, out: Array, work: Array) -> None:
    np.multiply(y, -2.0, out=work)
    np.add(work, 1.0, out=work)
    np.multiply(work, a, out=out)
    np.add(out, 1.0, out=out)
    np.maximum(out, 0.0, out=out)


def _hinge_error(a: Array, y: Array, out: Array, work: Array) -> None:
    _hinge(a, y, out, work)
    np.sign(out, out=out)
    np.multiply(out, work, out=out)


_SHARES = "it takes the logarithm of the outputs, which must lie between 0 and 1"

LOSSES: dict[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss(
            "cross_entropy", "Cross-entropy", "L = −Σ_j y_j ln a_j", "∂L/∂a_j = −y_j / a_j",
            "How surprised the network is by the right class. Goes with a softmax output.",
            _cross_entropy, _cross_entropy_error, ("softmax", "sigmoid"), _SHARES,
        ),
        Loss(
            "binary_cross_entropy", "Binary cross-entropy", "L = −Σ_j (y_j ln a_j + (1 − y_j) ln(1 − a_j))",
            "∂L/∂a_j = (a_j − y_j) / (a_j (1 − a_j))",
            "One yes-or-no question an output. Goes with a sigmoid output.",
            _binary_cross_entropy, _binary_cross_entropy_error, ("sigmoid", "softmax"), _SHARES,
        ),
        Loss(
            "half_squared_error", "Half squared error", "L = ½ Σ_j (a_j − y_j)²", "∂L/∂a_j = a_j − y_j",
            "Half the squared distance to the target. Goes with any output; linear for predicting numbers.",
            _half_squared_error, _half_squared_error_error, takes_numbers=True,
        ),
        Loss(
            "mean_absolute_error", "Absolute error", "L = Σ_j |a_j − y_j|", "∂L/∂a_j = sign(a_j − y_j)",
            "The distance to the target, far ones not counted extra: not thrown off by outliers.",
            _mean_absolute_error, _mean_absolute_error_error, takes_numbers=True,
        ),
        Loss(
            "huber", "Huber", "L = Σ_j ½ d_j² where |d_j| ≤ 1, else |d_j| − ½,  d = a − y",
            "∂L/∂a_j = d_j where |d_j| ≤ 1, else sign(d_j)",
            "Squared near the target, straight beyond 1: smooth, and not thrown off by outliers (Huber 1964).",
            _huber, _huber_error, takes_numbers=True,
        ),
        Loss(
            "hinge", "Hinge", "L = Σ_j max(0, 1 − t_j a_j),  t = 2y − 1", "∂L/∂a_j = −t_j where t_j a_j < 1, else 0",
            "Asks every output for the right sign with a margin of 1, and no more: the support vector's loss.",
            _hinge, _hinge_error, ("linear", "tanh"), "it asks for outputs of either sign",
        ),
    )
}  # fmt: skip
"""Name, as in a file, to the loss: what validation, the combo boxes and the formulas read."""

REDUCTIONS: dict[str, str] = {
    "mean": "Gradients are means over the m examples of a batch: η means the same for every batch size.",
    "sum": "Gradients are plain sums over the m examples: η must shrink as the batch grows.",
}
"""How the m examples of a batch are put together, with its help text."""
