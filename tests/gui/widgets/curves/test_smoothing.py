"""A smoothed curve has the means of equal windows, and is the same however the values came."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lab.gui.widgets.curves.smoothing import Smoothing


def grown(values: np.ndarray, cuts: list[int]) -> Smoothing:
    smoothing = Smoothing()
    for piece in np.split(values, sorted(cuts)):
        smoothing.append(piece)
    return smoothing


@given(st.integers(1, 5000), st.lists(st.integers(0, 5000), max_size=30), st.integers(0, 9))
def test_means_are_those_of_windows_that_stay_while_the_run_grows(count: int, cuts: list[int], seed: int) -> None:
    values = np.random.default_rng(seed).random(count) * 10 + 0.01
    smoothing = grown(values, cuts)
    length, windows = smoothing.length, len(smoothing.means)
    assert length & (length - 1) == 0
    assert min(count, 32) <= windows < 64
    assert windows == count // length
    expected = values[: windows * length].reshape(windows, length).mean(axis=1)
    np.testing.assert_allclose(smoothing.means, expected, rtol=1e-12)
    np.testing.assert_allclose(smoothing.middles(), [k * length + (length + 1) / 2 for k in range(windows)])


def test_an_enormous_value_does_not_blot_out_those_that_follow() -> None:
    values = np.ones(1000)
    values[3] = 1e30
    assert grown(values, []).means[-1] == 1.0
    assert grown(values, list(range(0, 1000, 7))).means[-1] == 1.0
