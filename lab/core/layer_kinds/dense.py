"""Dense: every unit sees every input. z = a W + b, a = sigma(z), and the four equations back."""

from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.activations import activation as named_activation
from lab.core.checks import whole_number
from lab.core.initializers import INITIALIZERS
from lab.core.layer_kinds.layer import Shape
from lab.core.layer_kinds.output_layer import ActivatedPass, OutputLayer
from lab.core.types import Array


class DensePass(ActivatedPass):
    """A pass with scaled: delta times the 1/m or 1 of the gradients, (m, outputs)."""

    def __init__(self, m: int, inputs: int, outputs: int, dtype: DTypeLike, learns: bool) -> None:
        super().__init__(m, inputs, outputs, dtype, learns)
        if learns:
            self.scaled: Array = np.zeros((m, outputs), dtype)


class Dense(OutputLayer[DensePass]):
    """A fully connected layer of `units` units with its activation.

    W: (inputs, units); b: (units,); z, a, delta: (m, units). Without an `initializer` W is drawn the way that
    suits the activation; `scale` is that initializer's number where it takes one; every b starts at `bias`.
    Raises ValueError for units below 1, unknown names and numbers that are not finite.
    """

    kind: ClassVar[str] = "dense"
    penalised: ClassVar[tuple[str, ...]] = ("W",)
    W: Array
    b: Array
    dW: Array
    db: Array
    update_W: Array
    update_b: Array
    penalty_W: Array

    def __init__(
        self,
        units: int,
        activation: str = "linear",
        *,
        initializer: str | None = None,
        scale: float | None = None,
        bias: float = 0.0,
        temperature: float = 1.0,
    ) -> None:
        super().__init__()
        if initializer is not None and initializer not in INITIALIZERS:
            raise ValueError(f"initializer: {initializer!r} is not one of {', '.join(INITIALIZERS)}")
        self.units = whole_number("units", units)
        self.activation = named_activation(activation, temperature)
        self.initializer = initializer or self.activation.initializer
        self.scale = _scale(self.initializer, scale)
        if not np.isfinite(bias):
            raise ValueError(f"bias: {bias!r} is not a finite number")
        self.bias = float(bias)
        self._x: Array | None = None

    def output_size(self, inputs: int) -> int:
        return self.units

    def parameter_shapes(self, inputs: int) -> dict[str, Shape]:
        return {"W": (inputs, self.units), "b": (self.units,)}

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        W = INITIALIZERS[self.initializer].draw(rng, inputs, self.units, self.scale)
        return {"W": W, "b": np.full(self.units, self.bias)}

    def _new_pass(self, m: int, learns: bool) -> DensePass:
        return DensePass(m, self.inputs, self.outputs, self.dtype, learns)

    def forward(self, x: Array, training: bool) -> Array:
        self._x = x
        now = self._now
        assert now is not None
        return self._run(x, now)

    def infer(self, x: Array) -> Array:
        return self._run(x, self._inference_pass(len(x)))

    def _run(self, x: Array, now: DensePass) -> Array:
        z = now.z
        x.dot(self.W, z)
        np.add(z, self.b, out=z)
        self.activation.forward(z, now.a, now.slope, now.rows)
        return now.a

    def backward_from_delta(self, reduction: Array, wants_error: bool) -> Array | None:
        """Write the gradients from delta and return the error of the input.

        dW = a^{l-1}.T delta / m and db = column mean of delta (Nielsen, Neural Networks and Deep Learning,
        2015, BP3 and BP4, for m rows at once); the error of the input is delta W.T (BP2 without its slope).
        """
        now, x = self._now, self._x
        assert now is not None and x is not None
        scaled = now.scaled
        np.multiply(now.delta, reduction, out=scaled)
        x.T.dot(scaled, self.dW)
        now.ones.dot(scaled, self.db)
        if not wants_error:
            return None
        return now.delta.dot(self.W.T, now.error)


def _scale(initializer: str, scale: float | None) -> float:
    usual = INITIALIZERS[initializer].scale
    if scale is None:
        return 0.0 if usual is None else usual
    if usual is None:
        raise ValueError(f"scale: {initializer} takes no number of its own")
    if not (np.isfinite(scale) and (scale >= 0 or initializer == "constant")):
        raise ValueError(f"scale: {scale!r} is not a finite number from 0")
    return float(scale)
