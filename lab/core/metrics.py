"""What a user asks of a trained network: how often it is right, what it mixes up, how far off it is."""

import numpy as np
from numpy.typing import NDArray

from lab.core.types import Array, Labels

Counts = NDArray[np.int64]
Shares = NDArray[np.float64]


def predicted_classes(a: Array) -> Counts:
    """Return the class of every row of a^L, (m, c) -> (m,): the largest output, or a > 0.5 where c = 1."""
    if a.shape[1] == 1:
        return (a[:, 0] > 0.5).astype(np.int64)
    classes: Counts = a.argmax(axis=1)
    return classes


def confusion_counts(true: Labels, predicted: Labels, classes: int) -> Counts:
    """Count the examples of every true class (rows) taken for every class (columns), (classes, classes)."""
    pairs = true.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def accuracy(confusion: Counts) -> float:
    """Return the share of examples on the diagonal of a confusion matrix, NaN where there are none."""
    total = int(confusion.sum())
    return float(np.trace(confusion)) / total if total else float("nan")


def top_k_accuracy(true: Labels, a: Array, k: int) -> float:
    """Return the share of rows of a, (m, c), whose true class is among the k largest outputs.

    Outputs that are equal count in favour of the class with the lower number. Raises ValueError for k outside 1..c.
    """
    if not 1 <= k <= a.shape[1]:
        raise ValueError(f"k: {k} is not a whole number from 1 to {a.shape[1]}")
    if not len(true):
        return float("nan")
    own = a[np.arange(len(true)), true][:, None]
    ahead = (a > own).sum(axis=1)
    ties_before = ((a == own) & (np.arange(a.shape[1]) < np.asarray(true)[:, None])).sum(axis=1)
    return float(np.mean(ahead + ties_before < k))


def precision(confusion: Counts) -> Shares:
    """Return for every class the share of what was taken for it that is it, (c,); 0 where nothing was."""
    return _shares(np.diagonal(confusion), confusion.sum(axis=0))


def recall(confusion: Counts) -> Shares:
    """Return for every class the share of it that was recognised, (c,); 0 for a class without examples."""
    return _shares(np.diagonal(confusion), confusion.sum(axis=1))


def f1(confusion: Counts) -> Shares:
    """Return for every class the harmonic mean of precision and recall, (c,); 0 where both are."""
    return _shares(2 * np.diagonal(confusion), confusion.sum(axis=0) + confusion.sum(axis=1))


def macro(by_class: Shares) -> float:
    """Return the mean over classes, every class counting alike."""
    return float(np.mean(by_class))


def _shares(parts: Counts, wholes: Counts) -> Shares:
    shares = np.zeros(len(parts))
    np.divide(parts, wholes, out=shares, where=wholes > 0)
    return shares


def roc_auc(positive: NDArray[np.bool_], score: Array) -> float:
    """Return the chance that a positive example scores above a negative one, ties counting half; NaN without both.

    By ranks (Mann and Whitney 1947): U / (positives * negatives). positive: (m,); score: (m,).
    """
    positives = int(np.count_nonzero(positive))
    negatives = len(positive) - positives
    if not positives or not negatives:
        return float("nan")
    _, index, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank_of_value = np.cumsum(counts) - (counts - 1) / 2.0  # equal scores share the mean of their ranks
    rank_sum = float(rank_of_value[index][positive].sum())
    return (rank_sum - positives * (positives + 1) / 2.0) / (positives * negatives)


def roc_auc_by_class(true: Labels, a: Array) -> Shares:
    """Return the area of every class against all others, (c,); of class 1 alone where a has one column."""
    if a.shape[1] == 1:
        return np.array([roc_auc(np.asarray(true) == 1, a[:, 0])])
    return np.array([roc_auc(np.asarray(true) == k, a[:, k]) for k in range(a.shape[1])])


def roc_curve(positive: NDArray[np.bool_], score: Array) -> tuple[Shares, Shares]:
    """Return the false and the true positive rate for every threshold, from (0, 0) to (1, 1); empty without both kinds.

    A point for each different score, the highest first (Fawcett 2006, algorithm 1); equal scores pass together.
    positive: (m,); score: (m,).
    """
    positives = int(np.count_nonzero(positive))
    negatives = len(positive) - positives
    if not positives or not negatives:
        return np.zeros(0), np.zeros(0)
    order = np.argsort(-score, kind="stable")
    last_of_equals = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)
    passed = np.cumsum(positive[order])[last_of_equals]
    false, true = (last_of_equals + 1 - passed) / negatives, passed / positives
    return np.append(0.0, false), np.append(0.0, true)


def rmse(true: Array, a: Array) -> float:
    """Return the root of the mean squared difference over all examples and outputs."""
    return float(np.sqrt(np.mean(np.square(a - true, dtype=np.float64))))


def mae(true: Array, a: Array) -> float:
    """Return the mean absolute difference over all examples and outputs."""
    return float(np.mean(np.abs(a - true), dtype=np.float64))


def r_squared(true: Array, a: Array) -> float:
    """Return 1 - (squared error / squared distance from the mean), the mean over outputs; NaN for constant targets."""
    rest = np.square(a - true, dtype=np.float64).sum(axis=0)
    spread = np.square(true - true.mean(axis=0), dtype=np.float64).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.mean(np.where(spread > 0, 1.0 - rest / spread, np.nan)))
