"""Bars count every value once, never mix signs, and tell zeros and what is not finite apart."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.drawing.array_types import Matrix
from lab.gui.widgets.matrix.histogram import BARS, Histogram, spread_of

SIZES = st.tuples(st.just(1), st.integers(1, 200))
FLOAT32 = hnp.arrays(np.float32, SIZES, elements=st.floats(width=32, allow_nan=False, allow_infinity=False))
FLOAT64 = hnp.arrays(np.float64, SIZES, elements=st.floats() | st.sampled_from([0.0, 0.0, 1.0, -1.0]))
CALM = hnp.arrays(np.float64, SIZES, elements=st.floats(-100, 100).map(lambda v: round(v, 6)))


@given(FLOAT32 | FLOAT64)
def test_every_value_is_counted_once(matrix: Matrix) -> None:
    spread = spread_of(matrix)
    assert spread.counts.sum() + spread.zeros + spread.broken == matrix.size == spread.size
    assert (spread.counts >= 0).all()
    assert spread.zeros == (matrix == 0).sum()
    assert spread.broken == (~np.isfinite(matrix)).sum()


@given(FLOAT32 | FLOAT64)
def test_there_are_about_as_many_bars_as_wanted(matrix: Matrix) -> None:
    spread = spread_of(matrix)
    assert 1 <= len(spread.counts) <= BARS + 2
    assert len(spread.edges) == len(spread.counts) + 1
    assert (np.diff(spread.edges) >= 0).all()


@given(CALM)
def test_no_bar_has_values_of_both_signs(matrix: Matrix) -> None:
    spread = spread_of(matrix)
    middles = spread.edges[:-1] / 2 + spread.edges[1:] / 2
    assert spread.counts[middles > 0].sum() == (matrix > 0).sum()
    assert spread.counts[middles < 0].sum() == (matrix < 0).sum()


@given(CALM)
def test_bars_hold_the_extremes(matrix: Matrix) -> None:
    spread = spread_of(matrix)
    assert (spread.low, spread.high) == (matrix.min(), matrix.max())
    slack = (spread.edges[-1] - spread.edges[0]) * 1e-12
    assert spread.edges[0] <= spread.low + slack
    assert spread.high <= spread.edges[-1] + slack


@pytest.mark.parametrize("offset", [0.5, 7.0, -7.0, 1e6])
def test_bars_are_those_of_numpy_where_zero_is_not_among_them(offset: float) -> None:
    values = np.random.default_rng(2).random((3, 4000)) * 0.25 + offset
    spread = spread_of(values)
    counts, edges = np.histogram(values, len(spread.counts))
    np.testing.assert_allclose(spread.edges, edges)
    assert np.abs(spread.counts - counts).sum() <= 4  # a value on an edge may fall either way


def test_smallest_negative_numbers_stay_below_zero() -> None:
    spread = spread_of(np.array([[-1.0, -1e-30, 1e-30, 1.0]]))
    zero = int(np.flatnonzero(spread.edges == 0)[0])
    assert spread.counts[:zero].sum() == spread.counts[zero:].sum() == 2


def test_more_values_than_a_block_are_all_counted() -> None:
    values = np.random.default_rng(3).standard_normal((500, 400)).astype(np.float32)
    spread = spread_of(values)
    assert spread.counts.sum() == values.size
    whole = int(np.argmax(spread.counts))
    inside = (values >= spread.edges[whole]) & (values < spread.edges[whole + 1])
    assert abs(int(inside.sum()) - int(spread.counts[whole])) <= 2


@pytest.fixture
def histogram(qtbot: QtBot) -> Histogram:
    widget = Histogram()
    qtbot.addWidget(widget)
    widget.resize(300, 90)
    return widget


@pytest.mark.parametrize(
    "values",
    [
        None, [], [0.0, 0.0], [3.2, 3.2], [np.nan, np.inf], [-1.0, 0.0, 2.0, np.nan], [[1, 2], [3, 4]],
        [1e308, -1e308], [5e-324, 0.0], [-3.0, -2.0],
    ],
)  # fmt: skip
@pytest.mark.parametrize("width", [4, 80, 300])
def test_every_kind_of_array_can_be_painted(
    histogram: Histogram, picture: Callable[[QWidget], QImage], values: object, width: int
) -> None:
    histogram.set_values(values)  # type: ignore[arg-type]
    histogram.resize(width, 60)
    assert not picture(histogram).isNull()


def test_bars_left_of_zero_are_blue_and_right_of_it_orange(
    histogram: Histogram, picture: Callable[[QWidget], QImage]
) -> None:
    histogram.set_values(np.concatenate([np.linspace(-1, -0.01, 500), np.linspace(0.01, 1, 500)]))
    image = picture(histogram)
    left, right = image.pixelColor(75, 70), image.pixelColor(225, 70)
    assert left.blue() > left.red() + 60
    assert right.red() > right.blue() + 60


def test_new_array_replaces_the_bars(histogram: Histogram) -> None:
    histogram.set_values([1.0, 2.0])
    first = histogram.spread()
    assert first is histogram.spread()
    histogram.set_values([5.0, 6.0, 7.0])
    second = histogram.spread()
    assert second is not None
    assert (second.low, second.size) == (5.0, 3)
    histogram.set_values(None)
    assert histogram.spread() is None


@given(FLOAT32 | FLOAT64)
def test_a_column_of_data_has_its_zeros_among_the_bars(matrix: Matrix) -> None:
    apart, among = spread_of(matrix), spread_of(matrix).with_zeros_in_bars()
    assert among.zeros == 0
    assert among.counts.sum() + among.broken == matrix.size
    assert (among.counts - apart.counts).max() == apart.zeros


def test_a_column_of_data_has_bars_of_one_colour(qtbot: QtBot) -> None:
    values = np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]])
    colours = []
    for signed in (True, False):
        widget = Histogram(signed=signed)
        qtbot.addWidget(widget)
        widget.resize(300, 100)
        widget.set_values(values)
        image = widget.grab().toImage()
        low = image.height() - 20  # through all the bars, above the labels
        colours.append({image.pixel(across, low) for across in range(image.width())})
    assert len(colours[0]) > len(colours[1]) == 2  # what is behind, and the bars


@pytest.mark.parametrize("columns", [2000, 2048, 999])
def test_of_a_very_large_array_values_of_all_columns_are_counted(columns: int) -> None:
    values = np.zeros((1500, columns), dtype=np.float32)
    values[:, :] = np.arange(columns)
    values[7, 5], values[8, 6] = -3.0, 1e4
    spread = spread_of(values)
    assert spread.every > 1
    assert (spread.low, spread.high) == (-3.0, 1e4)  # of all values
    assert spread.counts.sum() + spread.zeros == spread.size <= 262_144
    small = spread_of(np.tile(np.arange(columns, dtype=np.float32), 4).reshape(4, -1))
    assert small.every == 1
    inside = (spread.edges[:-1] >= 300) & (spread.edges[1:] <= columns - 1)
    expected = np.diff(spread.edges)[inside] / columns * spread.size
    np.testing.assert_allclose(spread.counts[inside], expected, rtol=0.02, atol=2 * spread.size / columns)
