"""What every layer is: parameters that live in the network's flat vectors, and arrays of its own for one batch.

A layer is made by its user without knowing its inputs; the network builds it, hands it views of its slice of
the flat vectors, and from then on only calls `forward`, `infer` and `backward`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.types import Array

Shape = tuple[int, ...]

BATCH_SIZES_KEPT = 4
"""For how many batch sizes the arrays are kept: an epoch alternates between two, its own and the last one's."""


class Pass:
    """The arrays of one pass of m examples through one layer, reused step after step; a kind adds its own.

    a: (m, outputs); rows: (m,), scratch. In training also delta: (m, outputs), and error: the derivative of the
    summed loss by the layer's input, (m, inputs).
    """

    def __init__(self, m: int, inputs: int, outputs: int, dtype: DTypeLike, learns: bool) -> None:
        self.a: Array = np.zeros((m, outputs), dtype)
        self.rows: Array = np.zeros(m, dtype)
        if learns:
            self.delta: Array = np.zeros((m, outputs), dtype)
            self.error: Array = np.zeros((m, inputs), dtype)
            self.ones: Array = np.ones(m, dtype)


P = TypeVar("P", bound=Pass)


class Layer(Generic[P]):
    """One step from a^{l-1} to a^l and the way back; what a kind adds are its parameters and its equations."""

    kind: ClassVar[str] = ""
    arrays: ClassVar[tuple[str, ...]] = ("a", "delta")
    """The arrays of one batch that this kind has, beside its parameters."""
    penalised: ClassVar[tuple[str, ...]] = ()
    """The parameters that a penalty or weight decay may pull to zero."""

    def __init__(self) -> None:
        self.inputs = 0
        self.outputs = 0
        self.dtype: np.dtype[Any] = np.dtype("float32")
        self._passes: dict[int, P] = {}
        self._inference: P | None = None
        self._now: P | None = None

    # what a kind says of itself

    def output_size(self, inputs: int) -> int:
        """Return the number of outputs for that many inputs."""
        return inputs

    def parameter_shapes(self, inputs: int) -> dict[str, Shape]:
        """Return the shape of every parameter, in the order in which they lie in the flat vector."""
        return {}

    def buffer_shapes(self, inputs: int) -> dict[str, Shape]:
        """Return the shape of everything that is no parameter but belongs to the trained state."""
        return {}

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return the first value of every parameter and buffer, in float64."""
        return {}

    def forward(self, x: Array, training: bool) -> Array:
        """Take a^{l-1}, (m, inputs), and return a^l, (m, outputs), keeping what `backward` needs."""
        raise NotImplementedError

    def infer(self, x: Array) -> Array:
        """Return a^l as a trained network computes it, in buffers that `forward` does not use."""
        raise NotImplementedError

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        """Take the error of the output, keep delta and the gradients, return the error of the input.

        error is the derivative of the summed loss by a, (m, outputs). reduction is the 1/m or 1 of the
        gradients, as an array without axes. Where `wants_error` is false nothing reads the return value.
        """
        raise NotImplementedError

    def _new_pass(self, m: int, learns: bool) -> P:
        raise NotImplementedError

    # what the network does with it

    def build(self, inputs: int, dtype: DTypeLike, rng: np.random.Generator) -> None:
        """Fix inputs, dtype and the stream of randomness for training."""
        self.inputs = inputs
        self.outputs = self.output_size(inputs)
        self.dtype = np.dtype(dtype)
        self.rng = rng

    def bind(self, views: Mapping[str, Array]) -> None:
        """Take views into the network's flat vectors as attributes: W, dW, update_W, …"""
        for name, view in views.items():
            setattr(self, name, view)

    def use_batch(self, m: int) -> None:
        """Make the arrays for batches of m examples the current ones, and keep those of the last few sizes."""
        now = self._passes.pop(m, None)
        if now is None:
            if len(self._passes) >= BATCH_SIZES_KEPT:
                del self._passes[next(iter(self._passes))]
            now = self._new_pass(m, learns=True)
        self._passes[m] = now
        self._now = now

    def _inference_pass(self, m: int) -> P:
        if self._inference is None or len(self._inference.a) != m:
            self._inference = self._new_pass(m, learns=False)
        return self._inference

    # what the inspector reads

    def _array(self, name: str) -> Array:
        if name not in self.arrays:
            raise AttributeError(f"a {self.kind} layer has no {name}")
        if self._now is None:
            raise AttributeError(f"{name}: this layer has seen no batch yet")
        array: Array = getattr(self._now, name)
        return array

    @property
    def z(self) -> Array:
        """The weighted input z^l of the last batch, (m, outputs)."""
        return self._array("z")

    @property
    def a(self) -> Array:
        """The activation a^l of the last batch, (m, outputs)."""
        return self._array("a")

    @property
    def delta(self) -> Array:
        """The derivative of the summed loss by z^l (by a^l where a kind has no z), (m, outputs), never over m."""
        return self._array("delta")

    @property
    def mask(self) -> Array:
        """What a dropout multiplied by: 0 or 1/(1 - rate), (m, outputs)."""
        return self._array("mask")

    @property
    def x_hat(self) -> Array:
        """The normalised input, mean 0 and variance 1, (m, outputs)."""
        return self._array("x_hat")
