"""The target column of a table: classes of any kind of value, or numbers, and what can be neither."""

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.as_number import as_number
from lab.data.errors import DataError, location, quoted, suggestion
from lab.data.recipe.categories import names_of, number_name, ordered_categories
from lab.data.recipe.choices import ColumnChoice
from lab.data.recipe.column_plan import cell
from lab.data.table import Column, Table

Rows = NDArray[np.int64]

MOST_CLASSES = 1000
_TARGET_GAPS = ("refuse", "drop_rows")
# With this many different values a column in which most rows differ is no list of classes.
_FEW_CLASSES = 20


def target_column(table: Table, name: str | None) -> Column:
    """Return the column of that name, or the last one for None; raises DataError where there is none."""
    if not table.columns:
        raise DataError(f"{table.path.name} has no columns; choose a table with inputs and a target.")
    if name is None:
        return table.columns[-1]
    if name not in table.names:
        raise DataError(
            f"{table.path.name} has no column {quoted(name)} for the target; its columns are "
            f"{suggestion(name, table.names)}"
        )
    return table.column(name)


def read_target(
    table: Table, target: Column, task: str, choice: ColumnChoice, rows: Rows
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return y of some rows and the class names: (N,) class numbers, or for numbers (N, 1) float64 and no names.

    Classes are sorted, by value where all are numbers, also texts that spell some; then texts for the same number
    ("1", "1.0") are one class under the first of them. Raises DataError for a choice that is not for a target, a
    gap in these rows, and where the column names no classes or all its numbers are the same.
    """
    _check_choice(table, target, task, choice)
    gaps = target.gaps[rows]
    if gaps.any():
        thing = "class" if task == "classes" else "number"
        raise DataError(
            f"{table.location(int(rows[gaps.argmax()]), target.name)}: the target cell is empty; give the row a "
            f"{thing}, or choose drop_rows for the missing values of the column."
        )
    return (_numbers(table, target, rows), ()) if task == "numbers" else _classes(table, target, rows)


def _check_choice(table: Table, target: Column, task: str, choice: ColumnChoice) -> None:
    where = location(table.path, None, target.name)
    if choice.missing not in _TARGET_GAPS:
        raise DataError(
            f"{where}: {quoted(choice.missing)} for missing values is not for a target; choose refuse or drop_rows."
        )
    if choice.use is not None:
        raise DataError(f"{where}: the use {quoted(choice.use)} is for inputs, and this is the target; leave it away.")
    if task == "numbers" and target.kind != "number":
        present = ~target.gaps
        row = int(present.argmax())
        found = f"{table.location(row, target.name)}: found {quoted(cell(target, row))}" if present.any() else where
        raise DataError(
            f"{found}; a target of numbers is a column of numbers only, so choose the task classes or another target."
        )


def _numbers(table: Table, target: Column, rows: Rows) -> NDArray[np.float64]:
    values = target.values[rows]
    _refuse_infinite(table, target, rows, ~np.isfinite(values))
    if len(values) and (values == values[0]).all():
        raise DataError(
            f"{location(table.path, None, target.name)}: all {len(rows):,} examples have the number "
            f"{number_name(values[0])}; choose a target whose numbers differ."
        )
    return np.asarray(values[:, None], np.float64)


def _classes(table: Table, target: Column, rows: Rows) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    values = target.values[rows]
    if target.kind == "text":
        class_of, names = _text_classes(table, target, rows)
        y = class_of[values]
    else:
        if target.kind == "number":
            _refuse_infinite(table, target, rows, ~np.isfinite(values))
        different = ordered_categories(target)
        category = np.searchsorted(different, values)
        taken = np.bincount(category, minlength=len(different)) > 0
        y, names = (np.cumsum(taken) - 1)[category], different[taken]
    _check_count(table, target, len(names), len(rows))
    spelled = tuple(names_of(target, names))
    _check_singles(table, target, rows, y, spelled)
    return y, spelled


def _text_classes(table: Table, target: Column, rows: Rows) -> tuple[Rows, Rows]:
    """Return the class of each code, and the code whose text names each class, in these rows."""
    present = np.flatnonzero(np.bincount(target.values[rows], minlength=len(target.categories)))
    texts = [target.categories[code] for code in present]
    class_of = np.zeros(len(target.categories), np.int64)
    if any(as_number(text) is None for text in texts):
        names = present[sorted(range(len(texts)), key=texts.__getitem__)]
        class_of[names] = np.arange(len(names))
        return class_of, names
    infinite = present[~np.isfinite([float(text) for text in texts])]
    _refuse_infinite(table, target, rows, np.isin(target.values[rows], infinite))
    # Exactly, because long whole numbers may be one as floats.
    values = [Decimal(text) for text in texts]
    place_of = {value: number for number, value in enumerate(sorted(set(values)))}
    class_of[present] = [place_of[value] for value in values]
    first = dict(zip(reversed(values), reversed(present.tolist()), strict=True))
    return class_of, np.array([first[value] for value in place_of], np.int64)


def _refuse_infinite(table: Table, target: Column, rows: Rows, infinite: NDArray[np.bool_]) -> None:
    if infinite.any():
        row = int(rows[int(infinite.argmax())])
        raise DataError(
            f"{table.location(row, target.name)}: found {quoted(cell(target, row))} among numbers; "
            "targets that are numbers must be finite, so correct the row or leave it out."
        )


def _check_count(table: Table, target: Column, classes: int, rows: int) -> None:
    different = classes == rows or (classes > _FEW_CLASSES and 2 * classes > rows)
    if classes > MOST_CLASSES or (classes > 1 and different):
        others = "the task numbers or " if target.kind == "number" else ""
        raise DataError(
            f"{location(table.path, None, target.name)}: {classes:,} different values in {rows:,} rows look like a "
            f"number to predict or an identifier; choose {others}a target of at most {MOST_CLASSES:,} classes."
        )


def _check_singles(table: Table, target: Column, rows: Rows, y: Rows, names: tuple[str, ...]) -> None:
    counts = np.bincount(y, minlength=len(names))
    singles = np.flatnonzero(counts == 1)
    if len(names) > 1 and len(singles):
        row = int(rows[int(np.argmax(y == singles[0]))])
        others = f" (as have {len(singles) - 1:,} other classes)" if len(singles) > 1 else ""
        raise DataError(
            f"{table.location(row, target.name)}: the class {quoted(names[singles[0]])} has a single example{others}; "
            "give every class at least two or leave the row out."
        )
