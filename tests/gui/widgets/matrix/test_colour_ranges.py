"""Colour ranges: the sign keeps its side, the ends have the ends of the table, what is no number is told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lab.gui.widgets.matrix.colour_ranges import COLOUR_RANGES

MATRICES = hnp.arrays(
    st.sampled_from([np.float32, np.float64]),
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    elements=st.floats(-(2.0**99), 2.0**99, width=32) | st.sampled_from([np.nan, np.inf, -np.inf]),
)


@given(MATRICES, st.sampled_from(sorted(COLOUR_RANGES)))
def test_what_is_not_finite_has_row_0_and_nothing_else_has(matrix: np.ndarray, name: str) -> None:
    rows, _ = COLOUR_RANGES[name].colour(matrix, matrix)
    np.testing.assert_array_equal(rows == 0, ~np.isfinite(matrix))


@given(MATRICES, st.sampled_from(sorted(COLOUR_RANGES)))
def test_larger_numbers_never_have_an_earlier_colour(matrix: np.ndarray, name: str) -> None:
    rows, _ = COLOUR_RANGES[name].colour(matrix, matrix)
    finite = np.isfinite(matrix)
    order = np.argsort(matrix[finite], kind="stable")
    assert (np.diff(rows[finite][order].astype(int)) >= 0).all()


def test_a_free_range_goes_from_the_lowest_to_the_highest() -> None:
    matrix = np.array([[5.0, 6.0, 7.0]])
    rows, told = COLOUR_RANGES["free"].colour(matrix, matrix)
    assert rows.tolist() == [[1, 128, 255]]
    assert told == "5.000 … 7.000"


def test_powers_of_ten_have_even_steps_on_both_sides() -> None:
    matrix = np.array([[-1.0, -0.01, -1e-9, 0.0, 1e-9, 0.01, 1.0]])
    rows, _ = COLOUR_RANGES["log"].colour(matrix, matrix)
    assert rows.tolist() == [[1, 64, 128, 128, 128, 192, 255]] or rows.tolist() == [[1, 65, 128, 128, 128, 191, 255]]


@pytest.mark.parametrize("name", COLOUR_RANGES)
@pytest.mark.parametrize("value", [0.0, 3.0, np.nan])
def test_one_number_alone_can_be_shown(name: str, value: float) -> None:
    matrix = np.full((2, 2), value)
    rows, told = COLOUR_RANGES[name].colour(matrix, matrix)
    assert len(set(rows.reshape(-1).tolist())) == 1
    assert told
