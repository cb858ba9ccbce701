"""The terms of every loss, written down from its definition and not from the program."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BY_HAND: dict[str, Callable[[Floats, Floats], Floats]] = {
    "cross_entropy": lambda a, y: -y * np.log(a),
    "binary_cross_entropy": lambda a, y: -y * np.log(a) - (1 - y) * np.log(1 - a),
    "half_squared_error": lambda a, y: (a - y) ** 2 / 2,
    "mean_absolute_error": lambda a, y: np.abs(a - y),
    "huber": lambda a, y: np.where(np.abs(a - y) <= 1, (a - y) ** 2 / 2, np.abs(a - y) - 0.5),
    "log_cosh": lambda a, y: np.logaddexp(a - y, y - a) - np.log(2),
    "focal": lambda a, y: -y * (1 - a) ** 2 * np.log(a) - (1 - y) * a**2 * np.log(1 - a),
    "hinge": lambda a, y: np.maximum(0, 1 - (2 * y - 1) * a),
}
