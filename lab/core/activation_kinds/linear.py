"""The linear activation, which leaves z as it is."""

import numpy as np

from lab.core.activation_kinds.elementwise import Elementwise, Identity, Sign
from lab.core.types import Array


def linear(z: Array, out: Array, work: Array) -> None:
    np.copyto(out, z)


def linear_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    out.fill(1.0)


ROWS = (
    Elementwise(
        "linear", "Linear", "a = z", "σ′(z) = 1",
        "Leaves z as it is: the usual output for predicting a number.",
        linear, linear_slope, lambda z: z, Sign.KEPT, Identity.EVERYWHERE,
        plain=("z", "np.ones_like(z)"),
    ),
)  # fmt: skip
