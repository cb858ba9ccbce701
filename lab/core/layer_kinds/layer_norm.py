"""Layer normalisation: every example is brought to mean 0 and variance 1 over its own units."""

from typing import ClassVar

import numpy as np

from lab.core.exactness import Exactness, not_exact
from lab.core.explain.cell import Cell
from lab.core.explain.explanation import Sum
from lab.core.explain.tile import Part
from lab.core.expression import Expression
from lab.core.layer_kinds.beginning import Arriving, Beginning
from lab.core.layer_kinds.normalisation import Normalisation, NormPass
from lab.core.plain_code import LayerCode, LayerFrame
from lab.core.types import Array, Floats

_NO_IDENTITY = not_exact("a layer norm brings every example to a mean and variance of its own")


class LayerNorm(Normalisation):
    """Layer normalisation (Ba, Kiros and Hinton 2016, eq. 4): every example by itself, in training and after.

    Raises ValueError for an epsilon that is not positive.
    """

    kind: ClassVar[str] = "layer_norm"
    title: ClassVar[str] = "Layer norm"
    formula: ClassVar[str] = "a = γ (x − μ) / √(v + ε) + β,  μ, v over the units"
    help: ClassVar[str] = (
        "Brings every example to mean 0 and variance 1 over its units, then learns a scale and a shift."
    )
    mean_over: ClassVar[Part] = Part.ROW

    def forward(self, x: Array, training: bool) -> Array:
        now = self._now
        assert now is not None
        return self._run(x, now)

    def infer(self, x: Array) -> Array:
        return self._run(x, self._inference_pass(len(x)))

    def _run(self, x: Array, now: NormPass) -> Array:
        inverse: Array = now.inverse_column
        np.mean(x, axis=1, keepdims=True, out=now.mean_column)
        np.subtract(x, now.mean_column, out=now.x_hat)
        np.multiply(now.x_hat, now.x_hat, out=now.scratch)
        np.mean(now.scratch, axis=1, keepdims=True, out=inverse)
        np.add(inverse, self.epsilon, out=inverse)
        np.sqrt(inverse, out=inverse)
        np.reciprocal(inverse, out=inverse)
        np.multiply(now.x_hat, inverse, out=now.x_hat)
        return self._scale_and_shift(now)

    def expression(self, x: Expression) -> Expression:
        return Expression("layer_norm", (x,), {"gamma": self.gamma, "beta": self.beta}, {"epsilon": self.epsilon})

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        """Return (g - mean(g) - x_hat mean(g x_hat)) / std with g = error * gamma, means over the units."""
        now = self._now
        assert now is not None
        self._gradients(error, reduction, now)
        if not wants_error:
            return None
        g = now.error
        np.multiply(error, self.gamma, out=g)
        np.multiply(g, now.x_hat, out=now.scratch)
        np.mean(now.scratch, axis=1, keepdims=True, out=now.mean_column)
        np.multiply(now.x_hat, now.mean_column, out=now.scratch)
        np.mean(g, axis=1, keepdims=True, out=now.mean_column)
        np.subtract(g, now.mean_column, out=g)
        np.subtract(g, now.scratch, out=g)
        return np.multiply(g, now.inverse_column, out=g)

    def _line(self, at: Cell, array: Array) -> Floats:
        row: Floats = array[at.row].astype(np.float64)
        return row

    def _line_name(self, at: Cell, array: str) -> str:
        return at.name(array, ":")

    def _over(self, at: Cell) -> str:
        return at.number if at.column else f"{at.number}[{at.row}]"

    def explain_error(self, at: Cell) -> Sum:
        """Return (g - mean(g) - x̂ mean(g x̂)) / √(v + ε), g = δ γ, means over the units (Ba, Kiros and Hinton 2016)."""
        gamma, name = at.parameter("gamma", at.unit), f"{self._line_name(at, 'delta')} ⊙ γ{at.number}"
        errors = self._line(at, at.here.arrays["delta"]) * at.here.arrays["gamma"].astype(np.float64)
        total = self._less_means((at.factor("delta"), gamma), name, errors, at)
        return self._by_deviation(
            total.noted(f"the means in layer {at.layer + 1} go over the units of the example"), at
        )

    def plain_code(self, frame: LayerFrame) -> LayerCode:
        n, x = frame.number, frame.x
        x_hat = (
            f"std{n} = np.sqrt({x}.var(axis=1, keepdims=True) + {self.epsilon!r})\n"
            f"x_hat{n} = ({x} - {x}.mean(axis=1, keepdims=True)) / std{n}"
        )
        error = (
            f"g{n} = delta{n} * gamma{n}\n"
            f"{{handed}} = g{n} - g{n}.mean(axis=1, keepdims=True)"
            f" - x_hat{n} * (g{n} * x_hat{n}).mean(axis=1, keepdims=True)\n"
            f"{{handed}} = {{handed}} / std{n}"
        )
        return self._plain(frame, x_hat, error)

    def identity_exactness(self, non_negative: bool) -> Exactness:
        return _NO_IDENTITY

    def width_exactness(self, even: bool) -> Exactness:
        why = "a layer norm takes mean and variance over all units, and not all are there equally often"
        return Exactness() if even else not_exact(why)

    def begin_as_identity(self, arriving: Arriving) -> Beginning:
        """Begin with a gamma and beta that bring back the mean and variance of what arrives, on average."""
        a = arriving.a
        if a is None:
            return Beginning(_NO_IDENTITY)
        spread = np.sqrt(a.var(axis=1, dtype=np.float64).mean() + self.epsilon)
        note = "gamma and beta bring back the mean and variance that the last batch's examples had on average."
        width = arriving.width
        values = {"gamma": np.full(width, spread), "beta": np.full(width, a.mean(dtype=np.float64))}
        return Beginning(_NO_IDENTITY, values, note)
