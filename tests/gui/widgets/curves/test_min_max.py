"""A reduced curve looks like the whole one: extremes, order and gaps."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lab.gui.widgets.curves.min_max import Points, reduce_min_max

HEIGHTS = hnp.arrays(
    np.float64, st.integers(0, 300), elements=st.floats(-1e9, 1e9) | st.sampled_from([np.nan, np.inf, -np.inf])
)
BUCKETS = st.integers(1, 40)


def reduced(y: Points, buckets: int) -> tuple[Points, Points]:
    return reduce_min_max(np.arange(len(y), dtype=float), y, buckets)


@given(HEIGHTS, BUCKETS)
def test_points_are_points_of_the_curve_in_their_order(y: Points, buckets: int) -> None:
    new_x, new_y = reduced(y, buckets)
    assert (np.diff(new_x) > 0).all()
    np.testing.assert_array_equal(new_y, y[new_x.astype(int)])


@given(HEIGHTS, BUCKETS)
def test_extremes_of_every_stretch_are_kept(y: Points, buckets: int) -> None:
    new_x, new_y = reduced(y, buckets)
    step = -(-len(y) // buckets) if len(y) > 2 * buckets else 1
    for start in range(0, len(y), step):
        part = y[start : start + step]
        part = part[np.isfinite(part)]
        kept = new_y[(new_x >= start) & (new_x < start + step)]
        if len(part):
            assert part.min() in kept
            assert part.max() in kept


@given(HEIGHTS, BUCKETS)
def test_ends_of_the_curve_are_kept(y: Points, buckets: int) -> None:
    finite = np.flatnonzero(np.isfinite(y))
    new_x, _ = reduced(y, buckets)
    if len(finite):
        assert {finite[0], finite[-1]} <= set(new_x.astype(int))


@given(HEIGHTS, BUCKETS)
def test_a_line_is_broken_exactly_where_the_whole_one_is(y: Points, buckets: int) -> None:
    new_x, new_y = reduced(y, buckets)
    kept = np.flatnonzero(np.isfinite(new_y))
    for one, other in pairwise(kept.tolist()):
        between = y[int(new_x[one]) : int(new_x[other]) + 1]
        assert (other - one > 1) == (not np.isfinite(between).all())


@given(HEIGHTS, BUCKETS)
def test_result_has_about_two_points_a_bucket(y: Points, buckets: int) -> None:
    new_x, new_y = reduced(y, buckets)
    assert len(new_x) == len(new_y)
    finite = int(np.isfinite(new_y).sum())
    assert finite <= max(2 * buckets + 2, 2)
    assert len(new_y) <= max(2 * finite, 2 * buckets)


def test_short_curve_comes_back_as_it_is() -> None:
    x, y = np.arange(8.0), np.array([1, np.nan, 2, 3, np.inf, 4, 5, 6])
    assert reduce_min_max(x, y, 4) == (x, y) or reduce_min_max(x, y, 4)[1] is y


def test_curve_without_any_finite_value_has_no_points() -> None:
    _, y = reduced(np.full(100, np.nan), 4)
    assert len(y) == 0


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3,\).*\(4,\)"):
        reduce_min_max(np.zeros(3), np.zeros(4), 2)
