"""The array types that the core's signatures speak of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""A matrix, vector or number of the network's own dtype, float32 or float64."""

Floats = NDArray[np.float64]
"""Numbers that are computed in float64, whatever the network's dtype."""

Labels = NDArray[np.integer[Any]]
"""Class numbers, shape (m,)."""

Mask = NDArray[np.bool_]
"""Which of the cells of an array are meant."""

Numbers = NDArray[np.int64]
"""Numbers of units, rows or cells."""
