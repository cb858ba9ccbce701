"""Which layer, example or cell somebody means: whole numbers from 0, never counted from the end."""

from collections.abc import Sequence

import numpy as np

from lab.core.checks import whole_number


def number_below(name: str, value: object, end: int) -> int:
    """Return `value` as an int; ValueError, naming it, unless it is a whole number from 0 and below `end`."""
    number = whole_number(name, value, 0)
    if number >= end:
        raise ValueError(f"{name}: {number} found, 0 to {end - 1} expected")
    return number


def as_cell(name: str, cell: Sequence[int], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return `cell` as an index into an array of that shape; ValueError, naming the argument, unless it is one."""
    numbers = all(isinstance(i, int | np.integer) and not isinstance(i, bool) for i in cell)
    if not numbers or len(cell) != len(shape) or not all(0 <= i < n for i, n in zip(cell, shape, strict=True)):
        found = tuple(int(i) for i in cell) if numbers else cell
        raise ValueError(f"{name}: {found!r} found, whole numbers from 0 within shape {shape} expected")
    return tuple(int(i) for i in cell)
