"""What is written of a result is what is read of it, whatever names and numbers it holds."""

import math
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lab.data.arrays import Arrays
from lab.data.readers.read_result_files import read_result_folder, write_result
from lab.data.table import Column, ColumnKind, Table
from tests.effort import examples

# Also characters that no encoding has: a name from a disk may hold them.
NAMES = st.text(max_size=8)
DTYPES = st.sampled_from(["uint8", "int64", "float32", "float64", ">i2", "bool"])


@st.composite
def _columns(draw: st.DrawFn, name: str, rows: int) -> Column:
    kind: ColumnKind = draw(st.sampled_from(("number", "text", "date")))
    if kind == "number":
        return Column(name, kind, draw(hnp.arrays(np.float64, rows)))
    if kind == "date":
        return Column(name, kind, draw(hnp.arrays("datetime64[s]", rows)))
    categories = tuple(draw(st.lists(NAMES, unique=True, max_size=4)))
    codes = hnp.arrays(np.int32, rows, elements=st.integers(-1, len(categories) - 1))
    return Column(name, kind, draw(codes), categories)


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    rows = draw(st.integers(0, 5))
    names = draw(st.lists(NAMES, unique=True, max_size=4))
    columns = tuple(draw(_columns(name, rows)) for name in names)
    return Table(Path("pets.csv"), columns, draw(st.none() | st.integers(1, 9)))


@st.composite
def _arrays(draw: st.DrawFn) -> Arrays:
    rows = draw(st.integers(0, 5))
    shape = draw(st.none() | st.tuples(st.integers(1, 3), st.integers(1, 3)))
    width = draw(st.integers(0, 4)) if shape is None else math.prod(shape)
    return Arrays(
        Path("pets"),
        draw(hnp.arrays(draw(DTYPES), (rows, width))),
        draw(st.none() | hnp.arrays(np.int64, rows)),
        tuple(draw(st.lists(NAMES, max_size=3))),
        tuple(draw(st.lists(NAMES, min_size=width, max_size=width))),
        shape,
        draw(st.none() | st.integers(1, 65535)),
        row_files=tuple(draw(st.just([]) | st.lists(NAMES, min_size=rows, max_size=rows))),
    )


def _there_and_back(found: Table | Arrays) -> Table | Arrays:
    with TemporaryDirectory() as folder:
        write_result(found, Path(folder))
        assert {file.suffix for file in Path(folder).iterdir()} <= {".npy", ".json"}
        return read_result_folder(Path(folder))


@given(_tables())
@examples(100)
def test_a_table_comes_back_as_it_was(table: Table) -> None:
    back = _there_and_back(table)
    assert isinstance(back, Table)
    assert (back.path, back.first_line, back.names) == (table.path, table.first_line, table.names)
    for mine, its in zip(back.columns, table.columns, strict=True):
        assert (mine.kind, mine.categories) == (its.kind, its.categories)
        np.testing.assert_array_equal(mine.values, its.values)
        assert not mine.values.flags.writeable


@given(_arrays())
@examples(100)
def test_arrays_come_back_as_they_were(arrays: Arrays) -> None:
    back = _there_and_back(arrays)
    assert isinstance(back, Arrays)
    for field in ("path", "class_names", "feature_names", "image_shape", "pixel_max", "row_files"):
        assert getattr(back, field) == getattr(arrays, field)
    np.testing.assert_array_equal(back.x, arrays.x)
    assert back.x.dtype == arrays.x.dtype
    assert not back.x.flags.writeable
    assert (back.y is None) == (arrays.y is None)
    if back.y is not None:
        np.testing.assert_array_equal(back.y, arrays.y)


def test_mapped_arrays_come_back_in_memory(tmp_path: Path) -> None:
    file = tmp_path / "x.npy"
    np.save(file, np.arange(6.0).reshape(3, 2))
    mapped = np.load(file, mmap_mode="r")
    back = _there_and_back(Arrays(file, mapped, None, (), ("a", "b"), files=(file,)))
    assert isinstance(back, Arrays)
    assert back.files == ()
    assert not isinstance(back.x, np.memmap)
    assert back.x.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]


def test_objects_are_never_pickled(tmp_path: Path) -> None:
    arrays = Arrays(tmp_path, np.array([[{}]], dtype=object), None, (), ("a",))
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        write_result(arrays, tmp_path)


def test_a_folder_without_a_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_result_folder(tmp_path)
