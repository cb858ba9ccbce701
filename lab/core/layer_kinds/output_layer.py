"""A layer that ends in an activation, and so may be the last: its delta can come straight from the loss."""

from typing import ClassVar, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.activations import Activation, Elementwise
from lab.core.layer_kinds.layer import Layer, Pass
from lab.core.types import Array


class ActivatedPass(Pass):
    """A pass with z, (m, outputs), and slope: sigma'(z) after `backward`, before it what the activation left."""

    def __init__(self, m: int, inputs: int, outputs: int, dtype: DTypeLike, learns: bool) -> None:
        super().__init__(m, inputs, outputs, dtype, learns)
        self.z: Array = np.zeros((m, outputs), dtype)
        self.slope: Array = np.zeros((m, outputs), dtype)


A = TypeVar("A", bound=ActivatedPass)


class OutputLayer(Layer[A]):
    """What Dense and Activation share: z, sigma, and delta = error * sigma'(z)."""

    arrays: ClassVar[tuple[str, ...]] = ("z", "a", "slope", "delta")
    activation: Activation

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        now = self._now
        assert now is not None
        self.activation.backward(error, now.z, now.a, now.slope, now.delta, now.rows)
        return self.backward_from_delta(reduction, wants_error)

    def backward_from_delta(self, reduction: Array, wants_error: bool) -> Array | None:
        """Go on where delta is known already, as at the output: gradients, and the error of the input."""
        raise NotImplementedError

    @property
    def slope(self) -> Array:
        """The slope sigma'(z^l), (m, outputs), computed anew: AttributeError for a softmax, which has none."""
        now = self.training_pass
        if not isinstance(self.activation, Elementwise):
            raise AttributeError("a softmax has no slope of its own for each unit: its error goes through a Jacobian")
        slope = np.empty_like(now.z)
        self.activation.slope(now.z, now.a, slope, np.empty_like(now.z))
        return slope

    @property
    def training_pass(self) -> A:
        """The arrays of the last batch; AttributeError before the first."""
        if self._now is None:
            raise AttributeError("this layer has seen no batch yet")
        return self._now

    @property
    def inference_pass(self) -> A:
        """The arrays of the last call of `infer`; AttributeError before the first."""
        if self._inference is None:
            raise AttributeError("nothing has been inferred yet")
        return self._inference
