"""What a user asks of a trained network: which class, how often right, which mixed up with which."""

import numpy as np
from numpy.typing import NDArray

from lab.core.types import Array, Labels


def predicted_classes(a: Array) -> NDArray[np.int64]:
    """Return the class of every row of a^L, (m, c) -> (m,): the largest output, or a > 0.5 where c = 1."""
    if a.shape[1] == 1:
        return (a[:, 0] > 0.5).astype(np.int64)
    classes: NDArray[np.int64] = a.argmax(axis=1)
    return classes


def confusion_counts(true: Labels, predicted: Labels, classes: int) -> NDArray[np.int64]:
    """Count the examples of every true class (rows) taken for every class (columns), (classes, classes)."""
    pairs = true.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def accuracy(confusion: NDArray[np.int64]) -> float:
    """Return the share of examples on the diagonal of a confusion matrix, NaN where there are none."""
    total = int(confusion.sum())
    return float(np.trace(confusion)) / total if total else float("nan")
