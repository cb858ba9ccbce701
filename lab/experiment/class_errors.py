"""What a network gets wrong on one part: counts, figures and ROC of every class, and the rows behind each count."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.core import metrics

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MOST_POINTS = 400


@dataclass(frozen=True, eq=False)
class ClassErrors:
    """counts (c, c), true classes in rows; the rest (c,): examples, precision, recall, F1 and AUC against all others.

    AUC is NaN for a class that has no examples, or all of them, and its curve in `roc` is empty: false and true
    positive rates, at most some hundred points of each. known: how many of the rows have outputs that are numbers; the
    others are in no count.
    """

    counts: Integers
    examples: Integers
    precision: Floats
    recall: Floats
    f1: Floats
    auc: Floats
    roc: tuple[tuple[Floats, Floats], ...]
    known: int


def class_errors(true: Integers, values: Floats) -> ClassErrors:
    """Return the figures of m rows: true (m,), the class of each, values (m, c), a share for each class."""
    classes = values.shape[1]
    finite = np.isfinite(values).all(axis=1)
    true, values = true[finite], values[finite]
    counts = metrics.confusion_counts(true, values.argmax(axis=1), classes)
    return ClassErrors(
        counts,
        counts.sum(axis=1),
        metrics.precision(counts),
        metrics.recall(counts),
        metrics.f1(counts),
        metrics.roc_auc_by_class(true, values),
        tuple(_thinned(*metrics.roc_curve(true == number, values[:, number])) for number in range(classes)),
        len(true),
    )


def _thinned(false: Floats, true: Floats) -> tuple[Floats, Floats]:
    """Return a curve with as many points as can be told apart, its first and its last among them."""
    if len(false) <= _MOST_POINTS:
        return false, true
    kept = np.linspace(0, len(false) - 1, _MOST_POINTS).round().astype(np.int64)
    return false[kept], true[kept]


def rows_of_cell(true: Integers, values: Floats, cell: tuple[int, int]) -> Integers:
    """Return which of the m rows were of the cell's first class and taken for its second, the surest first."""
    finite = np.isfinite(values).all(axis=1)
    places = np.flatnonzero(finite & (true == cell[0]) & (values.argmax(axis=1) == cell[1]))
    return places[np.argsort(-values[places, cell[1]], kind="stable")]


@dataclass(frozen=True)
class NumberErrors:
    """How far off predicted numbers are, in the target's own unit; `known` rows have a prediction that is a number."""

    rmse: float
    mae: float
    r_squared: float
    known: int


def number_errors(true: Floats, values: Floats) -> NumberErrors:
    """Return the figures of one target: true and predicted numbers, (m,) each; NaN without any."""
    known = np.isfinite(values)
    if not known.any():
        return NumberErrors(np.nan, np.nan, np.nan, 0)
    true, values = true[known][:, None], values[known][:, None]
    return NumberErrors(
        metrics.rmse(true, values), metrics.mae(true, values), metrics.r_squared(true, values), int(known.sum())
    )
