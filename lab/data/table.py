"""A table as it was read: columns of numbers, texts or dates with their gaps, before anything is decided of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lab.data.cell_readings import SecondReading, second_words
from lab.data.errors import quoted
from lab.data.text_layout import NOTHING_FOUND, Findings

ColumnKind = Literal["number", "text", "date"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column; `values` is (rows,), read-only.

    A number column holds float64 with NaN for a gap, a text column int32 codes into `categories` (in the order of
    their first row) with -1 for a gap, a date column datetime64[s] with NaT for a gap. `reading` is the name of how
    its texts were read where that makes a difference, and `second` another way that fits as well. Of dates with zones
    `offsets` (rows,) int32 are the seconds that each is ahead of UTC. `told` is a sentence on what was decided.
    Raises ValueError where kind, values and categories do not fit together.
    """

    name: str
    kind: ColumnKind
    values: NDArray[Any]
    categories: tuple[str, ...] = ()
    reading: str = ""
    second: SecondReading | None = None
    offsets: NDArray[np.int32] | None = None
    told: str = ""

    def __post_init__(self) -> None:
        dtype = {"number": "float64", "text": "int32", "date": "datetime64[s]"}[self.kind]
        if self.values.ndim != 1 or self.values.dtype != np.dtype(dtype):
            raise ValueError(f"{self.name}: a {self.kind} column is (rows,) of {dtype}, not {self.values.dtype}")
        codes = self.values if self.kind == "text" else np.empty(0)
        if codes.size and not -1 <= codes.min() <= codes.max() < len(self.categories):
            raise ValueError(f"{self.name}: a code lies outside -1..{len(self.categories) - 1}")
        shared = np.ascontiguousarray(self.values).view()
        shared.flags.writeable = False
        object.__setattr__(self, "values", shared)

    @property
    def question(self) -> str | None:
        """One sentence on how the column is read and how else it could be; None where there is one way."""
        return None if self.second is None else second_words(self.name, self.reading, self.second)

    def instants_of(self, rows: slice | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the seconds since 1970 in UTC of some rows of dates; what stands for a gap is no instant."""
        seconds: NDArray[np.int64] = self.values[rows].astype(np.int64)
        return seconds if self.offsets is None else seconds - self.offsets[rows]

    @property
    def gaps(self) -> NDArray[np.bool_]:
        """Where the column has no value, (rows,)."""
        empty: NDArray[np.bool_]
        if self.kind == "text":
            empty = self.values < 0
        else:
            empty = np.isnan(self.values) if self.kind == "number" else np.isnat(self.values)
        return empty


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of one file, all of one length, with different names.

    `first_line` is the line (or sheet row) of the file in which the first example stands where the rows follow
    one another without a break, else None. Then `lines` (rows,) has the line of each, or is None too where the file
    has none: then only rows can be named. Of a workbook `sheet` is the one that was read, and `sheets` are all of
    them. `found` is what its reader has to say. Raises ValueError where that is not so.
    """

    path: Path
    columns: tuple[Column, ...]
    first_line: int | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    lines: NDArray[np.int64] | None = None
    found: Findings = NOTHING_FOUND

    def __post_init__(self) -> None:
        if self.lines is not None and len(self.lines) != self.rows:
            raise ValueError(f"{len(self.lines)} lines for {self.rows} rows")
        if len({len(column.values) for column in self.columns}) > 1:
            raise ValueError("the columns are of different lengths")
        if len({column.name for column in self.columns}) < len(self.columns):
            raise ValueError("two columns have one name")

    @property
    def rows(self) -> int:
        """N, the number of rows."""
        return len(self.columns[0].values) if self.columns else 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column of that name; raises ValueError where there is none."""
        return self.columns[self.names.index(name)]

    def line(self, row: int) -> int | None:
        """Return the line in which a row begins, None where that is not known; `row` counts from 0."""
        if self.lines is not None:
            return int(self.lines[row])
        return None if self.first_line is None else self.first_line + row

    def location(self, row: int, name: str) -> str:
        """Name a cell for a sentence: "pets.csv, line 5, column 'age'"; `row` counts from 0.

        Of a workbook it is the row of the sheet.
        """
        line = self.line(row)
        word = "line" if self.sheet is None else "row"
        where = f"row {row + 1:,}" if line is None else f"{word} {line:,}"
        return f"{self.path.name}, {where}, column {quoted(name)}"
