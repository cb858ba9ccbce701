"""What fills a gap is what the training rows have in its column."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer

from lab.data.errors import DataError
from lab.data.recipe.gaps import FILLS, Gap, fill, fit_fills

_FEW = st.one_of(st.just(np.nan), st.integers(-3, 3).map(float), st.floats(-1e6, 1e6))


@given(
    x=arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=_FEW), kind=st.sampled_from(FILLS)
)
def test_fills_are_those_of_scikit_learn(x: NDArray[np.float64], kind: str) -> None:
    x[0] = np.nan_to_num(x[0])
    gaps = [Gap(column, column + 1, kind, f"c{column}") for column in range(x.shape[1])]
    fills = fit_fills(gaps, x)
    theirs = SimpleImputer(strategy=kind).fit(x)
    np.testing.assert_allclose(fills, theirs.statistics_, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(fill(x, fills), theirs.transform(x), rtol=1e-12, atol=1e-9)


def test_a_column_without_gaps_has_no_fill() -> None:
    assert fit_fills([Gap(1, 2, "mean", "age")], np.array([[5.0, 1.0], [7.0, np.nan]])).tolist() == [0, 1]


@pytest.mark.parametrize(("counts", "expected"), [((1, 3, 2), 1), ((2, 0, 2), 0), ((0, 1, 1), 1)])
def test_a_one_hot_group_is_filled_with_its_most_frequent_category(counts: tuple[int, ...], expected: int) -> None:
    group = np.vstack([np.repeat(np.eye(3), counts, axis=0), np.full((4, 3), np.nan)])
    x = np.hstack([np.zeros((len(group), 1)), group])
    fills = fit_fills([Gap(1, 4, "most_frequent", "colour")], x)
    np.testing.assert_array_equal(fills, [0, *np.eye(3)[expected]])
    np.testing.assert_array_equal(fill(x, fills)[-1], fills)


@pytest.mark.parametrize("width", [1, 3])
def test_a_column_without_a_value_in_the_training_rows_is_refused_by_name(width: int) -> None:
    x = np.full((1200, 3), np.nan)
    with pytest.raises(DataError) as caught:
        fit_fills([Gap(0, width, "most_frequent", "colour")], x)
    assert str(caught.value) == (
        "The column 'colour' has no value in any of the 1,200 training rows, so there is nothing to fill its gaps "
        "with; leave the column out, or choose another seed or split."
    )


@pytest.mark.parametrize("kind", FILLS)
def test_numbers_near_the_end_of_float64_have_finite_fills(kind: str) -> None:
    largest = np.finfo(np.float64).max
    x = np.array([[largest, -largest], [largest, -largest], [np.nan, np.nan]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fills = fit_fills([Gap(0, 1, kind, "a"), Gap(1, 2, kind, "b")], x)
    np.testing.assert_allclose(fills, [largest, -largest])


def test_without_a_gap_x_comes_back_itself() -> None:
    for x in (np.ones((3, 2)), np.ones((3, 2), np.uint8), np.empty((0, 2))):
        assert fill(x, np.zeros(2)) is x


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gaps_in_any_row_of_a_large_x_are_filled_and_x_itself_stays(dtype: type) -> None:
    x = np.ones((300_000, 3), dtype)
    rows, columns = np.array([0, 87_381, 87_382, 299_999]), np.array([0, 1, 2, 1])
    x[rows, columns] = np.nan
    x.flags.writeable = False
    filled = fill(x, np.array([2.0, 3.0, 4.0]))
    assert filled.dtype == dtype
    assert filled[rows, columns].tolist() == [2, 3, 4, 3]
    assert np.count_nonzero(filled != 1) == 4
    assert np.isnan(x[rows, columns]).all()
