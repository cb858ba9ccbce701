"""A dataset keeps its parts together and cannot be written to."""

from typing import Any

import numpy as np
import pytest

from lab.data.arrays import pixel_names
from lab.data.dataset import Dataset


def _dataset(**changes: Any) -> Dataset:
    parts: dict[str, Any] = {
        "name": "pets",
        "title": "Pets",
        "x": np.arange(6, dtype=np.float64).reshape(3, 2),
        "y": np.array([0, 1, 0]),
        "class_names": ("cat", "dog"),
        "feature_names": ("age", "weight"),
        "image_shape": None,
    }
    return Dataset(**{**parts, **changes})


def test_the_counts_are_those_of_the_arrays() -> None:
    data = _dataset()
    assert (data.examples, data.inputs, data.classes) == (3, 2, 2)
    assert data.pixel_max is None


def test_the_arrays_are_read_only_and_the_callers_stay_writable() -> None:
    x, y = np.zeros((3, 2)), np.array([0, 1, 0])
    data = _dataset(x=x, y=y)
    for kept in (data.x, data.y):
        with pytest.raises(ValueError, match="read-only"):
            kept[0] = 1
    x[0, 0], y[0] = 5.0, 1


def test_x_is_contiguous_whatever_it_was_made_from() -> None:
    data = _dataset(x=np.arange(12.0).reshape(2, 6).T[::2])
    assert data.x.flags.c_contiguous
    np.testing.assert_array_equal(data.x, [[0, 6], [2, 8], [4, 10]])


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"x": np.zeros(3)}, r"x \(3,\) and y \(3,\)"),
        ({"y": np.array([0, 1])}, r"x \(3, 2\) and y \(2,\)"),
        ({"feature_names": ("age",)}, "1 feature names for 2 columns"),
        ({"y": np.array([0, 1, 2])}, r"outside 0\.\.1"),
        ({"y": np.array([0, 1, -1])}, r"outside 0\.\.1"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        _dataset(**changes)


def test_pixels_are_named_by_row_and_column_in_row_order() -> None:
    names = pixel_names((2, 3))
    assert names == ("pixel 0,0", "pixel 0,1", "pixel 0,2", "pixel 1,0", "pixel 1,1", "pixel 1,2")
