"""Numbers given in a file: matrices and vectors written out as lists, or the name of a file of numbers beside it.

Whatever is wrong is said with its place, what was found and what would be valid. Large arrays belong into a file of
their own: a person reads a few thousand numbers, and a TOML text takes ten times the room.
"""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from lab.core.options import is_finite_number
from lab.experiment.forms.problems import shown

MOST_NUMBERS = 10_000
"""Numbers of an array that is written out."""
FILE_ENDINGS = (".npy", ".csv")

Row = tuple[float, ...]
Rows = tuple[Row, ...]


def rows_of(value: object) -> Rows:
    """Return a list of equally long rows of finite numbers as tuples; ValueError, with the place, where it is none."""
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"{shown(value)} is not a list of rows, as [[0.1, 0.2], [0.3, 0.4]]")
    first = value[0]
    width = len(first) if isinstance(first, list | tuple) else 0
    _check_size(len(value) * width)
    return tuple(_row(row, f"row {number}", width) for number, row in enumerate(value, start=1))


def _row(value: object, where: str, width: int) -> Row:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"{where}: {shown(value)} found, a list of numbers expected")
    if len(value) != width:
        raise ValueError(f"{where}: {len(value)} numbers found, {width} expected as in row 1")
    return tuple(_number(each, f"{where}, number {place}") for place, each in enumerate(value, start=1))


def _number(value: object, where: str) -> float:
    if not is_finite_number(value):
        raise ValueError(f"{where}: {shown(value)} found, a finite number expected")
    return float(value)


def _check_size(count: int) -> None:
    if count > MOST_NUMBERS:
        raise ValueError(f"{count:,} numbers found, at most {MOST_NUMBERS:,} can be written out; name an .npy file")


def _vector(value: object) -> Row:
    """Return a list of finite numbers as a tuple; ValueError, with the place, where it is none."""
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"{shown(value)} is not a list of numbers, as [0.1, 0.2]")
    _check_size(len(value))
    return tuple(_number(each, f"number {place}") for place, each in enumerate(value, start=1))


def _file(value: str) -> str:
    if not value.lower().endswith(FILE_ENDINGS):
        raise ValueError(f"{shown(value)} is no file of numbers: its name must end in {' or '.join(FILE_ENDINGS)}")
    return value


def _check_matrix(value: object) -> object:
    return value if value is None else _file(value) if isinstance(value, str) else rows_of(value)


def _check_vector(value: object) -> object:
    return value if value is None else _file(value) if isinstance(value, str) else _vector(value)


GivenMatrix = Annotated[Any, BeforeValidator(_check_matrix)]
"""Rows of numbers, the name of a file of them, or None."""
GivenVector = Annotated[Any, BeforeValidator(_check_vector)]
"""Numbers, the name of a file of them, or None."""
GivenRows = Annotated[Any, BeforeValidator(lambda value: value if value is None else rows_of(value))]
"""Rows of numbers, or None."""


def shape_of_given(value: Rows | Row) -> tuple[int, ...]:
    """Return the shape of rows or of a vector."""
    first = value[0]
    return (len(value), len(first)) if isinstance(first, tuple) else (len(value),)


def as_toml(name: str, value: Sequence[Any]) -> str:
    """Return the lines that give numbers, texts or rows of numbers in a file, a row a line."""
    if isinstance(value[0], list | tuple):
        rows = "".join(f"    {_listed(row)},\n" for row in value)
        return f"{name} = [\n{rows}]\n"
    return f"{name} = {_listed(value)}\n"


def _listed(row: Sequence[Any]) -> str:
    listed = ", ".join(json.dumps(each, ensure_ascii=False) for each in row)
    return f"[{listed}]".replace("\x7f", "\\u007f")  # the one character that JSON writes as it is and TOML does not
