"""What the output is measured against: targets softened by label smoothing, examples weighed by their class."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lab.core.losses import LOSSES
from lab.core.output_rule import OutputRule
from lab.core.types import Array

_SUM_TOLERANCE = 1e-3


def takes_smoothing() -> str:
    """Return the names of the losses that take label smoothing, as a sentence names them."""
    return ", ".join(name for name, loss in LOSSES.items() if loss.takes_smoothing)


class TargetRule:
    """Turns targets (m, c) into those that the loss sees.

    label_smoothing e makes y into (1 - e) y + e / c (Szegedy et al. 2016, section 7); class_weights, one for each
    class, weigh the loss and the delta of every example: with weights w the mean is (1/m) Σ w_i L_i, over m and not
    over Σ w_i. A weight is that of the target before smoothing, and weighs the whole smoothed loss of its example.
    Raises ValueError, naming the argument.
    """

    def __init__(
        self,
        rule: OutputRule,
        outputs: int,
        dtype: np.dtype[Any],
        label_smoothing: float,
        class_weights: ArrayLike | None,
    ) -> None:
        self._shares = rule.pair.needs_shares
        self._name = f"{rule.loss.name} on a {rule.activation.name}"
        if not 0 <= label_smoothing < 1:
            raise ValueError(f"label_smoothing: {label_smoothing!r} is not a number from 0 to below 1")
        if label_smoothing and not rule.loss.takes_smoothing:
            raise ValueError(f"label_smoothing: only {takes_smoothing()} has it, {rule.loss.name} does not")
        self.label_smoothing = float(label_smoothing)
        self.eye: Array = np.eye(outputs, dtype=dtype)
        self.class_weights: Array | None = None
        if class_weights is not None:
            self.class_weights = _weights(class_weights, max(outputs, 2), dtype)

    def check(self, targets: Array) -> None:
        """Refuse targets, (m, c), that are no class numbers and that the rule does not hold for; ValueError on y.

        A rule that needs shares, such as a - y for cross-entropy on a softmax, holds only where every row of y sums
        to 1, and a weight by class means something only for shares of classes.
        """
        if self._shares:
            sums = targets.sum(axis=1)
            wrong = int(np.abs(sums - 1.0).argmax())
            if abs(float(sums[wrong]) - 1.0) > _SUM_TOLERANCE:
                raise ValueError(f"y: row {wrong} sums to {sums[wrong]:g}, 1 expected by {self._name}")
        if self.class_weights is not None and not (targets.min() >= 0 and targets.max() <= 1):
            raise ValueError("y: numbers outside 0 to 1 found, shares of classes expected where classes have weights")

    def prepare(self, targets: Array, weights: Array) -> Array | None:
        """Soften the targets where they lie and write the examples' weights, (m, 1); None where there are none."""
        if self.class_weights is not None:
            if targets.shape[1] == 1:
                zero, one = self.class_weights
                np.multiply(targets, one - zero, out=weights)
                np.add(weights, zero, out=weights)
            else:
                targets.dot(self.class_weights, weights.reshape(-1))
        if self.label_smoothing:
            np.multiply(targets, 1.0 - self.label_smoothing, out=targets)
            np.add(targets, self.label_smoothing / targets.shape[1], out=targets)
        return None if self.class_weights is None else weights


def _weights(value: ArrayLike, classes: int, dtype: np.dtype[Any]) -> Array:
    weights = np.asarray(value, dtype=dtype)
    if weights.shape != (classes,) or not np.isfinite(weights).all() or weights.min() < 0 or weights.max() <= 0:
        raise ValueError(f"class_weights: {value!r} found, {classes} numbers from 0, not all 0, expected")
    return weights


def balanced_weights(counts: ArrayLike) -> Array:
    """Return weights by which every class counts alike: N / (c count), 0 for a class without examples."""
    number = np.asarray(counts, dtype=np.float64)
    present = number > 0
    weights = np.zeros_like(number)
    weights[present] = number.sum() / (present.sum() * number[present])
    return weights


def mean_one(weights: ArrayLike, counts: ArrayLike) -> Array:
    """Return the weights scaled so that their mean over examples with these class counts is 1."""
    each, number = np.asarray(weights, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    each = each / each.max()  # so that the sum holds for weights of any size
    scaled: Array = each * (number.sum() / (each * number).sum())
    return scaled
