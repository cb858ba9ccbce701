"""The optimizers, each a few lines that read like its formula, and the table that files and combo boxes read."""

from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np

from lab.core.optimizer import Optimizer
from lab.core.options import Option
from lab.core.types import Array

__all__ = [
    "OPTIMIZERS", "SGD", "Adagrad", "Adam", "AdamW", "Lion", "Momentum", "Nesterov", "Optimizer", "OptimizerKind",
    "RMSProp",
]  # fmt: skip

_EPSILON = "Keeps the division finite where a gradient has always been 0"


class SGD(Optimizer):
    """Stochastic gradient descent: u = -eta g."""

    kind: ClassVar[str] = "sgd"

    def _begin_step(self) -> None:
        self._minus_rate = self._number(-self._learning_rate)

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        np.multiply(g, self._minus_rate, out=u)


class Momentum(SGD):
    """Gradient descent with momentum: v = mu v - eta g, u = v (Sutskever et al. 2013, eq. 1 and 2)."""

    kind: ClassVar[str] = "momentum"
    options: ClassVar[tuple[Option, ...]] = (
        Option("momentum", 0.9, "The share of the last step that is kept", lowest=0, below=1),
    )
    memories: ClassVar[tuple[str, ...]] = ("velocity",)

    def _begin_step(self) -> None:
        super()._begin_step()
        self._keep = self._number(self.set["momentum"])

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        (velocity,) = memories
        np.multiply(velocity, self._keep, out=velocity)
        np.multiply(g, self._minus_rate, out=u)
        np.add(velocity, u, out=velocity)
        np.copyto(u, velocity)


class Nesterov(Momentum):
    """Nesterov's momentum: v = mu v - eta g, u = mu v - eta g with the new v.

    The form in which the parameters are those of the look-ahead point (Bengio et al. 2013, eq. 7).
    """

    kind: ClassVar[str] = "nesterov"

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        (velocity,) = memories
        scratch = self._scratch[: len(g)]
        np.multiply(velocity, self._keep, out=velocity)
        np.multiply(g, self._minus_rate, out=u)
        np.add(velocity, u, out=velocity)
        np.multiply(velocity, self._keep, out=scratch)
        np.add(u, scratch, out=u)


class Adagrad(SGD):
    """Adagrad (Duchi, Hazan and Singer 2011, eq. 1): s = s + g², u = -eta g / (sqrt(s) + epsilon)."""

    kind: ClassVar[str] = "adagrad"
    options: ClassVar[tuple[Option, ...]] = (Option("epsilon", 1e-8, _EPSILON, above=0),)
    memories: ClassVar[tuple[str, ...]] = ("squares",)

    def _begin_step(self) -> None:
        super()._begin_step()
        self._epsilon = self._number(self.set["epsilon"])

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        (squares,) = memories
        np.multiply(g, g, out=u)
        np.add(squares, u, out=squares)
        self._divide_by_root(g, squares, u)

    def _divide_by_root(self, g: Array, squares: Array, u: Array) -> None:
        scratch = self._scratch[: len(g)]
        np.sqrt(squares, out=scratch)
        np.add(scratch, self._epsilon, out=scratch)
        np.divide(g, scratch, out=u)
        np.multiply(u, self._minus_rate, out=u)


class RMSProp(Adagrad):
    """RMSProp (Tieleman and Hinton 2012, lecture 6.5): s = rho s + (1 - rho) g², u = -eta g / (sqrt(s) + epsilon)."""

    kind: ClassVar[str] = "rmsprop"
    options: ClassVar[tuple[Option, ...]] = (
        Option("decay", 0.9, "The share of the old mean of squares that is kept", lowest=0, below=1),
        Option("epsilon", 1e-8, _EPSILON, above=0),
    )
    remembers: ClassVar[str] = "a running mean"

    def _begin_step(self) -> None:
        super()._begin_step()
        self._keep, self._add = self._number(self.set["decay"]), self._number(1.0 - self.set["decay"])

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        (squares,) = memories
        np.multiply(squares, self._keep, out=squares)
        np.multiply(g, g, out=u)
        np.multiply(u, self._add, out=u)
        np.add(squares, u, out=squares)
        self._divide_by_root(g, squares, u)


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015, algorithm 1): u = -eta m_hat / (sqrt(v_hat) + epsilon).

    m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g², m_hat = m / (1 - beta1^t), v_hat likewise. With
    uncorrected_epsilon = 1 epsilon stands beside sqrt(v) instead: the faster form at the end of their section 2,
    which scikit-learn uses. What is kept are the sums m / (1 - beta1) and v / (1 - beta2), which follow s = beta s
    + g and s = beta s + g²: the numbers 1 - beta then go into eta and epsilon instead of over the vectors.
    """

    kind: ClassVar[str] = "adam"
    options: ClassVar[tuple[Option, ...]] = (
        Option("beta1", 0.9, "The share of the old mean gradient that is kept", lowest=0, below=1),
        Option("beta2", 0.999, "The share of the old mean of squares that is kept", lowest=0, below=1),
        Option("epsilon", 1e-8, _EPSILON, above=0),
        Option(
            "uncorrected_epsilon", 0, "0: ε beside √v̂ (algorithm 1); 1: beside √v (end of section 2)",
            lowest=0, highest=1, whole=True,
        ),
    )  # fmt: skip
    memories: ClassVar[tuple[str, ...]] = ("gradient_sum", "square_sum")

    def __init__(self, learning_rate: float = 0.001, **options: object) -> None:
        super().__init__(learning_rate, **options)  # type: ignore[arg-type]

    def _begin_step(self) -> None:
        number, beta1, beta2 = self._number, self.set["beta1"], self.set["beta2"]
        m_hat = (1.0 - beta1) / (1.0 - beta1**self.steps)
        root_v = sqrt(1.0 - beta2)
        correction = sqrt(1.0 - beta2**self.steps)
        epsilon = self.set["epsilon"] * (1.0 if self.set["uncorrected_epsilon"] else correction)
        self._minus_rate = number(-self._learning_rate * m_hat * correction / root_v)
        self._epsilon = number(epsilon / root_v)
        self._keep1, self._keep2 = number(beta1), number(beta2)

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        first, second = memories
        np.multiply(first, self._keep1, out=first)
        np.add(first, g, out=first)
        np.multiply(second, self._keep2, out=second)
        np.multiply(g, g, out=u)
        np.add(second, u, out=second)
        np.sqrt(second, out=u)
        np.add(u, self._epsilon, out=u)
        np.divide(first, u, out=u)
        np.multiply(u, self._minus_rate, out=u)


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), 0.01 unless another is given."""

    kind: ClassVar[str] = "adamw"
    usual_decay: ClassVar[float] = 0.01


class Lion(Optimizer):
    """Lion (Chen et al. 2023, algorithm 2): u = -eta sign(beta1 m + (1 - beta1) g), m = beta2 m + (1 - beta2) g."""

    kind: ClassVar[str] = "lion"
    options: ClassVar[tuple[Option, ...]] = (
        Option("beta1", 0.9, "The weight of the old mean gradient in the sign of the step", lowest=0, below=1),
        Option("beta2", 0.99, "The share of the old mean gradient that is kept", lowest=0, below=1),
    )
    memories: ClassVar[tuple[str, ...]] = ("first_moment",)

    def _begin_step(self) -> None:
        number = self._number
        self._minus_rate = number(-self._learning_rate)
        self._keep1, self._add1 = number(self.set["beta1"]), number(1.0 - self.set["beta1"])
        self._keep2, self._add2 = number(self.set["beta2"]), number(1.0 - self.set["beta2"])

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        (first,) = memories
        scratch = self._scratch[: len(g)]
        np.multiply(first, self._keep1, out=u)
        np.multiply(g, self._add1, out=scratch)
        np.add(u, scratch, out=u)
        np.sign(u, out=u)
        np.multiply(u, self._minus_rate, out=u)
        np.multiply(first, self._keep2, out=first)
        np.multiply(g, self._add2, out=scratch)
        np.add(first, scratch, out=first)


@dataclass(frozen=True)
class OptimizerKind:
    """An optimizer as files and combo boxes speak of it."""

    name: str
    title: str
    formula: str
    help: str
    make: type[Optimizer]
    usual_rate: float
    """A learning rate to begin with."""


OPTIMIZERS: dict[str, OptimizerKind] = {
    entry.name: entry
    for entry in (
        OptimizerKind(
            "sgd", "SGD", "ΔW = −η g", "Steps straight down the gradient: what is done by hand.", SGD, 0.05
        ),
        OptimizerKind(
            "momentum", "Momentum", "v ← μ v − η g,  ΔW = v",
            "Keeps part of the last step, so that it rolls through small dents and along valleys.", Momentum, 0.01,
        ),
        OptimizerKind(
            "nesterov", "Nesterov", "v ← μ v − η g,  ΔW = μ v − η g",
            "Momentum that looks ahead: the gradient is taken where the momentum will have led.", Nesterov, 0.01,
        ),
        OptimizerKind(
            "adagrad", "Adagrad", "s ← s + g²,  ΔW = −η g / (√s + ε)",
            "Gives weights with small gradients larger steps; all steps shrink with time.", Adagrad, 0.01,
        ),
        OptimizerKind(
            "rmsprop", "RMSProp", "s ← ρ s + (1 − ρ) g²,  ΔW = −η g / (√s + ε)",
            "Adagrad that forgets: divides by the size that gradients had lately.", RMSProp, 0.001,
        ),
        OptimizerKind(
            "adam", "Adam", "ΔW = −η m̂ / (√v̂ + ε)",
            "Keeps a running mean of the gradient and of its square, so that every weight gets a step of its own.",
            Adam, 0.001,
        ),
        OptimizerKind(
            "adamw", "AdamW", "ΔW = −η (m̂ / (√v̂ + ε) + λ W)",
            "Adam with a pull to zero that does not pass through its running means.", AdamW, 0.001,
        ),
        OptimizerKind(
            "lion", "Lion", "ΔW = −η sign(β₁ m + (1 − β₁) g)",
            "Steps of one size, only the sign counts: use a rate a tenth of Adam's.", Lion, 0.0001,
        ),
    )
}  # fmt: skip
"""Name, as in a file, to the optimizer."""
