"""Each scaling does what its formula says, over the training rows and nothing else."""

import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from lab.data.errors import DataError
from lab.data.subsets.scaling import SCALINGS, fit_scaling

_BYTES = arrays.arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 5)))
_HUNDREDTHS = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 12), st.integers(1, 5)),
    elements=st.integers(-(10**6), 10**6).map(lambda whole: whole / 100),
)
_ROWS = st.one_of(_BYTES, _HUNDREDTHS)


def _scaled(kind: str, x: NDArray[Any]) -> NDArray[Any]:
    return fit_scaling(kind, x, 255).apply(x, "float64")


def test_the_table_has_the_four_kinds_with_their_texts() -> None:
    assert list(SCALINGS) == ["none", "standard", "minmax", "pixel"]
    for kind in SCALINGS.values():
        assert kind.title
        assert kind.formula.replace(" ", "")
        assert kind.help.endswith(".")


@given(x=_ROWS, kind=st.sampled_from(list(SCALINGS)))
def test_scaled_is_x_minus_offset_times_factor(x: NDArray[Any], kind: str) -> None:
    scaling = fit_scaling(kind, x, 255)
    assert scaling.kind == kind
    assert scaling.offset.shape == scaling.factor.shape == (x.shape[1],)
    assert scaling.offset.dtype == scaling.factor.dtype == np.float64
    expected = (x.astype(np.float64) - scaling.offset) * scaling.factor
    np.testing.assert_array_equal(scaling.apply(x, "float64"), expected)
    np.testing.assert_array_equal(scaling.apply(x, "float32"), expected.astype(np.float32))


@given(x=_ROWS)
def test_none_changes_nothing(x: NDArray[Any]) -> None:
    np.testing.assert_array_equal(_scaled("none", x), x)


@given(x=_ROWS)
def test_standard_is_the_distance_from_the_mean_in_standard_deviations(x: NDArray[Any]) -> None:
    for column, scaled in zip(x.T.tolist(), _scaled("standard", x).T, strict=True):
        if min(column) == max(column):
            assert not scaled.any()
        else:
            mean, deviation = statistics.fmean(column), statistics.pstdev(column)
            expected = [(value - mean) / deviation for value in column]
            np.testing.assert_allclose(scaled, expected, rtol=1e-6, atol=1e-6)


@given(x=_ROWS)
def test_standard_gives_mean_0_and_deviation_1(x: NDArray[Any]) -> None:
    scaled = _scaled("standard", x)
    varies = x.min(axis=0) < x.max(axis=0)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(scaled.std(axis=0), varies.astype(float), atol=1e-6)


@given(x=_ROWS)
def test_minmax_brings_each_varying_column_to_0_and_1(x: NDArray[Any]) -> None:
    scaled = _scaled("minmax", x)
    varies = x.min(axis=0) < x.max(axis=0)
    np.testing.assert_array_equal(scaled.min(axis=0), 0)
    np.testing.assert_allclose(scaled.max(axis=0), varies.astype(float), rtol=1e-12)


@pytest.mark.parametrize("pixel_max", [16, 255])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pixel_divides_by_the_sets_own_largest_value(pixel_max: int, dtype: str) -> None:
    x = np.arange(pixel_max + 1, dtype=np.uint8)[:, None]
    # Fitted on rows that do not reach the largest value: the range is the set's, not the rows'.
    scaled = fit_scaling("pixel", x[:3], pixel_max).apply(x, dtype)
    np.testing.assert_allclose(scaled, x / pixel_max, rtol=1e-6)
    assert (scaled.min(), scaled.max()) == (0, 1)


@pytest.mark.parametrize("kind", ["standard", "minmax"])
@pytest.mark.parametrize("value", [0.0, 0.1, -1e300, 123456789.123])
@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_a_constant_column_becomes_0_and_other_rows_keep_their_distance(kind: str, value: float, rows: int) -> None:
    # 0.1 summed a thousand times is not 100: its deviation would come out as rounding noise.
    scaling = fit_scaling(kind, np.full((rows, 1), value))
    assert scaling.apply(np.array([[value], [value + 5]]), "float64").tolist() == [[0], [(value + 5) - value]]


def test_only_the_rows_given_are_fitted() -> None:
    train, other = np.array([[0.0], [10.0]]), np.array([[20.0]])
    assert fit_scaling("minmax", train).apply(other, "float64").tolist() == [[2.0]]
    assert fit_scaling("standard", train).apply(other, "float64").tolist() == [[3.0]]


@pytest.mark.parametrize("unit", [1e-280, 1e-200, 1e-9, 1e9, 1e200, 1e305])
@pytest.mark.parametrize("kind", ["standard", "minmax"])
def test_the_unit_of_a_column_makes_no_difference(unit: float, kind: str) -> None:
    x = np.array([[1.0], [2.0], [4.0], [-3.0]])
    np.testing.assert_allclose(_scaled(kind, x * unit), _scaled(kind, x), atol=1e-12)


def test_a_small_spread_far_from_zero_is_kept() -> None:
    x = np.array([[1e9 + step] for step in range(5)])
    np.testing.assert_allclose(_scaled("standard", x)[:, 0], np.array([-2, -1, 0, 1, 2]) / 2**0.5)


@pytest.mark.parametrize("kind", ["standard", "minmax"])
def test_a_column_too_narrow_to_divide_by_counts_as_constant(kind: str) -> None:
    assert np.isfinite(_scaled(kind, np.array([[0.0], [5e-324], [1e-310]]))).all()


@pytest.mark.parametrize("kind", ["standard", "minmax"])
def test_a_column_too_wide_for_a_float64_is_refused(kind: str) -> None:
    x = np.array([[1.0, -1.7e308], [2.0, 1.7e308]])
    with pytest.raises(DataError, match=r"Input column 2 reaches from -1\.7e\+308 to 1\.7e\+308, too far"):
        fit_scaling(kind, x)


def test_many_rows_are_fitted_piece_by_piece_as_if_at_once() -> None:
    x = np.random.default_rng(0).integers(0, 256, (3000, 300), dtype=np.uint8)
    scaling = fit_scaling("standard", x)
    np.testing.assert_allclose(scaling.offset, x.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(1 / scaling.factor, x.std(axis=0), rtol=1e-12)
    np.testing.assert_allclose(scaling.apply(x, "float64"), (x - x.mean(axis=0)) / x.std(axis=0), atol=1e-12)


def test_a_number_too_large_for_float32_is_refused_where_nothing_scales_it_down() -> None:
    x = np.array([[1.0, 2.0], [3.0, -1e39]])
    with pytest.raises(DataError) as caught:
        fit_scaling("none", x).apply(x, "float32")
    assert str(caught.value).startswith("Input column 2 has a number too large for float32 with the scaling none;")
    assert fit_scaling("none", x).apply(x, "float64")[1, 1] == -1e39
    assert np.isfinite(fit_scaling("standard", x).apply(x, "float32")).all()


def test_pixel_scaling_of_a_table_is_refused() -> None:
    with pytest.raises(DataError, match="this data is a table, not images; choose none, standard or minmax"):
        fit_scaling("pixel", np.ones((2, 2)))


def test_an_unknown_scaling_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(DataError) as caught:
        fit_scaling("standart", np.ones((2, 2)))
    assert str(caught.value) == (
        "The scaling 'standart' is not one of none, standard, minmax, pixel; did you mean standard?"
    )


@pytest.mark.parametrize("kind", ["standard", "minmax"])
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("rows", [slice(3, 4), slice(None)])
def test_what_is_no_number_in_a_large_array_is_named(kind: str, odd: float, rows: slice) -> None:
    x = np.arange(20.0).reshape(10, 2)
    x[rows, 1] = odd
    with pytest.raises(DataError, match=f"^Input column 2 has {odd:g} in a training row"):
        fit_scaling(kind, x)
