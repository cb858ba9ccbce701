"""An activation that treats every unit alone: a_ij = sigma(z_ij), and delta = error * sigma'(z).

A function takes (z, out, work), a slope (z, a, out, work); `work` is scratch of z's shape. With `out=` a step allocates
nothing. All are exact and free of overflow for every finite z, |z| = 1e4 in float32 included.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from lab.core.activation_kinds.curve import SATURATED_SLOPE, Curve, zones_of
from lab.core.exactness import Exactness, not_exact
from lab.core.explain.cell import Cell
from lab.core.explain.equation import Equation, EquationFrame
from lab.core.explain.error import OutputError
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.tile import Part, Tile
from lab.core.expression import Expression
from lab.core.initializers import INITIALIZERS
from lab.core.plain_code import NoPlainCode, PlainFunction, returned
from lab.core.table import empty_texts
from lab.core.types import Array, Floats

Function = Callable[[Array, Array, Array], None]
"""(z, out, work): writes sigma(z) into out; work is free to use."""

Slope = Callable[[Array, Array, Array, Array], None]
"""(z, a, out, work): writes sigma'(z) into out."""


class Sign(Enum):
    """What is known of the sign of a."""

    ANY = "a may be negative where z is not"
    KEPT = "a is not negative where z is not"
    NEVER_NEGATIVE = "a is never negative"


class Identity(Enum):
    """Where a = z."""

    NOWHERE = "nowhere, or at single points"
    FROM_ZERO = "wherever z is not negative"
    EVERYWHERE = "for every z"


@dataclass(frozen=True)
class Elementwise:
    """One elementwise activation, with all that anybody may ask of it."""

    name: str
    title: str
    formula: str
    derivative_formula: str
    help: str
    function: Function
    slope: Slope
    expression: Callable[[Expression], Expression]
    """a = sigma(z) as data, for exports."""
    sign: Sign
    identity: Identity
    initializer: str = "glorot_uniform"
    """The name of the initializer that keeps z of one size through layers with this activation."""
    kinks: tuple[float, ...] = ()
    """The z at which the slope jumps, so that a central difference across it means nothing."""
    plain: tuple[str, str] = ("", "")
    """sigma(z) and sigma'(z), by z and a, as plain NumPy; lines before the last one may name parts of it."""
    is_chance: bool = False
    """Whether a lies between 0 and 1 with 1/2 at z = 0, so that one unit can tell two classes apart."""
    is_bounded: bool = False
    """Whether a lies between two limits, near which the slope is nearly 0: far out a unit is saturated."""

    elementwise = True
    reads = Part.CELL
    has_temperature = False
    temperature = 1.0
    why_no_curve = ""
    """Why a is no curve over z, as a sentence; empty where it is one."""
    why_not_alone = ""
    """Why a layer of a single unit makes no sense, as the beginning of a sentence; empty where it does."""

    def lacks(self) -> list[str]:
        """Return what is missing or wrong in this entry."""
        lacks = empty_texts(self, "title", "formula", "derivative_formula", "help")
        lacks += [name for name in ("function", "slope", "expression") if not callable(getattr(self, name))]
        lacks += ["sign"] if not isinstance(self.sign, Sign) else []
        lacks += ["identity"] if not isinstance(self.identity, Identity) else []
        return lacks + (["an initializer that there is"] if self.initializer not in INITIALIZERS else [])

    def with_temperature(self, temperature: float) -> "Elementwise":
        """Return the activation at that temperature; ValueError unless it is 1, for it has none."""
        if temperature != 1.0:
            raise ValueError(f"temperature: {self.name} has none, {temperature!r} found")
        return self

    def functions(self) -> tuple[PlainFunction, ...]:
        """Return sigma and its slope as functions of a script; NoPlainCode where the entry says nothing of it."""
        if not all(self.plain):
            raise NoPlainCode(f"the activation {self.name} is not written as plain NumPy")
        if self.identity is Identity.EVERYWHERE:
            return ()
        body, slope = map(returned, self.plain)
        return (
            PlainFunction(self.name, "z", f"{self.title}: {self.formula}.", body),
            PlainFunction(f"{self.name}_slope", "z, a", f"{self.derivative_formula}.", slope),
        )

    def code_of_z(self, z: str) -> str:
        """Return z as it is: there is no temperature."""
        return z

    def code_of_a(self, z: str) -> str:
        """Return a as an expression of a script."""
        return z if self.identity is Identity.EVERYWHERE else f"{self.name}({z})"

    def code_of_delta(self, error: str, z: str, a: str) -> str:
        """Return delta as an expression of a script; error: dL/da, in brackets where it is no name."""
        return error if self.identity is Identity.EVERYWHERE else f"{error} * {self.name}_slope({z}, {a})"

    def forward(self, z: Array, a: Array, work: Array, rows: Array) -> None:
        """Write a = sigma(z); `work`, of the same shape, and `rows`, (m,), are scratch."""
        self.function(z, a, work)

    def backward(self, error: Array, z: Array, a: Array, slope: Array, delta: Array, rows: Array) -> None:
        """Write sigma'(z) into `slope` and delta = error * sigma'(z) into `delta`."""
        self.slope(z, a, slope, delta)
        np.multiply(error, slope, out=delta)

    def slope_of(self, z: Array, a: Array) -> Array:
        """Return sigma'(z), (m, units), as a new array."""
        slope = np.empty_like(z)
        self.slope(z, a, slope, np.empty_like(z))
        return slope

    def curve(self, z: Floats) -> Curve:
        """Return the curve at places z (k,) in ascending order."""
        row = np.asarray(z, np.float64)[None, :]
        a, work = np.empty_like(row), np.empty_like(row)
        self.function(row, a, work)
        slope = self.slope_of(row, a)[0]
        return Curve(row[0], a[0], slope, zones_of(row[0], slope))

    def explain_a(self, at: Cell) -> Sum:
        """Return a = σ(z) of a cell."""
        z, (out, work) = _one_cell(at, "z"), np.empty((2, 1, 1), at.here.x.dtype)
        self.function(z, out, work)
        z_here = at.factor("z")
        a = Factor(f"σ({z_here.symbol})", float(out[0, 0]), inside=(z_here,))
        return Sum(a.symbol, (Term((a,)),), where=(z_here,), note=self.formula)

    def explain_slope(self, at: Cell) -> Sum:
        """Return σ′(z) of a cell."""
        slope = self._slope_factor(at)
        return Sum(slope.symbol, (Term((slope,)),), where=(at.factor("a"),), note=self.derivative_formula)

    def explain_delta(self, at: Cell, error: OutputError) -> Sum:
        """Return delta = e · σ′(z) of a cell."""
        return error.cell(at).times(self._slope_factor(at))

    def _slope_factor(self, at: Cell) -> Factor:
        out, work = np.empty((2, 1, 1), at.here.x.dtype)
        self.slope(_one_cell(at, "z"), _one_cell(at, "a"), out, work)
        z = at.factor("z")
        return Factor(f"σ′({z.symbol})", float(out[0, 0]), inside=(z,))

    def over_temperature(self, total: Sum) -> Sum:
        """Return the sum as it is: there is no temperature."""
        return total

    def delta_equation(self, frame: EquationFrame) -> Equation:
        """Return the equation of delta in a hidden layer."""
        e, shapes, note = frame.hidden_error()
        bracketed = f"({e})" if frame.above is not None else e
        shapes = f"{shapes} ⊙ ({frame.out}) → ({frame.out})"
        formula = f"δ{frame.me} = {bracketed} ⊙ σ′(z{frame.me})"
        tiles = self.delta_tiles(frame, frame.error_tiles())
        return Equation("hidden error", formula, shapes, note + self.derivative_formula, "delta", tiles)

    def delta_tiles(self, frame: EquationFrame, error: tuple[Tile, ...]) -> tuple[Tile, ...]:
        """Return the tiles of delta from those of the error of a."""
        return frame.through(error, frame.tile("slope", Part.CELL))

    @property
    def general_formula(self) -> str:
        """delta^L by the general rule."""
        return "δᴸ = ∂L/∂aᴸ ⊙ σ′(zᴸ)"

    def exactness(self, non_negative: bool) -> Exactness:
        """Return whether z passes unchanged, where z may be known to be never negative."""
        from_zero = self.identity is Identity.FROM_ZERO
        if self.identity is Identity.EVERYWHERE or (non_negative and from_zero):
            return Exactness()
        known = ", which may be negative here" if from_zero else ""
        return not_exact(f"{self.name} does not leave its z as it is{known}")

    def width_exactness(self) -> Exactness:
        """Return whether units can be copied and taken away without the others noticing: each stands alone."""
        return Exactness()

    def output_never_negative(self, non_negative: bool) -> bool:
        """Return whether a cannot be negative, where z may be known not to be."""
        return self.sign is Sign.NEVER_NEGATIVE or (non_negative and self.sign is Sign.KEPT)

    def diagnose(self, z: Array, a: Array) -> dict[str, float]:
        """Return the shares of dead units and saturated cells; nothing of a σ whose slope is always 1."""
        if self.identity is Identity.EVERYWHERE:
            return {}
        slope = self.slope_of(z, a)
        low = np.abs(slope) < SATURATED_SLOPE
        return {
            "saturated": float(np.count_nonzero(low)) / low.size,
            "dead": float(np.count_nonzero(~slope.any(axis=0))) / slope.shape[1],
        }


def _one_cell(at: Cell, name: str) -> Array:
    return at.here.arrays[name][at.row : at.row + 1, at.unit : at.unit + 1]


ZERO = {dtype: np.zeros((), dtype) for dtype in (np.dtype("float32"), np.dtype("float64"))}
"""The number 0 of each dtype, so that no ufunc has to make one."""
