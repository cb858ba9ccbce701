"""The moving average with bias correction: the recurrence, whatever the pieces, and no trace of what is not finite."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.gui.widgets.curves.moving_average import MovingAverage


def by_recurrence(values: np.ndarray, beta: float) -> np.ndarray:
    mean, count, shown = 0.0, 0, []
    for value in values:
        if not np.isfinite(value):
            shown.append(value)
            continue
        mean, count = beta * mean + (1 - beta) * value, count + 1
        shown.append(mean / (1 - beta**count))
    return np.array(shown)


@given(
    st.lists(st.floats(-5, 5) | st.sampled_from([np.nan, np.inf]), min_size=1, max_size=700),
    st.lists(st.integers(0, 400), max_size=5),
    st.sampled_from([0.0, 0.6, 0.9, 0.99, 0.999]),
)
def test_it_is_the_recurrence_whatever_the_pieces(given_values: list[float], cuts: list[int], beta: float) -> None:
    values = np.array(given_values)
    average = MovingAverage(beta)
    found = np.concatenate([average.append(part) for part in np.split(values, sorted(cuts))])
    np.testing.assert_allclose(found, by_recurrence(values, beta), rtol=1e-9, atol=1e-12)


def test_the_first_points_are_not_drawn_towards_zero() -> None:
    np.testing.assert_allclose(MovingAverage(0.99).append(np.full(300, 7.0)), 7.0)


def test_a_beta_that_forgets_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="beta"):
        MovingAverage(1.0)
