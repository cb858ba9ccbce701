"""What only tells the rows apart is proposed as left out, and what gives the target away is told."""

from pathlib import Path

import numpy as np
import pytest

from lab.data.recipe.choices import ColumnChoice, Recipe
from lab.data.recipe.proposal import propose, reasons_of
from lab.data.table import Column, Table

_ROWS = 24


def _numbers(name: str, values: object) -> Column:
    return Column(name, "number", np.asarray(values, np.float64))


def _texts(name: str, texts: list[str]) -> Column:
    different = tuple(dict.fromkeys(texts))
    return Column(name, "text", np.array([different.index(text) for text in texts], np.int32), different)


def _table(*columns: Column) -> Table:
    rows = len(columns[0].values)
    return Table(Path("pets.csv"), (*columns, _texts("kind", ["x" if row % 3 else "y" for row in range(rows)])), 2)


_SPREAD = _numbers("v", np.arange(_ROWS) % 5)


@pytest.mark.parametrize(
    ("name", "values", "use"),
    [
        ("Id", range(1, 7), "drop"),
        ("passenger_id", range(100, 106), "drop"),
        ("a", range(_ROWS), "drop"),
        ("a", range(6), "number"),
        ("year", range(1990, 1990 + _ROWS), "number"),
        ("Id", [row * 7 % 29 for row in range(_ROWS)], "drop"),
        ("price", [row * 7 % 29 for row in range(_ROWS)], "number"),
    ],
)
def test_a_column_that_counts_rows_is_proposed_as_left_out(name: str, values: list[int], use: str) -> None:
    table = _table(_numbers(name, list(values)), _numbers("v", np.arange(len(values)) % 5))
    recipe = propose(table)
    assert recipe.columns[name].use == use
    assert [reason.column for reason in reasons_of(table, recipe)] == ([name] if use == "drop" else [])


def test_an_identifier_stays_where_no_input_would_be_left() -> None:
    assert propose(_table(_numbers("id", range(_ROWS)))).columns["id"].use == "number"


def test_texts_among_numbers_are_shown_and_the_choice_is_a_persons() -> None:
    ages = [str(20 + row % 4) for row in range(_ROWS - 2)]
    table = _table(_SPREAD, _texts("age", [*ages, "22-23", "old"]))
    recipe = propose(table)
    (reason,) = reasons_of(table, recipe)
    assert recipe.columns["age"] == ColumnChoice("one_hot")
    assert reason.choices == ("one_hot", "number")
    assert reason.sentence.startswith("'age' has 2 texts among its numbers ('22-23', 'old'); it is used as it is")


def test_a_column_that_splits_the_rows_as_the_target_does_is_told() -> None:
    leak = _texts("alive", ["no" if row % 3 else "yes" for row in range(_ROWS)])
    other = _texts("town", ["Ulm" if row % 4 else "Bonn" for row in range(_ROWS)])
    table = _table(_SPREAD, leak, other)
    (reason,) = reasons_of(table, propose(table))
    assert reason.sentence.startswith("'alive' tells 'kind' exactly")
    dropped = Recipe("kind", "classes", {"alive": ColumnChoice("drop"), "town": ColumnChoice("one_hot")})
    assert reasons_of(table, dropped) == []


def test_a_target_in_front_of_numbers_without_names_is_found() -> None:
    classes, values = np.arange(_ROWS) % 3 + 1, np.linspace(0.1, 2, _ROWS)
    columns = [_numbers("column 1", classes), *(_numbers(f"column {n}", values * n) for n in (2, 3))]
    assert propose(Table(Path("wine.data"), tuple(columns), 1)).target == "column 1"
