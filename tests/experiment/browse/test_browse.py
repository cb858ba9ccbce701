"""Rows in order, columns in figures, and directions that an independent implementation finds too."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from lab.data.subsets.split import SUBSETS, Split
from lab.experiment.browse.browse import (
    FIGURES,
    column_summary,
    part_rows,
    parts_of_rows,
    principal_directions,
    rows_for_directions,
    sampled,
    wrong_rows,
)

SPLIT = Split(np.array([0, 2, 5]), np.array([1, 4]), np.array([3]))


@pytest.mark.parametrize("part", [*SUBSETS, "all"])
def test_a_part_has_its_rows_in_the_order_of_the_set(part: str) -> None:
    rows = part_rows(SPLIT, part, 6)
    assert rows.tolist() == (list(range(6)) if part == "all" else getattr(SPLIT, part).tolist())


def test_every_row_knows_its_part() -> None:
    assert [SUBSETS[place] for place in parts_of_rows(SPLIT, 6)] == [
        "train", "validation", "train", "test", "validation", "train",
    ]  # fmt: skip


@given(st.data(), st.integers(1, 40))
def test_wrong_rows_are_just_those_taken_for_another_class_and_the_worst_comes_first(
    data: st.DataObject, count: int
) -> None:
    numbers = st.integers(0, 3)
    y = np.array(data.draw(st.lists(numbers, min_size=60, max_size=60)))
    rows = np.array(data.draw(st.lists(st.integers(0, 59), min_size=count, max_size=count, unique=True)))
    predicted = np.array(data.draw(st.lists(numbers, min_size=count, max_size=count)))
    losses = np.array(data.draw(st.lists(st.floats(0, 100), min_size=count, max_size=count)))
    view = wrong_rows(y, rows, losses, predicted)
    said = dict(zip(rows.tolist(), predicted.tolist(), strict=True))
    assert set(view.rows.tolist()) == {row for row, taken in said.items() if taken != y[row]}
    assert view.losses is not None
    assert view.predicted is not None
    assert (np.diff(view.losses) <= 0).all()
    assert [said[row] for row in view.rows.tolist()] == view.predicted.tolist()


def test_a_loss_that_is_no_number_comes_last() -> None:
    view = wrong_rows(np.zeros(3, int), np.arange(3), np.array([1.0, math.nan, 2.0]), np.ones(3, int))
    assert view.rows.tolist() == [2, 0, 1]


def test_of_a_regression_all_rows_are_kept() -> None:
    view = wrong_rows(np.ones((4, 2)), np.array([3, 1]), np.array([0.5, 2.0]), np.array([1.0, 1.0]))
    assert view.rows.tolist() == [1, 3]


@given(st.integers(0, 50), st.integers(0, 60))
def test_a_sample_has_no_row_twice_and_is_the_same_for_a_seed(count: int, most: int) -> None:
    rows = np.arange(count) * 3
    drawn = sampled(rows, most, 5)
    assert len(set(drawn.tolist())) == len(drawn) == min(count, most)
    assert set(drawn.tolist()) <= set(rows.tolist())
    assert drawn.tolist() == sampled(rows, most, 5).tolist()


FLOATS = st.floats(-1e6, 1e6) | st.just(math.nan)


@given(hnp.arrays(np.float64, st.integers(1, 60), elements=FLOATS))
def test_the_figures_of_a_column_are_those_of_what_is_not_a_gap(values: NDArray[np.float64]) -> None:
    summary, known = column_summary(values), values[~np.isnan(values)]
    assert summary.gaps + len(known) == summary.size == len(values)
    assert summary.different == len(set(known.tolist()))
    found = (summary.minimum, summary.maximum, summary.mean, summary.std)
    if not len(known):
        assert all(math.isnan(number) for number in found)
        return
    wanted = (known.min(), known.max(), known.mean(), known.std())
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-6)


def test_numbers_near_the_largest_have_a_mean_and_a_spread() -> None:
    summary = column_summary(np.array([1e308, 1e308, -1e308, -1e308]))
    assert (summary.mean, summary.std) == (0.0, 1e308)


def test_bytes_have_figures_too() -> None:
    summary = column_summary(np.array([0, 255, 255], np.uint8))
    assert (summary.minimum, summary.maximum, summary.mean, summary.different) == (0, 255, 170, 2)


def test_every_figure_is_explained() -> None:
    assert list(FIGURES) == ["min", "max", "mean", "std", "gaps", "different"]
    assert all(FIGURES.values())


def spread_out(m: int, n: int) -> NDArray[np.float64]:
    """Return rows (m, n) with two directions that stand out, and columns of different sizes."""
    rng = np.random.default_rng(1)
    mixed = rng.standard_normal((m, 2)) * (30, 12) @ rng.standard_normal((2, n))
    noise: NDArray[np.float64] = rng.standard_normal((m, n))
    return (mixed + noise) * rng.uniform(0.5, 4, n) + rng.uniform(-9, 9, n)


@pytest.mark.parametrize("shape", [(400, 2), (400, 7), (150, 200), (300, 350), (60, 500), (80, 1200)])
@pytest.mark.parametrize("standardised", [False, True])
def test_the_directions_are_those_that_scikit_learn_finds(shape: tuple[int, int], standardised: bool) -> None:
    x = spread_out(*shape)
    found = principal_directions(x, standardised)
    scaled = (x - x.mean(axis=0)) / (x.std(axis=0) if standardised else 1.0)
    other = PCA(2, svd_solver="full").fit(scaled)
    np.testing.assert_allclose(found.shares, other.explained_variance_ratio_, rtol=1e-4)
    for mine, theirs in zip(found.weights.T, other.components_, strict=True):
        assert abs(float(mine @ theirs)) == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(np.abs(found.places(x)), np.abs(other.transform(scaled)), atol=0.02 * np.abs(x).max())


def test_the_largest_weight_of_a_direction_is_positive() -> None:
    for sign in (1.0, -1.0):
        weights = principal_directions(spread_out(200, 5) * sign, False).weights
        assert (weights[np.abs(weights).argmax(axis=0), [0, 1]] > 0).all()


def test_a_gap_counts_as_the_mean_and_a_constant_column_as_nothing() -> None:
    x = spread_out(200, 4)
    x[:, 3] = 7.0
    whole = principal_directions(x, True)
    assert whole.weights[3] == pytest.approx((0, 0), abs=1e-12)
    x[5, 1] = math.nan
    found = principal_directions(x, True)
    filled = np.where(np.isnan(x), np.nanmean(x, axis=0), x)
    np.testing.assert_allclose(found.places(x[:10]), found.places(filled[:10]))
    assert np.isfinite(found.places(x)).all()


@pytest.mark.parametrize("x", [np.ones((5, 3)), np.full((5, 3), np.nan), np.zeros((1, 300))], ids=str)
def test_rows_without_a_spread_have_directions_without_a_share(x: NDArray[np.float64]) -> None:
    found = principal_directions(x, True)
    assert found.shares == (0.0, 0.0)
    assert np.abs(found.places(x)).max() == 0


@pytest.mark.parametrize("standardised", [False, True])
@pytest.mark.parametrize("factor", [1e-200, 1e200, 1e305])
def test_very_large_and_very_small_numbers_have_the_same_directions(standardised: bool, factor: float) -> None:
    x = spread_out(100, 4)
    usual, found = (principal_directions(rows, standardised) for rows in (x, x * factor))
    np.testing.assert_allclose(found.shares, usual.shares, rtol=1e-9)
    np.testing.assert_allclose(found.weights, usual.weights, atol=1e-9)


def test_one_column_has_one_direction() -> None:
    found = principal_directions(np.arange(6.0)[:, None], False)
    assert found.shares == pytest.approx((1, 0))
    assert found.places(np.array([[2.5], [4.5]])).tolist() == [[0.0, 0.0], [2.0, 0.0]]


@pytest.mark.parametrize("inputs", [1, 30, 784, 10_000, 10**9])
def test_directions_are_taken_from_a_bounded_number_of_numbers(inputs: int) -> None:
    rows = rows_for_directions(inputs)
    assert 2 <= rows <= 5000
    assert rows == 2 or rows * inputs <= 4_000_000
