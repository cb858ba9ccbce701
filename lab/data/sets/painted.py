"""A set that a person painted: points in the square -1..1, each in the colour of its class."""

from collections.abc import Sequence

import numpy as np

from lab.data.dataset import Dataset
from lab.data.errors import DataError

COLOURS = ("blue", "orange", "green", "pink", "cyan", "red")
"""The classes by their number, in the order of the class colours of the themes."""
MOST_POINTS = 20_000


def painted_dataset(points: Sequence[tuple[float, float, int]], classes: int) -> Dataset:
    """Return the points (x1, x2, class number) as a set "painted" with the first `classes` colours as classes.

    x is (N, 2) float64 with the inputs "x1" and "x2". A class without points stays among the class names, so that the
    numbers of the others stay theirs. Raises DataError for more than 20,000 points, for a point outside -1..1 or of no
    such class, and where fewer than two classes have points.
    """
    if classes not in range(2, len(COLOURS) + 1):
        raise DataError(f"The painting has {classes} classes; it must have from 2 to {len(COLOURS)}.")
    if len(points) > MOST_POINTS:
        raise DataError(f"The painting has {len(points):,} points; it may have at most {MOST_POINTS:,}.")
    for place, (x1, x2, number) in enumerate(points):
        # Written so that NaN fails: a comparison with it is false.
        if not (-1 <= x1 <= 1 and -1 <= x2 <= 1):
            raise DataError(f"points[{place}] lies at x1 = {x1:g}, x2 = {x2:g}; a point lies within -1 to 1.")
        if number not in range(classes):
            raise DataError(f"points[{place}] has the class {number}; the classes are 0 to {classes - 1}.")
    y = np.array([number for _, _, number in points], np.int64)
    _check_colours(y)
    x = np.array([(x1, x2) for x1, x2, _ in points], np.float64)
    return Dataset("painted", "Painted points", x, y, COLOURS[:classes], ("x1", "x2"), None)


def _check_colours(y: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    used = np.unique(y)
    if len(used) < 2:
        found = f"points of {COLOURS[used[0]]} only" if len(used) else "no points"
        raise DataError(f"The painting has {found}; paint with at least two colours.")
