"""Softmax: a row of numbers becomes a row of shares. The one activation whose units depend on each other."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from lab.core import expression as ex
from lab.core.activation_kinds.curve import Curve
from lab.core.exactness import Exactness, not_exact
from lab.core.explain.cell import Cell, minus
from lab.core.explain.equation import Equation, EquationFrame
from lab.core.explain.error import OutputError
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.tile import Part, Tile
from lab.core.plain_code import PlainFunction
from lab.core.table import empty_texts
from lab.core.types import Array, Floats

_NO_SLOPE = "a softmax has no slope of its own for each unit: its error goes through a Jacobian"


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
    reads = Part.ROW
    has_temperature = True
    is_chance = False
    is_bounded = True
    why_no_curve = "A softmax has no curve over one z: each a depends on all z of its example."
    why_not_alone = "a softmax over one unit is always 1"

    def lacks(self) -> list[str]:
        """Return what is missing in this entry."""
        return empty_texts(self, "title", "formula", "derivative_formula", "help")

    def with_temperature(self, temperature: float) -> "Softmax":
        """Return the softmax at that temperature T."""
        return replace(self, temperature=temperature)

    def functions(self) -> tuple[PlainFunction, ...]:
        """Return the softmax and its way back as functions of a script."""
        return _PLAIN

    def code_of_a(self, z: str) -> str:
        """Return a as an expression of a script."""
        return f"softmax({self.code_of_z(z)})"

    def code_of_z(self, z: str) -> str:
        """Return what the exponentials are of: z / T."""
        return z if self.temperature == 1.0 else f"{z} / {self.temperature!r}"

    def code_of_delta(self, error: str, z: str, a: str) -> str:
        """Return delta as an expression of a script; error: dL/da, in brackets where it is no name."""
        plain = f"back_through_softmax({error}, {a})"
        return plain if self.temperature == 1.0 else f"{plain} / {self.temperature!r}"

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

    def expression(self, z: ex.Expression) -> ex.Expression:
        """Return a = softmax(z / T) as data, for exports."""
        return ex.softmax(z if self.temperature == 1.0 else z / self.temperature)

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

    def slope_of(self, z: Array, a: Array) -> Array:
        """Raise AttributeError: there is a Jacobian in place of a slope."""
        raise AttributeError(_NO_SLOPE)

    def curve(self, z: Floats) -> Curve:
        """Raise AttributeError: a softmax has no curve, as `why_no_curve` says."""
        raise AttributeError(self.why_no_curve)

    def explain_a(self, at: Cell) -> Sum:
        """Return a = exp(z_j - top) / Σ exp(z_k - top), in the step's own dtype: it underflows where that did."""
        z = at.here.arrays["z"][at.row]
        each = np.exp((z - z.max()) * z.dtype.type(1.0 / self.temperature))
        mine, total = self._exponential(at, at.unit), f"Σₖ {self._exponential(at, 'k')}"
        top, T = Factor("z_max", float(z.max())), self._temperature_factors()
        exponentials = tuple(
            Factor(self._exponential(at, k), float(each[k]), inside=(at.factor("z", k), top, *T))
            for k in range(len(each))
        )
        factors = exponentials[at.unit], Factor(f"1/{total}", 1.0 / float(each.sum()))
        note = "z_max, the largest z of the example, changes nothing and keeps exp finite"
        return Sum(f"{mine} / {total}", (Term(factors),), where=(top, *T, *exponentials), note=note)

    def explain_slope(self, at: Cell) -> Sum:
        """Raise AttributeError: there is a Jacobian in place of a slope."""
        raise AttributeError(_NO_SLOPE)

    def _exponential(self, at: Cell, unit: int | str) -> str:
        below_top = f"{at.name('z', unit)} − z_max"
        return f"exp({below_top})" if self.temperature == 1.0 else f"exp(({below_top}) / T)"

    def _temperature_factors(self) -> tuple[Factor, ...]:
        return () if self.temperature == 1.0 else (Factor("T", self.temperature),)

    def explain_delta(self, at: Cell, error: OutputError) -> Sum:
        """Return delta_j = a_j (e_j - Σ e_k a_k) / T: the row j of the full Jacobian times e."""
        values, sizes = error.row(at)
        numbers = error.numbers(at)
        e = [Factor(_e(at, k), float(values[k]), float(sizes[k]), numbers) for k in range(len(values))]
        terms = (Term((e[at.unit],)), *(Term((minus(e[k]), at.factor("a", k))) for k in range(len(e))))
        formula = f"{e[at.unit].symbol} − Σₖ {_e(at, 'k')} · {at.name('a', 'k')}"
        return self.over_temperature(Sum(formula, terms).led_by(at.factor("a"))).noted(error.note(at))

    def over_temperature(self, total: Sum) -> Sum:
        """Return the sum over T, where it is not 1."""
        where = self._temperature_factors()
        return total.times(Factor("1/T", 1.0 / self.temperature), where=where) if where else total

    def delta_equation(self, frame: EquationFrame) -> Equation:
        """Return the equation of delta in a hidden layer."""
        e, shapes, note = frame.hidden_error()
        note = note or f"e = {e}; "
        shapes = f"{shapes} through J, ({frame.out}) → ({frame.out})"
        tiles = self.delta_tiles(frame, frame.error_tiles())
        return Equation("hidden error", f"δ{frame.me} = J e", shapes, note + self.derivative_formula, "delta", tiles)

    def delta_tiles(self, frame: EquationFrame, error: tuple[Tile, ...]) -> tuple[Tile, ...]:
        """Return the tiles of delta from those of the error of a."""
        whole = Part.COLUMN if frame.one else Part.ROW
        read = tuple(replace(tile, part=whole) for tile in error) if len(error) == 1 else error
        return frame.through(read, frame.tile("a", whole), "through J of")

    @property
    def general_formula(self) -> str:
        """delta^L by the general rule."""
        return "δᴸ_ij = aᴸ_ij (e_ij − Σ_k e_ik aᴸ_ik) / T,  e = ∂L/∂aᴸ"

    def exactness(self, non_negative: bool) -> Exactness:
        """Return that z does not pass unchanged."""
        return not_exact(f"{self.name} does not leave its z as it is")

    def width_exactness(self) -> Exactness:
        """Return what becomes of the function when units are copied or taken away."""
        return not_exact("a softmax shares 1 out among all units, and their number has changed")

    def output_never_negative(self, non_negative: bool) -> bool:
        """Return that shares are never negative."""
        return True

    def diagnose(self, z: Array, a: Array) -> dict[str, float]:
        """Return nothing: without a slope no unit is dead or saturated."""
        return {}


def _e(at: Cell, unit: int | str) -> str:
    return f"e{at.number}{at.brackets(unit)}"


@cache
def _row_of_ones(width: int, dtype: np.dtype[Any]) -> Array:
    return np.ones(width, dtype)


def _ones(like: Array) -> Array:
    """Return ones as many as `like` has columns: a product with them sums rows several times faster than a reduce."""
    return _row_of_ones(like.shape[1], like.dtype)


_PLAIN = (
    PlainFunction(
        "softmax", "z", "Every row becomes shares that sum to 1; taking its largest z off keeps exp finite.",
        "e = np.exp(z - z.max(axis=1, keepdims=True))\nreturn e / e.sum(axis=1, keepdims=True)",
    ),
    PlainFunction(
        "back_through_softmax", "e, a", "The whole Jacobian of a softmax times e = dL/da: a_j (e_j - sum_k e_k a_k).",
        "return a * (e - (e * a).sum(axis=1, keepdims=True))",
    ),
)  # fmt: skip

ROWS = (Softmax(),)
