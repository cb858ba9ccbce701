"""Losses by margin: hinge, which asks every output for the right sign and no more."""

import numpy as np

from lab.core.loss_kinds.loss import Loss
from lab.core.types import Array, Floats


def _hinge(a: Array, y: Array, out: Array, work: Array) -> None:
    np.multiply(y, -2.0, out=work)
    np.add(work, 1.0, out=work)
    np.multiply(work, a, out=out)
    np.add(out, 1.0, out=out)
    np.maximum(out, 0.0, out=out)


def _hinge_error(a: Array, y: Array, out: Array, work: Array) -> None:
    _hinge(a, y, out, work)
    np.sign(out, out=out)
    np.multiply(out, work, out=out)


def _to_margin(a: Floats, y: Floats) -> Floats:
    return 1.0 - (2.0 * y - 1.0) * a


ROWS = (
    Loss(
        "hinge", "Hinge", "L = Σ_j max(0, 1 − t_j a_j),  t = 2y − 1", "∂L/∂a_j = −t_j where t_j a_j < 1, else 0",
        "Asks every output for the right sign with a margin of 1, and no more: the support vector's loss.",
        _hinge, _hinge_error, ("linear", "tanh"), "it asks for outputs of either sign", kink=_to_margin,
        plain=(
            "t = 2 * y - 1\nnp.maximum(0, 1 - t * a)",
            "t = 2 * y - 1\nnp.where(t * a < 1, -t, 0)",
        ),
    ),
)  # fmt: skip
