"""The extremes, mean, spread and norm of an array of real numbers, exact where squares would overflow or vanish."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Summary:
    """Numbers of an array; `broken` counts NaN and infinities, which the other numbers leave out."""

    minimum: float
    maximum: float
    mean: float
    std: float
    norm: float
    zeros: int
    broken: int
    size: int


def summary_of(array: NDArray[np.floating[Any]]) -> Summary:
    """Return the numbers of an array that is not empty; sums are taken in float64, std is the population's.

    The norm is the Euclidean (Frobenius) one. Without any finite value the five numbers are NaN.
    """
    values = array.ravel()
    low, high = float(values.min()), float(values.max())
    if not math.isfinite(high - low):
        values = values[np.isfinite(values)].astype(np.float64)
        if not values.size:
            return Summary(math.nan, math.nan, math.nan, math.nan, math.nan, 0, array.size, array.size)
        low, high = float(values.min()), float(values.max())
    # divided by the largest magnitude, so that squares neither overflow nor vanish
    scale = max(high, -low) or 1.0
    scaled = values / values.dtype.type(scale)
    mean = float(np.add.reduce(scaled, dtype=np.float64)) / scaled.size
    norm = math.sqrt(float(np.add.reduce(np.square(scaled), dtype=np.float64)))
    scaled -= values.dtype.type(mean)
    std = math.sqrt(float(np.add.reduce(np.square(scaled, out=scaled), dtype=np.float64)) / scaled.size)
    zeros = values.size - int(np.count_nonzero(values))
    return Summary(low, high, mean * scale, std * scale, norm * scale, zeros, array.size - values.size, array.size)
