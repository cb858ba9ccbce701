"""From numbers to rows of the diverging colour table: 128 is zero, 1 and 255 the ends, 0 is not a number."""

import math

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
    scaled = matrix / matrix.dtype.type(level or 1)
    finite = np.isfinite(scaled)
    np.clip(scaled, -1, 1, out=scaled)
    scaled *= 127
    scaled += ZERO + 0.5
    if finite.all():
        return scaled.astype(np.uint8)
    return np.where(finite, scaled, 0).astype(np.uint8)
