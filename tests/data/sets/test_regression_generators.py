"""The surfaces and curves have the values that their formulas have at places known by hand."""

import math

import numpy as np
import pytest

from lab.data.sets.generators import generate
from lab.data.sets.regression_generators import gaussian_sum, plane, sine, step


def test_the_plane_has_its_slopes_and_its_height() -> None:
    x = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    np.testing.assert_allclose(plane(x), [0.1, 0.7, -0.2, -0.2], atol=1e-15)


def test_the_sum_of_gaussians_is_written_out_bell_by_bell() -> None:
    bells = [(-0.5, 0.5, 1), (0.4, 0.2, -1), (0.5, -0.6, 1), (-0.4, -0.4, -1)]
    for x1, x2 in ((0.0, 0.0), (-0.5, 0.5), (0.9, -1.0)):
        expected = sum(s * math.exp(-((x1 - a) ** 2 + (x2 - b) ** 2) / (2 * 0.35**2)) for a, b, s in bells)
        assert gaussian_sum(np.array([[x1, x2]]))[0] == pytest.approx(expected, abs=1e-12)


def test_the_sum_of_gaussians_has_two_hills_and_two_hollows_within_minus_1_to_1() -> None:
    axis = np.linspace(-1, 1, 81)
    x = np.stack(np.meshgrid(axis, axis), axis=2).reshape(-1, 2)
    height = gaussian_sum(x).reshape(81, 81)
    inner = height[1:-1, 1:-1]
    around = np.array([height[1 + i : 80 + i, 1 + j : 80 + j] for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j])
    assert np.count_nonzero((inner > around).all(axis=0)) == 2
    assert np.count_nonzero((inner < around).all(axis=0)) == 2
    assert np.abs(height).max() <= 1


@pytest.mark.parametrize("waves", [1, 2, 8])
def test_a_sine_is_odd_begins_and_ends_at_0_and_has_so_many_crests(waves: int) -> None:
    x = np.linspace(-1, 1, 3_201)[:, None]
    y = sine(x, waves)
    np.testing.assert_allclose(y, -y[::-1], atol=1e-12)
    np.testing.assert_allclose(y[[0, -1]], 0, atol=1e-12)
    assert np.count_nonzero((y[1:-1] > y[:-2]) & (y[1:-1] > y[2:])) == waves
    assert y.max() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("steps", [1, 2, 10])
def test_a_staircase_climbs_from_minus_1_to_1_in_so_many_equal_jumps(steps: int) -> None:
    x = np.linspace(-1, 1, 4_001)[:, None]
    y = step(x, steps)
    assert np.all(np.diff(y) >= 0)
    levels, counts = np.unique(y, return_counts=True)
    np.testing.assert_allclose(levels, np.linspace(-1, 1, steps + 1), atol=1e-12)
    np.testing.assert_allclose(counts, 4_001 / (steps + 1), atol=2)


def test_a_made_set_is_its_formula_at_its_points() -> None:
    exact = {"noise": 0.0}
    for name, formula in (("plane", plane), ("gaussian-sum", gaussian_sum)):
        data = generate(name, exact)
        np.testing.assert_array_equal(data.y[:, 0], formula(data.x))
    np.testing.assert_array_equal(np.sign(generate("step", exact).x), generate("step", exact).y)
