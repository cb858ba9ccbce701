"""The rule in force at the output: how the last delta comes from the loss, and whether it is a - y.

For three pairs of loss and activation the derivative of the loss and that of the activation cancel to
delta^L = (a^L - y) / T (Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.6: canonical link
functions). For every other accepted pair the general rule holds: first the error dL/da, then the activation's
own derivative.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lab.core import softmax_binary
from lab.core.activations import Activation
from lab.core.layer_kinds.output_layer import ActivatedPass
from lab.core.losses import LOSSES, Loss
from lab.core.types import Array

FromForward = Callable[[Array, Array, Array, Array, Array], None]
"""(z, log_a, y, out, work): the terms of the loss from what forward left, exact where a underflows."""


def _softmax_cross_entropy(z: Array, log_a: Array, y: Array, out: Array, work: Array) -> None:
    np.multiply(log_a, y, out=out)
    np.negative(out, out=out)


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


def _linear_half_squared_error(z: Array, log_a: Array, y: Array, out: Array, work: Array) -> None:
    np.subtract(z, y, out=out)
    np.multiply(out, out, out=out)
    np.multiply(out, 0.5, out=out)


def _sigmoid_cross_entropy(z: Array, log_a: Array, y: Array, out: Array, work: Array) -> None:
    """Write y ln(1 + e^-z), which is -y ln a without a logarithm of a rounded 0."""
    np.abs(z, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.log1p(out, out=out)
    np.minimum(z, 0.0, out=work)
    np.subtract(out, work, out=out)
    np.multiply(out, y, out=out)


_EXACT: dict[tuple[str, str], FromForward] = {
    ("cross_entropy", "sigmoid"): _sigmoid_cross_entropy,
    ("binary_cross_entropy", "softmax"): softmax_binary.terms,
}
"""Pairs without a short form whose terms can still be had exactly from z."""

_SHORT: dict[tuple[str, str], tuple[FromForward, str]] = {
    ("cross_entropy", "softmax"): (
        _softmax_cross_entropy,
        "the softmax's Jacobian cancels the 1/a of the cross-entropy",
    ),
    ("binary_cross_entropy", "sigmoid"): (
        _sigmoid_binary_cross_entropy,
        "the sigmoid's slope a(1 − a) cancels the denominator of the binary cross-entropy",
    ),
    ("half_squared_error", "linear"): (
        _linear_half_squared_error,
        "the derivative of ½(a − y)² is a − y and a linear output has slope 1",
    ),
}


@dataclass(frozen=True)
class OutputRule:
    """What a loss makes of the last layer's output, as data that a window can show."""

    loss: Loss
    activation: Activation
    short: bool
    formula: str
    """delta^L as text."""
    why: str
    """Why this formula and not the other, one sentence."""
    _terms: FromForward | None

    def terms(self, now: ActivatedPass, y: Array, out: Array, work: Array) -> None:
        """Write the terms of the loss of the last layer's pass, (m, c), into `out`; `work` is scratch."""
        if self._terms is None:
            self.loss.terms(now.a, y, out, work)
        else:
            self._terms(now.z, now.slope, y, out, work)

    def delta(self, now: ActivatedPass, y: Array, error: Array) -> None:
        """Write delta^L into the last layer's pass; `error`, (m, c), receives dL/da where that is on the way."""
        if self.short:
            np.subtract(now.a, y, out=now.delta)
            if self.activation.temperature != 1.0:
                np.multiply(now.delta, now.delta.dtype.type(1.0 / self.activation.temperature), out=now.delta)
        elif self._terms is softmax_binary.terms:
            softmax_binary.delta(now.slope, now.a, y, self.activation.temperature, now.delta)
        else:
            self.loss.error(now.a, y, error, now.delta)
            self.activation.backward(error, now.z, now.a, now.slope, now.delta, now.rows)


def why_refused(loss: str, activation: str, outputs: int) -> str | None:
    """Return why this loss cannot stand on this output of that many units, or None where it can."""
    entry = LOSSES[loss]
    if entry.outputs is not None and activation not in entry.outputs:
        return f"{loss} goes with {' or '.join(entry.outputs)}, not with {activation}: {entry.why_outputs}"
    if activation == "softmax" and outputs == 1:
        return "a softmax over one unit is always 1: use sigmoid, or one unit a class"
    if loss == "cross_entropy" and outputs == 1:
        return "cross_entropy with one unit never sees the second class: use binary_cross_entropy"
    return None


def output_rule(loss: str, activation: Activation, outputs: int) -> OutputRule:
    """Return the rule for a loss on an output activation of `outputs` units.

    Raises ValueError, with the reason, for an unknown loss and for a pair that is not accepted.
    """
    if loss not in LOSSES:
        raise ValueError(f"loss: {loss!r} is not one of {', '.join(LOSSES)}")
    if reason := why_refused(loss, activation.name, outputs):
        raise ValueError(f"loss: {reason}")
    entry = LOSSES[loss]
    pair = (loss, activation.name)
    title = f"{activation.title.lower()} + {entry.title.lower()}"
    if pair in _SHORT:
        terms, why = _SHORT[pair]
        tempered = activation.temperature != 1.0
        formula = "δᴸ = (aᴸ − y) / T" if tempered else "δᴸ = aᴸ − y"
        return OutputRule(entry, activation, True, formula, f"holds for {title}: {why}", terms)
    if activation.elementwise:
        formula = "δᴸ = ∂L/∂aᴸ ⊙ σ′(zᴸ)"
    else:
        formula = "δᴸ_ij = aᴸ_ij (e_ij − Σ_k e_ik aᴸ_ik) / T,  e = ∂L/∂aᴸ"
    why = f"the short form aᴸ − y does not hold for {title}: their derivatives do not cancel"
    return OutputRule(entry, activation, False, formula, why, _EXACT.get(pair))
