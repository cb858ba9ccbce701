"""Checks a recipe against its table: known names, which rows are kept, and whether the result fits into memory."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError, quoted, suggestion
from lab.data.recipe.choices import TASKS, ColumnChoice, Recipe
from lab.data.recipe.column_plan import MOST_INPUTS
from lab.data.recipe.input_column import InputColumn
from lab.data.recipe.target import target_column
from lab.data.table import Column, Table

_MOST_BYTES = 8 << 30


def choice_of(recipe: Recipe, column: Column) -> ColumnChoice:
    """Return what was chosen for a column, or the choice of nothing."""
    return recipe.columns.get(column.name, ColumnChoice())


def check_recipe(table: Table, recipe: Recipe) -> Column:
    """Return the target; raises DataError where the recipe names columns or a task that are not there."""
    if not table.rows:
        raise DataError(f"{table.path.name} has no rows; add a line for each example.")
    if recipe.task not in TASKS:
        raise DataError(f"The task {quoted(recipe.task)} is not one of {suggestion(recipe.task, TASKS)}")
    names = set(table.names)
    for name in recipe.columns:
        if name not in names:
            raise DataError(
                f"{table.path.name} has no column {quoted(name)}, for which a choice is given; its columns are "
                f"{suggestion(name, table.names)}"
            )
    return target_column(table, recipe.target)


def kept_rows(target: Column, recipe: Recipe, inputs: Iterable[tuple[Column, InputColumn]]) -> NDArray[np.bool_]:
    """Return which rows are not left out for a gap, (rows,)."""
    keep = np.ones(len(target.values), np.bool_)
    if choice_of(recipe, target).missing == "drop_rows":
        keep &= ~target.gaps
    for column, made in inputs:
        if made.missing == "drop_rows":
            keep &= ~made.gap_rows(column)
    return keep


def check_left(table: Table, columns: Sequence[InputColumn], rows: int) -> None:
    """Refuse a table of which no row or input is left, or that would become too large."""
    if not columns:
        raise DataError(f"{table.path.name}: no input column is left; choose a use for at least one beside the target.")
    if not rows:
        raise DataError(
            f"{table.path.name}: each of the {table.rows:,} rows has a gap for which it is left out; choose another "
            "way to treat gaps, or drop the columns that have most."
        )
    n = sum(column.width for column in columns)
    if n > MOST_INPUTS:
        widest = max(columns, key=lambda column: column.width)
        raise DataError(
            f"{table.path.name} becomes {n:,} inputs, {widest.width:,} of them from the column "
            f"{quoted(widest.name)}, and at most {MOST_INPUTS:,} are possible; drop columns or choose ordinal."
        )
    check_size(table, rows, n)


def check_size(table: Table, rows: int, n: int) -> None:
    """Refuse, before anything is allocated, an x (rows, n) that is too large for the memory."""
    if rows * n * 8 > _MOST_BYTES:
        raise DataError(
            f"{table.path.name} becomes {rows:,} rows of {n:,} inputs, which is more than {_MOST_BYTES >> 30} GB; "
            "drop columns, choose ordinal, or take fewer rows."
        )
