"""A target column of any kind becomes classes or numbers, or is refused for what it looks like."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lab.data.errors import DataError
from lab.data.recipe.choices import ColumnChoice
from lab.data.recipe.target import read_target, target_column
from lab.data.table import Column, Table
from tests.refusals import refusal

NAN = np.nan


def _texts(texts: list[str | None]) -> Column:
    categories = tuple(dict.fromkeys(text for text in texts if text is not None))
    codes = [-1 if text is None else categories.index(text) for text in texts]
    return Column("kind", "text", np.array(codes, np.int32), categories)


def _numbers(numbers: list[float]) -> Column:
    return Column("kind", "number", np.array(numbers, np.float64))


def _read(
    column: Column, task: str = "classes", rows: list[int] | None = None, choice: ColumnChoice | None = None
) -> tuple[list[Any], tuple[str, ...]]:
    table = Table(Path("pets.csv"), (column,), 2)
    chosen = np.arange(table.rows) if rows is None else np.array(rows, np.int64)
    y, names = read_target(table, column, task, choice or ColumnChoice(), chosen)
    return y.tolist(), names


@given(st.lists(st.sampled_from(["cat", "dog", "1", "1.0", "01", "10", "9", "2.5"]), min_size=4, max_size=30))
def test_texts_are_classes_sorted_as_texts_or_where_all_are_numbers_by_value(texts: list[str]) -> None:
    texts = texts * 2
    key: Callable[[str], Any] = str if {"cat", "dog"} & set(texts) else Decimal
    different = sorted(set(map(key, texts)))
    # All different is refused elsewhere, a single class later, when the rows are shared out.
    assume(1 < len(different) < len(texts))
    y, names = _read(_texts(list(texts)))
    assert [key(name) for name in names] == different
    assert [different[label] for label in y] == list(map(key, texts))
    assert list(names) == [next(text for text in texts if key(text) == each) for each in different]


@given(st.lists(st.sampled_from([-1.5, 0.0, 2.0, 10.0, 9.0]), min_size=2, max_size=30))
def test_numbers_become_classes_sorted_by_value(numbers: list[float]) -> None:
    numbers = numbers * 2
    y, names = _read(_numbers(numbers))
    assert list(map(float, names)) == sorted(set(numbers))
    assert [float(names[label]) for label in y] == numbers


def test_a_whole_number_names_its_class_without_a_point() -> None:
    assert _read(_numbers([10, 9, 10, 9]))[1] == ("9", "10")


def test_dates_may_be_classes() -> None:
    dates = np.array(["2026-02-01", "2025-01-01T12:00", "2026-02-01", "2025-01-01T12:00"], "datetime64[s]")
    assert _read(Column("kind", "date", dates)) == ([1, 0, 1, 0], ("2025-01-01T12:00:00", "2026-02-01"))


def test_only_the_rows_that_are_kept_make_classes() -> None:
    kept = [1, 2, 4, 5]
    assert _read(_texts(["ant", "dog", "cat", None, "dog", "cat"]), rows=kept) == ([1, 0, 1, 0], ("cat", "dog"))
    assert _read(_numbers([7, 3, 1, NAN, 3, 1]), rows=kept) == ([1, 0, 1, 0], ("1", "3"))


def test_long_whole_numbers_as_texts_are_told_apart_exactly() -> None:
    one, other = "12345678901234567890", "12345678901234567891"
    assert _read(_texts([other, one, other, one])) == ([1, 0, 1, 0], (one, other))


def test_a_gap_is_refused_with_its_line_and_the_remedy() -> None:
    assert refusal(_read, _texts(["cat", "dog", None, "cat"])) == (
        "pets.csv, line 4, column 'kind': the target cell is empty; give the row a class, or choose drop_rows for "
        "the missing values of the column."
    )
    assert "line 3, column 'kind': the target cell is empty; give the row a number" in refusal(
        _read, _numbers([1, NAN, 2]), "numbers"
    )


@pytest.mark.parametrize("column", [_numbers([1, 2, 1, np.inf, 2]), _texts(["1", "2", "1", "inf", "2"])])
def test_an_infinite_number_is_refused_with_its_line(column: Column) -> None:
    assert refusal(_read, column).startswith("pets.csv, line 5, column 'kind': found 'inf' among numbers; ")


def test_a_text_that_python_reads_as_infinite_is_a_class_among_texts() -> None:
    assert _read(_texts(["inf", "x", "inf", "x", "nan", "nan"]))[1] == ("inf", "nan", "x")


def test_a_class_with_one_example_is_refused_with_its_line() -> None:
    assert refusal(_read, _numbers([1, 2, 1, 3, 2, 4])) == (
        "pets.csv, line 5, column 'kind': the class '3' has a single example (as have 1 other classes); "
        "give every class at least two or leave the row out."
    )


def test_the_line_of_a_single_example_is_that_of_the_table_when_rows_are_left_out() -> None:
    assert "line 6, " in refusal(_read, _texts(["cat", None, "dog", "cat", "eel", "dog"]), rows=[0, 2, 3, 4, 5])


@pytest.mark.parametrize(
    ("values", "different"), [([n / 7 for n in range(150)], 150), ([n // 1.9 for n in range(150)], 79)]
)
def test_numbers_that_mostly_differ_look_like_a_number_to_predict(values: list[float], different: int) -> None:
    assert refusal(_read, _numbers(values)) == (
        f"pets.csv, column 'kind': {different} different values in 150 rows look like a number to predict or an "
        "identifier; choose the task numbers or a target of at most 1,000 classes."
    )


def test_texts_that_all_differ_look_like_an_identifier() -> None:
    assert refusal(_read, _texts([f"id{number}" for number in range(30)])).endswith(
        "30 different values in 30 rows look like a number to predict or an identifier; choose a target of at most "
        "1,000 classes."
    )


def test_a_thousand_classes_are_accepted_and_one_more_is_not() -> None:
    thousand = [f"c{number}" for number in range(1000)]
    assert len(_read(_texts([*thousand, *thousand]))[1]) == 1000
    assert "1,001 different values in 2,002 rows" in refusal(_read, _texts([*thousand, "more"] * 2))


def test_numbers_are_one_column_of_floats_without_class_names() -> None:
    assert _read(_numbers([1.5, NAN, -2]), "numbers", rows=[0, 2]) == ([[1.5], [-2.0]], ())


def test_numbers_that_are_all_the_same_are_refused() -> None:
    assert refusal(_read, _numbers([3.0] * 1200), "numbers") == (
        "pets.csv, column 'kind': all 1,200 examples have the number 3; choose a target whose numbers differ."
    )


def test_texts_and_dates_are_no_target_of_numbers() -> None:
    remedy = "; a target of numbers is a column of numbers only, so choose the task classes or another target."
    assert refusal(_read, _texts([None, "cat"]), "numbers") == f"pets.csv, line 3, column 'kind': found 'cat'{remedy}"
    date = Column("kind", "date", np.array(["2026-02-01"], "datetime64[s]"))
    assert refusal(_read, date, "numbers") == f"pets.csv, line 2, column 'kind': found '2026-02-01'{remedy}"
    assert refusal(_read, _texts([None]), "numbers") == f"pets.csv, column 'kind'{remedy}"


def test_a_target_has_no_use_and_its_gaps_are_refused_or_left_out() -> None:
    column = _texts(["cat", "dog"])
    assert "'median' for missing values is not for a target; choose refuse or drop_rows" in refusal(
        _read, column, choice=ColumnChoice(missing="median")
    )
    assert "the use 'one_hot' is for inputs" in refusal(_read, column, choice=ColumnChoice("one_hot"))


def test_the_target_is_the_last_column_or_the_one_that_is_named() -> None:
    age = Column("age", "number", np.zeros(2))
    table = Table(Path("pets.csv"), (age, _texts(["cat", "dog"])))
    assert target_column(table, None).name == "kind"
    assert target_column(table, "age") is age
    with pytest.raises(DataError) as caught:
        target_column(table, "Knd")
    assert str(caught.value) == (
        "pets.csv has no column 'Knd' for the target; its columns are age, kind; did you mean kind?"
    )
    with pytest.raises(DataError, match="has no columns"):
        target_column(Table(Path("pets.csv"), ()), None)
