"""An array of inputs as rows of numbers, with what is known of its columns; and the Arrays made of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Arrays, pixel_names
from lab.data.errors import DataError, quoted
from lab.data.readers.arrays.array_target import are_fractions, classes_of

# 512×512 pixels; every input has a name in memory.
MOST_INPUTS = 1 << 18
# What is larger stays on disk: it is neither converted nor looked through.
LARGE = 256 << 20
_BLOCK = 1 << 20


@dataclass(frozen=True, eq=False)
class Named:
    """An array as it stands in a file, and the words that name it in a sentence."""

    values: NDArray[Any]
    where: str


def assemble(path: Path, inputs: Named, targets: Named | None, mapped: tuple[Path, ...] = ()) -> Arrays:
    """Make the Arrays of `path`; `mapped` are the files that inputs.values reads from.

    uint8 and bool of (N, h, w), (N, h, w, 1) or (N, h, w, 3) are images, other arrays of up to four dimensions
    are rows; numbers that must be finite are looked through up to 256 MB. x is a view where that is possible.
    Raises DataError where the inputs are not numbers, too wide, or do not fit to the targets.
    """
    values, where = inputs.values, inputs.where
    image_shape = _image_shape(values, where)
    _check_shape(values, where)
    x = _plain(values, where).reshape(len(values), -1)
    _check_finite(x, where)
    pixel_max = None
    if image_shape is not None:
        x, pixel_max = _pixels(x, where)
    elif x.dtype == np.bool_:
        x = x.astype(np.float32)
    if targets is not None and image_shape is None and are_fractions(targets.values):
        return _with_numbers(path, x, inputs, targets)
    y, class_names = (None, ()) if targets is None else classes_of(targets.values, targets.where)
    if targets is not None and y is not None and len(y) != len(x):
        raise DataError(
            f"{where} has {len(x):,} rows, but {targets.where} has {len(y):,} labels; choose two that belong together."
        )
    names = column_names(x.shape[1]) if image_shape is None else pixel_names(image_shape)
    files = mapped if np.may_share_memory(x, values) else ()
    return Arrays(path, x, y, class_names, names, image_shape, pixel_max, files)


def _with_numbers(path: Path, x: NDArray[Any], inputs: Named, targets: Named) -> Arrays:
    """Return rows with numbers to predict as their last column, "y"; raises DataError where that cannot be."""
    numbers = targets.values.reshape(-1)
    if len(numbers) != len(x):
        raise DataError(
            f"{inputs.where} has {len(x):,} rows, but {targets.where} has {len(numbers):,} numbers; choose two that "
            "belong together."
        )
    if x.nbytes > LARGE:
        raise DataError(
            f"{inputs.where} has {x.nbytes:,} bytes, too many to put the numbers of {targets.where} beside them in "
            "memory; save them as one array whose last column is the target."
        )
    whole = np.column_stack([x.astype(np.float64), numbers.astype(np.float64)])
    return Arrays(path, whole, None, (), (*column_names(x.shape[1]), "y"))


def column_names(count: int) -> tuple[str, ...]:
    """Name columns that have no names: "column 1", "column 2", …"""
    return tuple(f"column {number}" for number in range(1, count + 1))


def _check_shape(values: NDArray[Any], where: str) -> None:
    if not 2 <= values.ndim <= 4:
        raise DataError(
            f"{where} has the shape {values.shape}; a set needs rows (N, n) or images (N, height, width), with "
            "their labels beside them as in X.npy and y.npy."
        )
    if values.dtype.kind not in "biuf":
        raise DataError(
            f"{where} holds {quoted(str(values.dtype))} values; inputs are real numbers, so save it as integers "
            "or floats."
        )
    inputs = values[0].size
    if inputs > MOST_INPUTS:
        raise DataError(
            f"{where} has {inputs:,} numbers in a row; at most {MOST_INPUTS:,} inputs are possible, so leave "
            "columns out or scale the images down."
        )


def _image_shape(values: NDArray[Any], where: str) -> tuple[int, ...] | None:
    """Return (height, width), (height, width, 3), or None for rows."""
    if values.ndim not in (3, 4) or values.dtype not in (np.uint8, np.bool_):
        return None
    if values.ndim == 3 or values.shape[3] in (1, 3):
        return values.shape[1:3] if values.shape[3:] == (1,) else values.shape[1:]
    raise DataError(
        f"{where} has the shape {values.shape}; images are (N, height, width) or (N, height, width, 3), so put "
        "the three colours last, with np.moveaxis(x, 1, -1)."
    )


def _plain(values: NDArray[Any], where: str) -> NDArray[Any]:
    """Return `values` row by row in this machine's byte order, itself where it is so already."""
    dtype = values.dtype.newbyteorder("=")
    if dtype.kind == "f" and dtype.itemsize > 8:
        dtype = np.dtype(np.float64)
    if values.dtype == dtype and values.flags.c_contiguous:
        return values
    if values.nbytes > LARGE:
        raise DataError(
            f"{where} is stored column by column or in a foreign byte order and is too large to be turned in "
            f"memory ({values.nbytes:,} bytes); save it with np.save(name, np.ascontiguousarray(x, '{dtype.name}'))."
        )
    with np.errstate(over="ignore", invalid="ignore"):  # what becomes infinite or NaN is refused as such
        return np.ascontiguousarray(values, dtype)


def _check_finite(x: NDArray[Any], where: str) -> None:
    if x.dtype.kind != "f" or x.nbytes > LARGE:
        return
    rows = max(1, _BLOCK // x.shape[1])
    for start in range(0, len(x), rows):
        finite = np.isfinite(x[start : start + rows])
        if not finite.all():
            row, column = (int(number) for number in np.argwhere(~finite)[0])
            raise DataError(
                f"{where}, row {start + row + 1:,}, column {column + 1:,}: found {x[start + row, column]}; inputs "
                "are finite numbers, so fill it in or leave the row out."
            )


def _pixels(x: NDArray[Any], where: str) -> tuple[NDArray[Any], int]:
    """Return images as bytes with the largest value that a pixel may have."""
    if x.dtype != np.bool_:
        return x, 255
    pixels = x.view(np.uint8)
    if pixels.max() > 1:
        raise DataError(f"{where} holds truth values other than 0 and 1; save the array again with np.save.")
    return pixels, 1
