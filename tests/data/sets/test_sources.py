"""The bundled sets are those that were published, and load ready for use."""

import dataclasses

import numpy as np
import pytest
from sklearn import datasets as published

from lab.data.errors import DataError
from lab.data.recipe.choices import TASKS
from lab.data.sets.sources import SOURCES, load_source
from lab.data.subsets.scaling import SCALINGS, fit_scaling
from lab.paths import resources

_SHAPES = {
    "animals": ((10_000, 784), (28, 28), 255, 10),
    "cat-dog-horse": ((3_000, 784), (28, 28), 255, 3),
    "mnist5k": ((5_000, 784), (28, 28), 255, 10),
    "digits": ((1_797, 64), (8, 8), 16, 10),
    "iris": ((150, 4), None, None, 3),
    "wine": ((178, 13), None, None, 3),
    "breast-cancer": ((569, 30), None, None, 2),
    "diabetes": ((442, 10), None, None, 1),
}


def test_these_sets_are_bundled() -> None:
    assert set(SOURCES) == set(_SHAPES)


@pytest.mark.parametrize("name", _SHAPES)
def test_a_set_has_its_published_size(name: str) -> None:
    data = load_source(name)
    shape, image_shape, pixel_max, classes = _SHAPES[name]
    assert data.x.shape == shape
    assert (data.image_shape, data.pixel_max, data.classes) == (image_shape, pixel_max, classes)
    assert data.x.dtype == (np.float64 if image_shape is None else np.uint8)
    assert len(data.feature_names) == len(set(data.feature_names)) == shape[1]


@pytest.mark.parametrize("name", _SHAPES)
def test_the_table_and_the_dataset_agree_and_say_whose_it_is(name: str) -> None:
    source, data = SOURCES[name], load_source(name)
    assert (source.name, source.title) == (name, data.title) == (data.name, data.title)
    assert source.about.endswith(".")
    assert any(licence in source.licence for licence in ("MIT", "CC BY", "BSD-3"))
    described = (resources() / "datasets" / "README.md").read_text(encoding="utf-8")
    assert f"| `{name}` |" in described


@pytest.mark.parametrize("name", _SHAPES)
def test_the_table_knows_the_task_and_a_scaling_that_fits(name: str) -> None:
    source, data = SOURCES[name], load_source(name)
    assert source.task in TASKS
    assert source.task == ("numbers" if data.is_regression else "classes")
    assert source.scaling in SCALINGS
    scaled = fit_scaling(source.scaling, data.x, data.pixel_max).apply(data.x, "float32")
    assert np.abs(scaled).max() < 15  # the raw areas of breast-cancer reach 4,254


@pytest.mark.parametrize("name", ["animals", "mnist5k", "digits"])
def test_images_use_the_pixel_range_they_state(name: str) -> None:
    data = load_source(name)
    assert (data.x.min(), data.x.max()) == (0, data.pixel_max)


def test_a_set_is_read_once_and_cannot_be_written_to() -> None:
    data = load_source("digits")
    assert load_source("digits") is data
    for kept in (data.x, data.y):
        with pytest.raises(ValueError, match="read-only"):
            kept[0] = 0


def test_loading_anew_gives_equal_arrays_of_its_own() -> None:
    kept, anew = load_source("digits"), SOURCES["digits"].load()
    assert anew is not kept
    np.testing.assert_array_equal(anew.x, kept.x)


def test_digits_have_the_class_counts_that_uci_publishes_for_the_test_part() -> None:
    counts = np.bincount(load_source("digits").y)
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_iris_has_the_statistics_that_are_published_with_it() -> None:
    data = load_source("iris")
    assert data.class_names == ("setosa", "versicolor", "virginica")
    assert np.bincount(data.y).tolist() == [50, 50, 50]
    np.testing.assert_allclose(data.x.min(axis=0), [4.3, 2.0, 1.0, 0.1])
    np.testing.assert_allclose(data.x.max(axis=0), [7.9, 4.4, 6.9, 2.5])
    np.testing.assert_allclose(data.x.mean(axis=0), [5.84, 3.06, 3.76, 1.20], atol=0.005)
    np.testing.assert_allclose(data.x.std(axis=0, ddof=1), [0.83, 0.44, 1.76, 0.76], atol=0.006)
    correlation = [np.corrcoef(column, data.y)[0, 1] for column in data.x.T]
    np.testing.assert_allclose(correlation, [0.7826, -0.4267, 0.9490, 0.9565], atol=0.0001)


def test_wine_is_the_table_of_scikit_learn_with_its_classes_in_the_same_order() -> None:
    data, there = load_source("wine"), published.load_wine()
    np.testing.assert_array_equal(data.x, there.data)
    np.testing.assert_array_equal(data.y, there.target)
    assert data.class_names == ("cultivar 1", "cultivar 2", "cultivar 3")
    assert np.bincount(data.y).tolist() == [59, 71, 48]
    names = [name.replace("colour", "color").replace(" ", "_").lower() for name in data.feature_names]
    assert names == there.feature_names


def test_breast_cancer_is_the_table_of_scikit_learn_with_malignant_as_class_1() -> None:
    data, there = load_source("breast-cancer"), published.load_breast_cancer()
    np.testing.assert_array_equal(data.x, there.data)
    assert [data.class_names[label] for label in data.y] == there.target_names[there.target].tolist()
    assert data.class_names == ("benign", "malignant")
    assert np.bincount(data.y).tolist() == [357, 212]
    assert list(data.feature_names) == there.feature_names.tolist()


def test_diabetes_is_the_unscaled_table_of_scikit_learn_with_one_number_to_predict() -> None:
    data, there = load_source("diabetes"), published.load_diabetes(scaled=False)
    np.testing.assert_array_equal(data.x, there.data)
    np.testing.assert_array_equal(data.y, there.target[:, None])
    assert data.y.dtype == np.float64
    assert (data.class_names, data.target_names) == ((), ("progression",))
    assert (data.y.min(), data.y.max()) == (25, 346)


@pytest.mark.parametrize(("name", "each"), [("animals", 1000), ("mnist5k", 500)])
def test_the_large_image_sets_have_equal_classes(name: str, each: int) -> None:
    assert np.bincount(load_source(name).y).tolist() == [each] * 10


def test_cat_dog_horse_are_the_classes_2_4_and_7_of_the_animals_in_that_order() -> None:
    animals, three = load_source("animals"), load_source("cat-dog-horse")
    assert three.class_names == ("cat", "dog", "horse") == tuple(animals.class_names[i] for i in (2, 4, 7))
    for number, label in enumerate((2, 4, 7)):
        np.testing.assert_array_equal(three.x[three.y == number], animals.x[animals.y == label])


def test_an_unknown_set_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(DataError) as caught:
        load_source("digit")
    assert str(caught.value).startswith("The data source 'digit' is not one of cat-dog-horse, animals,")
    assert str(caught.value).endswith("did you mean digits?")


def test_a_bundled_file_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.data.sets.sources.read_idx", lambda path: np.zeros((3, 4, 4), np.uint8))
    with pytest.raises(DataError, match=r"images \(3, 4, 4\) and labels \(3, 4, 4\) .* do not belong together"):
        SOURCES["mnist5k"].load()


def test_a_source_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SOURCES["iris"].title = "Roses"  # type: ignore[misc]
