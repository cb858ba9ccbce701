"""Extra inputs are computed from x1 and x2 and stand beside them; other sets are refused."""

import dataclasses
import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from lab.data.dataset import Dataset
from lab.data.errors import DataError
from lab.data.recipe.gaps import Gap
from lab.data.sets.features import FEATURES, extended, with_features
from lab.data.sets.generators import generate
from lab.data.sets.sources import load_source
from tests.refusals import refusal

_POINTS = [(0.5, -1.0), (-0.25, 0.0), (1.0, 1 / 6)]


def _set(points: list[tuple[float, float]], names: tuple[str, ...] = ("x1", "x2")) -> Dataset:
    return Dataset("points", "Points", np.array(points), np.arange(len(points)) % 2, ("a", "b"), names, None)


def test_each_feature_is_what_its_formula_says() -> None:
    by_hand = {
        "x1^2": lambda x1, x2: x1**2,
        "x2^2": lambda x1, x2: x2**2,
        "x1*x2": lambda x1, x2: x1 * x2,
        "sin(pi*x1)": lambda x1, x2: math.sin(math.pi * x1),
        "sin(pi*x2)": lambda x1, x2: math.sin(math.pi * x2),
    }
    data = with_features(_set(_POINTS), list(FEATURES))
    assert data.feature_names == ("x1", "x2", *by_hand)
    assert [feature.formula for feature in FEATURES.values()] == list(by_hand)
    for row, (x1, x2) in zip(data.x, _POINTS, strict=True):
        np.testing.assert_allclose(row, [x1, x2, *(of(x1, x2) for of in by_hand.values())], atol=1e-15)


def test_the_switches_have_the_names_and_texts_of_the_table() -> None:
    assert list(FEATURES) == ["x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"]
    for name, feature in FEATURES.items():
        assert feature.name == name
        assert feature.title
        assert feature.help.endswith(".")


def test_columns_stand_in_the_order_of_the_table_once_each_whatever_the_order_asked_for() -> None:
    data = with_features(_set(_POINTS), ["sin(x2)", "x1^2", "sin(x2)"])
    assert data.feature_names == ("x1", "x2", "x1^2", "sin(pi*x2)")
    assert data.x.shape == (3, 4)


def test_all_but_the_inputs_stays_as_it_was() -> None:
    plain = generate("plane", {})
    data = with_features(plain, ["x1*x2"])
    np.testing.assert_array_equal(data.x[:, :2], plain.x)
    np.testing.assert_array_equal(data.y, plain.y)
    for field in dataclasses.fields(Dataset):
        if field.name not in ("x", "y", "feature_names"):
            assert getattr(data, field.name) == getattr(plain, field.name)
    assert plain.feature_names == ("x1", "x2")


def test_new_points_are_extended_as_the_set_was() -> None:
    names = ["x2^2", "sin(x1)"]
    np.testing.assert_array_equal(extended(np.array(_POINTS), names), with_features(_set(_POINTS), names).x)


@pytest.mark.parametrize(("name", "names"), [("xor", ["x1*x2"]), ("circle", ["x1^2", "x2^2"])])
def test_a_linear_classifier_learns_with_the_right_feature_what_it_cannot_without(name: str, names: list[str]) -> None:
    plain = generate(name, {"noise": 0})
    data = with_features(plain, names)
    without, with_them = (LogisticRegression(C=1e4).fit(each.x, each.y).score(each.x, each.y) for each in (plain, data))
    assert without < 0.8
    assert with_them > 0.99


def test_without_a_name_any_set_is_returned_as_it_is() -> None:
    digits = load_source("digits")
    assert with_features(digits, []) is digits


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (load_source("iris"), "4 inputs"),
        (load_source("animals"), "784 inputs"),
        (generate("sine", {}), "only 'x1'"),
        (_set(_POINTS, ("height", "weight")), "only 'height', 'weight'"),
        (with_features(_set(_POINTS), ["x1^2"]), "3 inputs"),
    ],
    ids=["table", "images", "one input", "other names", "twice"],
)
def test_a_set_without_x1_and_x2_alone_is_refused(data: Dataset, found: str) -> None:
    assert (
        refusal(with_features, data, ["x1^2"])
        == f"features: the set has {found}; extra features are for sets with x1 and x2."
    )


def test_a_set_with_gaps_is_refused() -> None:
    data = dataclasses.replace(_set([(math.nan, 1.0), (0.0, 1.0)]), gaps=(Gap(0, 1, "mean", "x1"),))
    assert "gaps" in refusal(with_features, data, ["x1^2"])


def test_an_unknown_feature_is_refused_with_those_there_are() -> None:
    message = refusal(with_features, _set(_POINTS), ["x1^3"])
    assert message.startswith("features: 'x1^3' is not one of x1^2, x2^2, x1*x2, sin(x1), sin(x2); did you mean x1^2?")
    with pytest.raises(DataError, match=r"'cos\(x1\)' is not one of"):
        extended(np.array(_POINTS), ["cos(x1)"])


@pytest.mark.parametrize("name", ["x1^2", "sin(x1)"])
def test_a_number_that_becomes_too_large_is_refused_with_its_row(name: str) -> None:
    message = refusal(with_features, _set([(0.0, 0.0), (1e308, 2.0)]), [name])
    assert message.startswith(f"features: {name} of x1 = 1e+308 and x2 = 2 in row 2 is too large")
