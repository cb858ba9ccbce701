"""A choice for a column becomes its inputs, or one sentence with the place and the choices."""

from pathlib import Path

import numpy as np
import pytest

from lab.data.recipe.choices import ColumnChoice
from lab.data.recipe.column_plan import check_cells, gap_remedy, mostly_numbers, planned
from lab.data.recipe.input_column import InputColumn
from lab.data.table import Column, Table
from tests.refusals import refusal

NAN = np.nan


def _texts(*texts: str | None) -> Column:
    categories = tuple(dict.fromkeys(text for text in texts if text is not None))
    codes = [-1 if text is None else categories.index(text) for text in texts]
    return Column("it", "text", np.array(codes, np.int32), categories)


def _numbers(*numbers: float) -> Column:
    return Column("it", "number", np.array(numbers, np.float64))


DATES = Column("it", "date", np.array(["NaT", "2026-01-02", "1970-01-02"], "datetime64[s]"))


def _planned(column: Column, *choice: object, **more: object) -> InputColumn | None:
    made = planned(_table(column), column, ColumnChoice(*choice, **more))  # type: ignore[arg-type]
    if made is not None:
        check_cells(_table(column), column, made, np.ones(len(column.values), np.bool_), gap_remedy(made))
    return made


def _table(column: Column) -> Table:
    return Table(Path("pets.csv"), (column,), 2)


def test_without_a_choice_a_number_is_a_number_and_a_date_is_left_out() -> None:
    assert _planned(_numbers(1, 2)) == InputColumn("it", "number", "number")
    assert _planned(DATES) is None


def test_without_a_choice_a_text_is_refused_with_its_cell_and_the_choices() -> None:
    assert refusal(_planned, _texts(None, "red")) == (
        "pets.csv, line 3, column 'it': found the text 'red'; choose one_hot, ordinal, number or drop for the column."
    )


def test_a_text_among_numbers_has_a_sentence_of_its_own() -> None:
    column = _texts(None, "12", "abc", "3,5", "7")
    assert mostly_numbers(column)
    assert refusal(_planned, column) == (
        "pets.csv, line 4, column 'it': found 'abc' among numbers; correct it, or choose number (then it is a gap), "
        "one_hot or drop for the column."
    )
    assert not mostly_numbers(_texts("12", "abc"))
    assert "found 'abc', which spells no number" in refusal(_planned, _texts("1", "2", "abc"), "number")


@pytest.mark.parametrize("use", ["number", "one_hot", "ordinal", None])
def test_a_column_without_any_value_can_only_be_dropped(use: str | None) -> None:
    complaint = "pets.csv, column 'it': no row has a value; choose drop for the column."
    assert refusal(_planned, _texts(None, None), use) == complaint
    assert refusal(_planned, _numbers(NAN), use, "most_frequent") == complaint
    assert _planned(_texts(None), "drop") is None


@pytest.mark.parametrize(
    ("use", "choices"),
    [
        ("number", "drop_rows, mean, median or most_frequent"),
        ("one_hot", "drop_rows, most_frequent or own_class"),
        ("ordinal", "drop_rows, most_frequent or own_class"),
    ],
)
def test_a_gap_that_is_not_expected_is_refused_with_its_place_and_the_choices(use: str, choices: str) -> None:
    assert refusal(_planned, _numbers(1, NAN, 2, NAN), use) == (
        f"pets.csv, line 3, column 'it': the cell is empty; correct it, choose {choices} for the gaps, "
        "or drop the column."
    )


def test_a_gap_in_a_row_that_is_left_out_is_none() -> None:
    column = _numbers(1, NAN)
    made = InputColumn("it", "number", "number")
    check_cells(_table(column), column, made, np.array([True, False]), gap_remedy(made))


@pytest.mark.parametrize("column", [_numbers(1, -np.inf, NAN), _texts("1", "-inf", "x")])
def test_an_infinite_number_is_refused_whatever_is_done_with_gaps(column: Column) -> None:
    assert refusal(_planned, column, "number", "median") == (
        "pets.csv, line 3, column 'it': found '-inf', which is infinite or too large; correct it, "
        "leave the cell empty (a gap), or drop the column."
    )


def test_categories_are_sorted_and_those_of_all_rows() -> None:
    made = _planned(_texts("red", None, "blue"), "one_hot", "own_class")
    assert made == InputColumn("it", "text", "one_hot", "own_class", ("blue", "red"))
    ordinal = _planned(_numbers(10, 9, 10), "ordinal")
    assert ordinal is not None
    assert ordinal.values == ("9", "10")


def test_an_order_that_is_given_is_kept_and_numbers_in_it_are_spelled_as_the_column_spells_them() -> None:
    made = _planned(_texts("a", "b"), "ordinal", order=("b", "a", "c"))
    assert made is not None
    assert made.values == ("b", "a", "c")
    numbers = _planned(_numbers(1, 2), "ordinal", order=("2.0", "1"))
    assert numbers is not None
    assert numbers.values == ("2", "1")


def test_a_value_that_is_not_in_the_order_is_refused_with_its_place() -> None:
    assert refusal(_planned, _texts("small", "huge"), "ordinal", order=("small", "big")) == (
        "pets.csv, line 3, column 'it': found 'huge', which is not in the order small, big; correct it, choose "
        "drop_rows, most_frequent or own_class for the gaps, or drop the column."
    )


def test_an_order_with_twins_or_with_texts_among_numbers_is_refused() -> None:
    assert "order names 'a' twice" in refusal(_planned, _texts("a"), "ordinal", order=("a", "b", "a"))
    assert "order names '1' twice" in refusal(_planned, _numbers(1), "ordinal", order=("1", "1.0"))
    assert "order has 'x' among numbers" in refusal(_planned, _numbers(1), "ordinal", order=("1", "x"))


def test_a_date_has_parts_and_counts_seconds_from_its_earliest() -> None:
    made = _planned(DATES, "date", "mean", ("seconds", "year"))
    assert made == InputColumn("it", "date", "date", "mean", parts=("seconds", "year"), origin=86_400)


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ((), "nothing of the date is chosen; choose some of year, month, weekday, seconds, or drop."),
        (("yeer",), "the part 'yeer' is not one of year, month, weekday, seconds; did you mean year?"),
        (("year", "year"), "parts names 'year' twice; name it once."),
    ],
)
def test_parts_that_a_date_does_not_have_are_refused(parts: tuple[str, ...], complaint: str) -> None:
    assert refusal(_planned, DATES, "date", "mean", parts) == f"pets.csv, column 'it': {complaint}"


def test_choices_that_do_not_exist_or_do_not_fit_are_refused_with_the_valid_ones() -> None:
    assert refusal(_planned, _numbers(1), "onehot") == (
        "pets.csv, column 'it': the use 'onehot' is not one of number, one_hot, ordinal, date, drop; "
        "did you mean one_hot?"
    )
    assert refusal(_planned, _texts("a"), "date") == (
        "pets.csv, column 'it': the use date does not fit a column of kind text; "
        "choose number, one_hot, ordinal or drop."
    )
    assert "'meen' for missing values is not one of refuse, " in refusal(_planned, _numbers(1), "number", "meen")
    assert refusal(_planned, _numbers(1), "one_hot", "mean") == (
        "pets.csv, column 'it': mean for missing values does not fit a column of kind number with the use one_hot; "
        "choose refuse, drop_rows, most_frequent or own_class."
    )


def test_too_many_categories_are_refused_before_any_is_spelled() -> None:
    assert refusal(_planned, _numbers(*np.arange(100_001)), "ordinal") == (
        "pets.csv, column 'it': 100,001 different values are too many for ordinal, which takes at most 100,000; "
        "choose number or drop."
    )
