"""From numbers to rows of the diverging colour table: 128 is zero, 1 and 255 the ends, 0 is not a number."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.gui.widgets.drawing.array_types import Matrix

ZERO = 128


def as_matrix(values: ArrayLike) -> Matrix:
    """Return `values` as a float matrix with two axes, without a copy where it is one; (n,) becomes (1, n).

    Raises ValueError for another number of axes and for what does not hold real numbers.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"matrix: its numbers are {array.dtype}; they must be real.")
    if array.ndim not in (1, 2):
        raise ValueError(f"matrix: its shape is {array.shape}; it must have one axis or two.")
    matrix = np.atleast_2d(array)
    return matrix if matrix.dtype in (np.float32, np.float64) else matrix.astype(np.float64)


def largest_finite(matrix: Matrix) -> float:
    """Return the largest |value| that is finite; 0 where there is none."""
    if not matrix.size:
        return 0.0
    top = max(float(matrix.max()), -float(matrix.min()))
    if math.isfinite(top):
        return top
    finite = matrix[np.isfinite(matrix)]
    return max(float(finite.max()), -float(finite.min())) if finite.size else 0.0


def colour_index(matrix: Matrix, level: float) -> NDArray[np.uint8]:
    """Return each value's row of the colour table when `level` is the end of the scale; values beyond it are clipped.

    What is not finite gets 0.
    """
    return _index_of(matrix / matrix.dtype.type(level or 1))


def colour_indices(matrices: Sequence[Matrix]) -> NDArray[np.uint8]:
    """Return the rows of the colour table of all values of some matrices, one after the other, (n,).

    The scale of each ends at its own largest value. All go through at once: for small ones calls take longer than
    numbers. None of them may be empty.
    """
    flat = np.concatenate([matrix.ravel() for matrix in matrices])
    lengths = [matrix.size for matrix in matrices]
    starts = np.cumsum([0, *lengths[:-1]])
    levels = np.maximum.reduceat(np.abs(flat), starts)
    if not np.isfinite(levels).all():
        levels = np.array([largest_finite(matrix) for matrix in matrices], flat.dtype)
    levels[levels == 0] = 1
    return _index_of(flat / np.repeat(levels, lengths))


def _index_of(scaled: Matrix) -> NDArray[np.uint8]:
    """Return the rows for values of which 1 is the end of the scale; they are written over."""
    finite = np.isfinite(scaled)
    np.minimum(np.maximum(scaled, -1, out=scaled), 1, out=scaled)  # np.clip costs three calls more
    scaled *= 127
    scaled += ZERO + 0.5
    if finite.all():
        return scaled.astype(np.uint8)
    return np.where(finite, scaled, 0).astype(np.uint8)
