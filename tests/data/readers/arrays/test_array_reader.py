"""NumPy's files become a set: inputs that stay on disk, and labels found by the name of their file or array."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris

from lab.data.arrays import Arrays
from lab.data.readers.arrays.array_reader import read_npy, read_npz
from tests.refusals import refusal

# The iris table as NumPy saved it (R. A. Fisher, UCI, CC BY 4.0), and 120 of the bundled digits.
_FILES = Path(__file__).parents[2] / "files"
_X = np.arange(20.0).reshape(5, 4)
_Y = np.array([0, 1, 2, 1, 0])


def _read(path: Path) -> object:
    return (read_npz if path.suffix == ".npz" else read_npy)(path)


def _archive(folder: Path, **members: Any) -> Path:
    np.savez(folder / "set.npz", **members)
    return folder / "set.npz"


@pytest.mark.parametrize("name", ["npy_iris_x.npy", "npy_iris_y.npy"])
def test_iris_is_read_whichever_of_its_files_is_named(name: str) -> None:
    found, iris = read_npy(_FILES / name), load_iris()
    np.testing.assert_array_equal(found.x, iris.data.astype(np.float32))
    np.testing.assert_array_equal(found.y, iris.target)
    assert found.class_names == tuple(iris.target_names.tolist())
    assert found.path == _FILES / name
    assert found.files == (_FILES / "npy_iris_x.npy",)


def test_the_inputs_stay_on_disk(tmp_path: Path) -> None:
    np.save(tmp_path / "images.npy", np.zeros((5, 2, 3), np.uint8))
    np.save(tmp_path / "labels.npy", _Y)
    found = read_npy(tmp_path / "labels.npy")
    assert found.files == (tmp_path / "images.npy",)
    assert not found.x.flags.writeable
    with (tmp_path / "images.npy").open("r+b") as stream:
        stream.seek(-1, io.SEEK_END)
        stream.write(b"\7")
    assert found.x[4, 5] == 7


def test_without_a_partner_any_column_may_be_the_target(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", _X)
    found = read_npy(tmp_path / "x.npy")
    assert found.y is None
    assert found.class_names == ()
    assert found.feature_names == ("column 1", "column 2", "column 3", "column 4")


def test_labels_alone_are_no_set(tmp_path: Path) -> None:
    np.save(tmp_path / "y.npy", _Y)
    assert refusal(_read, tmp_path / "y.npy").startswith("y.npy has the shape (5,); a set needs rows (N, n) or images")


def test_a_faulty_partner_is_named(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", _X)
    np.save(tmp_path / "y.npy", _Y[:4])
    assert refusal(_read, tmp_path / "x.npy").startswith("x.npy has 5 rows, but y.npy has 4 labels")
    (tmp_path / "y.npy").write_bytes(b"hello, this is text")
    assert refusal(_read, tmp_path / "x.npy").startswith("y.npy starts with the bytes '68 65")


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    assert "does not exist" in refusal(_read, tmp_path / "X.npy")
    assert "does not exist" in refusal(_read, tmp_path / "set.npz")


def test_the_parts_of_an_archive_are_joined() -> None:
    found = read_npz(_FILES / "npz_digits.npz")
    with np.load(_FILES / "npz_digits.npz", allow_pickle=False) as archive:
        joined = np.concatenate([archive["x_train"], archive["x_test"]])
        labels = np.concatenate([archive["y_train"], archive["y_test"]])
    np.testing.assert_array_equal(found.x, joined.reshape(120, 64))
    np.testing.assert_array_equal(found.y, labels)
    assert found.image_shape == (8, 8)
    assert found.class_names == tuple("0123456789")
    assert found.files == ()


@pytest.mark.parametrize(
    "names",
    [("x", "y"), ("X", "y"), ("images", "labels"), ("data", "target"), ("arr_0", "arr_1"), ("X_Train", "y_Train")],
)
def test_inputs_and_labels_are_found_by_their_names(tmp_path: Path, names: tuple[str, str]) -> None:
    found = read_npz(_archive(tmp_path, **{names[1]: _Y, names[0]: _X}))
    np.testing.assert_array_equal(found.x, _X)
    np.testing.assert_array_equal(found.y, _Y)


def test_parts_are_joined_in_one_order_however_they_are_stored(tmp_path: Path) -> None:
    parts = {"test": 3, "val": 2, "train": 1}
    members: dict[str, Any] = {f"{part}_labels": np.full(2, number) for part, number in parts.items()}
    members |= {f"{part}_images": np.full((2, 3, 3), number, np.uint8) for part, number in parts.items()}
    found = read_npz(_archive(tmp_path, **members))
    assert found.y is not None
    assert found.x[:, 0].tolist() == [1, 1, 2, 2, 3, 3]
    assert found.y.tolist() == [0, 0, 1, 1, 2, 2]


def test_a_whole_set_goes_before_its_parts(tmp_path: Path) -> None:
    members = {"x_train": _X[:2], "y_train": _Y[:2], "x": _X, "y": _Y}
    assert len(read_npz(_archive(tmp_path, **members)).x) == 5


def test_a_single_array_is_a_set_without_labels(tmp_path: Path) -> None:
    found: Arrays = read_npz(_archive(tmp_path, table=_X))
    assert found.y is None
    np.testing.assert_array_equal(found.x, _X)


def test_an_archive_without_a_set_lists_its_arrays(tmp_path: Path) -> None:
    complaint = refusal(_read, _archive(tmp_path, weights=_X, bias=_Y))
    assert complaint.startswith("set.npz has no arrays named as inputs and labels")
    assert complaint.endswith("its arrays are weights, bias.")
    assert refusal(_read, _archive(tmp_path)).endswith("its arrays are none.")


def test_parts_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    members = {"x_train": _X, "y_train": _Y, "x_test": _X[:, :3], "y_test": _Y}
    complaint = refusal(_read, _archive(tmp_path, **members))
    assert complaint.startswith(
        "set.npz, array 'x_test' holds float64 of the shape (5, 3), and x_train float64 of (5, 4)"
    )


def test_arrays_for_training_and_testing_in_one_archive_stay_the_split(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    x, y = np.arange(24.0).reshape(12, 2), np.arange(12) % 2
    np.savez(path, x_test=x[8:], y_test=y[8:], x_train=x[:8], y_train=y[:8])
    found = read_npz(path)
    assert found.parts is not None
    assert found.parts.tolist() == [0] * 8 + [2] * 4
    np.testing.assert_array_equal(found.x, x)
    assert found.notes == ("Its arrays are kept as the split: 8 in 'x_train', 4 in 'x_test'.",)


def test_an_archive_with_one_part_has_no_split(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    np.savez(path, x_train=np.eye(4), y_train=np.arange(4) % 2)
    assert read_npz(path).parts is None
