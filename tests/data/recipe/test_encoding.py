"""A table becomes numbers by a recipe, and new rows become the same numbers by what was kept of it."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.data.dataset import Dataset
from lab.data.errors import DataError
from lab.data.recipe.choices import DATE_FIELDS, ColumnChoice, Recipe
from lab.data.recipe.encoding import Encoding
from lab.data.recipe.gaps import Gap, fill, fit_fills
from lab.data.recipe.input_column import InputColumn, gaps_for, uses_for
from lab.data.table import Column, Table
from lab.data.table_dataset import encode
from tests.refusals import refusal

NAN = np.nan
_NUMBERS = (NAN, 0.0, -0.0, 1.0, 2.5, -3.0, 1e300, 0.1)
_SECONDS = ("NaT", 0, -86_400, 951_782_400, 1_700_000_000, -(10**12), 10**12)
_TEXTS = (None, "red", "blue", "1", "1.0", "2,5", "x=y", "naïve", "(missing)")


def _texts(name: str, *texts: str | None) -> Column:
    categories = tuple(dict.fromkeys(text for text in texts if text is not None))
    codes = [-1 if text is None else categories.index(text) for text in texts]
    return Column(name, "text", np.array(codes, np.int32), categories)


def _numbers(name: str, *numbers: float) -> Column:
    return Column(name, "number", np.array(numbers, np.float64))


def _dates(name: str, *dates: str) -> Column:
    return Column(name, "date", np.array(dates, "datetime64[s]"))


def _table(*columns: Column, name: str = "pets.csv") -> Table:
    return Table(Path(name), columns, 2)


@st.composite
def _columns(draw: st.DrawFn, name: str, rows: int) -> Column:
    def values(pool: tuple[Any, ...]) -> list[Any]:
        return draw(st.lists(st.sampled_from(pool), min_size=rows, max_size=rows))

    kind = draw(st.sampled_from(["number", "text", "date"]))
    if kind == "number":
        return _numbers(name, *values(_NUMBERS))
    if kind == "text":
        return _texts(name, *values(_TEXTS))
    return Column(name, "date", np.array(values(_SECONDS), "datetime64[s]"))


@st.composite
def _tables(draw: st.DrawFn) -> tuple[Table, Recipe]:
    """Tables with a target of two classes, and recipes whose choices are all valid for their columns."""
    rows = draw(st.integers(4, 8))
    columns = [draw(_columns(f"c{number}", rows)) for number in range(draw(st.integers(1, 3)))]
    choices = {}
    for column in columns:
        use = draw(st.sampled_from(uses_for(column.kind)))
        missing = draw(st.sampled_from(gaps_for(column.kind, use)))
        parts = draw(st.permutations(list(DATE_FIELDS)))[: draw(st.integers(1, 4))]
        choices[column.name] = ColumnChoice(use, missing, tuple(parts))
    return _table(*columns, _numbers("y", *np.arange(rows) % 2)), Recipe(None, "classes", choices)


def _encoded(table: Table, recipe: Recipe) -> Dataset:
    try:
        return encode(table, recipe)
    except DataError:
        reject()


def _taken(table: Table, rows: NDArray[np.int64]) -> Table:
    return _table(*(Column(each.name, each.kind, each.values[rows], each.categories) for each in table.columns))


@given(_tables())
def test_what_is_kept_makes_the_same_numbers_of_the_same_rows(case: tuple[Table, Recipe]) -> None:
    table, recipe = case
    data = _encoded(table, recipe)
    kept = np.ones(table.rows, np.bool_)
    for column in data.encoding.columns:
        if column.missing == "drop_rows":
            kept &= ~column.gap_rows(table.column(column.name))
    assert data.dropped == np.count_nonzero(~kept)
    again = Encoding.from_dict(json.loads(json.dumps(data.encoding.as_dict())))
    assert again == data.encoding
    np.testing.assert_array_equal(again.apply(_taken(table, np.flatnonzero(kept))), data.x)


@given(_tables(), st.randoms(use_true_random=False))
def test_rows_in_another_order_make_rows_in_another_order(case: tuple[Table, Recipe], random: Any) -> None:
    table, recipe = case
    assume(all(choice.missing != "drop_rows" for choice in recipe.columns.values()))
    data = _encoded(table, recipe)
    order = np.array(random.sample(range(table.rows), table.rows))
    other = encode(_taken(table, order), recipe)
    assert other.encoding == data.encoding
    np.testing.assert_array_equal(other.x, data.x[order])
    np.testing.assert_array_equal(other.y, data.y[order])


@given(_tables())
def test_every_nan_is_in_a_column_that_is_filled_later(case: tuple[Table, Recipe]) -> None:
    data = _encoded(*case)
    assert len(data.feature_names) == data.inputs == data.encoding.inputs
    filled = [column for gap in data.gaps for column in range(gap.start, gap.stop)]
    assert sorted(set(filled)) == sorted(filled)
    assert set(np.flatnonzero(np.isnan(data.x).any(axis=0))) <= set(filled)
    if all(not np.isnan(data.x[:, gap.start]).all() for gap in data.gaps):
        assert np.isfinite(fill(data.x, fit_fills(data.gaps, data.x))).all()


@given(_tables())
def test_a_one_hot_group_has_a_single_one_or_is_a_gap(case: tuple[Table, Recipe]) -> None:
    data = _encoded(*case)
    start = 0
    for column in data.encoding.columns:
        group = data.x[:, start : start + column.width]
        if column.use == "one_hot":
            assert np.all((group.sum(axis=1) == 1) | np.isnan(group).all(axis=1))
        start += column.width


def _pets() -> Table:
    return _table(
        _numbers("age", 3, NAN, 1, 8),
        _texts("colour", "red", "blue", None, "red"),
        _dates("born", "2020-02-03", "NaT", "2019-01-01", "2020-02-03"),
        _texts("name", "Rex", "Tom", "Ida", "Bo"),
        _texts("kind", "dog", "cat", "dog", "cat"),
    )


def _choices(**more: ColumnChoice) -> Recipe:
    columns = {
        "age": ColumnChoice("number", "median"),
        "colour": ColumnChoice("one_hot", "own_class"),
        "born": ColumnChoice("date", "mean", ("year", "month")),
        "name": ColumnChoice("drop"),
    }
    return Recipe("kind", "classes", columns | more)


def test_a_table_of_all_kinds_becomes_a_dataset() -> None:
    data = encode(_pets(), _choices())
    assert data.feature_names == ("age", "colour=blue", "colour=red", "colour=(missing)", "born year", "born month")
    np.testing.assert_array_equal(
        data.x, [[3, 0, 1, 0, 2020, 2], [NAN, 1, 0, 0, NAN, NAN], [1, 0, 0, 1, 2019, 1], [8, 0, 1, 0, 2020, 2]]
    )
    assert data.gaps == (Gap(0, 1, "median", "age"), Gap(4, 5, "mean", "born year"), Gap(5, 6, "mean", "born month"))
    assert (data.y.tolist(), data.class_names, data.target_names) == ([1, 0, 1, 0], ("cat", "dog"), ("kind",))
    assert (data.name, data.title, data.dropped) == ("pets", "pets.csv", 0)


def test_rows_with_a_gap_are_left_out_where_that_is_chosen_and_counted() -> None:
    table = _table(
        _numbers("age", 1, NAN, 3, 4, 5, 6),
        _texts("colour", "red", "red", None, "blue", "red", "blue"),
        _texts("kind", "dog", "dog", "dog", "cat", None, "cat"),
    )
    leave = ColumnChoice("number", "drop_rows")
    columns = {"age": leave, "colour": ColumnChoice("drop"), "kind": ColumnChoice(missing="drop_rows")}
    with pytest.raises(DataError, match="the class 'dog' has a single example") as caught:
        encode(table, Recipe("kind", "classes", columns | {"colour": ColumnChoice("one_hot", "drop_rows")}))
    assert "line 2, " in str(caught.value)
    data = encode(table, Recipe("kind", "classes", columns))
    assert data.x.tolist() == [[1], [3], [4], [6]]
    assert (data.y.tolist(), data.dropped) == ([1, 1, 0, 0], 2)


def test_a_value_that_only_rows_have_that_are_left_out_is_an_input_all_the_same() -> None:
    table = _table(
        _numbers("age", NAN, 1, 2, 3, 4), _texts("colour", "red", "blue", "blue", "green", "green"),
        _numbers("y", 0, 1, 0, 1, 0),
    )  # fmt: skip
    data = encode(table, Recipe("y", columns={"age": ColumnChoice("number", "drop_rows"),
                                              "colour": ColumnChoice("one_hot")}))  # fmt: skip
    assert data.feature_names == ("age", "colour=blue", "colour=green", "colour=red")
    assert not data.x[:, 3].any()


def test_a_target_of_numbers_makes_a_regression() -> None:
    data = encode(_pets(), Recipe("age", "numbers", {
        "colour": ColumnChoice("drop"), "name": ColumnChoice("drop"), "kind": ColumnChoice("ordinal"),
        "age": ColumnChoice(missing="drop_rows"),
    }))  # fmt: skip
    assert data.is_regression
    assert (data.y.tolist(), data.target_names, data.class_names) == ([[3.0], [1.0], [8.0]], ("age",), ())
    assert data.x.tolist() == [[1], [1], [0]]


def test_a_large_table_is_written_in_pieces_without_a_seam() -> None:
    rng = np.random.default_rng(0)
    a, codes = rng.normal(size=50_000), rng.integers(0, 3, 50_000).astype(np.int32)
    a[rng.integers(0, 50_000, 99)] = NAN
    table = _table(
        _numbers("a", *a), Column("b", "text", codes, ("x", "y", "z")), _numbers("kind", *(np.arange(50_000) % 2))
    )
    for missing, kept in (("mean", slice(None)), ("drop_rows", ~np.isnan(a))):
        choices = {"a": ColumnChoice("number", missing), "b": ColumnChoice("one_hot")}
        data = encode(table, Recipe(columns=choices))
        np.testing.assert_array_equal(data.x, np.column_stack([a, np.eye(3)[codes]])[kept])


def test_the_columns_may_stand_in_another_order_and_among_others() -> None:
    encoding = encode(_pets(), _choices()).encoding
    assert encoding is not None
    new = _table(
        _texts("town", "Ulm"),
        _dates("born", "1999-12-31"),
        _texts("colour", "green"),
        _numbers("age", 7),
        name="new.csv",
    )
    np.testing.assert_array_equal(encoding.apply(new), [[7, 0, 0, 0, 1999, 12]])


def test_a_column_without_values_is_one_of_gaps_whatever_it_was_read_as() -> None:
    encoding = encode(_pets(), _choices()).encoding
    assert encoding is not None
    new = _table(_texts("age", None), _numbers("colour", NAN), _numbers("born", NAN))
    np.testing.assert_array_equal(encoding.apply(new), [[NAN, 0, 0, 1, NAN, NAN]])
    none = _table(_texts("age"), _numbers("colour"), _numbers("born"))
    assert encoding.apply(none).shape == (0, 6)


def _refused(recipe: Recipe, *replaced: Column) -> str:
    encoding = encode(_pets(), recipe).encoding
    assert encoding is not None
    columns = [next((new for new in replaced if new.name == old.name), old) for old in _pets().columns]
    return refusal(encoding.apply, Table(Path("new.csv"), tuple(columns), 2))


@pytest.mark.parametrize(
    ("column", "complaint"),
    [
        (_texts("age", "3", None, "x", "4"), "line 4, column 'age': found 'x', and the network has learnt with a "
         "column of numbers; correct it or leave the row out."),
        (_dates("age", "NaT", "2020-01-01", "NaT", "NaT"), "line 3, column 'age': found '2020-01-01', and the network"),
        (_texts("born", None, "soon", None, None), "line 3, column 'born': found 'soon', and the network has learnt "
         "with a column of dates"),
        (_dates("colour", "2020-01-01", "NaT", "NaT", "NaT"), "line 2, column 'colour': found '2020-01-01'"),
        (_numbers("age", 1, 2, 3, np.inf), "line 5, column 'age': found 'inf', which is infinite or too large"),
        (_texts("age", "1", "2", "3", "-inf"), "line 5, column 'age': found '-inf', which is infinite"),
    ],
)  # fmt: skip
def test_new_values_of_another_kind_are_refused_with_their_place(column: Column, complaint: str) -> None:
    assert _refused(_choices(), column).startswith(f"new.csv, {complaint}")


@pytest.mark.parametrize("missing", ["refuse", "drop_rows"])
def test_a_gap_in_new_rows_is_refused_where_the_network_has_not_learnt_with_any(missing: str) -> None:
    choice = {"kind": ColumnChoice("ordinal", missing), "colour": ColumnChoice("drop")}
    recipe = Recipe("age", "classes", {**_choices().columns, **choice, "age": ColumnChoice(missing="drop_rows")})
    pets = _pets()
    table = _table(_numbers("age", 3, 3, 1, 1), *pets.columns[1:])
    encoding = encode(table, recipe).encoding
    assert encoding is not None
    new = _table(_texts("kind", "dog", None, "cat", "dog"), *pets.columns[1:4])
    with pytest.raises(DataError) as caught:
        encoding.apply(new)
    assert str(caught.value) == (
        "pets.csv, line 3, column 'kind': the cell is empty; the network needs a value here, so correct the row or "
        "leave it out."
    )
    with pytest.raises(DataError, match="line 2, column 'kind': found 'eel', which is not in the order cat, dog; the "):
        encoding.apply(_table(_texts("kind", "eel", "cat", "cat", "cat"), *pets.columns[1:4]))


def test_a_column_that_is_missing_in_new_rows_is_refused_with_a_suggestion() -> None:
    encoding = encode(_pets(), _choices()).encoding
    assert encoding is not None
    with pytest.raises(DataError) as caught:
        encoding.apply(Table(Path("new.csv"), (_numbers("Age", 1), _dates("born", "NaT"))))
    assert str(caught.value) == (
        "new.csv has no column 'age', which the network has learnt with; its columns are Age, born; did you mean Age?"
    )


def test_a_gap_that_is_not_expected_is_refused_before_anything_is_made() -> None:
    with pytest.raises(DataError) as caught:
        encode(_pets(), _choices(age=ColumnChoice("number")))
    assert str(caught.value) == (
        "pets.csv, line 3, column 'age': the cell is empty; correct it, choose drop_rows, mean, median or "
        "most_frequent for the gaps, or drop the column."
    )


def test_an_x_that_is_too_large_is_refused_before_it_is_allocated() -> None:
    rows = 20_000
    values = tuple(str(number) for number in range(60_000))
    column = Column("name", "text", np.zeros(rows, np.int32), values)
    table = _table(column, _numbers("y", *(np.arange(rows) % 2)))
    with pytest.raises(DataError, match=r"pets.csv becomes 20,000 rows of 60,000 inputs, which is more than 8 GB"):
        encode(table, Recipe(columns={"name": ColumnChoice("one_hot")}))
    encoding = Encoding((InputColumn("name", "text", "one_hot", values=values),))
    with pytest.raises(DataError, match="more than 8 GB"):
        encoding.apply(table)


def test_x_and_y_are_not_writeable_and_the_table_stays_as_it_was() -> None:
    table = _pets()
    before = [column.values.copy() for column in table.columns]
    data = encode(table, _choices())
    assert not data.x.flags.writeable
    assert not data.y.flags.writeable
    for old, column in zip(before, table.columns, strict=True):
        np.testing.assert_array_equal(old, column.values)


_GOOD = encode(_pets(), _choices()).encoding


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((), None), ((), []), ((), {"columns": []}), ((), {"columns": [], "more": 1}), ((), {}), (("columns",), {}),
        (("columns", 0), "age"), (("columns", 0, "name"), 3), (("columns", 0, "kind"), "sum"),
        (("columns", 0, "use"), "drop"), (("columns", 0, "missing"), "zero"), (("columns", 0, "more"), 1),
        (("columns", 1, "values"), ["a", "a"]), (("columns", 1, "values"), "ab"), (("columns", 1, "values"), [1]),
        (("columns", 2, "parts"), []), (("columns", 2, "parts"), ["hour"]), (("columns", 2, "origin"), 1.5),
        (("columns", 2, "origin"), True), (("columns", 2, "origin"), 10**30), (("columns", 1, "name"), "age"),
        (("columns", 1, "values"), [str(number) for number in range(100_001)]), ((), {"columns": {1, 2}}),
    ],
)  # fmt: skip
def test_what_is_no_encoding_is_refused_in_one_sentence(path: tuple[str | int, ...], value: object) -> None:
    assert _GOOD is not None
    fields: Any = copy.deepcopy(_GOOD.as_dict())
    if path:
        place = fields
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    else:
        fields = value
    with pytest.raises(ValueError, match="encoding of columns") as caught:
        Encoding.from_dict(fields)
    assert len(str(caught.value).splitlines()) == 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["age", "number", "date"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["columns", "name", "kind", "use", "values"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_JSON)
def test_foreign_fields_make_an_encoding_or_a_value_error(fields: object) -> None:
    try:
        made = Encoding.from_dict(fields)
    except ValueError:
        return
    assert made.inputs > 0
