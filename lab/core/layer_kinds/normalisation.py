"""Normalisation: inputs brought to mean 0 and variance 1, then to a scale and shift that are learnt.

BatchNorm takes mean and variance of every column over the batch, LayerNorm of every row over the units. Both then
give a = gamma * x_hat + beta; delta is the error of a, for there is no sigma between.
"""

from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.layer_kinds.layer import Layer, Pass, Shape
from lab.core.types import Array


class NormPass(Pass):
    """A pass with x_hat and scratch, (m, outputs), and the 1/std that was divided by."""

    def __init__(self, m: int, inputs: int, outputs: int, dtype: DTypeLike, learns: bool) -> None:
        super().__init__(m, inputs, outputs, dtype, learns)
        self.x_hat: Array = np.zeros((m, outputs), dtype)
        self.scratch: Array = np.zeros((m, outputs), dtype)
        self.mean_row: Array = np.zeros((1, outputs), dtype)
        self.inverse_row: Array = np.zeros((1, outputs), dtype)
        self.mean_column: Array = np.zeros((m, 1), dtype)
        self.inverse_column: Array = np.zeros((m, 1), dtype)


class _Normalisation(Layer[NormPass]):
    """What both share: gamma, beta and the way back as far as x_hat."""

    arrays: ClassVar[tuple[str, ...]] = ("x_hat", "a", "delta")
    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array
    update_gamma: Array
    update_beta: Array

    def __init__(self, epsilon: float = 1e-5) -> None:
        super().__init__()
        if not (np.isfinite(epsilon) and epsilon > 0):
            raise ValueError(f"epsilon: {epsilon!r} is not a positive number")
        self.epsilon = float(epsilon)

    def parameter_shapes(self, inputs: int) -> dict[str, Shape]:
        return {"gamma": (inputs,), "beta": (inputs,)}

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        return {"gamma": np.ones(inputs), "beta": np.zeros(inputs)}

    def _new_pass(self, m: int, learns: bool) -> NormPass:
        return NormPass(m, self.inputs, self.outputs, self.dtype, learns)

    def _scale_and_shift(self, now: NormPass) -> Array:
        np.multiply(now.x_hat, self.gamma, out=now.a)
        return np.add(now.a, self.beta, out=now.a)

    def _gradients(self, error: Array, reduction: Array, now: NormPass) -> None:
        """Write dgamma = mean of error * x_hat and dbeta = mean of error, over the rows."""
        np.copyto(now.delta, error)
        np.multiply(error, now.x_hat, out=now.scratch)
        now.ones.dot(now.scratch, self.dgamma)
        now.ones.dot(error, self.dbeta)
        np.multiply(self.dgamma, reduction, out=self.dgamma)
        np.multiply(self.dbeta, reduction, out=self.dbeta)


class BatchNorm(_Normalisation):
    """Batch normalisation (Ioffe and Szegedy 2015, algorithm 1) with running statistics for a trained network.

    running = (1 - momentum) running + momentum batch, the variance with m - 1, and not at all where m is 1. Raises
    ValueError for a momentum outside 0 < momentum ≤ 1 and an epsilon that is not positive.
    """

    kind: ClassVar[str] = "batch_norm"
    running_mean: Array
    running_variance: Array

    def __init__(self, momentum: float = 0.1, epsilon: float = 1e-5) -> None:
        super().__init__(epsilon)
        if not 0 < momentum <= 1:
            raise ValueError(f"momentum: {momentum!r} is not a number above 0 and up to 1")
        self.momentum = float(momentum)
        self._training = True

    def buffer_shapes(self, inputs: int) -> dict[str, Shape]:
        return {"running_mean": (inputs,), "running_variance": (inputs,)}

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        return super().initial(inputs, rng) | {"running_mean": np.zeros(inputs), "running_variance": np.ones(inputs)}

    def forward(self, x: Array, training: bool) -> Array:
        now = self._now
        assert now is not None
        self._training = training
        if not training:
            return self._by_running_statistics(x, now)
        m = len(x)
        mean, inverse = now.mean_row, now.inverse_row
        np.mean(x, axis=0, keepdims=True, out=mean)
        np.subtract(x, mean, out=now.x_hat)
        np.multiply(now.x_hat, now.x_hat, out=now.scratch)
        np.mean(now.scratch, axis=0, keepdims=True, out=inverse)
        row = now.scratch[0]
        self._run_on(self.running_mean, mean[0], 1.0, row)
        if m > 1:  # one example has no variance to tell of
            self._run_on(self.running_variance, inverse[0], m / (m - 1), row)
        self._invert(inverse)
        np.multiply(now.x_hat, inverse, out=now.x_hat)
        return self._scale_and_shift(now)

    def _run_on(self, running: Array, batch: Array, correction: float, scratch: Array) -> None:
        np.multiply(running, 1.0 - self.momentum, out=running)
        np.multiply(batch, self.momentum * correction, out=scratch)
        np.add(running, scratch, out=running)

    def _invert(self, variance: Array) -> None:
        """Turn a variance into 1 / sqrt(variance + epsilon)."""
        np.add(variance, self.epsilon, out=variance)
        np.sqrt(variance, out=variance)
        np.reciprocal(variance, out=variance)

    def infer(self, x: Array) -> Array:
        return self._by_running_statistics(x, self._inference_pass(len(x)))

    def _by_running_statistics(self, x: Array, now: NormPass) -> Array:
        np.copyto(now.inverse_row[0], self.running_variance)
        self._invert(now.inverse_row)
        np.subtract(x, self.running_mean, out=now.x_hat)
        np.multiply(now.x_hat, now.inverse_row, out=now.x_hat)
        return self._scale_and_shift(now)

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        """Return gamma / std * (error - mean(error) - x_hat mean(error x_hat)), means over the batch.

        With running statistics (forward with training=False) mean and std are constants: gamma / std * error.
        """
        now = self._now
        assert now is not None
        self._gradients(error, reduction, now)
        if not wants_error:
            return None
        if self._training:
            np.mean(now.scratch, axis=0, keepdims=True, out=now.mean_row)
            np.multiply(now.x_hat, now.mean_row, out=now.scratch)
            np.mean(error, axis=0, keepdims=True, out=now.mean_row)
            np.subtract(error, now.mean_row, out=now.error)
            np.subtract(now.error, now.scratch, out=now.error)
        else:
            np.copyto(now.error, error)
        np.multiply(now.error, now.inverse_row, out=now.error)
        return np.multiply(now.error, self.gamma, out=now.error)


class LayerNorm(_Normalisation):
    """Layer normalisation (Ba, Kiros and Hinton 2016, eq. 4): every example by itself, in training and after.

    Raises ValueError for an epsilon that is not positive.
    """

    kind: ClassVar[str] = "layer_norm"

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
