"""What is reckoned column by column is what the whole plot's way gives for the same columns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.gui.widgets.curves import pixel_columns as whole
from lab.gui.widgets.curves.few_columns import few_columns
from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.curves.view import View


def grown(seed: int, points: int, spread: float, even: bool) -> Series:
    """Return a noisy curve of positive heights."""
    rng = np.random.default_rng(seed)
    series = Series()
    x = np.arange(1.0, points + 1) if even else np.cumsum(rng.uniform(0.1, 3.0, points))
    series.append(x, np.exp(rng.normal(0, spread, points)))
    return series


@given(
    seed=st.integers(0, 10_000), points=st.integers(2, 900), spread=st.floats(0.01, 3), even=st.booleans(),
    log=st.booleans(), width=st.integers(1, 4), first=st.integers(0, 59), zoom=st.floats(0.2, 1.5),
)  # fmt: skip
def test_few_columns_are_those_of_the_whole(
    seed: int, points: int, spread: float, even: bool, log: bool, width: int, first: int, zoom: float
) -> None:
    series = grown(seed, points, spread, even)
    low, high = (-1.0, 1.0) if log else (0.0, 4.0)
    view = View(series.first, series.first + zoom * (series.last - series.first + 1), low, high, 80, 60, log)
    last = first + 20
    few = few_columns(series, view, first, last, width)
    if few is None:
        return  # it says that it cannot: the other way is taken
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole, "few_columns", lambda *_: None)
        expected = whole.pixel_columns(series, view, first, width, 2.5)
    inside = expected[expected[:, 0] < last - width]  # at the right end the other one goes on
    found = np.array([line for line in few if line[0] < last - width], dtype=float).reshape(-1, 4)
    assert np.array_equal(found[:, 0], inside[:, 0])
    assert (np.abs(found - inside) <= 1).all()  # a half may be rounded either way


def test_gaps_single_points_and_enormous_heights_are_left_to_the_other_way() -> None:
    view = View(0, 10, 0, 1, 40, 30, False)
    for heights in ([0.5, np.nan, 0.5], [0.5], [0.5, 1e250]):
        series = Series()
        series.append(np.arange(1.0, len(heights) + 1), np.array(heights))
        assert few_columns(series, view, 0, 20, 1) is None
