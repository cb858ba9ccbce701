"""Adam and its kin: a running mean of the gradient over the root of a running mean of its square."""

from collections.abc import Mapping
from math import sqrt
from typing import ClassVar

import numpy as np

from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.update import UpdateCell
from lab.core.optimizer_kinds.optimizer import EPSILON_HELP, Memory, Optimizer, OptimizerKind
from lab.core.options import Option, switch
from lab.core.plain_code import ChangeCode
from lab.core.types import Array

_BETAS = (
    Option("beta1", "Mean β₁", 0.9, "The share of the old mean gradient that is kept", lowest=0, below=1),
    Option("beta2", "Squares β₂", 0.999, "The share of the old mean of squares that is kept", lowest=0, below=1),
    Option("epsilon", "Epsilon ε", 1e-8, EPSILON_HELP, above=0),
)

_ON_V = "v̂ = v / (1 − β₂ᵗ) with v ← β₂ v + (1 − β₂) g²"

_PLAIN_MEANS = "mean_g[...] = beta1 * mean_g + (1 - beta1) * g\nmean_g2[...] = beta2 * mean_g2 + (1 - beta2) * g ** 2"


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015, algorithm 1): u = -eta m_hat / (sqrt(v_hat) + epsilon).

    m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g², m_hat = m / (1 - beta1^t), v_hat likewise. With
    uncorrected_epsilon = 1 epsilon stands beside sqrt(v) instead: the faster form at the end of their section 2,
    which scikit-learn uses. What is kept are the sums m / (1 - beta1) and v / (1 - beta2), which follow s = beta s
    + g and s = beta s + g²: the numbers 1 - beta then go into eta and epsilon instead of over the vectors.

    With amsgrad = 1 v is the largest so far (Reddi, Kale and Kumar 2018, algorithm 2), corrected like any other v.
    """

    kind: ClassVar[str] = "adam"
    options: ClassVar[tuple[Option, ...]] = (
        *_BETAS,
        switch(
            "uncorrected_epsilon", "ε beside √v", "off: ε beside √v̂ (algorithm 1); on: beside √v (end of section 2)"
        ),
        switch("amsgrad", "AMSGrad", "on: v̂ never shrinks, so that no step grows (AMSGrad, Reddi et al. 2018)"),
    )  # fmt: skip
    memories: Mapping[str, Memory] = {
        "gradient_sum": Memory.GRADIENTS, "square_sum": Memory.SQUARES,
    }  # fmt: skip

    def __init__(self, learning_rate: float = 0.001, **options: object) -> None:
        super().__init__(learning_rate, **options)  # type: ignore[arg-type]
        if self.settings.get("amsgrad"):
            self.memories = {**self.memories, "largest_square_sum": Memory.SQUARES}

    def _begin_step(self) -> None:
        number, beta1, beta2 = self._number, self.settings["beta1"], self.settings["beta2"]
        m_hat = (1.0 - beta1) / (1.0 - beta1**self.steps)
        root_v = sqrt(1.0 - beta2)
        correction = sqrt(1.0 - beta2**self.steps)
        epsilon = self.settings["epsilon"] * (1.0 if self.settings.get("uncorrected_epsilon") else correction)
        self._minus_rate = number(-self._learning_rate * m_hat * correction / root_v)
        self._epsilon = number(epsilon / root_v)
        self._keep1, self._keep2 = number(beta1), number(beta2)

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        first, second, *largest = memories
        self._remember(first, second, g, u)
        for most in largest:
            np.maximum(most, second, out=most)
            second = most
        np.sqrt(second, out=u)
        np.add(u, self._epsilon, out=u)
        np.divide(first, u, out=u)
        np.multiply(u, self._minus_rate, out=u)

    def _remember(self, first: Array, second: Array, g: Array, scratch: Array) -> None:
        """Let both sums go on with g and g²."""
        np.multiply(first, self._keep1, out=first)
        np.add(first, g, out=first)
        np.multiply(second, self._keep2, out=second)
        np.multiply(g, g, out=scratch)
        np.add(second, scratch, out=second)

    def explain(self, cell: UpdateCell) -> Sum:
        """Return -η m̂ / (√v̂ + ε); an ε that stands beside √v is one over √(1 - β₂^t) times as large beside √v̂."""
        beta1, t = self.settings["beta1"], self.steps
        m_hat = Factor("m̂", cell.memory("gradient_sum") * (1.0 - beta1) / (1.0 - beta1**t))
        by_root, root, where = self._root(cell)
        note = f"m̂ = m / (1 − β₁ᵗ) with m ← β₁ m + (1 − β₁) g, g = {cell.gradient.formula}; {_ON_V}"
        return cell.stepped(f"m̂ / {root}", (Term((m_hat, by_root)),), where, note)

    def plain_change(self) -> ChangeCode:
        largest, beside = self.settings.get("amsgrad"), self.settings.get("uncorrected_epsilon")
        squares = "mean_g2"
        body = _PLAIN_MEANS
        if largest:
            body, squares = f"{body}\nmost_g2[...] = np.maximum(most_g2, mean_g2)", "most_g2"
        body += f"\nm_hat = mean_g / (1 - beta1 ** t)\nv_hat = {squares} / (1 - beta2 ** t)"
        epsilon = "epsilon / (1 - beta2 ** t) ** 0.5" if beside else "epsilon"
        body += f"\nreturn -eta * m_hat / (np.sqrt(v_hat) + {epsilon})"
        return ChangeCode(body, ("mean_g", "mean_g2", *(("most_g2",) if largest else ())), self._plain_settings())

    def _plain_settings(self) -> dict[str, float]:
        return {name: self.settings[name] for name in ("beta1", "beta2", "epsilon")}

    def _root(self, cell: UpdateCell) -> tuple[Factor, str, tuple[Factor, ...]]:
        """Return 1 / (√v̂ + ε), the text of what is divided by, and the numbers that stand in both."""
        beta1, beta2, t = self.settings["beta1"], self.settings["beta2"], self.steps
        squares, symbol = ("largest_square_sum", "v̂_max") if self.settings.get("amsgrad") else ("square_sum", "v̂")
        v_hat = Factor(symbol, cell.memory(squares) * (1.0 - beta2) / (1.0 - beta2**t))
        epsilon, name = cell.setting("ε", "epsilon"), "ε"
        beside = epsilon.value
        if self.settings.get("uncorrected_epsilon"):
            beside, name = beside / sqrt(1.0 - beta2**t), "ε / √(1 − β₂ᵗ)"
        root = f"(√{v_hat.symbol} + {name})"
        where = (v_hat, epsilon, Factor("β₁", beta1), Factor("β₂", beta2), Factor("t", float(t)))
        return Factor(f"1/{root}", 1.0 / (sqrt(v_hat.value) + beside)), root, where


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), 0.01 unless another is given."""

    kind: ClassVar[str] = "adamw"
    usual_decay: ClassVar[float] = 0.01


class Nadam(Adam):
    """Nadam (Dozat 2016, algorithm 2, with a β1 that stays): Adam that takes the next step's momentum already.

    u = -eta (beta1 m / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t)) / (sqrt(v_hat) + epsilon).
    """

    kind: ClassVar[str] = "nadam"
    options: ClassVar[tuple[Option, ...]] = _BETAS

    def _begin_step(self) -> None:
        super()._begin_step()
        beta1, t = self.settings["beta1"], self.steps
        self._ahead = self._number(beta1 * (1.0 - beta1**t) / (1.0 - beta1 ** (t + 1)))

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        first, second = memories
        scratch = self._scratch[: len(g)]
        self._remember(first, second, g, u)
        np.sqrt(second, out=u)
        np.add(u, self._epsilon, out=u)
        np.multiply(first, self._ahead, out=scratch)
        np.add(scratch, g, out=scratch)
        np.divide(scratch, u, out=u)
        np.multiply(u, self._minus_rate, out=u)

    def explain(self, cell: UpdateCell) -> Sum:
        beta1, t = self.settings["beta1"], self.steps
        m = Factor("m", cell.memory("gradient_sum") * (1.0 - beta1))
        ahead = Factor("β₁/(1 − β₁ᵗ⁺¹)", beta1 / (1.0 - beta1 ** (t + 1)))
        now = Factor("(1 − β₁)/(1 − β₁ᵗ)", (1.0 - beta1) / (1.0 - beta1**t))
        by_root, root, where = self._root(cell)
        terms = (Term((ahead, m, by_root)), *cell.gradient_times(now, by_root))
        formula = f"({ahead.symbol} · m + {now.symbol} · {cell.gradient.bracketed()}) / {root}"
        return cell.stepped(formula, terms, where, f"m as the step left it: m ← β₁ m + (1 − β₁) g; {_ON_V}")

    def plain_change(self) -> ChangeCode:
        body = (
            f"{_PLAIN_MEANS}\n"
            "m_hat = beta1 * mean_g / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1 ** t)\n"
            "v_hat = mean_g2 / (1 - beta2 ** t)\n"
            "return -eta * m_hat / (np.sqrt(v_hat) + epsilon)"
        )
        return ChangeCode(body, ("mean_g", "mean_g2"), self._plain_settings())


class RAdam(Adam):
    """RAdam (Liu et al. 2020, algorithm 2): Adam whose first steps do not trust a mean of few squares.

    With rho_t = rho - 2 t beta2^t / (1 - beta2^t), rho = 2 / (1 - beta2) - 1: where rho_t > 4 Adam's step times
    r = sqrt((rho_t - 4)(rho_t - 2) rho / ((rho - 4)(rho - 2) rho_t)), before that u = -eta m_hat alone.
    """

    kind: ClassVar[str] = "radam"
    options: ClassVar[tuple[Option, ...]] = _BETAS

    def _rectified(self) -> float | None:
        """Return r, or None where the mean of squares counts too few of them."""
        beta2, t = self.settings["beta2"], self.steps
        longest = 2.0 / (1.0 - beta2) - 1.0
        length = longest - 2.0 * t * beta2**t / (1.0 - beta2**t)
        if length <= 4.0:
            return None
        return sqrt((length - 4.0) * (length - 2.0) * longest / ((longest - 4.0) * (longest - 2.0) * length))

    def _begin_step(self) -> None:
        super()._begin_step()
        beta1, r = self.settings["beta1"], self._rectified()
        self._is_rectified = r is not None
        if r is not None:
            self._minus_rate = self._number(float(self._minus_rate) * r)
        else:
            self._minus_rate = self._number(-self._learning_rate * (1.0 - beta1) / (1.0 - beta1**self.steps))

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        if self._is_rectified:
            super()._change(p, g, u, *memories)
            return
        first, second = memories
        self._remember(first, second, g, u)
        np.multiply(first, self._minus_rate, out=u)

    def explain(self, cell: UpdateCell) -> Sum:
        beta1, t, r = self.settings["beta1"], self.steps, self._rectified()
        m_hat = Factor("m̂", cell.memory("gradient_sum") * (1.0 - beta1) / (1.0 - beta1**t))
        by_root, root, where = self._root(cell)
        note = f"m̂ = m / (1 − β₁ᵗ) with m ← β₁ m + (1 − β₁) g, g = {cell.gradient.formula}"
        if r is None:
            few = f"{note}; v counts too few squares yet to divide by its root"
            return cell.stepped("m̂", (Term((m_hat,)),), (), few)
        return cell.stepped(f"r · m̂ / {root}", (Term((Factor("r", r), m_hat, by_root)),), where, f"{note}; {_ON_V}")

    def plain_change(self) -> ChangeCode:
        body = (
            f"{_PLAIN_MEANS}\n"
            "m_hat = mean_g / (1 - beta1 ** t)\n"
            "rho = 2 / (1 - beta2) - 1\n"
            "rho_t = rho - 2 * t * beta2 ** t / (1 - beta2 ** t)\n"
            "if rho_t <= 4:  # too few squares are counted to divide by their root\n"
            "    return -eta * m_hat\n"
            "r = ((rho_t - 4) * (rho_t - 2) * rho / ((rho - 4) * (rho - 2) * rho_t)) ** 0.5\n"
            "v_hat = mean_g2 / (1 - beta2 ** t)\n"
            "return -eta * r * m_hat / (np.sqrt(v_hat) + epsilon)"
        )
        return ChangeCode(body, ("mean_g", "mean_g2"), self._plain_settings())


ROWS = (
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
        "nadam", "Nadam", "ΔW = −η (β₁ m / (1 − β₁ᵗ⁺¹) + (1 − β₁) g / (1 − β₁ᵗ)) / (√v̂ + ε)",
        "Adam with Nesterov's look ahead: the mean gradient as the next step will have it.", Nadam, 0.001,
    ),
    OptimizerKind(
        "radam", "RAdam", "ΔW = −η r m̂ / (√v̂ + ε),  r rises from 0 to 1;  ΔW = −η m̂ in the first steps",
        "Adam that warms itself up: it divides by a mean of squares only when that has counted enough of them.",
        RAdam, 0.001,
    ),
)  # fmt: skip
