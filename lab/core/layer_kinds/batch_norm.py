"""Batch normalisation: every column is brought to mean 0 and variance 1 over the examples of the batch."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from lab.core.exactness import Exactness, exact_in_predictions, not_exact
from lab.core.explain.cell import Cell
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.tile import Part
from lab.core.expression import Expression
from lab.core.layer_kinds.axes import Axes
from lab.core.layer_kinds.beginning import Arriving, Beginning
from lab.core.layer_kinds.normalisation import Normalisation, NormPass, mean_of
from lab.core.plain_code import LayerCode, LayerFrame
from lab.core.types import Array, Floats

_ROUNDING = 8
"""How many steps of the dtype the scale and shift may be away from 1 and 0 where gamma and beta undo the statistics."""

_UNDONE = exact_in_predictions("in training a batch norm goes by the mean and variance of the batch")
"""What a batch norm does whose gamma and beta undo its running statistics."""


class BatchNorm(Normalisation):
    """Batch normalisation (Ioffe and Szegedy 2015, algorithm 1) with running statistics for a trained network.

    running = (1 - momentum) running + momentum batch, the variance with m - 1, and not at all where m is 1. Raises
    ValueError for a momentum outside 0 < momentum ≤ 1 and an epsilon that is not positive.
    """

    kind: ClassVar[str] = "batch_norm"
    title: ClassVar[str] = "Batch norm"
    formula: ClassVar[str] = "a = γ (x − μ) / √(v + ε) + β,  μ, v over the batch"
    help: ClassVar[str] = (
        "Brings every column to mean 0 and variance 1 over the batch, then learns a scale and a shift."
    )
    mean_over: ClassVar[Part] = Part.COLUMN
    buffers: ClassVar[Mapping[str, Axes]] = {"running_mean": ("units",), "running_variance": ("units",)}
    running_mean: Array
    running_variance: Array

    def __init__(self, momentum: float = 0.1, epsilon: float = 1e-5) -> None:
        super().__init__(epsilon)
        if not 0 < momentum <= 1:
            raise ValueError(f"momentum: {momentum!r} is not a number above 0 and up to 1")
        self.momentum = float(momentum)
        self._training = True

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
        _column_means(x, now, mean)
        np.subtract(x, mean, out=now.x_hat)
        np.multiply(now.x_hat, now.x_hat, out=now.scratch)
        _column_means(now.scratch, now, inverse)
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

    def settle(self, x: Array) -> None:
        np.mean(x, axis=0, out=self.running_mean)
        np.var(x, axis=0, ddof=1 if len(x) > 1 else 0, out=self.running_variance)

    def infer(self, x: Array) -> Array:
        return self._by_running_statistics(x, self._inference_pass(len(x)))

    def _by_running_statistics(self, x: Array, now: NormPass) -> Array:
        np.copyto(now.inverse_row[0], self.running_variance)
        self._invert(now.inverse_row)
        np.subtract(x, self.running_mean, out=now.x_hat)
        np.multiply(now.x_hat, now.inverse_row, out=now.x_hat)
        return self._scale_and_shift(now)

    def expression(self, x: Expression) -> Expression:
        names = ("gamma", "beta", "running_mean", "running_variance")
        numbers = {"epsilon": self.epsilon, "momentum": self.momentum}
        return Expression("batch_norm", (x,), {name: getattr(self, name) for name in names}, numbers)

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
            _column_means(now.scratch, now, now.mean_row)
            np.multiply(now.x_hat, now.mean_row, out=now.scratch)
            _column_means(error, now, now.mean_row)
            np.subtract(error, now.mean_row, out=now.error)
            np.subtract(now.error, now.scratch, out=now.error)
        else:
            np.copyto(now.error, error)
        np.multiply(now.error, now.inverse_row, out=now.error)
        return np.multiply(now.error, self.gamma, out=now.error)

    def explain_buffer(self, name: str, at: Cell, before: float) -> Sum:
        """Return (1 - momentum) before + momentum batch; the variance with m - 1, and only where m is above 1."""
        line, symbol = at.here.x[:, at.unit].astype(np.float64), at.parameter_name(name, at.unit)
        old, keep = Factor(f"{symbol} before", before), Factor("1 − momentum", 1.0 - self.momentum)
        share = Factor("momentum", self.momentum)
        if name == "running_mean":
            batch: tuple[Factor, ...] = (mean_of(f"mean of {at.input_name(at.unit, ':')}", line),)
        elif len(line) > 1:
            variance = float(np.mean((line - line.mean()) ** 2))
            batch = (
                Factor(f"v{self._over(at)}", variance, numbers=len(line)),
                Factor("m/(m − 1)", len(line) / (len(line) - 1)),
            )
        else:
            return Sum(old.symbol, (Term((old,)),), note="one example alone has no variance to tell of")
        formula = f"({keep.symbol}) · {old.symbol} + {' · '.join(each.symbol for each in (share, *batch))}"
        return Sum(formula, (Term((keep, old)), Term((share, *batch))), note="what predictions use in place of a batch")

    def _line(self, at: Cell, array: Array) -> Floats:
        return array[:, at.unit].astype(np.float64)

    def _line_name(self, at: Cell, array: str) -> str:
        return at.name(array, at.unit, ":")

    def _over(self, at: Cell) -> str:
        return f"{at.number}[{at.unit}]"

    def explain_error(self, at: Cell) -> Sum:
        """Return (δ - mean(δ) - x̂ mean(δ x̂)) γ / √(v + ε), means over the batch (Ioffe and Szegedy 2015, section 3)."""
        errors = self._line(at, at.here.arrays["delta"])
        total = self._less_means((at.factor("delta"),), self._line_name(at, "delta"), errors, at)
        total = total.noted(f"the means in layer {at.layer + 1} go over the examples of the batch")
        return self._by_deviation(total.times(at.parameter("gamma", at.unit)), at)

    def plain_code(self, frame: LayerFrame) -> LayerCode:
        n, x = frame.number, frame.x
        share = f"{self.momentum!r} * "
        x_hat = (
            f"mean{n}, variance{n} = {x}.mean(axis=0), {x}.var(axis=0)\n"
            f"std{n} = np.sqrt(variance{n} + {self.epsilon!r})\n"
            f"x_hat{n} = ({x} - mean{n}) / std{n}\n"
            f"running_mean{n} += {share}(mean{n} - running_mean{n})\n"
            "if m > 1:\n"
            f"    running_variance{n} += {share}(variance{n} * (m / (m - 1)) - running_variance{n})"
        )
        error = (
            f"{{handed}} = delta{n} - delta{n}.mean(axis=0) - x_hat{n} * (delta{n} * x_hat{n}).mean(axis=0)\n"
            f"{{handed}} = {{handed}} * gamma{n} / std{n}"
        )
        known = f"x_hat{n} = ({x} - running_mean{n}) / np.sqrt(running_variance{n} + {self.epsilon!r})"
        code = self._plain(frame, x_hat, error)
        return replace(code, infer={**code.forward, "x_hat": known})

    def identity_exactness(self, non_negative: bool) -> Exactness:
        scale = self.gamma / np.sqrt(self.running_variance + self.epsilon)
        shift = self.beta - self.running_mean * scale
        near = _ROUNDING * np.finfo(self.dtype).eps
        undone = np.abs(scale - 1.0).max() <= near and (np.abs(shift) <= near * (1.0 + np.abs(self.running_mean))).all()
        return _UNDONE if undone else not_exact("the batch norm's gamma and beta do not undo its running statistics")

    def width_exactness(self, even: bool) -> Exactness:
        return Exactness()

    def begin_as_identity(self, arriving: Arriving) -> Beginning:
        """Begin with the statistics of what arrives, and with gamma and beta that undo them."""
        width, a = arriving.width, arriving.a
        mean = np.zeros(width) if a is None else a.mean(axis=0, dtype=np.float64)
        variance = np.ones(width) if a is None else a.var(axis=0, dtype=np.float64)
        variance[variance == 0.0] = 1.0  # a unit that is silent now may speak later
        begin = "anew" if a is None else "with the last batch"
        note = f"gamma and beta undo the running statistics, which begin {begin}."
        scale = np.sqrt(variance + self.epsilon)
        values = {"gamma": scale, "beta": mean, "running_mean": mean, "running_variance": variance}
        return Beginning(_UNDONE, values, note)


def _column_means(x: Array, now: NormPass, out: Array) -> None:
    """Write the mean of every column of x, (m, units), into out, (1, units).

    A product with ones sums in blocks: in float32 its rounding is several times smaller than that of a running sum.
    """
    now.ones.dot(x, out[0])
    np.multiply(out, 1.0 / len(x), out=out)
