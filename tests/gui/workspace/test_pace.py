"""The pace: examples a second over the last few seconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.gui.workspace.pace import Pace


def test_two_counts_make_a_pace() -> None:
    pace = Pace()
    assert pace.examples_per_second is None
    pace.add(0, 10.0)
    assert pace.examples_per_second is None
    pace.add(500, 10.5)
    assert pace.examples_per_second == pytest.approx(1000)


@given(st.floats(1, 1e6), st.floats(0.02, 0.5), st.integers(2, 200))
def test_an_even_pace_is_what_it_is(rate: float, between: float, counts: int) -> None:
    pace = Pace()
    for number in range(counts):
        pace.add(round(1000 * rate * between * number), between * number)
    assert pace.examples_per_second == pytest.approx(1000 * rate, rel=0.1)


def test_what_is_long_past_does_not_count() -> None:
    pace = Pace()
    for second in range(20):
        pace.add(100 * second, float(second))
    for second in range(20, 30):
        pace.add(1900 + 1000 * (second - 19), float(second))
    assert pace.examples_per_second == pytest.approx(1000)


def test_a_pause_is_forgotten() -> None:
    pace = Pace()
    pace.add(0, 0.0)
    pace.add(100, 1.0)
    pace.add(100, 2.0)  # nothing moved: it stood still
    pace.add(100, 60.0)
    pace.add(200, 61.0)
    assert pace.examples_per_second == pytest.approx(100)


def test_a_fresh_run_does_not_go_backwards() -> None:
    pace = Pace()
    pace.add(9000, 0.0)
    pace.add(10, 0.1)
    assert pace.examples_per_second is None
