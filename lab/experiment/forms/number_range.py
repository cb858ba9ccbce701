"""Numbers of an experiment that its dtype cannot hold: in float32 1e-300 is 0 and 1e308 is infinite."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from pydantic import BaseModel


def out_of_range(part: BaseModel, path: str, dtype: str) -> Iterator[str]:
    """Yield a sentence for every number of a checked form, at any depth, that is too small or too large for the dtype.

    Too small is what is neither 0 nor a normal number: it has lost digits, or is 0 already.
    """
    limits = np.finfo(dtype)
    smallest, largest = float(limits.tiny), float(limits.max)
    for name, value in _numbers(part):
        if value and not smallest <= abs(value) <= largest:
            size, limit = ("small", smallest) if abs(value) < 1 else ("large", largest)
            bound = f"from {limit:.2g} on" if size == "small" else f"up to {limit:.2g}"
            wider = ", or dtype float64" if dtype == "float32" else ""
            yield f"{path}.{name}: {value!r} is too {size} for {dtype}: take one {bound}{wider}"


def _numbers(part: BaseModel) -> Iterator[tuple[str, float]]:
    values: Iterator[tuple[str, Any]] = iter(part)  # with the options that only some kinds have
    for name, value in values:
        if isinstance(value, BaseModel):
            for deeper, number in _numbers(value):
                yield f"{name}.{deeper}", number
        elif isinstance(value, float):
            yield name, value
