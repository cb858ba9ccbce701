"""How weights begin: random, of a size that keeps z neither vanishing nor exploding from layer to layer."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Draw = Callable[[np.random.Generator, int, int], NDArray[np.float64]]
"""(random stream, inputs, outputs): W of shape (inputs, outputs)."""


@dataclass(frozen=True)
class Initializer:
    """A way to draw W, with its formula and what it is good for."""

    name: str
    title: str
    formula: str
    help: str
    draw: Draw


def _he_normal(rng: np.random.Generator, inputs: int, outputs: int) -> NDArray[np.float64]:
    return rng.normal(0.0, np.sqrt(2.0 / inputs), (inputs, outputs))


def _glorot_uniform(rng: np.random.Generator, inputs: int, outputs: int) -> NDArray[np.float64]:
    limit = np.sqrt(6.0 / (inputs + outputs))
    return rng.uniform(-limit, limit, (inputs, outputs))


INITIALIZERS: dict[str, Initializer] = {
    entry.name: entry
    for entry in (
        Initializer(
            "he_normal", "He normal", "W ~ N(0, 2/n_in)",
            "For ReLU-like layers, which pass half of the variance (He et al. 2015, eq. 10).", _he_normal,
        ),
        Initializer(
            "glorot_uniform", "Glorot uniform", "W ~ U(±√(6/(n_in + n_out)))",
            "For sigmoid, tanh, linear and softmax layers (Glorot and Bengio 2010, eq. 16).", _glorot_uniform,
        ),
    )
}  # fmt: skip

_FOR_ACTIVATION = {"relu": "he_normal"}


def usual_initializer(activation: str) -> str:
    """Return the name of the initializer that suits an activation."""
    return _FOR_ACTIVATION.get(activation, "glorot_uniform")
