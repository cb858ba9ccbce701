"""Texts become numbers or dates where they all spell such, and a cell without a value is a gap."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.cell_readings import Spelling, Wanted, number_in
from lab.data.errors import DataError
from lab.data.readers.tables.frame_columns import MISSING, column_of, name_columns, table_of, text_column
from lab.data.table import Column

_PATH = Path("pets.csv")
_NOT_A_VALUE = st.sampled_from(MISSING).flatmap(lambda word: st.sampled_from([word, word.upper(), f" {word.title()} "]))


def _column(texts: list[str], decimal: str = ".", stays_text: bool = False) -> Column:
    return text_column("a", np.arange(len(texts)), texts, Spelling(decimal), stays_text)


def _shown(column: Column) -> list[str | None]:
    return [None if code < 0 else column.categories[code] for code in column.values]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | _NOT_A_VALUE, min_size=1))
def test_texts_that_all_spell_numbers_are_numbers(cells: list[float | str]) -> None:
    column = _column([cell if isinstance(cell, str) else repr(cell) for cell in cells])
    assert column.kind == "number"
    np.testing.assert_array_equal(column.values, [np.nan if isinstance(cell, str) else cell for cell in cells])


@given(st.lists(st.text() | _NOT_A_VALUE))
def test_texts_keep_what_they_say_but_for_blanks(texts: list[str]) -> None:
    column = _column(["no number", *texts])
    assert column.kind == "text"
    expected = [None if text.strip().lower() in MISSING else text.strip() for text in ["no number", *texts]]
    truth = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false"}
    assert _shown(column) == [None if text is None else truth.get(text, text) for text in expected]
    assert list(column.categories) == list(dict.fromkeys(text for text in _shown(column) if text is not None))


@given(
    st.lists(st.datetimes(dt.datetime(1800, 1, 1), dt.datetime(2200, 1, 1)), min_size=1),
    st.sampled_from(
        [
            "%Y-%m-%d",
            "%Y-%m-%d %H:%M",
            "%Y-%m-%dT%H:%M:%S",
            "%Y/%m/%d",
            "%d.%m.%Y",
            "%d.%m.%Y %H:%M",
            "%d/%m/%Y %H:%M:%S",
        ]
    ),
)
def test_dates_are_read_as_they_were_written(times: list[dt.datetime], form: str) -> None:
    column = _column([time.strftime(form) for time in times] + ["n/a"])
    assert column.kind == "date"
    expected = [dt.datetime.strptime(time.strftime(form), form) for time in times]
    np.testing.assert_array_equal(column.values, np.array([*expected, "NaT"], "datetime64[s]"))


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["03/04/2020", "05/06/2020"], "2020-04-03"),
        (["03/04/2020", "13/06/2020"], "2020-04-03"),
        (["03/04/2020", "06/13/2020"], "2020-03-04"),
    ],
)
def test_the_day_stands_first_unless_only_the_month_can(texts: list[str], first: str) -> None:
    assert _column(texts).values[0] == np.datetime64(first)


def test_a_time_with_a_zone_has_the_parts_of_its_cell_and_the_instant_of_its_zone() -> None:
    column = _column(["2020-01-01T01:30:00+02:00", "2020-01-01T01:30:00Z"])
    np.testing.assert_array_equal(column.values, np.array(["2020-01-01T01:30"] * 2, "datetime64[s]"))
    assert np.diff(column.instants_of(slice(None))).tolist() == [7200]
    assert (column.reading, column.second and column.second.name) == ("local_time", "utc_time")


def test_a_time_with_a_zone_may_be_told_in_utc() -> None:
    texts = ["2020-01-01T01:30:00+02:00", "2020-01-01T01:30:00Z"]
    for wanted in (Wanted(chosen={"a": "utc_time"}), Wanted(plain=frozenset("a"))):
        column = text_column("a", np.arange(2), texts, Spelling(wanted=wanted))
        assert column.values.astype(str).tolist() == ["2019-12-31T23:30:00", "2020-01-01T01:30:00"]


def test_one_row_in_a_hundred_may_hold_no_date() -> None:
    texts = ["2020-01-01", "yesterday"]
    few, many = (np.repeat([0, 1], [198, odd]) for odd in (2, 3))
    assert text_column("a", few, texts).gaps.sum() == 2
    assert text_column("a", many, texts).kind == "text"


def test_a_file_with_kinds_of_its_own_keeps_texts() -> None:
    assert _column(["1", "2"], stays_text=True).categories == ("1", "2")
    assert _column(["2020-01-01", "NA"], stays_text=True).categories == ("2020-01-01",)


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1,5", ",", 1.5),
        ("1,5", ".", None),
        ("1.5", ",", None),
        ("1.000,5", ".", None),
        ("1.5", ".", 1.5),
        ("1.000,5", ",", 1000.5),
        ("7", ",", 7),
    ],
)
def test_only_one_decimal_sign_is_read(text: str, decimal: str, number: float | None) -> None:
    assert number_in(text, decimal) == number


def test_a_library_s_columns_keep_their_kind() -> None:
    assert column_of("a", pd.Series([1, 2])).values.tolist() == [1, 2]
    assert _shown(column_of("a", pd.Series([True, False]))) == ["true", "false"]
    assert _shown(column_of("a", pd.Series([True, None], dtype=object))) == ["true", None]
    assert column_of("a", pd.Series(pd.to_datetime(["2020-01-01"]))).kind == "date"
    assert np.isnan(column_of("a", pd.Series([None, None], dtype=object)).values).all()


def test_columns_without_a_name_are_counted_and_twins_told_apart() -> None:
    assert name_columns("pets.csv, line 1", ["a", " ", " b "]) == (["a", "column 2", "b"], "")
    names, told = name_columns("pets.csv, line 1", ["a", "a ", "a (2)", "a"])
    assert names == ["a", "a (3)", "a (2)", "a (4)"]
    assert told == "pets.csv, line 1: names stand there twice; the later columns are called 'a (3)', 'a (4)'."
    assert name_columns("pets.csv, line 1", ["", "x", "column 1"])[0] == ["column 1", "x", "column 1 (2)"]


def test_a_column_with_neither_name_nor_value_is_left_out() -> None:
    empty, full = (Column(name, "number", np.array(values)) for name, values in (("e", [np.nan] * 2), ("f", [1.0, 2])))
    assert table_of(_PATH, ["e", "f"], [empty, full], 2).names == ("e", "f")
    assert table_of(_PATH, ["", "f"], [empty, full], 2).names == ("f",)
    assert table_of(_PATH, ["e", ""], [empty, full], 2).names == ("e", "f")


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ([], "pets.csv has a header but no rows; add a line for each example."),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(values: list[float], complaint: str) -> None:
    with pytest.raises(DataError) as caught:
        table_of(_PATH, ["a"], [Column("a", "number", np.array(values, np.float64))], 5)
    assert str(caught.value).startswith(complaint)
