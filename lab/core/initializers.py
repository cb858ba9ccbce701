"""How weights begin: random, of a size that keeps z neither vanishing nor exploding from layer to layer."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.core.table import Table, empty_texts

Draw = Callable[[np.random.Generator, int, int, float], NDArray[np.float64]]
"""(random stream, inputs, outputs, scale): W of shape (inputs, outputs)."""


@dataclass(frozen=True)
class Initializer:
    """A way to draw W, with its formula and what it is good for; `scale` is None where it takes no number."""

    name: str
    title: str
    formula: str
    help: str
    draw: Draw
    scale: float | None = None
    """The usual value of the number that it takes: a standard deviation, a limit, a constant."""
    takes_negative: bool = False
    """Whether that number may be negative."""

    def lacks(self) -> list[str]:
        """Return what is missing in this entry."""
        return empty_texts(self, "title", "formula", "help") + ([] if callable(self.draw) else ["draw"])


def _normal_by(fan: Callable[[int, int], float]) -> Draw:
    def draw(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> NDArray[np.float64]:
        return rng.normal(0.0, np.sqrt(fan(inputs, outputs)), (inputs, outputs))

    return draw


def _uniform_by(fan: Callable[[int, int], float]) -> Draw:
    """Draw uniformly with the variance that `fan` asks for: a uniform number within ±limit has limit²/3."""

    def draw(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> NDArray[np.float64]:
        limit = np.sqrt(3.0 * fan(inputs, outputs))
        return rng.uniform(-limit, limit, (inputs, outputs))

    return draw


def _he(inputs: int, outputs: int) -> float:
    return 2.0 / inputs


def _glorot(inputs: int, outputs: int) -> float:
    return 2.0 / (inputs + outputs)


def _lecun(inputs: int, outputs: int) -> float:
    return 1.0 / inputs


def _normal(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> NDArray[np.float64]:
    return rng.normal(0.0, scale, (inputs, outputs))


def _uniform(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> NDArray[np.float64]:
    return rng.uniform(-scale, scale, (inputs, outputs))


def _orthogonal(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> NDArray[np.float64]:
    """Draw a matrix whose rows or columns, whichever are fewer, are orthogonal and of length `scale`.

    The signs of R's diagonal go into Q: without that the draw favours some rotations (Mezzadri 2007).
    """
    q, r = np.linalg.qr(rng.normal(size=(max(inputs, outputs), min(inputs, outputs))))
    q = q * np.sign(np.diagonal(r))
    W: NDArray[np.float64] = scale * (q if inputs >= outputs else q.T)
    return W


def _zeros(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> NDArray[np.float64]:
    return np.zeros((inputs, outputs))


def _constant(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> NDArray[np.float64]:
    return np.full((inputs, outputs), scale)


_NO_SYMMETRY_BROKEN = "All units of a layer stay alike, for they get the same gradient: try it and see."

INITIALIZERS: Table[Initializer] = Table(
    (
        Initializer(
            "he_normal", "He normal", "W ~ N(0, 2/n_in)",
            "For ReLU-like layers, which pass half of the variance (He et al. 2015, eq. 10).", _normal_by(_he),
        ),
        Initializer(
            "he_uniform", "He uniform", "W ~ U(±√(6/n_in))",
            "As He normal, drawn evenly between two limits.", _uniform_by(_he),
        ),
        Initializer(
            "glorot_normal", "Glorot normal", "W ~ N(0, 2/(n_in + n_out))",
            "As Glorot uniform, drawn from a normal distribution.", _normal_by(_glorot),
        ),
        Initializer(
            "glorot_uniform", "Glorot uniform", "W ~ U(±√(6/(n_in + n_out)))",
            "For sigmoid, tanh, linear and softmax layers (Glorot and Bengio 2010, eq. 16).", _uniform_by(_glorot),
        ),
        Initializer(
            "lecun_normal", "LeCun normal", "W ~ N(0, 1/n_in)",
            "Keeps the variance of z at that of the inputs (LeCun et al. 1998, eq. 16).", _normal_by(_lecun),
        ),
        Initializer(
            "lecun_uniform", "LeCun uniform", "W ~ U(±√(3/n_in))",
            "As LeCun normal, drawn evenly between two limits.", _uniform_by(_lecun),
        ),
        Initializer(
            "normal", "Normal(std)", "W ~ N(0, std²)", "A normal distribution of your own width.", _normal, 0.05
        ),
        Initializer("uniform", "Uniform(limit)", "W ~ U(±limit)", "Evenly between your own limits.", _uniform, 0.05),
        Initializer(
            "orthogonal", "Orthogonal", "Wᵀ W = I (or W Wᵀ = I)",
            "Directions at right angles: no signal is stretched more than another (Saxe et al. 2014).",
            _orthogonal, 1.0,
        ),
        Initializer("zeros", "Zeros", "W = 0", _NO_SYMMETRY_BROKEN, _zeros),
        Initializer("constant", "Constant", "W = c", _NO_SYMMETRY_BROKEN, _constant, 0.1, True),
    )
)  # fmt: skip
"""Name, as in a file, to the way of drawing W."""
