"""Normalisation: inputs brought to mean 0 and variance 1, then to a scale and shift that are learnt.

BatchNorm takes mean and variance of every column over the batch, LayerNorm of every row over the units. Both then
give a = gamma * x_hat + beta; delta is the error of a, for there is no sigma between.
"""

from abc import abstractmethod
from collections.abc import Mapping
from math import sqrt
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.explain.cell import Cell, minus
from lab.core.explain.equation import Equation, EquationFrame
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.tile import Part
from lab.core.layer_kinds.axes import Axes
from lab.core.layer_kinds.batch_pass import Pass
from lab.core.layer_kinds.layer import Layer
from lab.core.plain_code import LayerCode, LayerFrame
from lab.core.types import Array, Floats


class NormPass(Pass):
    """A pass with x_hat and scratch, (m, outputs), and the 1/std that was divided by."""

    def __init__(self, m: int, inputs: int, outputs: int, dtype: DTypeLike, learns: bool) -> None:
        super().__init__(m, inputs, outputs, dtype, learns)
        self.x_hat: Array = np.zeros((m, outputs), dtype)
        self.scratch: Array = np.zeros((m, outputs), dtype)
        self.mean_row: Array = np.zeros((1, outputs), dtype)
        self.inverse_row: Array = np.zeros((1, outputs), dtype)
        self.mean_column: Array = np.zeros((m, 1), dtype)
        self.inverse_column: Array = np.zeros((m, 1), dtype)


class Normalisation(Layer[NormPass]):
    """What both share: gamma, beta, the way back as far as x_hat, and the explanations.

    Explanations hold for forward passes in training, where BatchNorm uses the batch's own mean and variance.
    """

    arrays: ClassVar[tuple[str, ...]] = ("x_hat", "a", "delta")
    parameters: ClassVar[Mapping[str, Axes]] = {"gamma": ("units",), "beta": ("units",)}
    draws: ClassVar[bool] = False
    mean_over: ClassVar[Part]
    """What of its input goes into a cell of x̂: its column of the batch, or its row of units."""
    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array
    update_gamma: Array
    update_beta: Array

    def __init__(self, epsilon: float = 1e-5) -> None:
        super().__init__()
        if not (np.isfinite(epsilon) and epsilon > 0):
            raise ValueError(f"epsilon: {epsilon!r} is not a positive number")
        self.epsilon = float(epsilon)

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        return {"gamma": np.ones(inputs), "beta": np.zeros(inputs)}

    def _new_pass(self, m: int, learns: bool) -> NormPass:
        return NormPass(m, self.inputs, self.outputs, self.dtype, learns)

    def _scale_and_shift(self, now: NormPass) -> Array:
        np.multiply(now.x_hat, self.gamma, out=now.a)
        return np.add(now.a, self.beta, out=now.a)

    def _gradients(self, error: Array, reduction: Array, now: NormPass) -> None:
        """Write dgamma = mean of error * x_hat and dbeta = mean of error, over the rows."""
        np.copyto(now.delta, error)
        np.multiply(error, now.x_hat, out=now.scratch)
        now.ones.dot(now.scratch, self.dgamma)
        now.ones.dot(error, self.dbeta)
        np.multiply(self.dgamma, reduction, out=self.dgamma)
        np.multiply(self.dbeta, reduction, out=self.dbeta)

    @abstractmethod
    def _line(self, at: Cell, array: Array) -> Floats:
        """Return what goes into a mean for this cell: its column of the batch, or its row of units."""

    @abstractmethod
    def _line_name(self, at: Cell, array: str) -> str:
        """Return the name of what `_line` returns."""

    @abstractmethod
    def _over(self, at: Cell) -> str:
        """Return the index of a mean or variance: its unit in a BatchNorm, its example in a LayerNorm."""

    def explain_array(self, name: str, at: Cell) -> Sum:
        if name == "x_hat":
            return self._explain_x_hat(at)
        gamma, beta, x_hat = at.parameter("gamma", at.unit), at.parameter("beta", at.unit), at.factor("x_hat")
        return Sum(f"{gamma.symbol} · {x_hat.symbol} + {beta.symbol}", (Term((gamma, x_hat)), Term((beta,))))

    def _explain_x_hat(self, at: Cell) -> Sum:
        """Return x̂ = (x - μ) / √(v + ε)."""
        x, mean = at.input(at.unit), mean_of(f"μ{self._over(at)}", self._line(at, at.here.x))
        total = Sum(f"{x.symbol} − {mean.symbol}", (Term((x,)), Term((minus(mean),))))
        return self._by_deviation(total, at)

    def _less_means(self, first: tuple[Factor, ...], name: str, errors: Floats, at: Cell) -> Sum:
        """Return first - mean(errors) - x̂ mean(errors x̂): what is left of an error when mean and variance are fixed."""
        x_hat, mean = at.factor("x_hat"), mean_of(f"mean({name})", errors)
        normalised = self._line(at, at.here.arrays["x_hat"])
        along = mean_of(f"mean({name} ⊙ {self._line_name(at, 'x_hat')})", errors * normalised)
        formula = f"{' · '.join(factor.symbol for factor in first)} − {mean.symbol} − {x_hat.symbol} · {along.symbol}"
        return Sum(formula, (Term(first), Term((minus(mean),)), Term((minus(x_hat), along))))

    def _by_deviation(self, total: Sum, at: Cell) -> Sum:
        line = self._line(at, at.here.x)
        variance = Factor(f"v{self._over(at)}", float(np.mean((line - line.mean()) ** 2)), numbers=len(line))
        epsilon = Factor("ε", self.epsilon)
        scale = Factor(f"1/√({variance.symbol} + ε)", 1.0 / sqrt(variance.value + epsilon.value))
        return total.times(scale, where=(variance, epsilon))

    def example_gradient(self, name: str, at: Cell) -> Array:
        delta: Array = at.here.arrays["delta"][at.row]
        scaled: Array = delta * at.here.arrays["x_hat"][at.row]
        return scaled if name == "gamma" else delta

    def gradient_factors(self, name: str, index: tuple[int, ...], at: Cell) -> tuple[Factor, ...]:
        delta = at.factor("delta")
        return (delta, at.factor("x_hat")) if name == "gamma" else (delta,)

    def equations(self, frame: EquationFrame) -> list[Equation]:
        me, shapes = frame.me, f"({frame.out}) → ({frame.outputs})"
        unit = Part.CELL if frame.one else Part.UNIT
        rows = Part.CELL if frame.one else Part.COLUMN
        delta, x_hat = frame.tile("delta", rows), frame.tile("x_hat", rows, "⊙")
        scaled = (
            frame.tile("x_hat", Part.CELL),
            frame.tile("gamma", unit, "⊙"),
            frame.tile("beta", unit, "+"),
            frame.tile("a", Part.RESULT, "="),
        )
        scale, shift = f"∂L/∂γ{me} = {frame.over_rows}δ{me} ⊙ x̂{me}", f"∂L/∂β{me} = {frame.over_rows}δ{me}"
        forward = f"a{me} = x̂{me} ⊙ γ{me} + β{me}"
        return [
            self._normalised(frame),
            Equation("forward", forward, f"({frame.out}) → ({frame.out})", self.help, "a", scaled, beside=True),
            frame.plain_error("there is no σ between"),
            Equation("scale gradient", scale, shapes, "", "dgamma", frame.summed("dgamma", delta, x_hat)),
            frame.update("gamma"),
            Equation("shift gradient", shift, shapes, "", "dbeta", frame.summed("dbeta", delta)),
            frame.update("beta"),
        ]

    def _normalised(self, frame: EquationFrame) -> Equation:
        """Return the equation of x̂."""
        formula = f"x̂{frame.me} = ({frame.x} − μ) / √(v + ε)"
        reads = Part.CELL if frame.one else self.mean_over
        tiles = (frame.input(reads), frame.tile("x_hat", Part.RESULT, "− μ,  / √(v + ε)  ="))
        note = self.formula.split(",  ")[-1]
        return Equation("normalise", formula, f"({frame.out}) → ({frame.out})", note, "x_hat", tiles)

    def _plain(self, frame: LayerFrame, x_hat: str, error: str) -> LayerCode:
        """Return lines from x_hat on; error: the error of the input as an expression."""
        n, handed = frame.number, f"error{frame.number - 1}"
        backward = {
            "delta": f"delta{n} = {frame.error}",
            "dgamma": f"dgamma{n} = (delta{n} * x_hat{n}).sum(axis=0){frame.per_m}",
            "dbeta": f"dbeta{n} = delta{n}.sum(axis=0){frame.per_m}",
        }
        if not frame.is_first:
            backward["error_of_input"] = error.replace("{handed}", handed)
        return LayerCode({"x_hat": x_hat, "a": f"a{n} = x_hat{n} * gamma{n} + beta{n}"}, backward, handed)

    def diagnose(self) -> dict[str, float]:
        return {}

    def output_never_negative(self, non_negative: bool) -> bool:
        return False


def mean_of(symbol: str, line: Floats) -> Factor:
    """Return the mean of a line of numbers, with what rounding in it is measured by."""
    return Factor(symbol, float(line.mean()), float(np.abs(line).mean()), numbers=len(line))
