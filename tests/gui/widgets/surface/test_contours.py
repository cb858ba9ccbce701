"""Contour lines lie at their level and divide what is above from what is below."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lab.gui.widgets.surface.contours import contour_lines, levels_of, shades

GRIDS = hnp.arrays(np.float64, st.tuples(st.integers(2, 8), st.integers(2, 8)), elements=st.integers(-9, 9).map(float))


def along_edges(heights: np.ndarray, column: float, row: float) -> float:
    """Return the height at a point on an edge of the grid, by the line between its two corners."""
    left, top = min(int(column), heights.shape[1] - 1), min(int(row), heights.shape[0] - 1)
    right, bottom = min(left + 1, heights.shape[1] - 1), min(top + 1, heights.shape[0] - 1)
    across, down = column - left, row - top
    assert min(across, down) == 0
    return float(
        heights[top, left] + across * (heights[top, right] - heights[top, left])
        + down * (heights[bottom, left] - heights[top, left])
    )  # fmt: skip


@given(GRIDS)
def test_both_ends_of_every_piece_lie_at_the_level(heights: np.ndarray) -> None:
    for column, row, other_column, other_row in contour_lines(heights, 0.5).tolist():
        assert along_edges(heights, column, row) == pytest.approx(0.5)
        assert along_edges(heights, other_column, other_row) == pytest.approx(0.5)


@given(GRIDS)
def test_every_edge_that_crosses_the_level_is_met_once_by_each_square_beside_it(heights: np.ndarray) -> None:
    above = heights > 0.5
    across, down = above[:, :-1] != above[:, 1:], above[:-1] != above[1:]
    inner = across[1:-1].sum() + down[:, 1:-1].sum()
    outer = across[[0, -1]].sum() + down[:, [0, -1]].sum()
    assert 2 * len(contour_lines(heights, 0.5)) == 2 * inner + outer


def test_a_bowl_has_a_circle() -> None:
    x = np.linspace(-2, 2, 81)
    heights = x[:, None] ** 2 + x**2
    ends = (contour_lines(heights, 1.0).reshape(-1, 2) - 40) / 20
    np.testing.assert_allclose(np.hypot(*ends.T), 1.0, atol=0.01)


def test_what_is_not_finite_has_no_line() -> None:
    heights = np.array([[0.0, np.nan, 0.0], [2.0, 2.0, 2.0]])
    assert contour_lines(heights, 1.0).shape == (0, 4)
    assert contour_lines(np.full((3, 3), np.inf), 1.0).shape == (0, 4)


def test_losses_have_levels_in_even_factors() -> None:
    levels, low, high = levels_of(np.geomspace(0.01, 10.0, 400).reshape(20, 20), 6)
    np.testing.assert_allclose(levels[1:] / levels[:-1], levels[1] / levels[0])
    assert low < levels[0] < levels[-1] < high
    assert shades(np.array([low, np.sqrt(low * high), high, 99.0, np.nan]), low, high).tolist()[:4] == pytest.approx(
        [0, 0.5, 1, 1]
    )


@pytest.mark.parametrize("heights", [np.full((3, 3), 2.0), np.full((3, 3), np.nan), np.zeros((2, 2))])
def test_what_has_no_slope_has_no_levels(heights: np.ndarray) -> None:
    levels, low, high = levels_of(heights, 6)
    assert not len(levels)
    assert shades(heights, low, high).shape == heights.shape
