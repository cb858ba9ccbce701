"""PReLU: a leaky ReLU whose slope below zero is learnt, one number a unit."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.exactness import Exactness, not_exact
from lab.core.explain.cell import Cell
from lab.core.explain.equation import Equation, EquationFrame
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.tile import Part
from lab.core.expression import Expression
from lab.core.layer_kinds.axes import Axes
from lab.core.layer_kinds.batch_pass import Pass
from lab.core.layer_kinds.beginning import Arriving, Beginning
from lab.core.layer_kinds.steady_layer import SteadyLayer
from lab.core.plain_code import LayerCode, LayerFrame
from lab.core.types import Array


class PReLUPass(Pass):
    """A pass with below: min(x, 0), (m, outputs); scratch, (m, outputs), and row, (outputs,), to work in."""

    def __init__(self, m: int, inputs: int, outputs: int, dtype: DTypeLike, learns: bool) -> None:
        super().__init__(m, inputs, outputs, dtype, learns)
        self.below: Array = np.zeros((m, outputs), dtype)
        self.scratch: Array = np.zeros((m, outputs), dtype)
        self.row: Array = np.zeros(outputs, dtype)


class PReLU(SteadyLayer[PReLUPass]):
    """a = max(x, 0) + alpha min(x, 0), alpha learnt for every unit (He et al. 2015, eq. 1, 8 to 11).

    Every alpha starts at `first`, 0.25 in the paper, and nothing pulls it to zero (their section 2.1). Raises
    ValueError for a first that is not finite.
    """

    kind: ClassVar[str] = "prelu"
    title: ClassVar[str] = "PReLU"
    formula: ClassVar[str] = "a = max(x, 0) + α min(x, 0)"
    help: ClassVar[str] = "A ReLU that learns, for every unit, how much it lets through below zero."
    arrays: ClassVar[tuple[str, ...]] = ("below", "a", "delta")
    parameters: ClassVar[Mapping[str, Axes]] = {"alpha": ("units",)}
    draws: ClassVar[bool] = False
    alpha: Array
    dalpha: Array
    update_alpha: Array

    def __init__(self, first: float = 0.25) -> None:
        super().__init__()
        if not np.isfinite(first):
            raise ValueError(f"first: {first!r} is not a finite number")
        self.first = float(first)

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        return {"alpha": np.full(inputs, self.first)}

    def _new_pass(self, m: int, learns: bool) -> PReLUPass:
        return PReLUPass(m, self.inputs, self.outputs, self.dtype, learns)

    def _run(self, x: Array, now: PReLUPass) -> Array:
        np.minimum(x, 0.0, out=now.below)
        np.multiply(now.below, self.alpha, out=now.scratch)
        np.maximum(x, 0.0, out=now.a)
        return np.add(now.a, now.scratch, out=now.a)

    def expression(self, x: Expression) -> Expression:
        return Expression("prelu", (x,), {"alpha": self.alpha})

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        """Write dalpha = mean of error min(x, 0) and return error times 1 where x > 0, else alpha."""
        now, x = self._now, self._x
        assert now is not None and x is not None
        np.copyto(now.delta, error)
        np.multiply(error, now.below, out=now.scratch)
        now.ones.dot(now.scratch, self.dalpha)
        np.multiply(self.dalpha, reduction, out=self.dalpha)
        if not wants_error:
            return None
        np.maximum(x, 0.0, out=now.error)
        np.sign(now.error, out=now.error)
        np.subtract(1.0, self.alpha, out=now.row)
        np.multiply(now.error, now.row, out=now.error)
        np.add(now.error, self.alpha, out=now.error)
        return np.multiply(now.error, error, out=now.error)

    def explain_array(self, name: str, at: Cell) -> Sum:
        x, alpha = at.input(at.unit), at.parameter("alpha", at.unit)
        if name == "below":
            return Sum(_below(x).symbol, (Term((_below(x),)),), where=(x,))
        above = Factor(f"max({x.symbol}, 0)", max(x.value, 0.0))
        below = _below(x)
        formula = f"{above.symbol} + {alpha.symbol} · {below.symbol}"
        return Sum(formula, (Term((above,)), Term((alpha, below))), where=(x,))

    def explain_error(self, at: Cell) -> Sum:
        delta, x, alpha = at.factor("delta"), at.input(at.unit), at.parameter("alpha", at.unit)
        if x.value > 0.0:
            return Sum(delta.symbol, (Term((delta,)),), where=(x,), note=f"the slope is 1, for {x.symbol} is above 0")
        note = f"the slope is α, for {x.symbol} is not above 0"
        return Sum(f"{delta.symbol} · {alpha.symbol}", (Term((delta, alpha)),), where=(x,), note=note)

    def gradient_factors(self, name: str, index: tuple[int, ...], at: Cell) -> tuple[Factor, ...]:
        return at.factor("delta"), _below(at.input(index[0]))

    def example_gradient(self, name: str, at: Cell) -> Array:
        product: Array = at.here.arrays["delta"][at.row] * at.here.arrays["below"][at.row]
        return product

    @property
    def below(self) -> Array:
        """The input of the last batch where it is negative, else 0, (m, outputs)."""
        return self._array("below")

    def equations(self, frame: EquationFrame) -> list[Equation]:
        me, x, out = frame.me, frame.x, frame.out
        forward = f"a{me} = max({x}, 0) + α{me} ⊙ min({x}, 0)"
        gradient = f"∂L/∂α{me} = {frame.over_rows}δ{me} ⊙ min({x}, 0)"
        unit = Part.CELL if frame.one else Part.UNIT
        rows = Part.CELL if frame.one else Part.COLUMN
        made = (
            frame.input(Part.CELL, "max(0,"),
            frame.tile("alpha", unit, ") +"),
            frame.tile("below", Part.CELL, "⊙"),
            frame.tile("a", Part.RESULT, "="),
        )
        slope = frame.summed("dalpha", frame.tile("delta", rows), frame.tile("below", rows, "⊙"))
        return [
            Equation("forward", forward, f"({out}) → ({out})", self.help, "a", made),
            frame.plain_error("error of the input = δ where the input is above 0, else δ ⊙ α"),
            Equation("slope gradient", gradient, f"({out}) → ({frame.outputs})", "", "dalpha", slope),
            frame.update("alpha"),
        ]

    def plain_code(self, frame: LayerFrame) -> LayerCode:
        n, x = frame.number, frame.x
        return LayerCode(
            forward={
                "below": f"below{n} = np.minimum({x}, 0)",
                "a": f"a{n} = np.maximum({x}, 0) + alpha{n} * below{n}",
            },
            backward={
                "delta": f"delta{n} = {frame.error}",
                "dalpha": f"dalpha{n} = (delta{n} * below{n}).sum(axis=0){frame.per_m}",
            },
            hands_down=f"delta{n} * np.where({x} > 0, 1, alpha{n})",
        )

    def diagnose(self) -> dict[str, float]:
        return {}

    def kink_margins(self) -> list[Array]:
        return [] if self._x is None else [self._x]

    def output_never_negative(self, non_negative: bool) -> bool:
        return non_negative

    def identity_exactness(self, non_negative: bool) -> Exactness:
        if non_negative or (self.alpha == 1.0).all():
            return Exactness()
        return not_exact("a PReLU changes what is below zero, and its inputs may be negative here")

    def width_exactness(self, even: bool) -> Exactness:
        return Exactness()

    def begin_as_identity(self, arriving: Arriving) -> Beginning:
        """Begin with every alpha at 1, so that what is below zero passes too."""
        note = "Every α is 1, so that all passes as it is until α has learnt otherwise."
        return Beginning(Exactness(), {"alpha": np.ones(arriving.width)}, note)


def _below(x: Factor) -> Factor:
    return Factor(f"min({x.symbol}, 0)", min(x.value, 0.0))
