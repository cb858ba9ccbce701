"""Arrays become a dataset with their own labels or one of their columns as the target."""

from pathlib import Path

import numpy as np
import pytest

from lab.data import arrays_dataset
from lab.data.arrays_dataset import dataset_of_arrays
from lab.data.errors import DataError
from lab.data.readers.arrays.array_reader import read_npy

_TABLE = np.column_stack([np.arange(6) % 2, np.arange(6) % 3, np.arange(6) + 0.5]).astype(np.float64)
_NAMES = ("column 1", "column 2", "column 3")


def _saved(folder: Path) -> Path:
    np.save(folder / "table.npy", _TABLE)
    return folder / "table.npy"


@pytest.mark.parametrize("column", [0, 1])
def test_a_target_beside_few_numbers_lets_the_file_go(tmp_path: Path, column: int) -> None:
    data = dataset_of_arrays(read_npy(_saved(tmp_path)), _NAMES[column], "classes")
    assert data.watch is None
    np.testing.assert_array_equal(data.x, np.delete(_TABLE, column, axis=1))
    np.testing.assert_array_equal(data.y, _TABLE[:, column])
    assert data.feature_names == _NAMES[:column] + _NAMES[column + 1 :]


@pytest.mark.parametrize(("column", "task"), [(0, "classes"), (2, "numbers")])
def test_beside_many_numbers_x_stays_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: int, task: str
) -> None:
    monkeypatch.setattr(arrays_dataset, "_COPIED", _TABLE.nbytes - 1)
    file = _saved(tmp_path)
    data = dataset_of_arrays(read_npy(file), _NAMES[column], task)
    assert data.watch is not None
    assert data.watch.files == (file,)
    np.testing.assert_array_equal(data.x, np.delete(_TABLE, column, axis=1))


def test_a_target_in_the_middle_of_many_numbers_is_refused_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays_dataset, "_COPIED", _TABLE.nbytes - 1)
    with pytest.raises(DataError, match=r"^table\.npy, column 'column 2': a target inside an array of 144 bytes"):
        dataset_of_arrays(read_npy(_saved(tmp_path)), "column 2", "classes")


def test_a_file_that_changed_since_it_was_read_is_not_read_again(tmp_path: Path) -> None:
    file = _saved(tmp_path)
    found = read_npy(file)
    with file.open("ab") as stream:
        stream.write(b"more")
    with pytest.raises(DataError, match=r"^table\.npy changed while it was in use"):
        dataset_of_arrays(found, None, "numbers")
