"""Without noise the points lie where the geometry of their set says."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.data.dataset import Dataset
from lab.data.sets.generators import generate


def _exact(name: str, **shape: float) -> Dataset:
    return generate(name, {"noise": 0.0, "examples": 3_000.0, **shape})


def _radius(data: Dataset) -> NDArray[np.float64]:
    radius: NDArray[np.float64] = np.hypot(data.x[:, 0], data.x[:, 1])
    return radius


def test_the_disc_of_the_circle_ends_before_its_ring_begins_and_both_are_filled_evenly() -> None:
    data = _exact("circle")
    disc, ring = (_radius(data)[data.y == number] for number in (0, 1))
    assert data.class_names == ("disc", "ring")
    assert 0 <= disc.min() < disc.max() <= 0.5
    assert 0.7 <= ring.min() < ring.max() <= 1
    # Half of a disc's area lies within 1/√2 of its radius, half of a ring's within √((r² + R²) / 2).
    assert np.mean(disc < 0.5 / math.sqrt(2)) == pytest.approx(0.5, abs=0.05)
    assert np.mean(ring < math.sqrt((0.7**2 + 1) / 2)) == pytest.approx(0.5, abs=0.05)


def test_the_classes_of_xor_are_the_sign_of_the_product_in_all_four_quadrants() -> None:
    data = _exact("xor")
    np.testing.assert_array_equal(data.y == 0, data.x[:, 0] * data.x[:, 1] > 0)
    quadrants, counts = np.unique(np.sign(data.x), axis=0, return_counts=True)
    assert len(quadrants) == 4
    assert counts.min() > 600


def test_the_two_gaussians_are_round_clouds_of_one_size_at_opposite_corners() -> None:
    data = generate("gaussians", {"noise": 0.24, "examples": 20_000})
    for number, centre in ((0, -0.4), (1, 0.4)):
        cloud = data.x[data.y == number]
        np.testing.assert_allclose(cloud.mean(axis=0), [centre, centre], atol=0.015)
        # Variances add: 0.18² of the cloud and 0.24² of the noise make 0.3².
        np.testing.assert_allclose(np.cov(cloud.T), np.diag([0.09, 0.09]), atol=0.004)


@pytest.mark.parametrize("arms", [2, 3, 7, 20])
def test_each_arm_of_a_spiral_is_the_first_one_turned(arms: int) -> None:
    data = _exact("spiral", arms=arms, turns=1.25)
    points = data.x[:, 0] + 1j * data.x[:, 1]
    first = points[data.y == 0]
    for number in range(1, arms):
        arm = points[data.y == number]
        turned = first[: len(arm)] * np.exp(2j * np.pi * number / arms)
        np.testing.assert_allclose(arm, turned, atol=1e-12)
    assert data.class_names[-1] == f"arm {arms}"


@pytest.mark.parametrize("turns", [0.25, 1.5, 4])
def test_an_arm_goes_around_as_often_as_it_is_told_from_the_middle_to_radius_1(turns: float) -> None:
    data = _exact("spiral", turns=turns)
    arm = data.x[data.y == 0]
    radius = np.hypot(*arm.T)
    order = np.argsort(radius)
    angle = np.unwrap(np.arctan2(*arm[order].T[::-1]))
    assert radius.min() == pytest.approx(0.05, abs=0.01)
    assert radius.max() == pytest.approx(1, abs=0.01)
    assert (angle[-1] - angle[0]) / (2 * np.pi) == pytest.approx(turns, rel=0.02)
    # The angle grows evenly with the radius, as in a spiral of Archimedes.
    assert np.corrcoef(angle, radius[order])[0, 1] == pytest.approx(1, abs=1e-9)


def test_the_moons_are_half_circles_of_one_radius_each_with_an_end_inside_the_other() -> None:
    data = _exact("moons")
    upper, lower = (data.x[data.y == number] for number in (0, 1))
    for moon, centre, side in ((upper, (-1 / 3, -1 / 6), 1), (lower, (1 / 3, 1 / 6), -1)):
        np.testing.assert_allclose(np.hypot(*(moon - centre).T), 2 / 3)
        assert np.all(side * (moon[:, 1] - centre[1]) >= -1e-12)
    # Turned by half a circle, one lies on the other.
    np.testing.assert_allclose(np.hypot(*(-upper - (1 / 3, 1 / 6)).T), 2 / 3)
    assert upper[:, 0].max() > lower[:, 0].min() + 0.5


@pytest.mark.parametrize("classes", [2, 4, 9])
def test_the_blobs_stand_evenly_around_the_middle(classes: int) -> None:
    data = _exact("blobs", classes=classes)
    centres = np.array([data.x[data.y == number].mean(axis=0) @ [1, 1j] for number in range(classes)])
    expected = 0.65 * np.exp(2j * np.pi * np.arange(classes) / classes)
    np.testing.assert_allclose(centres, expected, atol=0.03)


@pytest.mark.parametrize("classes", [2, 3, 20])
def test_the_rings_have_evenly_growing_radii_up_to_1(classes: int) -> None:
    data = _exact("rings", classes=classes)
    np.testing.assert_allclose(_radius(data), (data.y + 1) / classes)
    assert data.class_names == tuple(f"ring {number}" for number in range(1, classes + 1))


@pytest.mark.parametrize("cells", [2, 3, 8])
def test_neighbouring_squares_of_the_checkerboard_have_different_classes_and_all_have_points(cells: int) -> None:
    data = _exact("checkerboard", cells=cells)
    square = np.floor((data.x + 1) / 2 * cells).astype(int)
    np.testing.assert_array_equal(square.sum(axis=1) % 2, data.y)
    assert len(np.unique(square, axis=0)) == cells**2
