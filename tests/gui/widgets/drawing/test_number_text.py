"""Numbers keep four significant digits, their sign and a bounded length."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.gui.widgets.drawing.number_text import NUMBER_CHARACTERS, count_text, number_text, share_text

FLOAT32 = st.floats(width=32, allow_nan=False, allow_infinity=False)


def read(text: str) -> float:
    return float(text.replace("−", "-"))


@given(FLOAT32)
def test_text_reads_back_to_four_digits(value: float) -> None:
    assert read(number_text(value)) == pytest.approx(value, rel=5.001e-4)


@given(FLOAT32)
def test_every_float32_fits_the_width_that_is_kept_for_it(value: float) -> None:
    assert len(number_text(value, signed=True)) <= NUMBER_CHARACTERS


@given(FLOAT32.filter(bool))
def test_sign_is_shown_when_it_is_asked_for(value: float) -> None:
    assert number_text(value, signed=True)[0] == ("+" if value > 0 else "−")
    assert number_text(value).startswith("−") == (value < 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.048, "0.04800"),
        (1234.0, "1234"),
        (9.99996, "10.00"),
        (99994.0, "99994"),
        (99999.4, "1.000e5"),
        (123456.0, "1.235e5"),
        (0.001, "0.001000"),
        (0.000999, "9.990e-4"),
        (-1.5e-38, "−1.500e-38"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_written_form(value: float, text: str) -> None:
    assert number_text(value) == text


@given(st.integers(-(10**12), 10**12))
def test_thousands_are_set_apart(count: int) -> None:
    parts = count_text(count).lstrip("−").split("\u202f")
    assert all(len(part) == 3 for part in parts[1:])
    assert int("".join(parts)) == abs(count)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 2, "50 %"), (0, 7, "0 %"), (7, 7, "100 %"), (1, 1000, "0.1 %"), (999, 1000, "99.9 %"), (3, 0, "–")],
)
def test_share(part: int, whole: int, text: str) -> None:
    assert share_text(part, whole) == text
