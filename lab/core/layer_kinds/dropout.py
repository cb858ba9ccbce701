"""Dropout: in training every unit is silent with some chance, so that no other unit can count on it."""

from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.layer_kinds.layer import Layer, Pass
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
    arrays: ClassVar[tuple[str, ...]] = ("mask", "a", "delta")

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

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        now = self._now
        assert now is not None
        np.copyto(now.delta, error)
        return np.multiply(error, now.mask, out=now.error)
