"""Extra inputs that are computed from x1 and x2: one table from name to formula, help text and function."""

import dataclasses
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.dataset import Dataset
from lab.data.errors import DataError, quoted, suggestion

Floats = NDArray[np.float64]

PLANE = ("x1", "x2")


@dataclass(frozen=True)
class Feature:
    """One extra input; `compute` takes x1 and x2, both (N,), to its column (N,).

    The sines have π, so that one whole wave fits into -1..1, where the made sets lie: sin(x1) itself is all but a
    straight line there. `formula` is what is computed, and the name of the column that it becomes.
    """

    name: str
    title: str
    formula: str
    help: str
    compute: Callable[[Floats, Floats], Floats]


def with_features(dataset: Dataset, names: Collection[str]) -> Dataset:
    """Return the set with the features `names` as further inputs, in the order of the table, each once.

    Raises DataError for an unknown name, for a set whose inputs are not x1 and x2 or have gaps, and for
    numbers too large. Without names any set is returned as it is.
    """
    if not names:
        return dataset
    _check_names(names)
    if dataset.feature_names != PLANE:
        few = dataset.inputs <= len(PLANE)
        found = f"only {', '.join(map(quoted, dataset.feature_names))}" if few else f"{dataset.inputs:,} inputs"
        raise DataError(f"features: the set has {found}; extra features are for sets with x1 and x2.")
    if dataset.gaps:
        raise DataError("features: x1 or x2 may have gaps here; choose to leave out the rows with gaps first.")
    x = extended(dataset.x, names)
    feature_names = (*PLANE, *(feature.formula for feature in FEATURES.values() if feature.name in names))
    return dataclasses.replace(dataset, x=x, feature_names=feature_names, watch=None)


def extended(x: NDArray[Any], names: Collection[str]) -> Floats:
    """Return x (N, 2) with the columns of the features `names` beside it, (N, 2 + k), in the order of the table.

    Raises DataError for an unknown name and for numbers too large.
    """
    _check_names(names)
    x1, x2 = x.astype(np.float64).T
    with np.errstate(over="ignore", invalid="ignore"):
        columns = {name: each.compute(x1, x2) for name, each in FEATURES.items() if name in names}
    for name, column in columns.items():
        fits = np.isfinite(column)
        if not fits.all():
            row = int(np.argmin(fits))
            raise DataError(
                f"features: {name} of x1 = {x1[row]:g} and x2 = {x2[row]:g} in row {row + 1:,} is too large a number; "
                "correct the row or leave the feature out."
            )
    return np.column_stack([x1, x2, *columns.values()])


def _check_names(names: Collection[str]) -> None:
    for name in names:
        if name not in FEATURES:
            raise DataError(f"features: {quoted(name)} is not one of {suggestion(name, FEATURES)}")


FEATURES: dict[str, Feature] = {
    feature.name: feature
    for feature in (
        Feature(
            "x1^2", "x1²", "x1^2", "Large far from the middle to either side; bends lines into arcs.",
            lambda x1, x2: x1 * x1,
        ),
        Feature(
            "x2^2", "x2²", "x2^2", "Large far above and below; with x1² it is the distance from the middle, squared.",
            lambda x1, x2: x2 * x2,
        ),
        Feature(
            "x1*x2", "x1·x2", "x1*x2", "Above 0 where both inputs have one sign: all that exclusive or needs.",
            lambda x1, x2: x1 * x2,
        ),
        Feature(
            "sin(x1)", "sin x1", "sin(pi*x1)", "A wave to the right, one from -1 to 1.",
            lambda x1, x2: np.sin(np.pi * x1),
        ),
        Feature(
            "sin(x2)", "sin x2", "sin(pi*x2)", "A wave upwards, one from -1 to 1.",
            lambda x1, x2: np.sin(np.pi * x2),
        ),
    )
}  # fmt: skip
