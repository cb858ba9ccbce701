"""One table of activation functions: what turns z into a, and the error of a into delta."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from lab.core import elementwise as of
from lab.core.types import Array

Function = Callable[[Array, Array, Array], None]
"""(z, out, work): writes sigma(z) into out; work is free to use."""

Slope = Callable[[Array, Array, Array, Array], None]
"""(z, a, out, work): writes sigma'(z) into out."""


@dataclass(frozen=True)
class Elementwise:
    """An activation that treats every unit alone: a_ij = sigma(z_ij), delta = error * sigma'(z)."""

    name: str
    title: str
    formula: str
    derivative_formula: str
    help: str
    function: Function
    slope: Slope
    initializer: str = "glorot_uniform"
    """The name of the initializer that keeps z of one size through layers with this activation."""
    kinks: tuple[float, ...] = ()
    """The z at which the slope jumps, so that a central difference across it means nothing."""

    elementwise = True
    temperature = 1.0

    def forward(self, z: Array, a: Array, work: Array, rows: Array) -> None:
        """Write a = sigma(z); `work`, of the same shape, and `rows`, (m,), are scratch."""
        self.function(z, a, work)

    def backward(self, error: Array, z: Array, a: Array, slope: Array, delta: Array, rows: Array) -> None:
        """Write sigma'(z) into `slope` and delta = error * sigma'(z) into `delta`."""
        self.slope(z, a, slope, delta)
        np.multiply(error, slope, out=delta)


@dataclass(frozen=True)
class Softmax:
    """The activation that makes a row of numbers a row of shares: a = exp(z/T) / sum exp(z/T)."""

    temperature: float = 1.0
    name: str = "softmax"
    title: str = "Softmax"
    formula: str = "a_j = exp(z_j / T) / Σ_k exp(z_k / T)"
    derivative_formula: str = "δ_j = a_j (e_j − Σ_k e_k a_k) / T,  e = ∂L/∂a"
    help: str = "Every row becomes shares that sum to 1: the usual output for one class out of several."
    initializer: str = "glorot_uniform"
    kinks: tuple[float, ...] = ()

    elementwise = False

    def forward(self, z: Array, a: Array, work: Array, rows: Array) -> None:
        """Write a = softmax(z / T) by rows, and leave log a in `work`: the loss needs it where a underflows."""
        column = rows.reshape(-1, 1)
        np.maximum.reduce(z, axis=1, out=rows)
        np.subtract(z, column, out=work)
        if self.temperature != 1.0:
            np.multiply(work, work.dtype.type(1.0 / self.temperature), out=work)
        np.exp(work, out=a)
        a.dot(_ones(a), rows)
        np.divide(a, column, out=a)
        np.log(rows, out=rows)
        np.subtract(work, column, out=work)

    def backward(self, error: Array, z: Array, a: Array, slope: Array, delta: Array, rows: Array) -> None:
        """Write delta = J error with the full Jacobian J_jk = a_j (1_jk - a_k) / T of every row.

        `slope` is not used: a softmax has no derivative of its own for one unit.
        """
        np.multiply(error, a, out=delta)
        delta.dot(_ones(delta), rows)
        np.subtract(error, rows.reshape(-1, 1), out=delta)
        np.multiply(delta, a, out=delta)
        if self.temperature != 1.0:
            np.multiply(delta, delta.dtype.type(1.0 / self.temperature), out=delta)


@cache
def _row_of_ones(width: int, dtype: np.dtype[Any]) -> Array:
    return np.ones(width, dtype)


def _ones(like: Array) -> Array:
    """Return ones as many as `like` has columns: a product with them sums rows several times faster than a reduce."""
    return _row_of_ones(like.shape[1], like.dtype)


Activation = Elementwise | Softmax

ACTIVATIONS: dict[str, Activation] = {
    entry.name: entry
    for entry in (
        Elementwise(
            "linear", "Linear", "a = z", "σ′(z) = 1",
            "Leaves z as it is: the usual output for predicting a number.",
            of.linear, of.linear_slope,
        ),
        Elementwise(
            "sigmoid", "Sigmoid", "a = 1 / (1 + exp(−z))", "σ′(z) = a (1 − a)",
            "Squeezes z into 0..1. Its slope is at most 1/4, so deltas shrink from layer to layer.",
            of.sigmoid, of.sigmoid_slope,
        ),
        Elementwise(
            "tanh", "Tanh", "a = tanh(z)", "σ′(z) = 1 − a²",
            "Squeezes z into −1..1 around zero; flat, and so without gradient, far from it.",
            of.tanh, of.tanh_slope,
        ),
        Elementwise(
            "relu", "ReLU", "a = max(z, 0)", "σ′(z) = 1 where z > 0, else 0",
            "Passes what is positive and stops the rest: cheap, and its delta does not shrink.",
            of.relu, of.relu_slope, "he_normal", (0.0,),
        ),
        Elementwise(
            "leaky_relu", "Leaky ReLU", f"a = max(z, {of.LEAK} z)", f"σ′(z) = 1 where z > 0, else {of.LEAK}",
            "A ReLU that lets a little through below zero, so that no unit dies.",
            of.leaky_relu, of.leaky_relu_slope, "he_normal", (0.0,),
        ),
        Elementwise(
            "elu", "ELU", "a = z where z > 0, else exp(z) − 1", "σ′(z) = 1 where z > 0, else a + 1",
            "Like ReLU above zero, levelling off at −1 below, so that a has a mean near zero.",
            of.elu, of.elu_slope, "he_normal",
        ),
        Elementwise(
            "gelu", "GELU", "a = ½ z (1 + t),  t = tanh(√(2/π) (z + 0.044715 z³))",
            "σ′(z) = ½ (1 + t) + ½ z (1 − t²) √(2/π) (1 + 0.134145 z²)",
            "A smooth ReLU: z times the chance that a normal number is below z (in its tanh form).",
            of.gelu, of.gelu_slope, "he_normal",
        ),
        Elementwise(
            "silu", "SiLU", "a = z s,  s = 1 / (1 + exp(−z))", "σ′(z) = s + a (1 − s)",
            "A smooth ReLU, also called swish: z times its own sigmoid.",
            of.silu, of.silu_slope, "he_normal",
        ),
        Elementwise(
            "softplus", "Softplus", "a = ln(1 + exp(z))", "σ′(z) = 1 / (1 + exp(−z))",
            "The smooth curve above ReLU; always positive, its slope is the sigmoid.",
            of.softplus, of.softplus_slope, "he_normal",
        ),
        Elementwise(
            "softsign", "Softsign", "a = z / (1 + |z|)", "σ′(z) = 1 / (1 + |z|)²",
            "Squeezes z into −1..1 like tanh, but levels off more slowly.",
            of.softsign, of.softsign_slope,
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
