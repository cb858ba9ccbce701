"""How many threads the matrix products use: small nets run faster on one, and a window wants a core to itself."""

import os
from functools import cache

import numpy  # noqa: F401  (its BLAS is found only once it is loaded)
from threadpoolctl import ThreadpoolController

_TWO_PAY = 10_000_000
"""Multiplications in the forward products of a step from which a second thread is worth its start."""


def suitable_threads(parameters: int, batch_size: int) -> int:
    """Return the number of BLAS threads for a network of that many parameters at that batch size."""
    cores = os.cpu_count() or 1
    return min(cores, 2) if parameters * batch_size >= _TWO_PAY else 1


@cache
def _controller() -> ThreadpoolController:
    """Return the handle on the BLAS that NumPy has loaded; finding it takes milliseconds, so once."""
    return ThreadpoolController()


def set_blas_threads(number: int) -> None:
    """Let matrix products use `number` threads from now on, in the whole process."""
    _controller().limit(limits=number, user_api="blas")
