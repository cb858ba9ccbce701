"""Numbers find their place in the colour table, and the largest ones survive when a matrix is made smaller."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lab.array_blocks import reduce_by_magnitude
from lab.gui.widgets.drawing.colour_index import (
    ZERO,
    Matrix,
    as_matrix,
    colour_index,
    largest_finite,
)

SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=40)
MATRICES = hnp.arrays(np.float32, SHAPES, elements=st.floats(-(2.0**99), 2.0**99, width=32))
WITH_GAPS = hnp.arrays(np.float64, SHAPES, elements=st.floats(-9, 9) | st.sampled_from([np.nan, np.inf, -np.inf]))


def test_vector_becomes_one_row() -> None:
    assert as_matrix([1, 2, 3]).shape == (1, 3)


def test_float_matrix_is_not_copied() -> None:
    matrix = np.ones((2, 3), dtype=np.float32)
    assert np.shares_memory(as_matrix(matrix), matrix)


@pytest.mark.parametrize("shape", [(), (2, 3, 4)])
def test_other_numbers_of_axes_are_refused_with_the_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one axis or two"):
        as_matrix(np.zeros(shape))


def test_what_is_no_real_number_is_refused() -> None:
    with pytest.raises(ValueError, match="must be real"):
        as_matrix(np.array([1j]))


@given(WITH_GAPS)
def test_largest_finite_is_the_largest_of_what_is_finite(matrix: Matrix) -> None:
    finite = np.abs(matrix[np.isfinite(matrix)])
    assert largest_finite(matrix) == (finite.max() if finite.size else 0.0)


def test_largest_finite_of_nothing_is_zero() -> None:
    assert largest_finite(np.zeros((0, 4))) == 0.0


@given(MATRICES)
def test_scale_is_symmetric_and_keeps_signs_and_order(matrix: Matrix) -> None:
    level = largest_finite(matrix)
    index = colour_index(matrix, level).astype(int)
    assert index.min() >= 1
    np.testing.assert_array_equal(colour_index(-matrix, level) + index, 2 * ZERO)
    assert (np.diff(index.ravel()[np.argsort(matrix, axis=None)]) >= 0).all()
    if level:
        assert abs(index - ZERO).max() == 127


@given(WITH_GAPS)
def test_what_is_not_finite_has_a_place_of_its_own(matrix: Matrix) -> None:
    index = colour_index(matrix, largest_finite(matrix))
    np.testing.assert_array_equal(index == 0, ~np.isfinite(matrix))


def test_all_zeros_and_the_smallest_numbers_need_no_special_level() -> None:
    assert (colour_index(np.zeros((2, 2), dtype=np.float32), 0.0) == ZERO).all()
    tiny = np.array([[1e-45, -1e-45]], dtype=np.float32)
    assert colour_index(tiny, largest_finite(tiny)).tolist() == [[255, 1]]


def test_values_beyond_the_level_are_clipped() -> None:
    assert colour_index(np.array([[-5.0, 5.0]]), 1.0).tolist() == [[1, 255]]


@given(WITH_GAPS, st.integers(1, 12), st.integers(1, 12))
def test_each_block_keeps_its_largest_magnitude(matrix: Matrix, rows: int, columns: int) -> None:
    small, row_step, column_step = reduce_by_magnitude(matrix, rows, columns)
    assert small.shape[0] <= rows or matrix.shape[0] <= rows
    assert small.shape[1] <= columns or matrix.shape[1] <= columns
    for i in range(small.shape[0]):
        for j in range(small.shape[1]):
            block = matrix[i * row_step : (i + 1) * row_step, j * column_step : (j + 1) * column_step]
            if np.isnan(block).any():
                assert np.isnan(small[i, j])
            else:
                assert abs(small[i, j]) == np.abs(block).max()
                assert small[i, j] in block


def test_lonely_spike_survives() -> None:
    matrix = np.zeros((2000, 1500), dtype=np.float32)
    matrix[1234, 777] = -3
    small, _, _ = reduce_by_magnitude(matrix, 250, 280)
    assert small.shape[0] <= 250
    assert small.shape[1] <= 280
    assert small.min() == -3
    assert np.count_nonzero(small) == 1


def test_matrix_that_fits_is_returned_as_it_is() -> None:
    matrix = np.ones((5, 6))
    assert reduce_by_magnitude(matrix, 5, 6)[0] is matrix
