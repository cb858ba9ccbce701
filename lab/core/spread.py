"""Mean and spread of an array's cells by one pass over the memory each: cheap enough while a run trains."""

from math import sqrt

import numpy as np

from lab.core.types import Array


def sum_of_squares(array: Array) -> float:
    """Return the sum of squares by one BLAS product."""
    flat = array.ravel()
    return float(flat.dot(flat))


def mean_and_spread(array: Array) -> tuple[float, float]:
    """Return mean and standard deviation of all cells, exact to the dtype's digits of the mean, not of the spread."""
    mean = float(np.add.reduce(array, axis=None)) / array.size
    return mean, sqrt(max(sum_of_squares(array) / array.size - mean * mean, 0.0))
