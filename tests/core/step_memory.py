"""How much memory a step of training takes while it runs."""

import tracemalloc

import numpy as np

from lab.core.network import Network
from lab.core.optimizers import Optimizer


def peak_of_a_step(net: Network, rule: Optimizer, m: int) -> int:
    """Return the most bytes that a later step holds at any moment beside what it held before.

    NumPy's buffer for casts and broadcasts, of one size for all arrays, is made small: it would hide what else is held.
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(m, net.inputs)).astype(net.dtype)
    y = rng.integers(0, net.outputs, m)

    def step() -> None:
        net.forward(x)
        net.backward(y)
        rule.step(net)

    step()
    step()
    usual_buffer = np.setbufsize(16)
    tracemalloc.start()
    try:
        step()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        step()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
        np.setbufsize(usual_buffer)
