"""Made sets are what their options ask for, the same for the same seed, and can be learnt where they should be."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from lab.data.dataset import Dataset
from lab.data.recipe.choices import TASKS
from lab.data.sets.generators import GENERATORS, Generator, generate
from lab.data.sets.sources import SOURCES
from lab.data.subsets.split import split_rows
from tests.refusals import refusal

_CLASSES = [name for name, generator in GENERATORS.items() if generator.task == "classes"]
_NUMBERS = [name for name, generator in GENERATORS.items() if generator.task == "numbers"]


@st.composite
def _calls(draw: st.DrawFn, names: list[str]) -> tuple[str, dict[str, float]]:
    """Draw a generator and valid values for all of its options, no more than 500 examples."""
    name = draw(st.sampled_from(names))
    values: dict[str, float] = {}
    for option in GENERATORS[name].options:
        highest = min(option.highest, 500.0) if option.name == "examples" else option.highest
        low, high = option.lowest, highest
        values[option.name] = draw(st.integers(int(low), int(high)) if option.whole else st.floats(low, high))
    return name, values


def test_the_sets_are_those_that_were_promised_and_none_is_called_as_a_bundled_one() -> None:
    assert _CLASSES == ["circle", "xor", "gaussians", "spiral", "moons", "blobs", "rings", "checkerboard"]
    assert _NUMBERS == ["plane", "gaussian-sum", "sine", "step"]
    assert not set(GENERATORS) & set(SOURCES)
    assert all(generator.task in TASKS for generator in GENERATORS.values())


@pytest.mark.parametrize("generator", GENERATORS.values(), ids=GENERATORS)
def test_the_table_says_what_a_set_and_each_of_its_options_is(generator: Generator) -> None:
    assert generator.about.endswith(".")
    names = [option.name for option in generator.options]
    assert len(set(names)) == len(names)
    assert {"examples", "noise", "seed"} <= set(names)
    for option in generator.options:
        assert option.problem(option.default) is None
        assert option.title
        assert option.help.endswith(".")


@given(_calls(_CLASSES))
def test_a_set_with_classes_has_its_size_and_classes_of_one_size_within_one_example(
    call: tuple[str, dict[str, float]],
) -> None:
    name, options = call
    data = generate(name, options)
    assert (data.name, data.title) == (name, GENERATORS[name].title)
    assert data.x.shape == (options["examples"], 2)
    assert data.x.dtype == np.float64
    assert np.isfinite(data.x).all()
    assert data.classes == options.get("arms", options.get("classes", 2))
    assert len(set(data.class_names)) == data.classes
    counts = np.bincount(data.y, minlength=data.classes)
    assert counts.max() - counts.min() <= 1
    assert data.feature_names == ("x1", "x2")
    assert not data.is_regression


@given(_calls(_NUMBERS))
def test_a_set_with_numbers_has_its_size_and_one_target(call: tuple[str, dict[str, float]]) -> None:
    name, options = call
    data = generate(name, options)
    assert data.is_regression
    assert data.target_names == ("y",)
    assert data.y.shape == (options["examples"], 1)
    assert data.feature_names == ("x1", "x2")[: data.inputs]
    assert np.isfinite(data.y).all()
    assert np.abs(data.x).max() <= 1


@given(_calls(_CLASSES))
def test_any_set_with_classes_can_be_shared_out(call: tuple[str, dict[str, float]]) -> None:
    data = generate(*call)
    split = split_rows(data.x, data.y, (0.7, 0.15, 0.15), np.random.default_rng(0), data.class_names)
    assert len(split.train) + len(split.validation) + len(split.test) == data.examples


@given(_calls(list(GENERATORS)))
def test_the_same_options_make_the_same_bits_and_another_seed_other_points(
    call: tuple[str, dict[str, float]],
) -> None:
    name, options = call
    one, again = generate(name, options), generate(name, options)
    other = generate(name, options | {"seed": (options["seed"] + 1) % 2**31})
    assert one.x.tobytes() == again.x.tobytes()
    assert one.y.tobytes() == again.y.tobytes()
    assert not np.array_equal(one.x, other.x)


@pytest.mark.parametrize("name", GENERATORS)
def test_an_option_that_is_not_given_has_its_usual_value(name: str) -> None:
    usual = generate(name, {option.name: option.default for option in GENERATORS[name].options})
    np.testing.assert_array_equal(generate(name, {}).x, usual.x)
    np.testing.assert_array_equal(generate(name, {}).y, usual.y)


@pytest.mark.parametrize("name", _CLASSES)
def test_without_noise_the_points_lie_in_the_square_from_minus_1_to_1(name: str) -> None:
    # The clouds have no edge: a normal number is more than three deviations out once in 370 times.
    share = np.mean(np.abs(generate(name, {"noise": 0, "examples": 5_000}).x) <= 1 + 1e-12)
    assert share > 0.999 if name in ("gaussians", "blobs") else share == 1


@pytest.mark.parametrize("name", _CLASSES)
def test_noise_moves_the_points_of_a_class_by_a_normal_number_of_that_deviation(name: str) -> None:
    options = {"examples": 10_000, "seed": 3}
    exact, noisy = generate(name, options | {"noise": 0}), generate(name, options | {"noise": 0.25})
    np.testing.assert_array_equal(exact.y, noisy.y)
    moved = (noisy.x - exact.x).ravel()
    assert abs(moved.mean()) < 4 * 0.25 / math.sqrt(moved.size)
    assert abs(moved.std() / 0.25 - 1) < 4 / math.sqrt(2 * moved.size)


@pytest.mark.parametrize("name", _NUMBERS)
def test_noise_is_an_error_of_the_target_and_leaves_the_inputs(name: str) -> None:
    options = {"examples": 10_000, "seed": 3}
    exact, noisy = generate(name, options | {"noise": 0}), generate(name, options | {"noise": 0.25})
    np.testing.assert_array_equal(exact.x, noisy.x)
    error = (noisy.y - exact.y).ravel()
    assert abs(error.mean()) < 4 * 0.25 / math.sqrt(error.size)
    assert abs(error.std() / 0.25 - 1) < 4 / math.sqrt(2 * error.size)


@pytest.mark.parametrize("name", _CLASSES)
def test_the_nearest_neighbour_knows_the_class_of_a_point_without_noise(name: str) -> None:
    data = generate(name, {"noise": 0, "examples": 2_000})
    scores = cross_val_score(KNeighborsClassifier(1), data.x, data.y, cv=5)
    assert scores.mean() >= 0.9


@pytest.mark.parametrize(("name", "options"), [("spiral", {"arms": 5, "turns": 1}), ("blobs", {"classes": 10})])
def test_many_classes_can_be_told_apart_too(name: str, options: dict[str, float]) -> None:
    data = generate(name, options | {"noise": 0, "examples": 2_000})
    assert cross_val_score(KNeighborsClassifier(1), data.x, data.y, cv=5).mean() >= 0.9


@pytest.mark.parametrize("name", _NUMBERS)
def test_five_neighbours_come_near_to_the_number_of_a_point_without_noise(name: str) -> None:
    data = generate(name, {"noise": 0, "examples": 2_000})
    assert cross_val_score(KNeighborsRegressor(5), data.x, data.y, cv=5).mean() >= 0.97


def _line_explains(data: Dataset) -> float:
    """Return R² of the best plane through the targets."""
    return float(LinearRegression().fit(data.x, data.y).score(data.x, data.y))


def test_a_linear_unit_learns_the_plane_and_not_the_hills() -> None:
    exact = {"noise": 0.0, "examples": 5_000.0}
    assert _line_explains(generate("plane", exact)) == pytest.approx(1, abs=1e-12)
    assert _line_explains(generate("gaussian-sum", exact)) < 0.2


@pytest.mark.parametrize("waves", [1, 2, 3])
def test_a_line_explains_of_a_sine_what_its_correlation_with_x_says(waves: int) -> None:
    # corr² of x and sin(πkx) over -1..1: the integral of x·sin(πkx) is ±2/(πk), the variances are 1/3 and 1/2.
    data = generate("sine", {"noise": 0, "examples": 100_000, "waves": waves})
    assert _line_explains(data) == pytest.approx(6 / (math.pi * waves) ** 2, abs=0.01)


def test_options_that_are_whole_numbers_may_be_written_as_floats() -> None:
    np.testing.assert_array_equal(generate("spiral", {"arms": 3.0}).x, generate("spiral", {"arms": 3}).x)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1, "'1'"),
        (21, "'21'"),
        (2.5, "'2.5'"),
        (math.nan, "'nan'"),
        (math.inf, "'inf'"),
        (10**400, "'1000"),
        (True, "'True'"),
        ("three", "'three'"),
    ],
)
def test_a_value_that_is_not_valid_is_refused_with_the_option_and_what_would_be(value: Any, found: str) -> None:
    message = refusal(generate, "spiral", {"arms": value})
    assert message.startswith(f"The option arms of the generator spiral: found {found}")
    assert message.endswith("which is not a whole number from 2 to 20.")


def test_the_limits_of_an_option_are_valid_and_named_when_they_are_passed() -> None:
    assert generate("circle", {"examples": 100_000}).examples == 100_000
    assert refusal(generate, "circle", {"examples": 100_001}).endswith(
        "found '100001', which is not a whole number from 6 to 100,000."
    )
    assert refusal(generate, "circle", {"noise": -0.1}).endswith("found '-0.1', which is not a number from 0 to 0.5.")
    assert refusal(generate, "moons", {"seed": 2**31}).endswith("from 0 to 2,147,483,647.")


def test_an_unknown_generator_or_option_is_refused_with_those_there_are() -> None:
    assert refusal(generate, "spirals", {}).startswith("The generator 'spirals' is not one of circle, xor,")
    assert refusal(generate, "spirals", {}).endswith("did you mean spiral?")
    message = refusal(generate, "spiral", {"arm": 3})
    assert message == (
        "The generator spiral has no option 'arm'; it has examples, noise, arms, turns, seed; did you mean arms?"
    )
