"""Scaling: one offset and one factor for each column, fitted on the training rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lab.data.errors import DataError, quoted, suggestion
from lab.data.file_watch import FileWatch

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

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
            for start, chunk in _Part(x).chunks():
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

    def undo(self, scaled: NDArray[Any]) -> Floats:
        """Return in float64 what was scaled to `scaled` (rows, n)."""
        return np.asarray(scaled / self.factor + self.offset, np.float64)


@dataclass(frozen=True)
class ScalingKind:
    """One way to scale; `fit` takes the training rows and the pixel maximum to offset and factor."""

    title: str
    formula: str
    help: str
    fit: Callable[["_Part", int | None], tuple[Floats, Floats]]


def fit_scaling(
    kind: str,
    x: NDArray[Any],
    pixel_max: int | None = None,
    rows: Rows | None = None,
    watch: FileWatch | None = None,
) -> Scaling:
    """Fit the scaling `kind` on x (N, n), or on its training rows `rows`; a constant column becomes 0 or stays.

    `watch` is asked before anything is read from an x that lies in a file.
    Raises DataError for an unknown kind, for pixel scaling of a table (`pixel_max` is None),
    for a column too wide for float64, and where the file of x is no longer what it was.
    """
    if kind not in SCALINGS:
        raise DataError(f"The scaling {quoted(kind)} is not one of {suggestion(kind, SCALINGS)}")
    return Scaling(kind, *SCALINGS[kind].fit(_Part(x, rows, watch), pixel_max))


class _Part:
    """Some rows of x, read piece by piece so that x may be larger than the memory."""

    def __init__(self, x: NDArray[Any], rows: Rows | None = None, watch: FileWatch | None = None) -> None:
        self._x, self._rows, self._watch = x, rows, watch
        self.inputs = x.shape[1]
        self.examples = len(x) if rows is None else len(rows)

    def chunks(self) -> Iterator[tuple[int, Floats]]:
        """Yield float64 pieces of rows, each with the number of its first row."""
        step = max(1, _CHUNK_VALUES // max(1, self.inputs))
        for start in range(0, self.examples, step):
            piece = slice(start, start + step)
            if self._watch is not None:
                self._watch.check()
            yield start, self._x[piece if self._rows is None else self._rows[piece]].astype(np.float64)


def _fit_none(part: _Part, pixel_max: int | None) -> tuple[Floats, Floats]:
    return np.zeros(part.inputs), np.ones(part.inputs)


def _fit_pixel(part: _Part, pixel_max: int | None) -> tuple[Floats, Floats]:
    if pixel_max is None:
        raise DataError(
            "The scaling pixel divides by the largest value a pixel may have, and this data is a table, "
            "not images; choose none, standard or minmax."
        )
    return np.zeros(part.inputs), np.full(part.inputs, 1 / pixel_max)


def _fit_minmax(part: _Part, pixel_max: int | None) -> tuple[Floats, Floats]:
    low, width, varies = _range(part)
    return low, np.where(varies, 1 / width, 1.0)


def _fit_standard(part: _Part, pixel_max: int | None) -> tuple[Floats, Floats]:
    """Take mean and standard deviation (of the whole, not of a sample) of x brought into 0..1.

    Within 0..1 squares neither overflow nor vanish, whatever the column's unit.
    """
    low, width, varies = _range(part)
    mean = sum(((chunk - low) / width).sum(axis=0) for _, chunk in part.chunks()) / part.examples
    squares = sum((((chunk - low) / width - mean) ** 2).sum(axis=0) for _, chunk in part.chunks())
    deviation = np.sqrt(squares / part.examples)
    return low + mean * width, np.where(varies, 1 / (np.where(varies, deviation, 1.0) * width), 1.0)


def _range(part: _Part) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return each column's minimum, its range (1 where constant) and whether it varies, all (n,)."""
    low, high = np.full(part.inputs, np.inf), np.full(part.inputs, -np.inf)
    for _, chunk in part.chunks():
        np.minimum(low, chunk.min(axis=0), out=low)
        np.maximum(high, chunk.max(axis=0), out=high)
    with np.errstate(over="ignore", invalid="ignore"):
        width = high - low
    if not np.isfinite(width).all():
        column = int(np.argmin(np.isfinite(width))) + 1
        if np.isinf(low[column - 1]) or not np.isfinite(high[column - 1]):
            odd = low[column - 1] if np.isfinite(high[column - 1]) else high[column - 1]
            raise DataError(
                f"Input column {column} has {odd:g} in a training row; inputs are finite numbers, so fill it in or "
                "leave the row out."
            )
        raise DataError(
            f"Input column {column} reaches from {low[column - 1]:g} to {high[column - 1]:g}, too far for "
            "a float64; correct its numbers or leave the column out."
        )
    varies = width > _SMALLEST_RANGE
    return low, np.where(varies, width, 1.0), varies


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
