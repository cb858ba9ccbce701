"""Where each row of a dataset comes from: its number and line in a table, and columns beside; or a file of its own."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lab.data.table import Column, Table


class Origins(Protocol):
    """Names the examples of a dataset by what they were taken from."""

    @property
    def beside(self) -> tuple[Column, ...]:
        """The columns, with all rows of the file, that are neither inputs nor the target."""
        ...

    def rows_of(self, examples: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows, from 0, that these examples are in what they come from, (k,)."""
        ...

    def place(self, example: int) -> str:
        """Say where an example stands."""
        ...


@dataclass(frozen=True, eq=False)
class RowOrigins:
    """Names the examples of a dataset by the table that they were taken from.

    `kept` (N,) has the table's row, from 0, of each example; None where no row was left out. `beside` are columns of
    the table, with all its rows, that are neither inputs nor the target, such as an id or a note.
    """

    name: str
    """The name of the file."""
    first_line: int | None
    lines: NDArray[np.int64] | None
    """As in the table; both None where only rows can be named."""
    sheet: str | None
    """The sheet of a workbook, whose rows stand in the place of lines."""
    kept: NDArray[np.int64] | None
    beside: tuple[Column, ...]

    def rows_of(self, examples: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the table's rows, from 0, of these examples, (k,)."""
        return examples if self.kept is None else self.kept[examples]

    def place(self, example: int) -> str:
        """Say where an example stands: "pets.csv, row 29, line 30"."""
        row = example if self.kept is None else int(self.kept[example])
        where = f"{self.name}, row {row + 1:,}"
        if self.lines is None and self.first_line is None:
            return where
        line = int(self.lines[row]) if self.lines is not None else row + (self.first_line or 0)
        return f"{where}, line {line:,}" if self.sheet is None else f"{where}, row {line:,} of the sheet"


@dataclass(frozen=True, eq=False)
class FileOrigins:
    """Names the examples of a dataset by the files that they are, as "cat/tom.png"."""

    files: tuple[str, ...]
    beside: tuple[Column, ...] = ()

    def rows_of(self, examples: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the examples: each file is one, in their order."""
        return examples

    def place(self, example: int) -> str:
        """Return the file with its folder."""
        return self.files[example]


def origins_of(table: Table, keep: NDArray[np.bool_], beside: tuple[Column, ...]) -> RowOrigins:
    """Return where the rows `keep` (rows,) of a table stand."""
    kept = None if keep.all() else np.flatnonzero(keep)
    return RowOrigins(table.path.name, table.first_line, table.lines, table.sheet, kept, beside)
