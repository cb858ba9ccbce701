"""Axes of inputs: where rows lie on them, in the data's own units, and rows that are moved along them."""

from pathlib import Path

import numpy as np

from lab.data.dataset import Dataset
from lab.data.sets.features import with_features
from lab.data.sets.generators import generate
from lab.data.sets.sources import load_source
from lab.experiment.browse.browse import principal_directions
from lab.experiment.browse.input_axes import CategoryAxis, direction_axes, input_axes
from lab.experiment.datasets import load_dataset
from lab.experiment.forms.data_specs import DataSpec


def table(tmp_path: Path) -> Dataset:
    """A file with a number, a text of three values and a class."""
    lines = ["age,pet,kind", *(f"{20 + n},{['cat', 'dog', 'owl'][n % 3]},{'ab'[n % 2]}" for n in range(12))]
    (tmp_path / "pets.csv").write_text("\n".join(lines))
    columns = {"pet": {"use": "one_hot"}}
    return load_dataset(
        DataSpec.model_validate({"path": str(tmp_path / "pets.csv"), "target": "kind", "columns": columns})
    )


def test_a_category_is_one_axis_with_a_name_for_each_place(tmp_path: Path) -> None:
    dataset = table(tmp_path)
    age, pet = input_axes(dataset, ())
    assert (age.name, pet.name, pet.names) == ("age", "pet", ("cat", "dog", "owl"))
    assert isinstance(pet, CategoryAxis)
    np.testing.assert_array_equal(pet.places(dataset.x), np.arange(12) % 3)
    assert pet.span(dataset.x) == (-0.5, 2.5)
    np.testing.assert_array_equal(pet.grid((-0.5, 2.5), 40), [0, 1, 2])
    x = np.array(dataset.x[:3])
    pet.move(x, np.array([2.0, 2.0, 0.0]))
    np.testing.assert_array_equal(x[:, 1:], [[0, 0, 1], [0, 0, 1], [1, 0, 0]])
    np.testing.assert_array_equal(x[:, 0], dataset.x[:3, 0])
    assert np.isnan(pet.places(np.zeros((1, 4))))  # a category that the file did not have


def test_a_number_keeps_its_unit(tmp_path: Path) -> None:
    dataset = table(tmp_path)
    age, _ = input_axes(dataset, ())
    low, high = age.span(dataset.x)
    np.testing.assert_allclose((low, high), (20 - 0.44, 31 + 0.44))
    middles = age.grid((0.0, 10.0), 5)
    np.testing.assert_allclose(middles, [1, 3, 5, 7, 9])


def test_features_that_follow_from_the_plane_are_no_axes() -> None:
    dataset = with_features(generate("moons", {}), ("x1^2", "x1*x2"))
    assert [axis.name for axis in input_axes(dataset, ("x1^2", "x1*x2"))] == ["x1", "x2"]


def test_a_row_that_is_moved_along_a_component_lies_where_it_was_moved_to() -> None:
    dataset = load_source("iris")
    axes = direction_axes(principal_directions(dataset.x, standardised=True))
    x = np.array(dataset.x[:4], np.float64)
    axes[0].move(x, np.array([1.0, -2.0, 0.0, 3.0]))
    kept = axes[1].places(x)
    np.testing.assert_allclose(axes[0].places(x), [1.0, -2.0, 0.0, 3.0], atol=1e-9)
    np.testing.assert_allclose(kept, axes[1].places(dataset.x[:4]), atol=1e-9)  # they are at right angles
