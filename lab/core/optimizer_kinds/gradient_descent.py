"""Gradient descent, plain and with momentum."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.update import UpdateCell
from lab.core.optimizer_kinds.optimizer import Memory, Optimizer, OptimizerKind
from lab.core.options import Option
from lab.core.plain_code import ChangeCode
from lab.core.types import Array


class SGD(Optimizer):
    """Stochastic gradient descent: u = -eta g."""

    kind: ClassVar[str] = "sgd"
    follows_gradient: ClassVar[bool] = True

    def _begin_step(self) -> None:
        self._minus_rate = self._number(-self._learning_rate)

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        np.multiply(g, self._minus_rate, out=u)

    def explain(self, cell: UpdateCell) -> Sum:
        return cell.stepped(cell.gradient.formula, cell.gradient_times())

    def plain_change(self) -> ChangeCode:
        return ChangeCode("return -eta * g")


class Momentum(SGD):
    """Gradient descent with momentum: v = mu v - eta g, u = v (Sutskever et al. 2013, eq. 1 and 2)."""

    kind: ClassVar[str] = "momentum"
    follows_gradient: ClassVar[bool] = False
    options: ClassVar[tuple[Option, ...]] = (
        Option("momentum", "Momentum μ", 0.9, "The share of the last step that is kept", lowest=0, below=1),
    )
    memories: Mapping[str, Memory] = {"velocity": Memory.GRADIENTS}

    def _begin_step(self) -> None:
        super()._begin_step()
        self._keep = self._number(self.settings["momentum"])

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        (velocity,) = memories
        np.multiply(velocity, self._keep, out=velocity)
        np.multiply(g, self._minus_rate, out=u)
        np.add(velocity, u, out=velocity)
        np.copyto(u, velocity)

    def explain(self, cell: UpdateCell) -> Sum:
        where = (cell.setting("μ", "momentum"), Factor("η", cell.rate), Factor("g", cell.gradient.value))
        note = f"v as the step left it: v ← μ v − η g with g = {cell.gradient.formula}; the v before it is not kept"
        return cell.moved("v", (Term((Factor("v", cell.memory("velocity")),)),), where, note)

    def plain_change(self) -> ChangeCode:
        return ChangeCode("v[...] = momentum * v - eta * g\nreturn v", ("v",), self.settings)


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

    def explain(self, cell: UpdateCell) -> Sum:
        mu, velocity = cell.setting("μ", "momentum"), Factor("v", cell.memory("velocity"))
        rate = Factor("−η", -cell.rate)
        terms = (Term((mu, velocity)), *(Term((rate, *term.factors)) for term in cell.gradient_times()))
        note = "v as the step left it: v ← μ v − η g; the v before it is not kept"
        return cell.moved(f"μ · v − η · {cell.gradient.bracketed()}", terms, (), note)

    def plain_change(self) -> ChangeCode:
        body = "v[...] = momentum * v - eta * g\nreturn momentum * v - eta * g"
        return ChangeCode(body, ("v",), self.settings)


ROWS = (
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
)  # fmt: skip
