"""The numbers of an array are those of NumPy in double precision, whatever the array holds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from lab.array_summary import summary_of

SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=30)
CALM = hnp.arrays(np.float32, SHAPES, elements=st.floats(-1000, 1000, width=32))


@given(CALM)
def test_numbers_are_those_of_numpy(matrix: NDArray[np.float32]) -> None:
    one, exact = summary_of(matrix), matrix.astype(np.float64)
    largest = np.abs(exact).max()
    assert (one.minimum, one.maximum) == (exact.min(), exact.max())
    assert one.mean == pytest.approx(exact.mean(), abs=largest * 1e-6)
    assert one.std == pytest.approx(exact.std(), abs=largest * 1e-6)
    assert one.norm == pytest.approx(np.linalg.norm(exact), rel=1e-5)
    assert one.zeros == (exact == 0).sum()
    assert (one.broken, one.size) == (0, matrix.size)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_norm_and_std_neither_overflow_nor_vanish(scale: float) -> None:
    one = summary_of(np.array([[3.0, -4.0]]) * scale)
    assert one.norm == pytest.approx(5 * scale)
    assert one.std == pytest.approx(3.5 * scale)
    assert one.mean == pytest.approx(-0.5 * scale)


def test_what_is_not_finite_is_counted_and_left_out() -> None:
    one = summary_of(np.array([[1.0, np.nan, 3.0], [np.inf, -np.inf, 0.0]]))
    assert (one.broken, one.size, one.zeros) == (3, 6, 1)
    assert (one.minimum, one.maximum, one.mean) == (0.0, 3.0, pytest.approx(4 / 3))
    assert one.norm == pytest.approx(math.sqrt(10))


def test_array_without_finite_values_has_no_numbers() -> None:
    one = summary_of(np.full((2, 2), np.nan))
    assert all(math.isnan(v) for v in (one.minimum, one.maximum, one.mean, one.std, one.norm))
    assert one.broken == 4


def test_all_zeros() -> None:
    one = summary_of(np.zeros((3, 4), dtype=np.float32))
    assert (one.minimum, one.maximum, one.mean, one.std, one.norm, one.zeros) == (0, 0, 0, 0, 0, 12)
