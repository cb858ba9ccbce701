"""What the points of a set can be drawn by, and where its rows lie."""

import numpy as np
import pytest

from lab.data.dataset import Dataset
from lab.data.sets.sources import load_source
from lab.experiment.browse.browse_axes import BrowseAxes


def numbers(inputs: int, rows: int = 20) -> Dataset:
    """Return a set whose target is twice its first column."""
    x = np.random.default_rng(0).standard_normal((rows, inputs))
    names = tuple(f"in {place}" for place in range(inputs))
    return Dataset("made", "Made", x, 2 * x[:, :1], (), names, None, target_names=("out",))


def test_a_table_can_be_drawn_by_its_components_and_its_columns() -> None:
    axes = BrowseAxes(load_source("iris"))
    assert axes.names[:3] == ["Principal component 1", "Principal component 2", "sepal length (cm)"]
    assert axes.first == (0, 1)
    assert [axes.is_mixed(axis) for axis in range(4)] == [True, True, False, False]
    assert axes.title(2) == "sepal length (cm)"


def test_the_title_of_a_component_has_the_published_share_of_iris() -> None:
    """Standardised, the first two components of Fisher's iris have 73.0 % and 22.9 % of the variance."""
    axes = BrowseAxes(load_source("iris"))
    assert axes.title(0) == "Principal component 1 (73 % of the variance)"
    assert axes.title(1) == "Principal component 2 (23 % of the variance)"


def test_two_columns_need_no_components() -> None:
    axes = BrowseAxes(numbers(2))
    assert axes.names == ["in 0", "in 1", "out (target)"]
    assert axes.first == (0, 1)


def test_one_column_is_drawn_against_its_target() -> None:
    dataset = numbers(1)
    axes = BrowseAxes(dataset)
    across, up = axes.first
    cloud = axes.cloud(np.arange(20), across, up)
    np.testing.assert_array_equal(cloud.y, 2 * cloud.x)
    np.testing.assert_array_equal(cloud.x, dataset.x[cloud.rows, 0])


def test_a_column_s_places_are_its_values() -> None:
    dataset = load_source("iris")
    rows = np.array([7, 3, 140])
    np.testing.assert_array_equal(BrowseAxes(dataset).values(4, rows), dataset.x[rows, 2])


def test_rows_with_a_gap_are_left_out_and_counted() -> None:
    x = np.arange(12.0).reshape(6, 2)
    x[[1, 4], [0, 1]] = np.nan
    dataset = Dataset("made", "Made", x, np.array([0, 1] * 3), ("a", "b"), ("p", "q"), None)
    cloud = BrowseAxes(dataset).cloud(np.arange(6), 0, 1)
    assert sorted(cloud.rows.tolist()) == [0, 2, 3, 5]
    assert (cloud.sampled, cloud.total, cloud.gaps) == (6, 6, 2)


def test_at_most_five_thousand_rows_are_drawn() -> None:
    cloud = BrowseAxes(numbers(2, 6000)).cloud(np.arange(6000), 0, 1)
    assert len(cloud.rows) == len(np.unique(cloud.rows)) == cloud.sampled == 5000
    assert cloud.total == 6000


@pytest.mark.parametrize("name", ["cat-dog-horse", "digits"])
def test_pixels_are_not_standardised(name: str) -> None:
    axes = BrowseAxes(load_source(name))
    assert (axes.directions().scales == 1).all()
