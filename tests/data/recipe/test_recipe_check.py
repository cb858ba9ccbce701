"""A recipe is held against its table before anything is made of it."""

from pathlib import Path

import numpy as np
import pytest

from lab.data.errors import DataError
from lab.data.recipe.choices import ColumnChoice, Recipe
from lab.data.recipe.input_column import InputColumn
from lab.data.recipe.recipe_check import check_left, check_recipe, check_size, choice_of, kept_rows
from lab.data.table import Column, Table

NAN = np.nan
AGE = Column("age", "number", np.array([1, NAN, 3, NAN]))
SIZE = Column("size", "number", np.array([NAN, 2, 3, NAN]))
KIND = Column("kind", "text", np.array([0, 1, -1, 0], np.int32), ("cat", "dog"))
TABLE = Table(Path("pets.csv"), (AGE, SIZE, KIND), 2)


def _made(missing: str) -> InputColumn:
    return InputColumn("it", "number", "number", missing)


def test_names_that_the_table_does_not_have_are_refused_with_a_suggestion() -> None:
    with pytest.raises(DataError) as caught:
        check_recipe(TABLE, Recipe(columns={"agee": ColumnChoice("number")}))
    assert str(caught.value) == (
        "pets.csv has no column 'agee', for which a choice is given; its columns are age, size, kind; did you mean age?"
    )
    with pytest.raises(DataError, match=r"has no column 'knd' for the target; .* did you mean kind\?"):
        check_recipe(TABLE, Recipe("knd"))
    with pytest.raises(DataError, match=r"The task 'class' is not one of classes, numbers; did you mean classes\?"):
        check_recipe(TABLE, Recipe(task="class"))


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(DataError, match=r"pets.csv has no rows; add a line for each example\."):
        check_recipe(Table(Path("pets.csv"), (Column("age", "number", np.empty(0)),)), Recipe())


def test_the_target_is_the_last_column_unless_it_is_named() -> None:
    assert check_recipe(TABLE, Recipe()) is KIND
    assert check_recipe(TABLE, Recipe("age")) is AGE


def test_a_column_that_is_not_in_the_recipe_has_no_choice() -> None:
    recipe = Recipe(columns={"age": ColumnChoice("drop")})
    assert (choice_of(recipe, AGE).use, choice_of(recipe, SIZE)) == ("drop", ColumnChoice())


def test_rows_are_left_out_for_gaps_only_where_that_is_chosen() -> None:
    refuse, leave = Recipe(), Recipe(columns={"kind": ColumnChoice(missing="drop_rows")})
    both = [(AGE, _made("drop_rows")), (SIZE, _made("mean"))]
    assert kept_rows(KIND, refuse, both).tolist() == [True, False, True, False]
    assert kept_rows(KIND, leave, both).tolist() == [True, False, False, False]
    assert kept_rows(KIND, leave, []).tolist() == [True, True, False, True]


def test_a_table_of_which_no_input_or_row_is_left_is_refused() -> None:
    with pytest.raises(DataError, match=r"pets.csv: no input column is left; choose a use for at least one"):
        check_left(TABLE, [], 4)
    with pytest.raises(DataError, match=r"pets.csv: each of the 4 rows has a gap for which it is left out; choose"):
        check_left(TABLE, [_made("drop_rows")], 0)


def test_too_many_inputs_are_refused_with_the_column_that_has_most() -> None:
    wide = InputColumn("name", "text", "one_hot", values=tuple(map(str, range(100_000))))
    check_left(TABLE, [wide], 4)
    with pytest.raises(DataError) as caught:
        check_left(TABLE, [_made("refuse"), wide], 4)
    assert str(caught.value) == (
        "pets.csv becomes 100,001 inputs, 100,000 of them from the column 'name', and at most 100,000 are possible; "
        "drop columns or choose ordinal."
    )


def test_more_than_eight_gigabytes_are_refused() -> None:
    check_size(TABLE, 1 << 20, 1 << 10)
    with pytest.raises(DataError) as caught:
        check_size(TABLE, 1 << 20, 1025)
    assert str(caught.value) == (
        "pets.csv becomes 1,048,576 rows of 1,025 inputs, which is more than 8 GB; drop columns, choose ordinal, or "
        "take fewer rows."
    )
