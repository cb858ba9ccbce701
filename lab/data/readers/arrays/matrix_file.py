"""One matrix or vector from a file: .npy, or a .csv of plain numbers without a header.

A matrix that belongs somewhere has its shape already, so a file is only read when it declares just that.
"""

import math
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from lab.data.as_number import as_number
from lab.data.errors import DataError, location, quoted
from lab.data.readers.arrays.npy_header import NpyHeader, read_npy_header
from lab.data.readers.open_file import opened

_MOST_BYTES = 64 << 20
"""Of a .csv: two million numbers with all their digits."""
_SEPARATORS = ";\t,"

Shape = tuple[int, ...]
Numbers = NDArray[np.float64]


def read_matrix(path: Path, shape: Shape) -> Numbers:
    """Return the numbers of a file as float64 of that shape, (rows, columns) or (n,).

    A vector may lie in a single row or column. Raises DataError, naming the place, where the file cannot be read,
    holds something other than finite numbers or has another shape.
    """
    if path.suffix.lower() == ".csv":
        values = _csv(path)
        _check_shape(path, values.shape, shape)
    else:
        with opened(path) as stream:
            header = _header(path, stream)
            _check_shape(path, header.shape, shape)
            values = _values(path, stream, header)
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        place = ", ".join(f"{axis} {number + 1}" for axis, number in zip(_axes(values.ndim), bad[0], strict=True))
        raise DataError(f"{path.name}, {place}: {values[tuple(bad[0])]} found, a finite number expected.")
    return values.reshape(shape)


def matrix_shape(path: Path) -> Shape:
    """Return the shape of what a file holds; DataError where that cannot be told."""
    if path.suffix.lower() == ".csv":
        return _csv(path).shape
    with opened(path) as stream:
        return _header(path, stream).shape


def _check_shape(path: Path, found: Shape, wanted: Shape) -> None:
    is_line = len(wanted) == 1 and len(found) == 2 and 1 in found and math.prod(found) == wanted[0]
    if found != wanted and not is_line:
        raise DataError(f"{path.name} holds an array of shape {found}; {wanted} is expected here.")


def _axes(dimensions: int) -> tuple[str, ...]:
    return ("number",) if dimensions == 1 else ("row", "column")


def _header(path: Path, stream: BinaryIO) -> NpyHeader:
    header = read_npy_header(stream, path.stat().st_size, path.name)
    if header.dtype.kind not in "iuf":
        raise DataError(f"{path.name} holds values of {header.dtype}; integers or floats are expected.")
    return header


def _values(path: Path, stream: BinaryIO, header: NpyHeader) -> Numbers:
    data = stream.read(header.size)
    if len(data) != header.size:
        raise DataError(f"{path.name} became shorter while it was read; choose it again.")
    with np.errstate(over="ignore"):  # a long double that no float64 holds is refused as infinite
        return np.frombuffer(data, header.dtype).reshape(header.shape, order=header.order).astype(np.float64)


def _csv(path: Path) -> Numbers:
    with opened(path) as stream:
        data = stream.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise DataError(f"{path.name} has more than {_MOST_BYTES >> 20} MB; save so large a matrix with np.save.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8.") from error
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise DataError(f"{path.name} is empty; rows of numbers are expected.")
    separator = next((each for each in _SEPARATORS if each in lines[0][1]), ",")
    rows = [_row(path, number, line, separator) for number, line in lines]
    width = len(rows[0])
    for (number, _), row in zip(lines, rows, strict=True):
        if len(row) != width:
            found = f"{len(row)} numbers found, {width} expected as in the first row"
            raise DataError(f"{location(path, number)}: {found}.")
    return np.array(rows, np.float64)


def _row(path: Path, number: int, line: str, separator: str) -> list[float]:
    return [_number(path, number, place, cell) for place, cell in enumerate(line.split(separator), start=1)]


def _number(path: Path, line: int, column: int, cell: str) -> float:
    found = as_number(cell)
    if found is not None:
        return found
    raise DataError(f"{location(path, line)}, column {column}: {quoted(cell.strip())} found, a number expected.")
