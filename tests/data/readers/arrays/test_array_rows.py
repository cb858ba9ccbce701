"""Arrays of inputs become rows without a copy, or are refused in a sentence that names them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.data.arrays import Arrays
from lab.data.readers.arrays import array_rows
from lab.data.readers.arrays.array_rows import Named, assemble
from tests.refusals import refusal

_PATH = Path(__file__)  # any file that is there


def _rows(values: NDArray[Any], labels: NDArray[Any] | None = None) -> Arrays:
    targets = None if labels is None else Named(labels, "y.npy")
    return assemble(_PATH, Named(values, "x.npy"), targets, (_PATH,))


@pytest.mark.parametrize("shape", [(5, 4, 3), (5, 4, 3, 3), (5, 4, 3, 1)])
@pytest.mark.parametrize("dtype", [np.uint8, np.bool_])
def test_bytes_and_truth_values_of_three_dimensions_are_images_and_stay_where_they_are(
    shape: tuple[int, ...], dtype: type[np.generic]
) -> None:
    values = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
    found = _rows(values)
    np.testing.assert_array_equal(found.x, values.reshape(5, -1))
    assert found.x.dtype == np.uint8
    assert np.shares_memory(found.x, values)
    assert found.files == (_PATH,)
    assert found.image_shape == ((4, 3, 3) if shape[3:] == (3,) else (4, 3))
    assert found.pixel_max == (255 if dtype is np.uint8 else 1)
    assert found.feature_names[1] == ("pixel 0,0 green" if shape[3:] == (3,) else "pixel 0,1")


@pytest.mark.parametrize(
    ("shape", "dtype"), [((4, 6), "u1"), ((4, 6), "f2"), ((4, 2, 3), "f4"), ((4, 2, 3), "i8"), ((4, 3, 2, 1), "f8")]
)
def test_other_arrays_are_rows_and_stay_where_they_are(shape: tuple[int, ...], dtype: str) -> None:
    values = np.arange(24).reshape(shape).astype(dtype)
    found = _rows(values)
    np.testing.assert_array_equal(found.x, np.arange(24).reshape(4, 6))
    assert found.x.dtype == values.dtype
    assert np.shares_memory(found.x, values)
    assert (found.image_shape, found.pixel_max, found.y) == (None, None, None)
    assert found.feature_names == tuple(f"column {number}" for number in range(1, 7))


@pytest.mark.parametrize("turn", [np.asfortranarray, lambda x: x.astype(">f8"), lambda x: x.astype(np.longdouble)])
def test_a_foreign_order_is_turned_in_memory_and_the_file_is_let_go(turn: Any) -> None:
    values = np.arange(12.0).reshape(4, 3)
    found = _rows(turn(values))
    np.testing.assert_array_equal(found.x, values)
    assert found.x.dtype == np.float64
    assert found.x.dtype.isnative
    assert found.x.flags.c_contiguous
    assert found.files == ()


def test_a_foreign_order_that_is_too_large_to_turn_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_rows, "LARGE", 100)
    complaint = refusal(_rows, np.asfortranarray(np.zeros((5, 4))))
    assert "x.npy is stored column by column" in complaint
    assert "np.ascontiguousarray(x, 'float64')" in complaint


def test_truth_values_in_rows_are_numbers() -> None:
    found = _rows(np.array([[True, False], [False, True]]))
    assert found.x.dtype == np.float32
    assert found.x.tolist() == [[1, 0], [0, 1]]
    assert found.files == ()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("shape", [(600, 2000), (600, 40, 50)])
def test_a_number_that_is_not_finite_is_named(wrong: float, shape: tuple[int, ...]) -> None:
    values = np.zeros(shape, np.float32)
    values.reshape(600, -1)[580, 1234] = wrong
    assert refusal(_rows, values).startswith(
        f"x.npy, row 581, column 1,235: found {np.float32(wrong)}; inputs are finite"
    )


def test_labels_of_another_number_are_refused_with_both_names() -> None:
    complaint = refusal(_rows, np.zeros((3, 2)), np.zeros(4, np.int8))
    assert complaint == "x.npy has 3 rows, but y.npy has 4 labels; choose two that belong together."


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (np.zeros(150), "x.npy has the shape (150,); a set needs rows (N, n) or images"),
        (np.zeros(()), "x.npy has the shape (); a set needs rows"),
        (np.zeros((1, 1, 1, 1, 1)), "x.npy has the shape (1, 1, 1, 1, 1); a set needs rows"),
        (np.zeros((2, 3, 8, 8), np.uint8), "x.npy has the shape (2, 3, 8, 8); images are (N, height, width) or"),
        (np.zeros((2, 2), complex), "x.npy holds 'complex128' values; inputs are real numbers"),
        (np.array([["a"]]), "x.npy holds '<U1' values; inputs are real numbers"),
        (np.zeros((2, 2), "m8[s]"), "x.npy holds 'timedelta64[s]' values; inputs are real numbers"),
        (np.zeros((1, 2**18 + 1), np.uint8), "x.npy has 262,145 numbers in a row; at most 262,144 inputs"),
        (np.full((1, 2, 2), 2, np.uint8).view(np.bool_), "x.npy holds truth values other than 0 and 1"),
    ],
)
def test_what_is_no_set_of_rows_is_refused(values: NDArray[Any], found: str) -> None:
    assert refusal(_rows, values).startswith(found)
