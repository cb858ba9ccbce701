"""A person's own CSV table: one column is the target, the others are numbers; or new rows without a target."""

import math
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.data.as_number import as_number
from lab.data.dataset import Dataset
from lab.data.errors import DataError, place, quoted, suggestion
from lab.data.readers.open_file import opened
from lab.data.readers.tables.csv_rows import Row, read_table
from lab.data.readers.tables.csv_target import TargetColumn


def csv_columns(path: Path) -> list[str]:
    """Return the column names of a CSV file; raises DataError where it has no valid header."""
    path = Path(path)
    with opened(path) as stream:
        names, _ = read_table(path, stream)
        return names


def read_csv(path: Path, target: str | None) -> Dataset:
    """Read a table whose column `target` (None: the last) holds the classes, as float64 x (N, n) and y (N,).

    The file is UTF-8 with a header, divided by commas, semicolons or tabs, and is read row by row.
    Raises DataError, naming line and column, where anything in it is not valid.
    """
    path = Path(path)
    with opened(path) as stream:
        names, rows = read_table(path, stream)
        position = _target_position(path, names, target)
        classes = TargetColumn(path, names.pop(position))
        x = _read_rows(path, rows, names, position, classes)
    _refuse_no_rows(path, x)
    y, class_names = classes.classes()
    return Dataset(path.stem, path.name, x, y, class_names, tuple(names), None)


def read_inputs(path: Path, names: Sequence[str], pixel_max: int | None = None) -> NDArray[np.float64]:
    """Read the columns `names` of a table, in that order, as float64 (N, n); other columns are passed over.

    With `pixel_max` every number must lie in 0..pixel_max.
    Raises DataError, naming line and column, where a column is missing or a number is not valid.
    """
    path = Path(path)
    values = array("d")
    with opened(path) as stream:
        found, rows = read_table(path, stream, names)
        place_of = {name: number for number, name in enumerate(found)}
        places = [place_of[name] for name in names]
        for line, fields in rows:
            numbers = _row_numbers(path, line, names, [fields[each] for each in places])
            if pixel_max is not None and not 0 <= min(numbers) <= max(numbers) <= pixel_max:
                wrong = next(each for each, number in enumerate(numbers) if not 0 <= number <= pixel_max)
                raise DataError(
                    f"{place(path, line, names[wrong])}: found {numbers[wrong]:g}; a pixel is a number from 0 to "
                    f"{pixel_max}."
                )
            values.extend(numbers)
    x = np.frombuffer(values, np.float64).reshape(-1, len(names))
    _refuse_no_rows(path, x)
    return x


def _refuse_no_rows(path: Path, x: NDArray[np.float64]) -> None:
    if not len(x):
        raise DataError(f"{path.name} has a header but no rows; add a line for each example.")


def _target_position(path: Path, names: list[str], target: str | None) -> int:
    if target is None:
        return len(names) - 1
    if target not in names:
        raise DataError(
            f"{path.name} has no column {quoted(target)} for the target; its columns are {suggestion(target, names)}"
        )
    return names.index(target)


def _read_rows(
    path: Path, rows: Iterator[Row], names: list[str], position: int, classes: TargetColumn
) -> NDArray[np.float64]:
    """Hand each row's target to `classes` and return the rest, (N, n)."""
    headless = all(as_number(name) is not None for name in names)
    values = array("d")
    for line, fields in rows:
        label = fields.pop(position)
        if headless and label.strip() == classes.name:
            # Column names 0, 1, 2 are common; but the target's name among its own classes gives it away.
            raise DataError(
                f"{path.name} has no header: its first line is an example of {quoted(classes.name)}, a class "
                f"again in line {line:,}; put a line of column names above the data."
            )
        values.extend(_row_numbers(path, line, names, fields))
        classes.add(label, line)
    return np.frombuffer(values, np.float64).reshape(-1, len(names))


def _row_numbers(path: Path, line: int, names: Sequence[str], fields: list[str]) -> list[float]:
    """Return one row's input columns as finite numbers."""
    try:
        numbers = [float(field) for field in fields]
    except ValueError:
        numbers = []
    # The sum is finite only if every number is; it may overflow without one, so that is looked at again.
    if numbers and math.isfinite(sum(numbers)) and "_" not in "".join(fields):
        return numbers
    for name, field in zip(names, fields, strict=True):
        number = as_number(field)
        if number is None or not math.isfinite(number):
            raise DataError(f"{place(path, line, name)}: {_complaint(field)}")
    return numbers


def _complaint(field: str) -> str:
    if not field.strip():
        return "the cell is empty; every input column needs a number in every row."
    if as_number(field.replace(",", ".")) is not None and "," in field:
        return f"found {quoted(field)}; write decimals with a point, as {quoted(field.replace(',', '.'))}."
    return f"found {quoted(field)}; an input column holds finite numbers only."
