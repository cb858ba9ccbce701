"""A proposed recipe fits its table, and what is told of a recipe is what encoding does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.errors import DataError
from lab.data.recipe.choices import GAPS, USES, ColumnChoice, Recipe
from lab.data.recipe.input_column import gaps_for, uses_for
from lab.data.recipe.proposal import Effects, effects, propose
from lab.data.table import Column, Table
from lab.data.table_dataset import encode
from tests.effort import examples

NAN = np.nan


def _texts(name: str, *texts: str | None) -> Column:
    categories = tuple(dict.fromkeys(text for text in texts if text is not None))
    codes = [-1 if text is None else categories.index(text) for text in texts]
    return Column(name, "text", np.array(codes, np.int32), categories)


def _numbers(name: str, *numbers: float) -> Column:
    return Column(name, "number", np.array(numbers, np.float64))


def _table(*columns: Column) -> Table:
    return Table(Path("pets.csv"), columns, 2)


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    rows = draw(st.integers(1, 30))

    def values(*choices: Any) -> list[Any]:
        several = draw(st.lists(st.sampled_from(choices), min_size=1, max_size=5))
        return [several[number % len(several)] for number in range(rows)]

    columns = []
    for number in range(draw(st.integers(1, 4))):
        name, kind = f"c{number}", draw(st.sampled_from(["number", "text", "date"]))
        if kind == "number":
            columns.append(_numbers(name, *values(NAN, 0.0, 1.0, 2.5, -1.0, 7.0, np.inf)))
        elif kind == "text":
            columns.append(_texts(name, *values(None, "red", "blue", "1", "2,5", "x", "0", "inf")))
        else:
            columns.append(Column(name, "date", np.array(values("NaT", "2020-01-01", "1969-12-31"), "datetime64[s]")))
    return _table(*columns)


@st.composite
def _recipes(draw: st.DrawFn) -> tuple[Table, Recipe]:
    """Tables with choices that fit the kinds of their columns, or with any choices whatever."""
    table = draw(_tables())
    table = _table(*table.columns, _numbers("y", *(np.arange(table.rows) % 2)))
    wild = draw(st.booleans())
    choices = {}
    for column in table.columns:
        use = draw(st.sampled_from([None, *USES] if wild else uses_for(column.kind)))
        missing = draw(st.sampled_from([*GAPS] if wild or use is None else gaps_for(column.kind, use)))
        choices[column.name] = ColumnChoice(
            use, missing, order=draw(st.sampled_from([(), (), ("red", "1"), ("1", "0")]))
        )
    target = draw(st.sampled_from([*table.names, "y", "y"]))
    choices[target] = draw(st.sampled_from([ColumnChoice(), ColumnChoice(missing="drop_rows"), ColumnChoice("number")]))
    return table, Recipe(target, draw(st.sampled_from(["classes", "classes", "numbers"])), choices)


def _agree(table: Table, recipe: Recipe) -> Effects:
    """Compare what is told with what happens."""
    told = effects(table, recipe)
    assert told.columns == () or [each.name for each in told.columns] == list(table.names)
    assert told.n == sum(each.inputs for each in told.columns)
    problem, data = None, None
    try:
        data = encode(table, recipe)
    except DataError as error:
        problem = str(error)
    assert told.problem == problem
    if data is not None:
        assert (told.n, told.c, told.rows, told.dropped) == (data.inputs, data.classes, data.examples, data.dropped)
    return told


@examples(300)
@given(_recipes())
def test_what_is_told_of_any_recipe_is_what_encoding_does(case: tuple[Table, Recipe]) -> None:
    _agree(*case)


@given(_tables())
def test_a_proposal_has_a_choice_for_every_input_and_only_asks_for_what_numbers_or_targets_lack(table: Table) -> None:
    recipe = propose(table)
    target = recipe.target
    assert set(table.names) - {target} <= set(recipe.columns)
    assert all(choice.use is not None for name, choice in recipe.columns.items() if name != target)
    for each in _agree(table, recipe).columns:
        assert each.problem is None or each.name == target or "found 'inf'" in each.problem


def test_a_proposal_for_each_kind_of_column() -> None:
    rows = 100
    few = [None if row == 7 else ("red", "blue")[row % 2] for row in range(rows)]
    mixed = ["n/a" if row % 10 == 0 else f"{row},5" for row in range(rows)]
    table = _table(
        _numbers("age", *range(rows)),
        _numbers("size", NAN, *range(rows - 1)),
        _numbers("empty", 1, 2, 3, *[NAN] * (rows - 3)),
        _numbers("constant", *[3.0] * rows),
        _texts("colour", *few),
        _texts("town", *(["Ulm", "Bonn"] * 50)),
        _texts("price", *mixed),
        _texts("name", *(f"name {row}" for row in range(rows))),
        _texts("remark", *(f"remark {row // 2}" for row in range(rows))),
        _texts("nothing", *[None] * rows),
        Column("born", "date", np.arange(rows).astype("datetime64[s]")),
        _numbers("kind", NAN, *(row % 3 for row in range(rows - 1))),
    )
    recipe = propose(table)
    assert (recipe.target, recipe.task) == ("kind", "classes")
    drop = ColumnChoice("drop")
    assert recipe.columns == {
        "age": ColumnChoice("number"),
        "size": ColumnChoice("number", "median"),
        "empty": drop,
        "constant": drop,
        "colour": ColumnChoice("one_hot", "own_class"),
        "town": ColumnChoice("one_hot"),
        "price": drop,
        "name": drop,
        "remark": ColumnChoice("one_hot"),
        "nothing": drop,
        "born": drop,
        "kind": ColumnChoice(missing="drop_rows"),
    }
    assert _agree(table, recipe).problem is None


def test_texts_with_more_than_fifty_values_are_left_out() -> None:
    for values, use in ((50, "one_hot"), (51, "drop")):
        remark = _texts("remark", *(f"r{row % values}" for row in range(200)))
        assert propose(_table(remark, _numbers("y", *(np.arange(200) % 2)))).columns["remark"].use == use


@pytest.mark.parametrize(
    ("names", "target"),
    [(("a", "b"), "b"), (("Class", "b"), "Class"), (("label", " Y ", "b"), " Y "), (("kinds", "b"), "b")],
)
def test_the_target_is_guessed_by_its_name_or_is_the_last_column(names: tuple[str, ...], target: str) -> None:
    assert propose(_table(*(_numbers(name, 0, 1) for name in names))).target == target


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (range(20), "classes"), (range(21), "numbers"), ([0, 1, 0.5], "numbers"), ([NAN, 1, 2], "classes"),
        ([np.inf, 1], "classes"),
    ],
)  # fmt: skip
def test_the_task_is_numbers_for_fractions_or_many_values(values: list[float], task: str) -> None:
    table = _table(_numbers("y", *values), _texts("kind", *["a"] * len(values)))
    assert propose(table, "y").task == task
    assert propose(table).task == "classes"


def test_another_target_may_be_asked_for_and_must_be_there() -> None:
    table = _table(_numbers("age", 0, 1), _numbers("y", 0, 1))
    assert set(propose(table, "age").columns) == {"y"}
    with pytest.raises(
        DataError, match="has no column 'agee' for the target; its columns are age, y; did you mean age"
    ):
        propose(table, "agee")


def test_each_column_is_told_in_a_sentence() -> None:
    table = _table(
        _numbers("age", 1, NAN, 3, 4),
        _texts("colour", "red", "blue", None, "red"),
        _texts("size", "big", "big", "small", None),
        _texts("price", "1", "2,5", "3", "x"),
        Column("born", "date", np.array(["2020-01-01"] * 4, "datetime64[s]")),
        _texts("name", "a", "b", "c", "d"),
        _texts("town", "a", "b", "a", "b"),
        _texts("kind", "cat", "cat", "dog", "dog"),
    )
    told = effects(table, Recipe("kind", "classes", {
        "age": ColumnChoice("number", "drop_rows"),
        "colour": ColumnChoice("one_hot", "own_class"),
        "size": ColumnChoice("ordinal", "most_frequent", order=("small", "big")),
        "price": ColumnChoice("number", "median"),
        "born": ColumnChoice("date", parts=("year", "month")),
        "name": ColumnChoice("drop"),
    }))  # fmt: skip
    assert {each.name: (each.inputs, each.gaps, each.done) for each in told.columns} == {
        "age": (1, 1, "One input: the number. 1 row with a gap left out."),
        "colour": (3, 1, "3 inputs, for blue, red. 1 gap as a value of its own."),
        "size": (1, 1, "One input: the place in small, big, from 0. 1 gap filled with the most frequent value of "
                 "the training rows."),
        "price": (1, 1, "One input: the number. 1 gap filled with the median of the training rows."),
        "born": (2, 0, "2 inputs: year, month."),
        "name": (0, 0, "Left out."),
        "town": (0, 0, "Nothing yet."),
        "kind": (0, 0, "Nothing yet."),
    }  # fmt: skip
    problems = {each.name: each.problem for each in told.columns if each.problem is not None}
    assert set(problems) == {"town", "kind"}
    assert told.problem == problems["town"]
    assert problems["town"].startswith("pets.csv, line 2, column 'town': found the text 'a'; choose one_hot, ")
    assert "the class 'cat' has a single example" in problems["kind"]


def test_the_whole_is_told_in_a_sentence() -> None:
    table = _table(_numbers("age", *[NAN, 1.0, 2.0] * 1000), _texts("kind", *["cat", "dog", "cat"] * 1000))
    told = effects(table, Recipe("kind", "classes", {"age": ColumnChoice("number", "drop_rows")}))
    assert told.summary == "2,000 rows, 1,000 left out, 1 input, 2 classes."
    assert told.columns[1].done == "The target: 2 classes."
    numbers = effects(table, Recipe("age", "numbers", {"kind": ColumnChoice("one_hot"),
                                                       "age": ColumnChoice(missing="drop_rows")}))  # fmt: skip
    assert numbers.summary == "2,000 rows, 1,000 left out, 2 inputs, 1 number."
    assert numbers.columns[0].done == "The target: one number. 1,000 rows with a gap left out."


def test_faults_of_the_table_or_the_recipe_as_a_whole_are_told_too() -> None:
    table = _table(_numbers("age", 0, 1, 2, 3), _numbers("kind", 0, 1, 0, 1))
    unknown = effects(table, Recipe("kind", "classes", {"agee": ColumnChoice("number")}))
    assert unknown.columns == ()
    assert unknown.problem is not None
    assert "did you mean age?" in unknown.problem
    nothing = effects(table, Recipe("kind", "classes", {"age": ColumnChoice("drop")}))
    assert nothing.problem is not None
    assert "no input column is left" in nothing.problem
    assert [each.problem for each in nothing.columns] == [None, None]
