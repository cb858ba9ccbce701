"""A stroke uses its tool evenly along the pointer's way, however many events the way comes in."""

from itertools import pairwise
from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.gui.widgets.paint.paint_tools import GAP, LARGEST, SMALLEST, TOOLS, Stroke, next_radius

PLACES = st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=8)


def walk(stroke: Stroke, places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [each for place in places for each in stroke.to(place)]


def distance_to_way(point: tuple[float, float], places: list[tuple[float, float]]) -> float:
    """Return how far a point lies from the nearest of the straight lines between places."""
    nearest = hypot(point[0] - places[0][0], point[1] - places[0][1])
    for (ax, ay), (bx, by) in pairwise(places):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        share = ((point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)) / length if length else 0.0
        share = min(max(share, 0.0), 1.0)
        nearest = min(nearest, hypot(point[0] - ax - share * (bx - ax), point[1] - ay - share * (by - ay)))
    return nearest


@given(PLACES, st.floats(SMALLEST, LARGEST))
def test_points_of_a_brush_stroke_are_never_closer_than_the_gap(
    places: list[tuple[float, float]], radius: float
) -> None:
    points = np.array(walk(Stroke("brush", radius, np.random.default_rng(2)), places))
    assert points[0].tolist() == list(places[0])
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) + np.eye(len(points))
    assert apart.min() >= 0.998 * GAP


@given(PLACES, st.floats(SMALLEST, LARGEST))
def test_points_lie_within_the_radius_of_the_way(places: list[tuple[float, float]], radius: float) -> None:
    for point in walk(Stroke("brush", radius, np.random.default_rng(2)), places):
        # what the pointer left over at a corner is cut short by less than one gap
        assert distance_to_way(point, places) <= radius + GAP


@pytest.mark.parametrize("events", [1, 2, 7, 100, 1000])
def test_a_straight_stroke_is_a_line_of_points_whatever_the_pace_of_the_pointer(events: int) -> None:
    stroke = Stroke("brush", 0.05, np.random.default_rng(2))
    points = walk(stroke, [(-0.5 + k / events, 0.25) for k in range(events + 1)])
    np.testing.assert_allclose(points, [(-0.5 + GAP * k, 0.25) for k in range(26)])


def test_a_wide_brush_fills_a_band() -> None:
    points = np.array(walk(Stroke("brush", 0.2, np.random.default_rng(2)), [(-0.8, 0.0), (0.8, 0.0)]))
    places = np.stack(np.meshgrid(np.linspace(-0.7, 0.7, 57), np.linspace(-0.15, 0.15, 13)), axis=-1).reshape(-1, 2)
    nearest = np.hypot(*(places[:, None] - points[None]).transpose(2, 0, 1)).min(axis=1)
    assert nearest.max() < 2 * GAP


@pytest.mark.parametrize("tool", ["eraser", "spray"])
def test_other_tools_are_used_every_half_radius(tool: str) -> None:
    places = walk(Stroke(tool, 0.2, np.random.default_rng(2)), [(0.0, 0.0), (0.0, 0.05), (0.0, 1.0)])
    np.testing.assert_allclose(places, [(0.0, 0.1 * k) for k in range(11)])


def test_a_pointer_that_stands_still_does_nothing_more() -> None:
    for tool in TOOLS:
        stroke = Stroke(tool, 0.05, np.random.default_rng(2))
        assert stroke.to((0.3, 0.3)) == [(0.3, 0.3)]
        assert stroke.to((0.3, 0.3)) == []


@given(st.integers(round(100 * SMALLEST), round(100 * LARGEST)))
def test_next_radius_is_larger_or_smaller_by_about_a_quarter(hundredths: int) -> None:
    radius = hundredths / 100
    larger, smaller = next_radius(radius, True), next_radius(radius, False)
    assert 0.01 - 1e-9 <= larger - radius <= max(0.01, radius / 4) + 0.006
    assert 0.01 - 1e-9 <= radius - smaller <= max(0.01, radius / 5) + 0.006


def test_every_tool_has_its_own_key_and_a_radius_within_the_limits() -> None:
    assert len({tool.key for tool in TOOLS.values()}) == len(TOOLS)
    assert all(SMALLEST <= tool.radius <= LARGEST for tool in TOOLS.values())
