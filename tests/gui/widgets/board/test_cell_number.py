"""Numbers in narrow cells: never cut, never rounded to another magnitude, alike in their decimals."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lab.gui.widgets.board.cell_number import LEAST_CHARACTERS, cell_number, decimals_for


def number(text: str) -> float:
    """Return the number that a text says."""
    return float(text.replace("−", "-").replace("∞", "inf"))


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 1e300), st.integers(LEAST_CHARACTERS, 11))
def test_a_number_fits_and_says_the_value_to_a_digit_or_nothing_at_all(
    value: float, largest: float, characters: int
) -> None:
    text = cell_number(value, decimals_for(largest, characters), characters)
    assert len(text) <= characters
    if not text:
        return
    if not math.isfinite(value):
        np.testing.assert_equal(number(text), value)
    elif value == 0:
        assert text == "0"
    else:
        assert number(text) != 0
        assert math.isclose(number(text), value, rel_tol=0.5 if "e" in text else 1.0)
        assert (number(text) < 0) == (value < 0)


def test_cells_of_a_tile_have_the_same_decimals() -> None:
    decimals = decimals_for(1.83, 6)
    assert [cell_number(v, decimals, 6) for v in (1.833, -1.73, 0.027, 0.0)] == ["1.833", "−1.730", "0.027", "0"]


def test_what_would_be_zero_is_a_power_of_ten() -> None:
    assert cell_number(-0.00002, 3, 6) == "−2e-5"
    assert cell_number(123456789.0, decimals_for(123456789.0, 6), 6) == "1.23e8"
