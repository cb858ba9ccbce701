"""Dense: every unit sees every input. z = a W + b, a = sigma(z), and the four equations back."""

from typing import ClassVar

import numpy as np

from lab.core.activations import activation as named_activation
from lab.core.initializers import INITIALIZERS, usual_initializer
from lab.core.layer import Layer, Pass, Shape
from lab.core.types import Array


class Dense(Layer):
    """A fully connected layer of `units` units with its activation.

    W: (inputs, units); b: (units,); z, a, delta: (m, units). Without an `initializer` W is drawn the way that
    suits the activation; b starts at zero. Raises ValueError for units below 1 and unknown names.
    """

    kind: ClassVar[str] = "dense"
    W: Array
    b: Array
    dW: Array
    db: Array
    update_W: Array
    update_b: Array

    def __init__(
        self, units: int, activation: str = "linear", *, initializer: str | None = None, temperature: float = 1.0
    ) -> None:
        super().__init__()
        if isinstance(units, bool) or not isinstance(units, int | np.integer) or units < 1:
            raise ValueError(f"units: {units!r} is not a whole number from 1")
        if initializer is not None and initializer not in INITIALIZERS:
            raise ValueError(f"initializer: {initializer!r} is not one of {', '.join(INITIALIZERS)}")
        self.units = int(units)
        self.activation = named_activation(activation, temperature)
        self.initializer = initializer or usual_initializer(activation)
        self._x: Array | None = None

    def output_size(self, inputs: int) -> int:
        return self.units

    def parameter_shapes(self, inputs: int) -> dict[str, Shape]:
        return {"W": (inputs, self.units), "b": (self.units,)}

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        W = INITIALIZERS[self.initializer].draw(rng, inputs, self.units)
        return {"W": W, "b": np.zeros(self.units)}

    def forward(self, x: Array, training: bool) -> Array:
        now = self._now
        assert now is not None
        self._x = x
        return self._run(x, now)

    def infer(self, x: Array) -> Array:
        return self._run(x, self._inference_pass(len(x)))

    def _run(self, x: Array, now: Pass) -> Array:
        z = now.z
        x.dot(self.W, z)
        np.add(z, self.b, out=z)
        self.activation.forward(z, now.a, now.slope, now.rows)
        return now.a

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        now = self._now
        assert now is not None
        self.activation.backward(error, now.z, now.a, now.slope, now.delta, now.rows)
        return self.backward_from_delta(reduction, wants_error)

    def backward_from_delta(self, reduction: Array, wants_error: bool) -> Array | None:
        """Go on where delta is known already, as at the output: gradients, and the error of the input.

        dW = a^{l-1}.T delta / m and db = column mean of delta (Nielsen, Neural Networks and Deep Learning,
        2015, BP3 and BP4, for m rows at once); the error of the input is delta W.T (BP2 without its slope).
        """
        now, x = self._now, self._x
        assert now is not None and x is not None
        scaled = now.scaled
        np.multiply(now.delta, reduction, out=scaled)
        x.T.dot(scaled, self.dW)
        np.add.reduce(scaled, axis=0, out=self.db)
        if not wants_error:
            return None
        return now.delta.dot(self.W.T, now.error)
