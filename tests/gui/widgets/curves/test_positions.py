"""Positions answer as a plain array of them would, whether they are stored or not, and however they came."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lab.gui.widgets.curves.positions import Positions

EVEN = st.builds(
    lambda first, step, count: first + step * np.arange(count, dtype=float),
    st.integers(-5, 5), st.sampled_from([0.25, 1, 64]), st.integers(1, 60),
)  # fmt: skip
EDGES = st.integers(-480, 32_000).map(lambda eighths: eighths / 8)
ANY = st.lists(st.integers(-50, 50), min_size=1, max_size=60, unique=True).map(lambda x: np.array(sorted(x), float))
CUTS = st.lists(st.integers(0, 60), max_size=5)


def grown(x: np.ndarray, cuts: list[int]) -> Positions:
    places = Positions()
    for piece in np.split(x, sorted(cuts)):
        places.append(piece)
    return places


@given(EVEN | ANY, CUTS, st.lists(EDGES, min_size=1, max_size=20))
def test_places_are_those_of_the_array(x: np.ndarray, cuts: list[int], edges: list[float]) -> None:
    places = grown(x, cuts)
    assert places.size == len(x)
    np.testing.assert_array_equal(places.at(np.arange(len(x))), x)
    np.testing.assert_array_equal(places.before(np.array(edges)), np.searchsorted(x, edges))
    np.testing.assert_array_equal(places.before(x), np.arange(len(x)))


@given(EVEN | ANY, CUTS, EDGES)
def test_nearest_is_nearest(x: np.ndarray, cuts: list[int], place: float) -> None:
    assert abs(x[grown(x, cuts).nearest(place)] - place) == np.abs(x - place).min()


def test_steps_of_a_run_take_no_memory() -> None:
    places = Positions()
    for start in range(0, 100_000, 1000):
        places.append(np.arange(start + 1, start + 1001, dtype=float))
    assert places._stored is None
    places.append(np.array([100_002.0]))  # one is missing
    assert places.at(np.array([0, 99_999, 100_000])).tolist() == [1, 100_000, 100_002]
