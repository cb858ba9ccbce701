"""Activation: sigma on its own, between layers that bring none, such as after a normalisation."""

from typing import ClassVar

import numpy as np

from lab.core.activations import activation as named_activation
from lab.core.layer_kinds.output_layer import ActivatedPass, OutputLayer
from lab.core.types import Array


class Activation(OutputLayer[ActivatedPass]):
    """a = sigma(z) with z the layer's input; delta = error * sigma'(z) is also the error of the input."""

    kind: ClassVar[str] = "activation"

    def __init__(self, activation: str, *, temperature: float = 1.0) -> None:
        super().__init__()
        self.activation = named_activation(activation, temperature)

    def _new_pass(self, m: int, learns: bool) -> ActivatedPass:
        return ActivatedPass(m, self.inputs, self.outputs, self.dtype, learns)

    def forward(self, x: Array, training: bool) -> Array:
        now = self._now
        assert now is not None
        return self._run(x, now)

    def infer(self, x: Array) -> Array:
        return self._run(x, self._inference_pass(len(x)))

    def _run(self, x: Array, now: ActivatedPass) -> Array:
        np.copyto(now.z, x)
        self.activation.forward(now.z, now.a, now.slope, now.rows)
        return now.a

    def backward_from_delta(self, reduction: Array, wants_error: bool) -> Array | None:
        return self.training_pass.delta
