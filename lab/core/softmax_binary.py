"""Binary cross-entropy on a softmax: the one pair whose 1/a and 1/(1 - a) need care where an output is nearly 1.

It is there to be compared with the pairs that have a short form, not to be fast: unlike them it allocates. In both
functions ln(1 - a) of a row's largest a is the logarithm of the sum of the others, never of a rounded 0.
"""

import numpy as np
from numpy.typing import NDArray

from lab.core.types import Array


def _rest(log_a: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Return rows and columns of the largest outputs, and ln(1 - a) of all, (m, c)."""
    rows, top = np.arange(len(log_a)), log_a.argmax(axis=1)
    others = log_a.copy()
    others[rows, top] = -np.inf
    second = others.max(axis=1)
    log_rest = np.log1p(-np.exp(others))
    log_rest[rows, top] = second + np.log(np.exp(others - second[:, None]).sum(axis=1))
    return rows, top, log_rest


def terms(z: Array, log_a: Array, y: Array, out: Array, work: Array) -> None:
    """Write -y ln a - (1 - y) ln(1 - a) into out, (m, c); work is not needed."""
    log_rest = _rest(log_a)[2]
    np.add(y * (log_a - log_rest), log_rest, out=out)
    np.negative(out, out=out)


def delta(log_a: Array, a: Array, y: Array, temperature: float, out: Array) -> None:
    """Write the general rule's delta with its 1/a cancelled by hand into out, (m, c).

    With r_k = (a_k - y_k) / (1 - a_k) the Jacobian gives delta_j = r_j - a_j sum_k r_k. For the largest output t the
    r_t is split off: r_t (1 - a_t) is a_t - y_t, and a_j r_t is (a_t - y_t) exp(ln a_j - ln(1 - a_t)), at most 1.
    """
    rows, top, log_rest = _rest(log_a)
    difference = a - y
    r = difference / np.exp(np.maximum(log_rest, np.log(0.5) - 1))  # all but the largest have 1 - a above 1/2
    r[rows, top] = 0.0
    share = np.exp(np.minimum(log_a - log_rest[rows, top][:, None], 0.0))
    share[rows, top] = 0.0
    np.subtract(r.sum(axis=1, keepdims=True), r, out=out)
    np.multiply(out, a, out=out)
    np.subtract(difference, out, out=out)
    np.subtract(out, difference[rows, top][:, None] * share, out=out)
    np.divide(out, temperature, out=out)
