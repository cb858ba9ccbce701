"""Optimizers that divide each gradient by the size that it usually has: Adagrad, RMSProp, Adadelta."""

from collections.abc import Mapping
from math import sqrt
from typing import ClassVar

import numpy as np

from lab.core.explain.explanation import Factor, Sum
from lab.core.explain.update import UpdateCell
from lab.core.optimizer_kinds.gradient_descent import SGD
from lab.core.optimizer_kinds.optimizer import EPSILON_HELP, Memory, Optimizer, OptimizerKind
from lab.core.options import Option
from lab.core.plain_code import ChangeCode
from lab.core.types import Array


class Adagrad(SGD):
    """Adagrad (Duchi, Hazan and Singer 2011, eq. 1): s = s + g², u = -eta g / (sqrt(s) + epsilon)."""

    kind: ClassVar[str] = "adagrad"
    options: ClassVar[tuple[Option, ...]] = (Option("epsilon", "Epsilon ε", 1e-8, EPSILON_HELP, above=0),)
    memories: Mapping[str, Memory] = {"squares": Memory.SQUARES}

    def _begin_step(self) -> None:
        super()._begin_step()
        self._epsilon = self._number(self.settings["epsilon"])

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

    def explain(self, cell: UpdateCell) -> Sum:
        return self._explain_division(cell, "s as the step left it: s ← s + g²")

    def plain_change(self) -> ChangeCode:
        return ChangeCode("s[...] = s + g ** 2\nreturn -eta * g / (np.sqrt(s) + epsilon)", ("s",), self.settings)

    def _explain_division(self, cell: UpdateCell, note: str) -> Sum:
        squares, epsilon = Factor("s", cell.memory("squares")), cell.setting("ε", "epsilon")
        by_root = Factor("1/(√s + ε)", 1.0 / (sqrt(squares.value) + epsilon.value))
        formula = f"{cell.gradient.bracketed()} / (√s + ε)"
        return cell.stepped(formula, cell.gradient_times(by_root), (squares, epsilon), note)


class RMSProp(Adagrad):
    """RMSProp (Tieleman and Hinton 2012, lecture 6.5): s = rho s + (1 - rho) g², u = -eta g / (sqrt(s) + epsilon)."""

    kind: ClassVar[str] = "rmsprop"
    options: ClassVar[tuple[Option, ...]] = (
        Option("decay", "Decay ρ", 0.9, "The share of the old mean of squares that is kept", lowest=0, below=1),
        Option("epsilon", "Epsilon ε", 1e-8, EPSILON_HELP, above=0),
    )
    remembers: ClassVar[str] = "a running mean"

    def _begin_step(self) -> None:
        super()._begin_step()
        self._keep, self._add = self._number(self.settings["decay"]), self._number(1.0 - self.settings["decay"])

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        (squares,) = memories
        np.multiply(squares, self._keep, out=squares)
        np.multiply(g, g, out=u)
        np.multiply(u, self._add, out=u)
        np.add(squares, u, out=squares)
        self._divide_by_root(g, squares, u)

    def explain(self, cell: UpdateCell) -> Sum:
        note = f"s as the step left it: s ← ρ s + (1 − ρ) g² with ρ = {self.settings['decay']:g}"
        return self._explain_division(cell, note)

    def plain_change(self) -> ChangeCode:
        body = "s[...] = decay * s + (1 - decay) * g ** 2\nreturn -eta * g / (np.sqrt(s) + epsilon)"
        return ChangeCode(body, ("s",), self.settings)


class Adadelta(Optimizer):
    """Adadelta (Zeiler 2012, algorithm 1): u = -eta g sqrt(r + epsilon) / sqrt(s + epsilon).

    s = rho s + (1 - rho) g² comes before the step, r = rho r + (1 - rho) (u / eta)² after it: the units of a change
    are those of the parameter, so the paper has no eta; it is 1 there.
    """

    kind: ClassVar[str] = "adadelta"
    options: ClassVar[tuple[Option, ...]] = (
        Option("decay", "Decay ρ", 0.95, "The share of the old means of squares that is kept", lowest=0, below=1),
        Option("epsilon", "Epsilon ε", 1e-6, "Lets the first changes be something, and the division finite", above=0),
    )
    memories: Mapping[str, Memory] = {"mean_squares": Memory.SQUARES, "change_squares": Memory.CHANGES}

    def _begin_step(self) -> None:
        self._minus_rate = self._number(-self._learning_rate)
        self._keep, self._add = self._number(self.settings["decay"]), self._number(1.0 - self.settings["decay"])
        self._epsilon = self._number(self.settings["epsilon"])

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        squares, changes = memories
        scratch = self._scratch[: len(g)]
        self._follow(squares, g, u)
        np.add(squares, self._epsilon, out=u)
        np.add(changes, self._epsilon, out=scratch)
        np.divide(scratch, u, out=u)
        np.sqrt(u, out=u)
        np.multiply(u, g, out=u)
        self._follow(changes, u, scratch)
        np.multiply(u, self._minus_rate, out=u)

    def _follow(self, mean: Array, values: Array, scratch: Array) -> None:
        """Let a running mean of squares go on with the squares of these values."""
        np.multiply(mean, self._keep, out=mean)
        np.multiply(values, values, out=scratch)
        np.multiply(scratch, self._add, out=scratch)
        np.add(mean, scratch, out=mean)

    def explain(self, cell: UpdateCell) -> Sum:
        """Return -η g √(r + ε) / √(s + ε), with r as it was before the step: solved for from what the step left."""
        rho, epsilon = self.settings["decay"], cell.setting("ε", "epsilon")
        squares = Factor("s", cell.memory("mean_squares"))
        share = cell.gradient.value**2 / (squares.value + epsilon.value)
        grown = (1.0 - rho) * share
        before = (
            max(0.0, (cell.memory("change_squares") - grown * epsilon.value) / (rho + grown)) if rho + grown else 0.0
        )
        root = Factor("√(r + ε) / √(s + ε)", sqrt((before + epsilon.value) / (squares.value + epsilon.value)))
        note = f"s and r with ρ = {rho:g}: s ← ρ s + (1 − ρ) g² before, r ← ρ r + (1 − ρ) (ΔW / η)² after the step"
        where = (Factor("r", before), squares, epsilon)
        return cell.stepped(f"{cell.gradient.bracketed()} · {root.symbol}", cell.gradient_times(root), where, note)

    def plain_change(self) -> ChangeCode:
        body = (
            "s[...] = decay * s + (1 - decay) * g ** 2\n"
            "u = g * np.sqrt((r + epsilon) / (s + epsilon))\n"
            "r[...] = decay * r + (1 - decay) * u ** 2\n"
            "return -eta * u"
        )
        return ChangeCode(body, ("s", "r"), self.settings)


ROWS = (
    OptimizerKind(
        "adagrad", "Adagrad", "s ← s + g²,  ΔW = −η g / (√s + ε)",
        "Gives weights with small gradients larger steps; all steps shrink with time.", Adagrad, 0.01,
    ),
    OptimizerKind(
        "rmsprop", "RMSProp", "s ← ρ s + (1 − ρ) g²,  ΔW = −η g / (√s + ε)",
        "Adagrad that forgets: divides by the size that gradients had lately.", RMSProp, 0.001,
    ),
    OptimizerKind(
        "adadelta", "Adadelta", "s ← ρ s + (1 − ρ) g²,  ΔW = −η g √(r + ε) / √(s + ε),  r ← ρ r + (1 − ρ) (ΔW / η)²",
        "RMSProp that finds its own step size from the size of its last changes; begins slowly.", Adadelta, 1.0,
    ),
)  # fmt: skip
