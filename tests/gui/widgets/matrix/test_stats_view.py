"""The seven numbers are those of NumPy in double precision, whatever the array holds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pytestqt.qtbot import QtBot

from lab.gui.widgets.drawing.array_types import Matrix
from lab.gui.widgets.matrix.stats_view import Stats, summary_of

SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=30)
CALM = hnp.arrays(np.float32, SHAPES, elements=st.floats(-1000, 1000, width=32))


@given(CALM)
def test_numbers_are_those_of_numpy(matrix: Matrix) -> None:
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


@pytest.fixture
def stats(qtbot: QtBot) -> Stats:
    widget = Stats()
    qtbot.addWidget(widget)
    return widget


def test_read_out_in_words_and_numbers(stats: Stats) -> None:
    stats.set_matrix([[0.0, 0.0], [-3.0, 4.0]])
    assert stats.lines() == [
        ("min", "−3.000"), ("max", "+4.000"), ("mean", "+0.2500"), ("std", "2.487"), ("norm", "5.000"),
        ("zeros", "50 %"),
    ]  # fmt: skip


def test_broken_values_are_said(stats: Stats) -> None:
    stats.set_matrix([1.0, np.nan])
    assert ("NaN, ∞", "1") in stats.lines()
    stats.set_matrix([1.0, 2.0])
    assert "NaN, ∞" not in dict(stats.lines())


def test_cell_is_told_to_screen_readers_until_it_is_cleared(stats: Stats) -> None:
    stats.set_matrix([[1.0, 2.0]])
    stats.set_cell(0, 1, -0.0132)
    assert "cell [0, 1] −0.01320" in stats.accessibleDescription()
    stats.clear_cell()
    assert "cell" not in stats.accessibleDescription()


def test_every_line_fits_the_width_that_is_asked_for(stats: Stats) -> None:
    stats.set_matrix(np.array([[-1.234e-38, 1.234e38]], dtype=np.float32))
    stats.set_cell(783, 511, -1.234e-38)
    stats.resize(stats.sizeHint())
    assert not stats.grab().toImage().isNull()
    assert stats.sizeHint().width() == Stats().sizeHint().width()


@pytest.mark.parametrize("values", [None, [], np.zeros((0, 3))])
def test_nothing_has_no_lines(stats: Stats, values: object) -> None:
    stats.set_matrix([1.0])
    stats.set_matrix(values)  # type: ignore[arg-type]
    assert stats.lines() == []
    assert not stats.grab().isNull()
