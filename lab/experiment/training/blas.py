"""How many threads the matrix products use: small nets run faster on one, and a window wants a core to itself."""

import os
from functools import cache

import numpy  # noqa: F401  (its BLAS is found only once it is loaded)
from threadpoolctl import ThreadpoolController

_TWO_PAY = 10_000_000
"""Multiplications in the forward products of a step from which a second thread is worth its start."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def suitable_threads(parameters: int, batch_size: int) -> int:
    """Return the number of BLAS threads for a network of that many parameters at that batch size."""
    return min(cores(), 2) if parameters * batch_size >= _TWO_PAY else 1


def usable_threads(asked: int | None, suitable: int) -> int:
    """Return the number of threads to use: those that were asked for, or the suitable ones, at most one a core.

    More threads than cores wait for each other: 64 on two cores took 40 s for what one did in 0.1 s, and they stay
    until the process ends.
    """
    return min(asked or suitable, cores())


@cache
def _controller() -> ThreadpoolController:
    """Return the handle on the BLAS that NumPy has loaded; finding it takes milliseconds, so once."""
    return ThreadpoolController()


def set_blas_threads(number: int) -> None:
    """Let matrix products use `number` threads from now on, in the whole process."""
    _controller().limit(limits=number, user_api="blas")
