"""Optimizers that go by the sign alone: Lion."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.update import UpdateCell
from lab.core.optimizer_kinds.optimizer import Memory, Optimizer, OptimizerKind
from lab.core.options import Option
from lab.core.plain_code import ChangeCode
from lab.core.types import Array


class Lion(Optimizer):
    """Lion (Chen et al. 2023, algorithm 2): u = -eta sign(beta1 m + (1 - beta1) g), m = beta2 m + (1 - beta2) g."""

    kind: ClassVar[str] = "lion"
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "beta1", "Sign β₁", 0.9, "The weight of the old mean gradient in the sign of the step", lowest=0, below=1
        ),
        Option("beta2", "Mean β₂", 0.99, "The share of the old mean gradient that is kept", lowest=0, below=1),
    )
    memories: Mapping[str, Memory] = {"first_moment": Memory.GRADIENTS}

    def _begin_step(self) -> None:
        number = self._number
        self._minus_rate = number(-self._learning_rate)
        self._keep1, self._add1 = number(self.settings["beta1"]), number(1.0 - self.settings["beta1"])
        self._keep2, self._add2 = number(self.settings["beta2"]), number(1.0 - self.settings["beta2"])

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

    def explain(self, cell: UpdateCell) -> Sum:
        """Return -η sign(β₁ m + (1 - β₁) g), with the sign read off the update: the m before the step is not kept."""
        sign = float(np.rint(-cell.update / cell.rate - cell.decay * cell.parameter.value))
        name = "sign(β₁ · m + (1 − β₁) · g)"
        where = (cell.setting("β₁", "beta1"), Factor("g", cell.gradient.value))
        note = (
            f"g = {cell.gradient.formula}; m is that before the step, which is not kept: the sign is read off the step"
        )
        return cell.stepped(name, (Term((Factor(name, sign),)),), where, note)

    def plain_change(self) -> ChangeCode:
        body = (
            "u = -eta * np.sign(beta1 * mean_g + (1 - beta1) * g)\n"
            "mean_g[...] = beta2 * mean_g + (1 - beta2) * g\n"
            "return u"
        )
        return ChangeCode(body, ("mean_g",), self.settings)


ROWS = (
    OptimizerKind(
        "lion", "Lion", "ΔW = −η sign(β₁ m + (1 − β₁) g)",
        "Steps of one size, only the sign counts: use a rate a tenth of Adam's.", Lion, 0.0001,
    ),
)  # fmt: skip
