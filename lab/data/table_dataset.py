"""From a table to a dataset, as its recipe says."""

import numpy as np

from lab.data.dataset import Dataset
from lab.data.recipe.choices import Recipe
from lab.data.recipe.column_plan import check_cells, gap_remedy, planned
from lab.data.recipe.encoding import Encoding
from lab.data.recipe.recipe_check import check_left, check_recipe, choice_of, kept_rows
from lab.data.recipe.target import read_target
from lab.data.row_origins import origins_of
from lab.data.table import Table


def encode(table: Table, recipe: Recipe) -> Dataset:
    """Make x, float64 (N, n), and y of a table as the recipe says; in x NaN is a gap that is filled later.

    Raises DataError for a recipe that does not fit the table, for cells that are not valid by it, and where no
    column or row is left or x would be too large.
    """
    target = check_recipe(table, recipe)
    others = [column for column in table.columns if column is not target]
    plans = [(column, planned(table, column, choice_of(recipe, column))) for column in others]
    inputs = [(column, made) for column, made in plans if made is not None]
    keep = kept_rows(target, recipe, inputs)
    check_left(table, [made for _, made in inputs], int(np.count_nonzero(keep)))
    for column, made in inputs:
        check_cells(table, column, made, keep, gap_remedy(made))
    y, class_names = read_target(table, target, recipe.task, choice_of(recipe, target), np.flatnonzero(keep))
    encoding = Encoding(tuple(made for _, made in inputs))
    x = encoding.rows_of([column for column, _ in inputs], keep)
    return Dataset(
        table.path.stem, table.path.name, x, y, class_names, encoding.feature_names, None,
        target_names=(target.name,), gaps=encoding.gaps, encoding=encoding, dropped=table.rows - len(x),
        origins=origins_of(table, keep, tuple(column for column, made in plans if made is None)),
    )  # fmt: skip
