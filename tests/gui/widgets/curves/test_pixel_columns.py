"""The pixels of a curve: on its points and on the lines between them, and nowhere else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lab.gui.widgets.curves.pixel_columns import pixel_columns
from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.curves.view import View

COLUMNS, ROWS = 60, 50
HEIGHTS = hnp.arrays(np.float64, st.integers(1, 150), elements=st.floats(-9, 9) | st.sampled_from([np.nan, np.inf]))


def series_of(y: np.ndarray, x: np.ndarray | None = None) -> Series:
    series = Series()
    series.append(np.arange(len(y), dtype=float) if x is None else x, y)
    return series


def covered(y: np.ndarray, first: int = 0, width: int = 1, log: bool = False) -> np.ndarray:
    """Return which pixels a curve over the whole width covers, (ROWS, COLUMNS)."""
    view = View(0, max(len(y) - 1, 1), *((-2, 2) if log else (-10, 10)), COLUMNS, ROWS, log)
    mask = np.zeros((ROWS, COLUMNS), dtype=bool)
    for column, top, _, bottom in pixel_columns(series_of(y), view, first, width, 2.5).astype(int):
        if 0 <= column < COLUMNS:
            mask[max(top, 0) : bottom + 1, column] = True
    return mask


def sampled(y: np.ndarray) -> np.ndarray:
    """Return the pixels of the same curve by brute force: many points of every line between two finite neighbours."""
    mask = np.zeros((ROWS, COLUMNS), dtype=bool)
    last = max(len(y) - 1, 1)
    for k in range(len(y) - 1):
        if np.isfinite(y[k : k + 2]).all():
            share = np.linspace(0, 1, 20 * COLUMNS // last + 20)
            x = (k + share) / last * COLUMNS
            rows = np.rint((10 - (y[k] + share * (y[k + 1] - y[k]))) / 20 * (ROWS - 1)).astype(int)
            mask[rows, np.minimum(x.astype(int), COLUMNS - 1)] = True
    return mask


def spread(mask: np.ndarray) -> np.ndarray:
    """Return the mask with the eight neighbours of each pixel."""
    padded = np.pad(mask, 1)
    return np.any([padded[r : r + ROWS, c : c + COLUMNS] for r in range(3) for c in range(3)], axis=0)


@given(HEIGHTS)
def test_lines_are_those_that_brute_force_draws(y: np.ndarray) -> None:
    ours, sure = covered(y), sampled(y)
    assert not (sure & ~spread(ours)).any()
    runs = np.split(np.arange(len(y)), np.flatnonzero(~np.isfinite(y)))
    columns = COLUMNS / max(len(y) - 1, 1)
    for run in ([k for k in run if np.isfinite(y[k])] for run in runs):
        if run and int(run[0] * columns) == int(run[-1] * columns):  # no line leads out of its column: a dot
            rows = (10 - y[run]) / 20 * (ROWS - 1)
            column = min(int(run[0] * columns), COLUMNS - 1)
            sure[max(round(rows.min()) - 3, 0) : round(rows.max()) + 4, max(column - 3, 0) : column + 4] = True
    assert not (ours & ~spread(sure)).any()


@given(HEIGHTS, st.integers(0, COLUMNS - 1), st.sampled_from([1, 2, 3]))
def test_a_part_is_what_the_whole_has_there(y: np.ndarray, first: int, width: int) -> None:
    margin = min(first + 4, COLUMNS)
    np.testing.assert_array_equal(covered(y, first, width)[:, margin:], covered(y, 0, width)[:, margin:])


def test_a_thick_line_is_as_thick_level_as_upright() -> None:
    level = covered(np.zeros(100), width=3)
    assert set(level.sum(axis=0)) == {3}
    spike = np.full(7, np.nan)
    spike[:] = -9
    spike[3] = 9
    upright = covered(np.repeat(spike, 60), width=3)
    assert upright[10].sum() == 2 * 3  # up and down again


def test_a_single_point_is_a_dot() -> None:
    dot = covered(np.array([0.0]))
    assert 6 <= dot.sum() <= 21
    assert dot[ROWS // 2 - 3 : ROWS // 2 + 4, :4].sum() == dot.sum()


def test_a_value_between_gaps_is_seen() -> None:
    y = np.full(50, np.nan)
    y[25] = 3.0
    assert covered(y)[:, 27:34].any()


def test_what_is_not_positive_has_no_place_on_a_log_axis_and_breaks_the_line() -> None:
    mask = covered(np.array([1.0, 1.0, 0.0, 1.0, 1.0]), log=True)
    filled = np.flatnonzero(mask.any(axis=0))
    assert not ((filled > COLUMNS // 4 + 1) & (filled < 3 * COLUMNS // 4 - 1)).any()
    assert {int(np.flatnonzero(mask[:, column])[0]) for column in (2, COLUMNS - 3)} == {(ROWS - 1) // 2}


def test_zeros_among_many_points_of_a_column_leave_the_extremes_of_the_others() -> None:
    with_zeros = covered(np.tile([0.1, 10.0, 0.0], 5000), log=True)
    without = covered(np.tile([0.1, 10.0, 10.0], 5000), log=True)
    assert (without <= with_zeros).all()
    assert (with_zeros <= spread(spread(spread(without)))).all()  # a column that no line leaves has dots at its ends


def test_a_logarithmic_x_axis_gives_every_decade_the_same_room() -> None:
    y = np.full(10_001, np.nan)
    y[[1, 10, 100, 1000, 10_000]] = 1.0
    view = View(0, 4, -10, 10, COLUMNS, ROWS, False, log_x=True)
    middles = pixel_columns(series_of(y), view, 0, 1, 2.5)[:, 0]
    gaps = np.diff(np.sort(middles))
    found = np.split(np.sort(middles), np.flatnonzero(gaps > 3) + 1)
    assert [round(float(dots.mean())) for dots in found] == [0, 15, 30, 45, 59]


def test_lines_of_a_long_curve_are_one_a_column() -> None:
    y = np.random.default_rng(5).random(200_000)
    y[123_456], y[150_001] = 7.0, -3.0
    series = series_of(y)
    view = View(0, 199_999, -10, 10, COLUMNS, ROWS, False)
    lines = pixel_columns(series, view, 0, 1, 2.5)
    assert len(lines) == COLUMNS
    rows = (10 - np.array([7.0, -3.0])) / 20 * (ROWS - 1)
    assert lines[:, 1].min() == round(rows[0])
    assert lines[:, 3].max() == round(rows[1])


@pytest.mark.parametrize("heights", [[1e308, -1e308], [np.inf, np.nan], [0.0, 0.0]])
def test_any_heights_can_be_placed(heights: list[float]) -> None:
    assert covered(np.array(heights)).shape == (ROWS, COLUMNS)
