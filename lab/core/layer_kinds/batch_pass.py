"""The arrays of one pass of a batch through one layer."""

import numpy as np
from numpy.typing import DTypeLike

from lab.core.types import Array


class Pass:
    """The arrays of one pass of m examples through one layer, reused step after step; a kind adds its own.

    a: (m, outputs); rows: (m,), scratch. In training also delta: (m, outputs), and error: the derivative of the
    summed loss by the layer's input, (m, inputs).
    """

    def __init__(self, m: int, inputs: int, outputs: int, dtype: DTypeLike, learns: bool) -> None:
        self.a: Array = np.zeros((m, outputs), dtype)
        self.rows: Array = np.zeros(m, dtype)
        if learns:
            self.delta: Array = np.zeros((m, outputs), dtype)
            self.error: Array = np.zeros((m, inputs), dtype)
            self.ones: Array = np.ones(m, dtype)
