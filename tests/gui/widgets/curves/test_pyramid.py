"""The extremes from the pyramid are those of all points, however the curve grew and whatever stretch is asked for."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lab.gui.widgets.curves.pyramid import Pyramid
from lab.gui.widgets.drawing.array_types import Floats

SPECIAL = st.sampled_from([np.nan, np.inf, -np.inf, 1e300])


def heights(count: int, seed: int, marks: list[tuple[int, float]]) -> Floats:
    y = np.random.default_rng(seed).standard_normal(count)
    for place, value in marks:
        y[place % count] = value
    return y


HEIGHTS = st.builds(
    heights,
    st.integers(1, 3000), st.integers(0, 99), st.lists(st.tuples(st.integers(0, 2999), SPECIAL), max_size=30),
)  # fmt: skip
CUTS = st.lists(st.integers(0, 3000), max_size=40)


def grown(y: Floats, cuts: list[int]) -> Pyramid:
    """Append the curve in the pieces that the cuts make."""
    pyramid = Pyramid()
    for piece in np.split(y, sorted(min(cut, len(y)) for cut in cuts)):
        pyramid.append(piece)
    return pyramid


def finite_extremes(part: Floats) -> tuple[float, float]:
    part = part[np.isfinite(part)]
    return (float(part.min()), float(part.max())) if len(part) else (np.inf, -np.inf)


@given(HEIGHTS, CUTS, CUTS.filter(lambda cuts: len(cuts) >= 2))
def test_extremes_are_those_of_all_points_in_each_stretch(y: Floats, cuts: list[int], asked: list[int]) -> None:
    pyramid = grown(y, cuts)
    bounds = np.array(sorted(min(bound, len(y)) for bound in asked))
    level, blocks = pyramid.snapped(bounds)
    ends = np.minimum(blocks * 8**level, len(y))
    low, high = pyramid.extremes(bounds)
    expected = [finite_extremes(y[one:other]) for one, other in pairwise(ends)]
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == expected


@given(HEIGHTS, CUTS.filter(lambda cuts: len(cuts) >= 2))
def test_ends_of_stretches_move_by_less_than_an_eighth_of_a_stretch(y: Floats, asked: list[int]) -> None:
    pyramid = grown(y, [])
    bounds = np.array(sorted(min(bound, len(y)) for bound in asked))
    level, blocks = pyramid.snapped(bounds)
    mean = (bounds[-1] - bounds[0]) / (len(bounds) - 1)
    moved = np.abs(np.minimum(blocks * 8**level, len(y)) - bounds)
    assert (moved <= mean / 8).all()
    assert blocks[0] * 8**level <= bounds[0]
    assert blocks[-1] * 8**level >= bounds[-1]


@given(HEIGHTS, CUTS)
def test_values_come_back_as_they_were_appended(y: Floats, cuts: list[int]) -> None:
    np.testing.assert_array_equal(grown(y, cuts).values, y)


def test_what_a_question_looks_at_does_not_grow_with_the_curve() -> None:
    sizes = []
    for points in (10_000, 1_000_000):
        pyramid = grown(np.random.default_rng(1).random(points), [])
        _, blocks = pyramid.snapped(np.linspace(0, points, 401).astype(np.intp))
        sizes.append(blocks[-1] - blocks[0])
    assert max(sizes) <= 400 * 64


def test_an_appended_point_touches_one_block_a_level() -> None:
    pyramid = Pyramid()
    pyramid.append(np.zeros(100_000))
    kept = [level.values.copy() for level in pyramid._highs]
    pyramid.append(np.ones(1))
    for before, level in zip(kept, pyramid._highs, strict=True):
        np.testing.assert_array_equal(level.values[: len(before) - 1], before[:-1])
        assert level.values[-1] == 1
