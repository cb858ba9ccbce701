"""A set that is written in the experiment itself: a few examples, small enough to be followed by hand."""

from collections.abc import Sequence

import numpy as np

from lab.data.dataset import Dataset

Rows = Sequence[Sequence[float]]


def typed_numbers(x: Rows, y: Rows, inputs: Sequence[str]) -> Dataset:
    """Return the examples x (N, n) with their target numbers y (N, k); inputs: n names, or none for x1, x2, …"""
    targets = tuple(f"y{number}" for number in range(1, len(y[0]) + 1))
    return _dataset(x, np.array(y, np.float64), (), inputs, targets)


def typed_classes(x: Rows, y: Sequence[int], class_names: Sequence[str], inputs: Sequence[str]) -> Dataset:
    """Return the examples x (N, n) with their class numbers y (N,); a class that none has stays among the names."""
    return _dataset(x, np.array(y, np.int64), tuple(class_names), inputs, ("class",))


def _dataset(
    x: Rows, y: np.ndarray, class_names: tuple[str, ...], inputs: Sequence[str], targets: tuple[str, ...]
) -> Dataset:
    rows = np.array(x, np.float64)
    names = tuple(inputs) or tuple(f"x{number}" for number in range(1, rows.shape[1] + 1))
    return Dataset("typed", "Typed in the experiment", rows, y, class_names, names, None, target_names=targets)
