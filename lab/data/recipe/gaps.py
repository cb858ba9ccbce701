"""Gaps: NaN in the columns that may have them, replaced by what the training rows have there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError, quoted

Floats = NDArray[np.float64]

FILLS = ("mean", "median", "most_frequent")
"""The choices for missing values that leave NaN in x until the training rows are known."""

_CHUNK_VALUES = 1 << 18


@dataclass(frozen=True)
class Gap:
    """Columns start..stop of x in which NaN is a gap; several columns are one one-hot group.

    `fill` is one of FILLS (of a group only most_frequent), `name` what a sentence calls the columns.
    """

    start: int
    stop: int
    fill: str
    name: str


def fit_fills(gaps: Sequence[Gap], x_train: NDArray[Any]) -> Floats:
    """Return the value for a gap in each column of x_train (rows, n), (n,); 0 in columns that have none.

    Of values that are equally frequent the smallest, of categories the first. Raises DataError for a column
    without any value in the training rows.
    """
    fills = np.zeros(x_train.shape[1])
    for gap in gaps:
        values = x_train[:, gap.start : gap.stop]
        present = ~np.isnan(values[:, 0])
        if not present.any():
            raise DataError(
                f"The column {quoted(gap.name)} has no value in any of the {len(x_train):,} training rows, so there "
                "is nothing to fill its gaps with; leave the column out, or choose another seed or split."
            )
        if gap.stop - gap.start > 1:
            fills[gap.start + values.sum(axis=0, where=present[:, None]).argmax()] = 1
        else:
            fills[gap.start] = _fill_of(gap.fill, values[present, 0])
    return fills


def fill(x: NDArray[Any], fills: Floats) -> NDArray[Any]:
    """Return x (rows, n) with its NaNs replaced by `fills` (n,): a copy only where there are any."""
    filled = None
    for start, stop, nan in _nans(x):
        if filled is None:
            filled = x.copy()
        np.copyto(filled[start:stop], fills, where=nan, casting="same_kind")
    return x if filled is None else filled


def _nans(x: NDArray[Any]) -> Iterator[tuple[int, int, NDArray[np.bool_]]]:
    """Yield the pieces of x that have a NaN: first row, row after the last, and where the NaNs are."""
    if x.dtype.kind != "f":
        return
    rows = max(1, _CHUNK_VALUES // max(1, x.shape[1]))
    for start in range(0, len(x), rows):
        nan = np.isnan(x[start : start + rows])
        if nan.any():
            yield start, start + len(nan), nan


def _fill_of(kind: str, column: NDArray[Any]) -> float:
    if kind == "most_frequent":
        different, counts = np.unique(column, return_counts=True)
        return float(different[counts.argmax()])
    with np.errstate(over="ignore"):
        found = _middle(kind, column)
        if not np.isfinite(found):
            # Only a sum of numbers near the end of float64 gets here: it is taken of smaller ones.
            found = _middle(kind, column / len(column)) * len(column)
    return min(max(found, float(column.min())), float(column.max()))


def _middle(kind: str, column: NDArray[Any]) -> float:
    return float(np.mean(column) if kind == "mean" else np.median(column))
