"""From arrays to a dataset: with their labels, or with one of their columns as the target."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Arrays
from lab.data.dataset import Dataset
from lab.data.errors import DataError, quoted, suggestion
from lab.data.row_origins import FileOrigins

_MOST_CLASSES = 1000
_COPIED = 256 << 20
"""Bytes up to which the inputs beside a target column are copied into rows of their own."""


def dataset_of_arrays(arrays: Arrays, target: str | None, task: str) -> Dataset:
    """Return the dataset; without labels the column `target` (None: the last) is learnt, as `task` says.

    Raises DataError, naming file and column, where the target cannot be used.
    """
    name, title = arrays.path.stem, arrays.path.name
    if arrays.y is not None:
        if target is not None:
            raise DataError(f"{title} has labels of its own; leave the target {quoted(target)} out.")
        if task != "classes":
            raise DataError(f"{title} has labels that name classes; choose the task classes.")
        return Dataset(
            name, title, arrays.x, arrays.y, arrays.class_names, arrays.feature_names, arrays.image_shape,
            arrays.pixel_max, watch=arrays.watch, notes=arrays.notes, parts=arrays.parts,
            origins=FileOrigins(arrays.row_files) if arrays.row_files else None,
        )  # fmt: skip
    column = _position(arrays, target)
    if arrays.watch is not None:
        arrays.watch.check()
    values = np.array(arrays.x[:, column], np.float64)
    if (bad := np.flatnonzero(~np.isfinite(values))).size:
        where = f"{title}, row {bad[0] + 1:,}, column {quoted(arrays.feature_names[column])}"
        raise DataError(f"{where}: found {values[bad[0]]}; a target is a finite number.")
    names = arrays.feature_names[:column] + arrays.feature_names[column + 1 :]
    x = _without(arrays, column)
    watch = arrays.watch if np.may_share_memory(x, arrays.x) else None
    if task == "numbers":
        numbers, target_names = values[:, np.newaxis], (arrays.feature_names[column],)
        return Dataset(name, title, x, numbers, (), names, None, watch=watch, target_names=target_names)
    y, class_names = _classes(arrays, column, values)
    return Dataset(name, title, x, y, class_names, names, None, watch=watch)


def _position(arrays: Arrays, target: str | None) -> int:
    if arrays.x.shape[1] < 2:
        raise DataError(f"{arrays.path.name} has a single column; a set needs an input column and a target at least.")
    if target is None:
        return len(arrays.feature_names) - 1
    if target not in arrays.feature_names:
        raise DataError(
            f"{arrays.path.name} has no column {quoted(target)} for the target; its columns are "
            f"{suggestion(target, arrays.feature_names)}"
        )
    return arrays.feature_names.index(target)


def _without(arrays: Arrays, column: int) -> NDArray[Any]:
    """Return x without one column: a view where that is possible and x too large to be copied."""
    x = arrays.x
    if x.nbytes > _COPIED:
        if column == x.shape[1] - 1:
            return x[:, :-1]
        if column == 0:
            return x[:, 1:]
        raise DataError(
            f"{arrays.path.name}, column {quoted(arrays.feature_names[column])}: a target inside an array of "
            f"{x.nbytes:,} bytes must be its first or last column; move it there."
        )
    return np.delete(x, column, axis=1)


def _classes(arrays: Arrays, column: int, values: NDArray[np.float64]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    different, y = np.unique(values, return_inverse=True)
    where = f"{arrays.path.name}, column {quoted(arrays.feature_names[column])}"
    if len(different) > _MOST_CLASSES or (different != np.round(different)).any():
        raise DataError(
            f"{where} has {len(different):,} different numbers, which are no classes; choose another target, "
            "or the task numbers."
        )
    return y.astype(np.int64), tuple(f"{number:.0f}" for number in different)
