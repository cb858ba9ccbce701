"""One table of activation functions: what turns z into a, and the error of a into delta.

A function writes into `out`; where it needs a second array of z's shape it takes `work`.
A derivative is written as a function of z and a, whichever is cheaper.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lab.core.types import Array

Function = Callable[[Array, Array, Array], None]
"""(z, out, work): writes sigma(z) into out; work is free to use."""

Derivative = Callable[[Array, Array, Array], None]
"""(z, a, out): writes sigma'(z) into out."""


@dataclass(frozen=True)
class Elementwise:
    """An activation that treats every unit alone: a_ij = sigma(z_ij), delta = error * sigma'(z)."""

    name: str
    title: str
    formula: str
    derivative_formula: str
    help: str
    function: Function
    derivative: Derivative
    kinks: tuple[float, ...] = ()
    """The z at which the derivative jumps, so that a central difference across it means nothing."""

    elementwise = True
    temperature = 1.0

    def forward(self, z: Array, a: Array, work: Array, rows: Array) -> None:
        """Write a = sigma(z); `work`, of the same shape, and `rows`, (m, 1), are scratch."""
        self.function(z, a, work)

    def backward(self, error: Array, z: Array, a: Array, slope: Array, delta: Array, rows: Array) -> None:
        """Write sigma'(z) into `slope` and delta = error * sigma'(z) into `delta`."""
        self.derivative(z, a, slope)
        np.multiply(error, slope, out=delta)


@dataclass(frozen=True)
class Softmax:
    """The activation that makes a row of numbers a row of shares: a = exp(z/T) / sum exp(z/T)."""

    temperature: float = 1.0
    name: str = "softmax"
    title: str = "Softmax"
    formula: str = "a_ij = exp(z_ij / T) / Σ_k exp(z_ik / T)"
    derivative_formula: str = "δ_ij = a_ij (e_ij − Σ_k e_ik a_ik) / T,  e = ∂L/∂a"
    help: str = "Every row becomes shares that sum to 1: the usual output for one class out of several."
    kinks: tuple[float, ...] = ()

    elementwise = False

    def forward(self, z: Array, a: Array, work: Array, rows: Array) -> None:
        """Write a = softmax(z / T) by rows, and leave log a in `work`: the loss needs it where a underflows."""
        np.maximum.reduce(z, axis=1, keepdims=True, out=rows)
        np.subtract(z, rows, out=work)
        if self.temperature != 1.0:
            np.multiply(work, work.dtype.type(1.0 / self.temperature), out=work)
        np.exp(work, out=a)
        np.add.reduce(a, axis=1, keepdims=True, out=rows)
        np.divide(a, rows, out=a)
        np.log(rows, out=rows)
        np.subtract(work, rows, out=work)

    def backward(self, error: Array, z: Array, a: Array, slope: Array, delta: Array, rows: Array) -> None:
        """Write delta = J error with the full Jacobian J_jk = a_j (1_jk - a_k) / T of every row.

        `slope` is not used: a softmax has no derivative of its own for one unit.
        """
        np.multiply(error, a, out=delta)
        np.add.reduce(delta, axis=1, keepdims=True, out=rows)
        np.subtract(error, rows, out=delta)
        np.multiply(delta, a, out=delta)
        if self.temperature != 1.0:
            np.multiply(delta, delta.dtype.type(1.0 / self.temperature), out=delta)


Activation = Elementwise | Softmax


def _linear(z: Array, out: Array, work: Array) -> None:
    np.copyto(out, z)


def _linear_slope(z: Array, a: Array, out: Array) -> None:
    out.fill(1.0)


def _sigmoid(z: Array, out: Array, work: Array) -> None:
    np.negative(z, out=out)
    np.minimum(out, _exp_limit(out), out=out)
    np.exp(out, out=out)
    np.add(out, 1.0, out=out)
    np.reciprocal(out, out=out)


def _exp_limit(z: Array) -> np.floating:
    """Return the largest power of e that the dtype holds with room to add 1."""
    return z.dtype.type(87.0 if z.dtype == np.float32 else 708.0)


def _sigmoid_slope(z: Array, a: Array, out: Array) -> None:
    np.subtract(1.0, a, out=out)
    np.multiply(out, a, out=out)


def _tanh(z: Array, out: Array, work: Array) -> None:
    np.tanh(z, out=out)


def _tanh_slope(z: Array, a: Array, out: Array) -> None:
    np.multiply(a, a, out=out)
    np.subtract(1.0, out, out=out)


_ZERO = {dtype: np.zeros((), dtype) for dtype in (np.dtype("float32"), np.dtype("float64"))}


def _relu(z: Array, out: Array, work: Array) -> None:
    np.maximum(z, _ZERO[z.dtype], out=out)


def _relu_slope(z: Array, a: Array, out: Array) -> None:
    np.sign(a, out=out)  # a is never negative, so its sign is the 0 or 1 that is wanted, and NaN stays NaN


ACTIVATIONS: dict[str, Activation] = {
    entry.name: entry
    for entry in (
        Elementwise(
            "linear", "Linear", "a = z", "σ′(z) = 1",
            "Leaves z as it is: the usual output for predicting a number.",
            _linear, _linear_slope,
        ),
        Elementwise(
            "sigmoid", "Sigmoid", "a = 1 / (1 + exp(−z))", "σ′(z) = a (1 − a)",
            "Squeezes z into 0..1. Its slope is at most 1/4, so deltas shrink from layer to layer.",
            _sigmoid, _sigmoid_slope,
        ),
        Elementwise(
            "tanh", "Tanh", "a = tanh(z)", "σ′(z) = 1 − a²",
            "Squeezes z into −1..1 around zero; flat, and so without gradient, far from it.",
            _tanh, _tanh_slope,
        ),
        Elementwise(
            "relu", "ReLU", "a = max(z, 0)", "σ′(z) = 1 where z > 0, else 0",
            "Passes what is positive and stops the rest: cheap, and its delta does not shrink.",
            _relu, _relu_slope, kinks=(0.0,),
        ),
        Softmax(),
    )
}  # fmt: skip
"""Name, as in a file, to the function: what validation, the combo boxes and the formulas read."""


def activation(name: str, temperature: float = 1.0) -> Activation:
    """Return the activation of that name, a softmax with that temperature.

    Raises ValueError for a name that is not in ACTIVATIONS and a temperature that is not positive, or not 1
    where the activation has none.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"activation: {name!r} is not one of {', '.join(ACTIVATIONS)}")
    if not (np.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature: {temperature!r} is not a positive number")
    if name == "softmax":
        return Softmax(temperature=temperature)
    if temperature != 1.0:
        raise ValueError(f"temperature: only softmax has one, {name} does not")
    return ACTIVATIONS[name]
