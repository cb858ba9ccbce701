"""Axis lines are few, inside, evenly spread and say what they stand for."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lab.gui.widgets.drawing.axis_ticks import linear_ticks, log_ticks, rounded_up

MOST = st.integers(2, 12)


def read(text: str) -> float:
    return float(text.replace("−", "-").replace("\u202f", ""))


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), MOST)
def test_linear_lines_are_even_inside_and_no_more_than_wanted(low: float, span: float, most: int) -> None:
    assume(span > abs(low) * 1e-6)
    places = [place for place, _ in linear_ticks(low, low + span, most)]
    assert len(places) <= most + 1
    assert len(places) >= most // 3
    steps = [b - a for a, b in pairwise(places)]
    assert all(step == pytest.approx(steps[0], rel=1e-3) for step in steps)
    assert all(low - span * 1e-9 <= place <= low + span * (1 + 1e-9) for place in places)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), MOST)
def test_linear_lines_say_where_they_are(low: float, span: float, most: int) -> None:
    assume(span > abs(low) * 1e-3)
    for place, text in linear_ticks(low, low + span, most):
        assert read(text) == pytest.approx(place, abs=span / most / 5)


def test_linear_lines_of_a_run() -> None:
    assert [text for _, text in linear_ticks(1, 5000, 6)] == [
        "1\u202f000",
        "2\u202f000",
        "3\u202f000",
        "4\u202f000",
        "5\u202f000",
    ]
    assert [text for _, text in linear_ticks(-0.12, 0.11, 5)] == ["−0.10", "−0.05", "0.00", "0.05", "0.10"]


@given(st.floats(-300, 300), st.floats(1e-4, 600), MOST)
def test_log_lines_are_inside_and_say_their_value(low: float, span: float, most: int) -> None:
    high = min(low + span, 300.0)
    assume(high - low > 1e-4)
    for place, text in log_ticks(low, high, most):
        assert low - 1e-9 <= place <= high + 1e-9
        assert math.log10(read(text)) == pytest.approx(place, abs=max((high - low) / 50, 3e-4))


def test_log_lines_of_a_loss() -> None:
    assert [text for _, text in log_ticks(math.log10(0.02), math.log10(2.5), 6)] == ["0.03", "0.1", "0.3", "1"]
    assert [text for _, text in log_ticks(math.log10(0.9), math.log10(4), 6)] == ["1", "2", "3"]
    assert [text for _, text in log_ticks(-9, 1, 5)] == ["1e-8", "1e-6", "1e-4", "0.01", "1"]


def test_narrow_log_axis_is_divided_evenly() -> None:
    assert [text for _, text in log_ticks(math.log10(0.41), math.log10(0.44), 4)] == ["0.41", "0.42", "0.43", "0.44"]


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_no_stretch_has_no_lines(low: float, high: float) -> None:
    assert linear_ticks(low, high, 5) == log_ticks(low, high, 5) == []


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_rounded_end_is_a_little_beyond_the_data(first: float, span: float) -> None:
    end = rounded_up(first + span, first)
    assert first + span <= end + span * 1e-9
    assert end <= first + span * 1.1251 + 1e-6


def test_rounded_end_stays_while_a_run_goes_on() -> None:
    assert len({rounded_up(float(step), 1.0) for step in range(1024, 2048)}) <= 18


def test_one_point_still_has_an_axis() -> None:
    assert rounded_up(3.0, 3.0) == 4.0
