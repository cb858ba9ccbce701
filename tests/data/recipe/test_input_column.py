"""One column's values become its inputs, and what says how can be checked."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.data.recipe.choices import GAPS, USES
from lab.data.recipe.gaps import Gap
from lab.data.recipe.input_column import InputColumn, gaps_for, uses_for
from lab.data.table import Column

NAN = np.nan


def _texts(*texts: str | None) -> Column:
    categories = tuple(dict.fromkeys(text for text in texts if text is not None))
    codes = [-1 if text is None else categories.index(text) for text in texts]
    return Column("it", "text", np.array(codes, np.int32), categories)


def _numbers(*numbers: float) -> Column:
    return Column("it", "number", np.array(numbers, np.float64))


def _dates(*dates: str) -> Column:
    return Column("it", "date", np.array(dates, "datetime64[s]"))


def _x(made: InputColumn, column: Column) -> NDArray[np.float64]:
    x = np.zeros((len(column.values), made.width))
    made.writer(column)(slice(None), x)
    return x


def _same(made: InputColumn, column: Column, expected: list[Any]) -> None:
    np.testing.assert_array_equal(_x(made, column), np.reshape(np.array(expected, np.float64), (len(expected), -1)))


def test_a_number_is_itself() -> None:
    _same(InputColumn("it", "number", "number"), _numbers(3, NAN, -0.5), [3, NAN, -0.5])


def test_a_text_that_spells_no_number_is_a_gap_of_a_number() -> None:
    made, column = InputColumn("it", "text", "number", "mean"), _texts("3", "2,5", None, "x")
    _same(made, column, [3, 2.5, NAN, NAN])
    assert made.gap_rows(column).tolist() == [False, False, True, True]


def test_one_hot_has_an_input_for_each_value_and_one_for_gaps_that_are_a_class() -> None:
    column = _texts("red", None, "blue", "green")
    made = InputColumn("it", "text", "one_hot", "most_frequent", ("blue", "red"))
    _same(made, column, [[0, 1], [NAN, NAN], [1, 0], [0, 0]])
    assert made.feature_names == ("it=blue", "it=red")
    own = InputColumn("it", "text", "one_hot", "own_class", ("blue", "red"))
    _same(own, column, [[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 0, 0]])
    assert own.feature_names == ("it=blue", "it=red", "it=(missing)")


def test_ordinal_is_the_place_in_the_order_and_what_is_not_in_it_is_a_gap() -> None:
    column = _texts("big", None, "small", "huge")
    made = InputColumn("it", "text", "ordinal", "most_frequent", ("small", "big"))
    _same(made, column, [1, NAN, 0, NAN])
    assert made.gap_rows(column).tolist() == [False, True, False, True]
    _same(InputColumn("it", "text", "ordinal", "own_class", ("small", "big")), column, [1, 2, 0, 2])


def test_values_that_are_numbers_are_found_by_value() -> None:
    column = _numbers(10, 2, NAN, -0.0, 7)
    made = InputColumn("it", "number", "ordinal", "own_class", ("10", "0", "2.0"))
    _same(made, column, [0, 2, 3, 1, 3])


def test_numbers_that_new_rows_spell_as_texts_are_found_and_the_other_way_round() -> None:
    learnt_with_numbers = InputColumn("it", "number", "one_hot", values=("1", "2.5"))
    _same(learnt_with_numbers, _texts("2,5", "1", "x"), [[0, 1], [1, 0], [0, 0]])
    learnt_with_texts = InputColumn("it", "text", "one_hot", values=("x", "1.0", "2"))
    _same(learnt_with_texts, _numbers(2, 1, 3), [[0, 0, 1], [0, 1, 0], [0, 0, 0]])
    _same(InputColumn("it", "text", "one_hot", values=("x", "y")), _numbers(2), [[0, 0]])


def test_dates_may_be_categories() -> None:
    made = InputColumn("it", "date", "one_hot", "most_frequent", ("2026-01-31", "2026-01-31T12:00:00"))
    column = _dates("2026-01-31T12:00", "2026-01-31", "NaT", "2026-02-01")
    _same(made, column, [[0, 1], [1, 0], [NAN, NAN], [0, 0]])


@given(st.dates(), st.dates())
def test_parts_of_a_date_are_those_of_the_calendar(day: date, first: date) -> None:
    origin = int(np.datetime64(first.isoformat(), "s").astype(np.int64))
    made = InputColumn("born", "date", "date", "mean", parts=("seconds", "year", "weekday", "month"), origin=origin)
    seconds = (day - first).days * 86_400
    _same(made, _dates(day.isoformat(), "NaT"), [[seconds, day.year, day.weekday(), day.month], [NAN] * 4])
    assert made.feature_names == ("born seconds", "born year", "born weekday", "born month")


def test_gaps_are_one_group_of_a_one_hot_and_one_for_each_other_input() -> None:
    one_hot = InputColumn("it", "text", "one_hot", "most_frequent", ("blue", "red"))
    assert one_hot.gaps(3) == (Gap(3, 5, "most_frequent", "it"),)
    parts = InputColumn("it", "date", "date", "mean", parts=("year", "month"))
    assert parts.gaps(3) == (Gap(3, 4, "mean", "it year"), Gap(4, 5, "mean", "it month"))
    assert InputColumn("it", "number", "number", "drop_rows").gaps(0) == ()
    assert InputColumn("it", "text", "one_hot", "own_class", ("blue",)).gaps(0) == ()


def test_every_choice_that_a_column_can_have_is_in_the_tables_of_choices() -> None:
    for kind in ("number", "text", "date"):
        for use in uses_for(kind):
            assert kind in USES[use].kinds
            gaps = gaps_for(kind, use)
            assert gaps[0] == "refuse"
            assert set(gaps) <= set(GAPS)
            assert ("own_class" in gaps) == (kind != "date" and use in ("one_hot", "ordinal"))
            assert ("mean" in gaps) == (use in ("number", "date"))
    assert gaps_for("text", "drop") == ("refuse",)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"use": "date", "parts": ("year",)}, "'date' is no use of a text column"),
        ({"use": "drop"}, "'drop' is no use"),
        ({"use": "sum"}, "'sum' is no use"),
        ({"use": "number", "missing": "own_class"}, "'own_class' does not fit"),
        ({"use": "one_hot"}, "have values"),
        ({"use": "number", "values": ("a",)}, "have values"),
        ({"use": "number", "parts": ("year",)}, "a date has parts"),
        ({"use": "ordinal", "values": ("a", "b", "a")}, "twice"),
        ({"kind": "number", "use": "ordinal", "values": ("1", "1.0")}, "twice"),
        ({"kind": "number", "use": "ordinal", "values": ("1", "x")}, "'x' is no number"),
        ({"kind": "number", "use": "one_hot", "values": ("inf",)}, "'inf' is no number"),
        ({"kind": "date", "use": "one_hot", "values": ("2026-13-01",)}, "'2026-13-01' is no date"),
        ({"kind": "date", "use": "one_hot", "values": ("today",)}, "'today' is no date"),
        ({"kind": "date", "use": "date"}, "a date has parts"),
        ({"kind": "date", "use": "date", "parts": ("hour",)}, "the parts"),
        ({"kind": "date", "use": "date", "parts": ("year", "year")}, "the parts"),
        ({"kind": "date", "use": "date", "parts": ("year",), "origin": 2**63}, "origin"),
    ],
)
def test_what_does_not_fit_together_is_no_input_column(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        InputColumn(**({"name": "it", "kind": "text"} | fields))
