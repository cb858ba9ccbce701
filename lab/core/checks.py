"""What a user may hand to the network, and the sentence for what he may not."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lab.core.types import Array


def whole_number(name: str, value: object, lowest: int = 1) -> int:
    """Return `value` as an int; ValueError, naming it, unless it is a whole number from `lowest`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < lowest:
        raise ValueError(f"{name}: {value!r} is not a whole number from {lowest}")
    return int(value)


def float_type(value: DTypeLike) -> np.dtype[Any]:
    """Return `value` as a NumPy type; ValueError unless it is float32 or float64."""
    try:
        dtype = np.dtype(value)
    except TypeError as error:
        raise ValueError(f"dtype: {value!r} is not float32 or float64") from error
    if dtype not in (np.dtype("float32"), np.dtype("float64")):
        raise ValueError(f"dtype: {dtype.name} is not float32 or float64")
    return dtype


def first_bad_cell(array: Array) -> tuple[int, ...] | None:
    """Return the index of the first cell that is NaN or infinite, or None."""
    bad = ~np.isfinite(array)
    if not bad.any():
        return None
    return tuple(int(i) for i in np.unravel_index(int(bad.argmax()), array.shape))


def check_arrays(given: Mapping[str, Any], expected: Mapping[str, tuple[tuple[int, ...], DTypeLike]]) -> None:
    """Compare arrays with the shapes and dtypes that are expected under their names.

    Raises ValueError, naming the first that is missing, unknown or of another shape or dtype.
    """
    for name, (shape, dtype) in expected.items():
        if name not in given:
            raise ValueError(f"{name}: missing, {shape} of {np.dtype(dtype)} expected")
        found = given[name]
        if found.shape != shape or found.dtype != dtype:
            raise ValueError(f"{name}: {found.shape} of {found.dtype} found, {shape} of {np.dtype(dtype)} expected")
    unknown = sorted(set(given) - set(expected))
    if unknown:
        raise ValueError(f"{unknown[0]}: unknown, there is no place for it here")


def as_batch(name: str, value: ArrayLike, width: int, dtype: np.dtype[Any]) -> Array:
    """Return `value` as an (m, width) array of the dtype, the same object where it is one already.

    Raises ValueError that names the argument, its shape and what was expected.
    """
    array = value if isinstance(value, np.ndarray) else _as_array(name, value)
    if array.ndim != 2 or array.shape[1] != width or not len(array):
        raise ValueError(f"{name}: shape {array.shape} found, (m, {width}) with m ≥ 1 expected")
    if array.dtype != dtype:
        if array.dtype.kind not in "fiub":
            raise ValueError(f"{name}: dtype {array.dtype} of shape {array.shape} found, numbers expected")
        given = array
        with np.errstate(over="ignore"):
            array = array.astype(dtype)
        if first_bad_cell(array) != first_bad_cell(given):
            cell = first_bad_cell(array) or ()
            raise ValueError(
                f"{name}: {given[cell]} at {list(cell)} of shape {given.shape} found, more than {dtype} holds"
            )
    if not array.flags.c_contiguous:
        array = np.ascontiguousarray(array)
    _refuse_not_finite(name, array)
    return array


def _as_array(name: str, value: ArrayLike) -> Array:
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: rows of different lengths found, one shape expected") from error


def _refuse_not_finite(name: str, array: Array) -> None:
    flat = array.reshape(-1)
    # One product is the cheapest look at every cell; only where it overflows or meets a NaN is a second needed.
    with np.errstate(over="ignore", invalid="ignore"):
        if isfinite(flat.dot(flat)):
            return
    cell = first_bad_cell(array)
    if cell is not None:
        raise ValueError(f"{name}: {array[cell]} at {list(cell)} of shape {array.shape} found, finite numbers expected")


def as_targets(y: ArrayLike, eye: Array, m: int, out: Array) -> bool:
    """Write the targets into `out`, (m, c), and return whether they were class numbers, which become rows of `eye`.

    With one output unit (c = 1) the class numbers 0 and 1 are the targets themselves. Raises ValueError that
    names y, its shape and what was expected.
    """
    array = y if isinstance(y, np.ndarray) else _as_array("y", y)
    c = len(eye)
    if array.shape == (m,) and array.dtype.kind in "iub":
        _write_classes(array, eye, out)
        return True
    if array.shape == (m, c) and array.dtype.kind in "fiub":
        np.copyto(out, array, casting="unsafe")
        _refuse_not_finite("y", out)
        return False
    raise ValueError(
        f"y: shape {array.shape} of {array.dtype} found, ({m},) class numbers or ({m}, {c}) targets expected"
    )


def _write_classes(array: Array, eye: Array, out: Array) -> None:
    classes = max(len(eye), 2)
    # As unsigned numbers the negative ones are the largest: one comparison finds both ends.
    numbers = array.view(np.uint64) if array.dtype == np.int64 else array.astype(np.int64).view(np.uint64)
    if numbers.max() >= classes:
        wrong = int(np.flatnonzero(numbers >= classes)[0])
        raise ValueError(f"y: class {array[wrong]} at [{wrong}] found, 0 to {classes - 1} expected")
    if len(eye) == 1:
        np.copyto(out[:, 0], array, casting="unsafe")
    else:
        eye.take(numbers.view(np.int64), 0, out, "clip")
