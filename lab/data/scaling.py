"""Scaling: one offset and one factor for each column, fitted on the training rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lab.data.errors import DataError, quoted, suggestion

Floats = NDArray[np.float64]

_CHUNK_VALUES = 1 << 18
# A column whose range is below this is constant for us: dividing by it would overflow.
_SMALLEST_RANGE = 1e-290


@dataclass(frozen=True, eq=False)
class Scaling:
    """scaled = (x - offset) * factor, column by column; offset and factor are (n,)."""

    kind: str
    offset: Floats
    factor: Floats

    def apply(self, x: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
        """Return x (rows, n) scaled, computed in float64 and rounded to `dtype`.

        Raises DataError where a value does not fit into `dtype`.
        """
        scaled = np.empty(x.shape, dtype)
        with np.errstate(over="ignore"):
            for start, chunk in _chunks(x):
                np.subtract(chunk, self.offset, out=chunk)
                np.multiply(chunk, self.factor, out=chunk)
                scaled[start : start + len(chunk)] = chunk
        fits = np.isfinite(scaled).all(axis=0)
        if not fits.all():
            raise DataError(
                f"Input column {int(np.argmin(fits)) + 1} has a number too large for {scaled.dtype} with the "
                f"scaling {self.kind}; choose standard or minmax, or float64, or correct the number."
            )
        return scaled


@dataclass(frozen=True)
class ScalingKind:
    """One way to scale; `fit` takes the training rows and the pixel maximum to offset and factor."""

    title: str
    formula: str
    help: str
    fit: Callable[[NDArray[Any], int | None], tuple[Floats, Floats]]


def fit_scaling(kind: str, x_train: NDArray[Any], pixel_max: int | None = None) -> Scaling:
    """Fit the scaling `kind` on the training rows (rows, n); a constant column becomes 0 or stays as it is.

    Raises DataError for an unknown kind, for pixel scaling of a table (`pixel_max` is None),
    and for a column too wide for float64.
    """
    if kind not in SCALINGS:
        raise DataError(f"The scaling {quoted(kind)} is not one of {suggestion(kind, SCALINGS)}")
    return Scaling(kind, *SCALINGS[kind].fit(x_train, pixel_max))


def _fit_none(x: NDArray[Any], pixel_max: int | None) -> tuple[Floats, Floats]:
    return np.zeros(x.shape[1]), np.ones(x.shape[1])


def _fit_pixel(x: NDArray[Any], pixel_max: int | None) -> tuple[Floats, Floats]:
    if pixel_max is None:
        raise DataError(
            "The scaling pixel divides by the largest value a pixel may have, and this data is a table, "
            "not images; choose none, standard or minmax."
        )
    return np.zeros(x.shape[1]), np.full(x.shape[1], 1 / pixel_max)


def _fit_minmax(x: NDArray[Any], pixel_max: int | None) -> tuple[Floats, Floats]:
    low, width, varies = _range(x)
    return low, np.where(varies, 1 / width, 1.0)


def _fit_standard(x: NDArray[Any], pixel_max: int | None) -> tuple[Floats, Floats]:
    """Take mean and standard deviation (of the whole, not of a sample) of x brought into 0..1.

    Within 0..1 squares neither overflow nor vanish, whatever the column's unit.
    """
    low, width, varies = _range(x)
    mean = sum(((chunk - low) / width).sum(axis=0) for _, chunk in _chunks(x)) / len(x)
    squares = sum((((chunk - low) / width - mean) ** 2).sum(axis=0) for _, chunk in _chunks(x))
    deviation = np.sqrt(squares / len(x))
    return low + mean * width, np.where(varies, 1 / (np.where(varies, deviation, 1.0) * width), 1.0)


def _range(x: NDArray[Any]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return each column's minimum, its range (1 where constant) and whether it varies, all (n,)."""
    low, high = (extreme.astype(np.float64) for extreme in (x.min(axis=0), x.max(axis=0)))
    with np.errstate(over="ignore"):
        width = high - low
    if not np.isfinite(width).all():
        column = int(np.argmin(np.isfinite(width))) + 1
        raise DataError(
            f"Input column {column} reaches from {low[column - 1]:g} to {high[column - 1]:g}, too far for "
            "a float64; correct its numbers or leave the column out."
        )
    varies = width > _SMALLEST_RANGE
    return low, np.where(varies, width, 1.0), varies


def _chunks(x: NDArray[Any]) -> Iterator[tuple[int, Floats]]:
    """Yield x as float64 in pieces of rows, each with the number of its first row."""
    rows = max(1, _CHUNK_VALUES // max(1, x.shape[1]))
    for start in range(0, len(x), rows):
        yield start, x[start : start + rows].astype(np.float64)


SCALINGS: dict[str, ScalingKind] = {
    "none": ScalingKind("None", "x", "Leaves every number as it is.", _fit_none),
    "standard": ScalingKind(
        "Standard",
        "(x - mean) / std",
        "Gives each input mean 0 and standard deviation 1 over the training rows, so that no input "
        "outweighs another through its unit; a constant input becomes 0.",
        _fit_standard,
    ),
    "minmax": ScalingKind(
        "Min-max",
        "(x - min) / (max - min)",
        "Brings each input into 0..1 over the training rows; other rows may lie a little outside, and a "
        "constant input becomes 0.",
        _fit_minmax,
    ),
    "pixel": ScalingKind(
        "Pixel range",
        "x / largest pixel value",
        "Divides every pixel by the largest value it may have (255, or 16 for the 8×8 digits): all lie "
        "in 0..1, and black stays 0.",
        _fit_pixel,
    ),
}
