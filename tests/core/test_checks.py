"""Checks of what a user hands in: what passes untouched, what is converted, and where the bad cell is."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.checks import as_batch, first_bad_cell

FLOAT64 = np.dtype("float64")


@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_the_first_bad_cell_is_found_row_by_row(rows: int, columns: int, data: st.DataObject) -> None:
    array = np.zeros((rows, columns))
    assert first_bad_cell(array) is None
    cells = data.draw(st.sets(st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1)), min_size=1))
    for cell in cells:
        array[cell] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    assert first_bad_cell(array) == min(cells)


def test_opposite_infinities_do_not_hide_each_other() -> None:
    assert first_bad_cell(np.array([1.0, np.inf, -np.inf])) == (1,)
    with pytest.raises(ValueError, match=r"^x: inf at \[0, 1\]"):
        as_batch("x", np.array([[1.0, np.inf, -np.inf]]), 3, FLOAT64)


def test_an_array_that_fits_is_not_copied() -> None:
    x = np.ones((2, 3))
    assert as_batch("x", x, 3, FLOAT64) is x


@pytest.mark.parametrize(
    "x",
    [
        [[1, 2], [3, 4]],
        np.array([[1, 2], [3, 4]], np.uint8),
        np.array([[1, 2], [3, 4]], np.float32),
        np.array([[1, 3], [2, 4]], np.float64).T,
        np.array([[1, 2], [3, 4]], ">f8"),
    ],
)
def test_other_numbers_and_orders_are_converted(x: Any) -> None:
    found = as_batch("x", x, 2, FLOAT64)
    assert found.dtype == FLOAT64
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, [[1, 2], [3, 4]])


def test_the_argument_is_called_what_the_caller_calls_it() -> None:
    with pytest.raises(ValueError, match=r"^rows: shape \(3,\) found, \(m, 3\) with m ≥ 1 expected"):
        as_batch("rows", np.ones(3), 3, FLOAT64)
