"""The kinds of arrays that widgets take: matrices of real numbers, float64, whole numbers, any numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.floating[Any]]
Floats = NDArray[np.float64]
Values = NDArray[Any]
Integers = NDArray[np.int64]
