"""The rows of the data that are on show: those of a part, or those that the network gets wrong now."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lab.data.subsets.split import SUBSETS
from lab.data.table import Column
from lab.experiment.browse.browse import ColumnSummary, RowView, column_summary, part_rows, parts_of_rows
from lab.experiment.browse.browse_axes import BrowseAxes
from lab.experiment.browse.input_axes import InputAxis
from lab.experiment.browse.wrong_rows import WrongRows
from lab.experiment.datasets import DataFacts
from lab.experiment.training.evaluation import RowResults

NO_ROWS = RowView(np.zeros(0, np.int64))


MOST_BESIDE: Final = 8
"""Columns that are no inputs and are shown beside them at the most."""
_NO_VALUE = "–"


@dataclass(frozen=True, eq=False)
class BesideColumn:
    """A column beside the inputs: `values` (k,) are numbers, or, with `names`, numbers of names."""

    name: str
    values: NDArray[Any]
    names: tuple[str, ...]


def _beside(column: Column, rows: NDArray[np.int64]) -> BesideColumn:
    values = column.values[rows]
    if column.kind == "number":
        return BesideColumn(column.name, values, ())
    if column.kind == "text":
        names = (*column.categories, _NO_VALUE)
        return BesideColumn(column.name, np.where(values < 0, len(names) - 1, values), names)
    days, places = np.unique(values, return_inverse=True)
    names = tuple(_NO_VALUE if np.isnat(day) else str(day).removesuffix("T00:00:00").replace("T", " ") for day in days)
    return BesideColumn(column.name, places, names)


class BrowsedRows:
    """One dataset with its parts; `shown` are the rows on show, all of them at first."""

    def __init__(self, facts: DataFacts) -> None:
        self.facts = facts
        self._input_axes: dict[tuple[int, tuple[str, ...]], InputAxis | None] = {}
        self.dataset = facts.dataset
        self.axes = BrowseAxes(facts.dataset)
        self.wrong = WrongRows()
        self._part = "all"
        self._only_wrong = False
        self._parts = parts_of_rows(facts.split, facts.dataset.examples)
        self.shown = NO_ROWS
        self.choose("all", only_wrong=False)

    def choose(self, part: str, only_wrong: bool) -> None:
        """Show the rows of a part, or of "all"; perhaps only those that the network gets wrong now."""
        self._part, self._only_wrong = part, only_wrong
        split = self.facts.split
        self.wrong.want([name for name in SUBSETS if part in ("all", name) and len(getattr(split, name))])
        self._sort()

    def take(self, results: RowResults) -> bool:
        """Take what the network makes of the rows of a part; return whether that is news."""
        is_new = self.wrong.take(results)
        if is_new:
            self._sort()
        return is_new

    def forget(self) -> None:
        """Drop what a network made of the rows, as another one begins."""
        self.wrong.forget()
        self._sort()

    def _sort(self) -> None:
        if self._only_wrong:
            self.shown = self.wrong.view(self.dataset.y) or NO_ROWS
        else:
            self.shown = RowView(part_rows(self.facts.split, self._part, self.dataset.examples))

    def parts(self) -> NDArray[np.uint8]:
        """Return for each row on show the place of its subset in SUBSETS, (k,)."""
        return self._parts[self.shown.rows]

    def numbers(self) -> NDArray[np.int64]:
        """Return the number, from 1, of each row on show in its file, (k,); in the set where that is no table."""
        origins = self.dataset.origins
        return 1 + (self.shown.rows if origins is None else origins.rows_of(self.shown.rows))

    def place(self, row: int) -> str:
        """Say where the row on show at this place stands in its file, or in the set."""
        example, origins = int(self.shown.rows[row]), self.dataset.origins
        return f"row {example + 1:,} of the set" if origins is None else origins.place(example)

    def beside(self) -> list[BesideColumn]:
        """Return the columns of the file that are neither inputs nor the target, such as ids, for the rows on show."""
        origins = self.dataset.origins
        if origins is None:
            return []
        rows = origins.rows_of(self.shown.rows)
        return [_beside(column, rows) for column in origins.beside[:MOST_BESIDE]]

    def input_axis(self, axis: int, features: Collection[str]) -> InputAxis | None:
        """Return one of `axes` as one along which inputs move, the same each time; None where they do not."""
        key = (axis, tuple(features))
        if key not in self._input_axes:
            self._input_axes[key] = self.axes.input_axis(axis, features)
        return self._input_axes[key]

    def targets(self, number: int = 0) -> NDArray[Any]:
        """Return the classes of the rows on show, or of a regression their target of that number, (k,)."""
        y = self.dataset.y[self.shown.rows]
        return y[:, number] if self.dataset.is_regression else y

    def class_counts(self) -> list[int]:
        """Return how many of the rows on show each class has."""
        return [int(count) for count in np.bincount(self.targets(), minlength=self.dataset.classes)]

    def column(self, number: int) -> tuple[NDArray[Any], ColumnSummary]:
        """Return the values of a column in the rows on show, without gaps, and its figures."""
        values = self.dataset.x[self.shown.rows, number]
        known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
        return known, column_summary(values)
