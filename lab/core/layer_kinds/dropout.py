"""Dropout: in training every unit is silent with some chance, so that no other unit can count on it."""

from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.exactness import Exactness, exact_in_predictions
from lab.core.explain.cell import Cell
from lab.core.explain.equation import Equation, EquationFrame
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.tile import Part
from lab.core.expression import Expression
from lab.core.layer_kinds.batch_pass import Pass
from lab.core.layer_kinds.beginning import Arriving, Beginning
from lab.core.layer_kinds.layer import Layer
from lab.core.plain_code import LayerCode, LayerFrame
from lab.core.types import Array


class DropoutPass(Pass):
    """A pass with mask: 0 where a unit is silent, 1/(1 - rate) elsewhere, (m, outputs)."""

    def __init__(self, m: int, inputs: int, outputs: int, dtype: DTypeLike, learns: bool) -> None:
        super().__init__(m, inputs, outputs, dtype, learns)
        self.mask: Array = np.ones((m, outputs), dtype)


class Dropout(Layer[DropoutPass]):
    """Inverted dropout: a = x * mask, the mask drawn anew for every batch (Srivastava et al. 2014, section 10).

    The mask's 1/(1 - rate) keeps the mean of a, so a trained network passes x on as it is. Raises ValueError for
    a rate outside 0 ≤ rate < 1.
    """

    kind: ClassVar[str] = "dropout"
    title: ClassVar[str] = "Dropout"
    formula: ClassVar[str] = "a = x ⊙ mask"
    help: ClassVar[str] = "Silences units at random in training, so that none is relied on."
    arrays: ClassVar[tuple[str, ...]] = ("mask", "a", "delta")
    draws: ClassVar[bool] = True

    def __init__(self, rate: float = 0.5) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"rate: {rate!r} is not a number from 0 to below 1")
        self.rate = float(rate)

    def _new_pass(self, m: int, learns: bool) -> DropoutPass:
        return DropoutPass(m, self.inputs, self.outputs, self.dtype, learns)

    def forward(self, x: Array, training: bool) -> Array:
        now = self._now
        assert now is not None
        if training and self.rate:
            self.rng.random(out=now.mask, dtype=self.dtype.type)
            np.greater_equal(now.mask, self.rate, out=now.mask)
            np.multiply(now.mask, 1.0 / (1.0 - self.rate), out=now.mask)
        else:
            now.mask.fill(1.0)
        return np.multiply(x, now.mask, out=now.a)

    def infer(self, x: Array) -> Array:
        return x

    def expression(self, x: Expression) -> Expression:
        return Expression("dropout", (x,), numbers={"rate": self.rate})

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        now = self._now
        assert now is not None
        np.copyto(now.delta, error)
        return np.multiply(error, now.mask, out=now.error)

    def explain_array(self, name: str, at: Cell) -> Sum:
        if name == "mask":
            return self._explain_mask(at)
        x, mask = at.input(at.unit), at.factor("mask")
        return Sum(f"{x.symbol} · {mask.symbol}", (Term((x, mask)),))

    def _explain_mask(self, at: Cell) -> Sum:
        drawn, rate = f"drawn for this batch: 0 with a chance of {self.rate:g}", Factor("rate", self.rate)
        if not at.here.arrays["mask"][at.row, at.unit]:
            return Sum("0", (Term((Factor("0", 0.0),)),), where=(rate,), note=drawn)
        kept = Factor("1/(1 − rate)", 1.0 / (1.0 - self.rate), inside=(rate,))
        return Sum(kept.symbol, (Term((kept,)),), note=drawn)

    def explain_error(self, at: Cell) -> Sum:
        delta, mask = at.factor("delta"), at.factor("mask")
        return Sum(f"{delta.symbol} · {mask.symbol}", (Term((delta, mask)),))

    def equations(self, frame: EquationFrame) -> list[Equation]:
        formula = self.formula.replace("x ", f"{frame.x} ")
        tiles = (frame.input(Part.CELL), frame.tile("mask", Part.CELL, "⊙"), frame.tile("a", Part.RESULT, "="))
        return [
            Equation("forward", formula, f"({frame.out}) → ({frame.out})", self.help, "a", tiles),
            frame.plain_error("the error of a passes where the mask let a pass: error of the input = δ ⊙ mask"),
        ]

    def plain_code(self, frame: LayerFrame) -> LayerCode:
        n, x, error = frame.number, frame.x, frame.error
        drawn = f"dropout.random({x}.shape, dtype={x}.dtype) >= {self.rate!r}"
        return LayerCode(
            forward={
                "mask": f"mask{n} = ({drawn}) * {x}.dtype.type({1.0 / (1.0 - self.rate)!r})" if self.rate
                else f"mask{n} = np.ones_like({x})",
                "a": f"a{n} = {x} * mask{n}",
            },
            backward={"delta": f"delta{n} = {error}"},
            hands_down=f"delta{n} * mask{n}",
            infer={"a": f"a{n} = {x}"},
        )  # fmt: skip

    def diagnose(self) -> dict[str, float]:
        return {}

    def output_never_negative(self, non_negative: bool) -> bool:
        return non_negative

    def identity_exactness(self, non_negative: bool) -> Exactness:
        return exact_in_predictions("dropout silences units in training only") if self.rate else Exactness()

    def width_exactness(self, even: bool) -> Exactness:
        why = "in training dropout silences every unit by itself, copies too"
        return exact_in_predictions(why) if self.rate else Exactness()

    def begin_as_identity(self, arriving: Arriving) -> Beginning:
        return Beginning(self.identity_exactness(arriving.non_negative))

    def held(self) -> "_HeldDropout":
        return _HeldDropout(self.rate, self.mask)


class _HeldDropout(Dropout):
    """A dropout whose mask, (m, outputs), is the same in every pass."""

    def __init__(self, rate: float, held: Array) -> None:
        super().__init__(rate)
        self._held = held

    def forward(self, x: Array, training: bool) -> Array:
        now = self._now
        assert now is not None
        np.copyto(now.mask, self._held)
        return np.multiply(x, now.mask, out=now.a)
