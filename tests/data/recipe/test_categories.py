"""The values of a column come in their order, each spelled so that it can be read again."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.recipe.categories import (
    category_names,
    date_name,
    gap_count,
    names_of,
    number_name,
    ordered_categories,
    spelled_number,
    text_numbers,
)
from lab.data.table import Column


def _texts(*texts: str | None) -> Column:
    categories = tuple(dict.fromkeys(text for text in texts if text is not None))
    codes = [-1 if text is None else categories.index(text) for text in texts]
    return Column("kind", "text", np.array(codes, np.int32), categories)


@given(st.floats(allow_nan=False))
def test_a_number_is_spelled_so_that_it_reads_the_same_again(value: float) -> None:
    assert float(number_name(value)) == value


@pytest.mark.parametrize(("value", "name"), [(3.0, "3"), (-0.0, "0"), (0.5, "0.5"), (1e15, "1000000000000000")])
def test_a_whole_number_is_spelled_without_a_point(value: float, name: str) -> None:
    assert number_name(value) == name


@given(st.integers(-(10**13), 10**13))
def test_a_date_is_spelled_so_that_it_reads_the_same_again(seconds: int) -> None:
    date = np.datetime64(seconds, "s")
    assert np.datetime64(date_name(date), "s") == date
    assert ("T" in date_name(date)) == (seconds % 86_400 != 0)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.5", 1.5), ("1,5", 1.5), (" -2 ", -2), ("1e3", 1000), ("1,234.5", None), ("1,2,3", None), ("1_0", None),
     ("", None), ("abc", None), (",", None)],
)  # fmt: skip
def test_a_text_spells_a_number_with_a_point_or_a_comma(text: str, number: float | None) -> None:
    found = spelled_number(text)
    assert math.isnan(found) if number is None else found == number


def test_texts_are_sorted_as_texts_unless_all_are_numbers() -> None:
    assert category_names(_texts("b", "a", None, "b")) == ("a", "b")
    assert category_names(_texts("10", "9,5", "-1", "10")) == ("-1", "9,5", "10")
    assert category_names(_texts("10", "9", "x")) == ("10", "9", "x")


def test_numbers_and_dates_are_sorted_by_value_and_gaps_are_none_of_them() -> None:
    number = Column("age", "number", np.array([3, np.nan, 0.5, 3]))
    assert category_names(number) == ("0.5", "3")
    date = Column("born", "date", np.array(["2026-01-02T03:04:05", "NaT", "1999-12-31"], "datetime64[s]"))
    assert category_names(date) == ("1999-12-31", "2026-01-02T03:04:05")
    assert [gap_count(column) for column in (number, date, _texts(None, "a", None))] == [1, 1, 2]


def test_the_number_behind_the_last_category_is_that_of_a_gap() -> None:
    column = _texts("1", None, "x", "1")
    np.testing.assert_array_equal(text_numbers(column)[column.values], [1, np.nan, np.nan, 1])


def test_levels_of_texts_are_codes() -> None:
    column = _texts("b", "a", "c")
    assert ordered_categories(column).tolist() == [1, 0, 2]
    assert names_of(column, ordered_categories(column)) == ["a", "b", "c"]


def test_two_columns_with_the_same_values_do_not_share_what_was_found() -> None:
    one, other = _texts("a", "b"), _texts("c", "d")
    assert (category_names(one), category_names(other)) == (("a", "b"), ("c", "d"))
