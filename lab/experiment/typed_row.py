"""One example whose numbers were typed: it stands in the place of the training row that is pinned."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lab.data.subsets.scaling import Scaling


@dataclass(frozen=True, eq=False)
class TypedRow:
    """x: (n,), as the data has its inputs; y: (1,), the number of its class, or (k,), its target numbers."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def batch(self, scaling: Scaling, target_scaling: Scaling | None, dtype: DTypeLike) -> tuple[Any, Any]:
        """Return it as a batch of one: x (1, n) scaled, y (1,) or (1, k). DataError where a number does not fit."""
        x = scaling.apply(self.x[None, :], dtype)
        if target_scaling is None:
            return x, self.y.astype(np.int64)
        return x, target_scaling.apply(self.y[None, :], dtype)
