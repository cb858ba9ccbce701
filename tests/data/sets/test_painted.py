"""Painted points become a set with a class for each colour; a file with wrong points is refused."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.sets.painted import COLOURS, MOST_POINTS, painted_dataset
from tests.refusals import refusal

_Point = tuple[float, float, int]
_coordinate = st.floats(-1, 1)
_points = st.lists(st.tuples(_coordinate, _coordinate, st.integers(0, 2)), max_size=40)


@given(_points)
def test_points_keep_their_place_order_and_class(points: list[_Point]) -> None:
    points = [(0.5, -0.5, 0), (-1.0, 1.0, 2), *points]
    data = painted_dataset(points, 3)
    assert [(x1, x2, label) for (x1, x2), label in zip(data.x.tolist(), data.y.tolist(), strict=True)] == points
    assert data.name == "painted"
    assert data.x.dtype == np.float64
    assert data.y.dtype == np.int64
    assert data.feature_names == ("x1", "x2")
    assert data.class_names == COLOURS[:3]
    assert data.image_shape is None


def test_there_are_six_different_colours() -> None:
    assert len(set(COLOURS)) == len(COLOURS) == 6
    points = [(0.1 * number, 0.0, number) for number in range(6)]
    assert painted_dataset(points, 6).class_names == COLOURS


def test_a_colour_without_points_keeps_its_number() -> None:
    data = painted_dataset([(0.0, 0.0, 0), (1.0, 1.0, 2)], 4)
    assert data.y.tolist() == [0, 2]
    assert data.class_names == COLOURS[:4]


@pytest.mark.parametrize(
    ("points", "found"),
    [([], "no points"), ([(0.0, 0.0, 1), (0.5, 0.5, 1)], "points of orange only")],
)
def test_a_painting_needs_two_colours(points: list[_Point], found: str) -> None:
    assert refusal(painted_dataset, points, 2) == f"The painting has {found}; paint with at least two colours."


@pytest.mark.parametrize("wrong", [1.0000001, -2.0, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("axis", [0, 1])
def test_a_point_outside_the_square_is_refused_with_its_place(wrong: float, axis: int) -> None:
    point = [0.25, 0.25]
    point[axis] = wrong
    message = refusal(painted_dataset, [(0.0, 0.0, 0), (0.0, 0.0, 1), (*point, 0)], 2)
    assert message.startswith("points[2] lies at x1 = ")
    assert message.endswith("a point lies within -1 to 1.")


@pytest.mark.parametrize("number", [-1, 2, 10**30, 0.5])
def test_a_class_that_is_none_of_the_colours_is_refused_with_its_place(number: Any) -> None:
    message = refusal(painted_dataset, [(0.0, 0.0, 0), (0.0, 0.0, number)], 2)
    assert message == f"points[1] has the class {number}; the classes are 0 to 1."


@pytest.mark.parametrize("classes", [1, 7])
def test_a_number_of_classes_for_which_there_are_no_colours_is_refused(classes: int) -> None:
    assert refusal(painted_dataset, [], classes) == f"The painting has {classes} classes; it must have from 2 to 6."


def test_the_most_points_are_a_set_and_one_more_is_refused() -> None:
    points: list[_Point] = [(0.0, 0.0, number % 2) for number in range(MOST_POINTS)]
    assert painted_dataset(points, 2).examples == 20_000
    assert (
        refusal(painted_dataset, [*points, (0.0, 0.0, 0)], 2)
        == "The painting has 20,001 points; it may have at most 20,000."
    )
