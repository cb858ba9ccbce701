"""From a table to numbers by a recipe, in a form that can be kept and applied again to new rows."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, TypeAdapter, ValidationError

from lab.data.errors import DataError, quoted, suggestion
from lab.data.recipe.categories import gap_count
from lab.data.recipe.column_plan import MOST_INPUTS, cell, check_cells, check_finite, first_text
from lab.data.recipe.gaps import Gap
from lab.data.recipe.input_column import InputColumn
from lab.data.recipe.recipe_check import check_size
from lab.data.table import Column, Table

Floats = NDArray[np.float64]

_CHUNK_VALUES = 1 << 18
_CHUNK_ROWS = 256, 16_384  # at least and at most
_NEW_ROW = "the network needs a value here, so correct the row or leave it out."


@dataclass(frozen=True)
class Encoding:
    """The columns that are inputs, in their order, with all that is needed to make x of new rows.

    Raises ValueError where there is no column, two have one name, or they become too many inputs.
    """

    columns: tuple[InputColumn, ...]

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if not names or len(set(names)) < len(names):
            raise ValueError("an encoding has at least one column, each with a name of its own")
        if self.inputs > MOST_INPUTS:
            raise ValueError(f"{self.inputs:,} inputs are more than {MOST_INPUTS:,}")

    @property
    def inputs(self) -> int:
        """n, the number of columns of x."""
        return sum(column.width for column in self.columns)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the columns of x."""
        return tuple(name for column in self.columns for name in column.feature_names)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The columns of x in which a NaN is a gap, to be filled from the training rows."""
        return tuple(gap for column, start in self._starts() for gap in column.gaps(start))

    def apply(self, table: Table) -> Floats:
        """Return x (N, n) for new rows, with NaN where `gaps` has columns; columns of other names are passed over.

        A category that is not known makes a one-hot group all zeros, and is a gap of an ordinal column.
        Raises DataError, naming file, line and column, for a column that is missing or holds another kind of
        values, and for a gap where there may be none: also where rows with one were left out of the training.
        """
        check_size(table, table.rows, self.inputs)
        everywhere = np.ones(table.rows, np.bool_)
        by_name = {column.name: column for column in table.columns}
        found = [_matching(table, by_name.get(made.name), made) for made in self.columns]
        for column, made in zip(found, self.columns, strict=True):
            check_cells(table, column, made, everywhere, _NEW_ROW)
        return self.rows_of(found, everywhere)

    def rows_of(self, found: Sequence[Column], keep: NDArray[np.bool_]) -> Floats:
        """Return x for the rows `keep` (N,) of `found`, one for each of the columns; nothing is checked any more.

        It is written some rows at a time, because x lies row by row: a whole column would pass through the cache
        n times.
        """
        x = np.zeros((int(np.count_nonzero(keep)), self.inputs))
        writers = [made.writer(column) for column, made in zip(found, self.columns, strict=True)]
        rows = None if len(x) == len(keep) else np.flatnonzero(keep)
        step = int(np.clip(_CHUNK_VALUES // self.inputs, *_CHUNK_ROWS))
        for start in range(0, len(x), step):
            stop = min(start + step, len(x))
            chosen = slice(start, stop) if rows is None else rows[start:stop]
            for write, (made, at) in zip(writers, self._starts(), strict=True):
                write(chosen, x[start:stop, at : at + made.width])
        return x

    def as_dict(self) -> dict[str, Any]:
        """Return the same as what JSON knows."""
        fields: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return fields

    @classmethod
    def from_dict(cls, fields: object) -> "Encoding":
        """Return the encoding that `as_dict` wrote; raises ValueError for anything else."""
        try:
            return _checker().validate_json(json.dumps(fields), strict=True)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "all of it"
            raise ValueError(f"this is no encoding of columns: {where}: {first['msg']}") from error
        except (TypeError, RecursionError) as error:
            raise ValueError(f"this is no encoding of columns: {error}") from error

    def _starts(self) -> Iterator[tuple[InputColumn, int]]:
        start = 0
        for column in self.columns:
            yield column, start
            start += column.width


def number_rows(table: Table, names: Sequence[str]) -> Floats:
    """Return the columns `names` of new rows as x (N, n), for a network whose inputs were numbers without a recipe.

    Raises DataError, naming file, line and column, for a column that is missing or holds no finite number somewhere.
    """
    by_name = {column.name: column for column in table.columns}
    everywhere = np.ones(table.rows, np.bool_)
    check_size(table, table.rows, len(names))
    x = np.empty((table.rows, len(names)))
    for number, name in enumerate(names):
        made = InputColumn(name, "number", "number")
        column = _matching(table, by_name.get(name), made)
        check_cells(table, column, made, everywhere, _NEW_ROW)
        made.writer(column)(slice(None), x[:, number : number + 1])
    return x


@cache
def _checker() -> TypeAdapter[Encoding]:
    """Return what checks foreign fields; it takes a while to make, and most runs need none."""
    return TypeAdapter(Encoding)


def _matching(table: Table, column: Column | None, made: InputColumn) -> Column:
    """Return the column of new rows, after checking that its values are of the kind that `made` was made for."""
    if column is None:
        raise DataError(
            f"{table.path.name} has no column {quoted(made.name)}, which the network has learnt with; its columns "
            f"are {suggestion(made.name, table.names)}"
        )
    if gap_count(column) == table.rows:
        # A column without values is read as one of any kind.
        return _EMPTY[made.kind](made.name, table.rows)
    wrong = None
    if column.kind != made.kind and "date" in (column.kind, made.kind):
        wrong = int(np.argmin(column.gaps))
    elif (column.kind, made.kind, made.use) == ("text", "number", "number"):
        wrong = first_text(column)
    if wrong is not None:
        raise DataError(
            f"{table.location(wrong, made.name)}: found {quoted(cell(column, wrong))}, and the network has learnt with "
            f"a column of {made.kind}s; correct it or leave the row out."
        )
    if made.use == "number":
        check_finite(table, column)
    return column


_EMPTY: dict[str, Callable[[str, int], Column]] = {
    "number": lambda name, rows: Column(name, "number", np.full(rows, np.nan)),
    "text": lambda name, rows: Column(name, "text", np.full(rows, -1, np.int32)),
    "date": lambda name, rows: Column(name, "date", np.full(rows, "NaT", "datetime64[s]")),
}
