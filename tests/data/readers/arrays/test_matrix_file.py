"""A matrix from a file: .npy and .csv, held against the shape that it must have, and refused with its place."""

from pathlib import Path

import numpy as np
import pytest

from lab.data.errors import DataError
from lab.data.readers.arrays.matrix_file import matrix_shape, read_matrix


def _csv(folder: Path, text: str) -> Path:
    path = folder / "m.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "i2", "u1", "<f2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_npy_of_any_number_type_and_order(tmp_path: Path, dtype: str, order: str) -> None:
    values = np.arange(6).reshape(2, 3).astype(dtype, order=order)
    np.save(tmp_path / "m.npy", values)
    found = read_matrix(tmp_path / "m.npy", (2, 3))
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, np.arange(6).reshape(2, 3))
    assert matrix_shape(tmp_path / "m.npy") == (2, 3)


@pytest.mark.parametrize("text", ["1,2.5\n-3,4e2\n", "1;2.5\r\n-3;4e2", "\ufeff1\t2.5\n\n-3\t4e2\n\n"])
def test_csv_with_any_usual_separator(tmp_path: Path, text: str) -> None:
    path = _csv(tmp_path, text)
    assert read_matrix(path, (2, 2)).tolist() == [[1, 2.5], [-3, 400]]
    assert matrix_shape(path) == (2, 2)


@pytest.mark.parametrize("text", ["1,2,3\n", "1\n2\n3\n"])
def test_a_vector_may_lie_in_a_row_or_a_column(tmp_path: Path, text: str) -> None:
    assert read_matrix(_csv(tmp_path, text), (3,)).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,2\n3\n", "m.csv, line 2: 1 numbers found, 2 expected as in the first row."),
        ("1,2\n3,four\n", "m.csv, line 2, column 2: 'four' found, a number expected."),
        ("1,2\n3,\n", "m.csv, line 2, column 2: '' found, a number expected."),
        ("1,2\n3,nan\n", "m.csv, row 2, column 2: nan found, a finite number expected."),
        ("1,2,3\n", "m.csv holds an array of shape (1, 3); (2, 2) is expected here."),
        (" \n", "m.csv is empty; rows of numbers are expected."),
    ],
)
def test_what_is_wrong_in_a_csv_is_told_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        read_matrix(_csv(tmp_path, text), (2, 2))
    assert str(caught.value) == sentence


def test_a_file_that_declares_more_than_fits_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.npy"
    np.save(path, np.zeros((2, 2)))
    head = path.read_bytes()[:128].replace(b"(2, 2)", b"(9, 9)")
    path.write_bytes(head + b"\0" * 32)
    with pytest.raises(DataError, match=r"declares 648 bytes of values, but 32 follow"):
        read_matrix(path, (9, 9))


@pytest.mark.parametrize("values", [np.array(["a"]), np.array([1j]), np.array([True])])
def test_other_than_real_numbers_are_refused(tmp_path: Path, values: np.ndarray) -> None:
    np.save(tmp_path / "m.npy", values)
    with pytest.raises(DataError, match="integers or floats are expected"):
        read_matrix(tmp_path / "m.npy", (1,))


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", np.array([None]), allow_pickle=True)
    with pytest.raises(DataError, match="pickle"):
        read_matrix(tmp_path / "m.npy", (1,))
