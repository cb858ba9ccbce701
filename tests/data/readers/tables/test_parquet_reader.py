"""Parquet columns keep their kind, and what no table holds is refused from the file's own description."""

import datetime as dt
import decimal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lab.data.readers.tables import parquet_reader
from lab.data.readers.tables.parquet_reader import read_parquet
from lab.data.table import Column
from tests.refusals import refusal

Save = Callable[..., Path]

_DAY = np.datetime64("2020-01-02", "s")
_GAP = np.datetime64("NaT", "s")


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Return a function that writes a table to pets.parquet and returns its path."""

    def save_table(table: pa.Table, **options: Any) -> Path:
        pq.write_table(table, tmp_path / "pets.parquet", **options)
        return tmp_path / "pets.parquet"

    return save_table


def _texts(column: Column) -> list[str | None]:
    return [None if code < 0 else column.categories[code] for code in column.values]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([1, None, 3]), [1, np.nan, 3]),
        (pa.array([1, 2, 2**64 - 1], pa.uint64()), [1, 2, 2.0**64]),
        (pa.array([0.1, None, -3], pa.float32()), [np.float32(0.1), np.nan, -3]),
        (pa.array(np.array([1, 2, 3], np.float16)), [1, 2, 3]),
        (pa.array([decimal.Decimal("1.25"), None, decimal.Decimal(3)]), [1.25, np.nan, 3]),
        (pa.array([5, None, 5]).dictionary_encode(), [5, np.nan, 5]),
        (pa.nulls(3), [np.nan] * 3),
        (pa.array([dt.time(1, 2, 3), None, dt.time(0, 0, 0, 500_000)]), [3723, np.nan, 0.5]),
        (pa.array([dt.timedelta(days=1), None, dt.timedelta(0)]), [86400, np.nan, 0]),
        (pa.array([dt.date(2020, 1, 2), None, dt.date(2020, 1, 2)]), [_DAY, _GAP, _DAY]),
        (pa.array([dt.datetime(2020, 1, 2)] * 3, pa.timestamp("ns")), [_DAY] * 3),
        (pa.array([dt.datetime(2020, 1, 2)] * 3, pa.timestamp("us", "Europe/Berlin")), [_DAY] * 3),
        (pa.array([dt.date(1, 1, 1)] * 3), [np.datetime64("0001-01-01", "s")] * 3),
    ],
)
def test_numbers_and_dates_are_read(save: Save, values: pa.Array, expected: list[Any]) -> None:
    column = read_parquet(save(pa.table({"a": values}))).columns[0]
    assert column.kind == ("date" if isinstance(expected[0], np.datetime64) else "number")
    np.testing.assert_array_equal(column.values, np.array(expected))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array(["x", None, "x"]), ["x", None, "x"]),
        (pa.array(["x", "n/a", " y "], pa.large_string()), ["x", None, "y"]),
        (pa.array(["1", "2", "2020-01-02"]), ["1", "2", "2020-01-02"]),
        (pa.DictionaryArray.from_arrays([2, 0, None], ["a", "unused", "c"]), ["c", "a", None]),
        (pa.array([True, None, False]), ["true", None, "false"]),
        (pa.array([None, None, None], pa.string()), [None, None, None]),
    ],
)
def test_texts_stay_texts_in_the_order_of_their_first_rows(save: Save, values: pa.Array, expected: list[Any]) -> None:
    column = read_parquet(save(pa.table({"a": values}))).columns[0]
    assert column.kind == "text"
    assert _texts(column) == expected
    assert list(column.categories) == list(dict.fromkeys(text for text in expected if text is not None))


def test_a_file_in_many_parts_is_one_table(save: Save) -> None:
    rows = 1000
    table = pa.table({"a": range(rows), "b": [f"x{number % 7}" for number in range(rows)]})
    read = read_parquet(save(table, row_group_size=90))
    np.testing.assert_array_equal(read.column("a").values, np.arange(rows))
    assert _texts(read.column("b")) == table.column("b").to_pylist()
    assert read.first_line is None


def test_what_pandas_saved_is_read(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": [1.5, np.nan], "t": ["x", None], "d": pd.to_datetime(["2020-01-02", None])})
    frame.to_parquet(tmp_path / "pets.parquet")
    read = read_parquet(tmp_path / "pets.parquet")
    assert [column.kind for column in read.columns] == ["number", "text", "date"]
    assert [column.gaps.tolist() for column in read.columns] == [[False, True]] * 3


def test_a_long_text_of_many_rows_is_held_once(save: Save) -> None:
    text = "x" * 1_000_000
    shared = pa.DictionaryArray.from_arrays(np.zeros(5000, np.int32), [text])
    column = read_parquet(save(pa.table({"a": shared}))).columns[0]
    assert column.categories == (text,)
    # Written out for every row it would be 5 GB.
    assert (pa.default_memory_pool().max_memory() or 0) < 2_000_000_000


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array([{"x": 1}, {"x": 2}]), "struct<x: int64>"),
        (pa.array([[1], [2]]), "list<element: int64>"),
        (pa.array([b"1", b"2"]), "binary"),
    ],
)
def test_nested_and_binary_columns_are_refused(save: Save, values: pa.Array, kind: str) -> None:
    assert refusal(read_parquet, save(pa.table({"a": [1, 2], "b": values}))) == (
        f"pets.parquet, column 'b' holds '{kind}'; a table's columns hold numbers, texts, truth values or dates, so "
        "save it as such or leave it out."
    )


def test_twin_names_are_told_apart(save: Save) -> None:
    table = read_parquet(save(pa.Table.from_arrays([pa.array([1, 2]), pa.array([3, 4])], names=["a", "a"])))
    assert table.names == ("a", "a (2)")
    assert table.found.notes == ("pets.parquet: names stand there twice; the later columns are called 'a (2)'.",)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (pa.table({"a": pa.array([], pa.int64())}), "pets.parquet has a header but no rows"),
        (pa.table({f"a{number}": [1] for number in range(10_001)}), "pets.parquet has 10,001 columns; a table may"),
    ],
)
def test_what_is_no_table_is_refused(save: Save, table: pa.Table, complaint: str) -> None:
    assert refusal(read_parquet, save(table)).startswith(complaint)


def test_a_table_too_large_is_refused_by_its_description(save: Save) -> None:
    # A column of one value is a few bytes in the file: 300 million of them would be 2.4 GB.
    path = save(pa.table({"a": pa.array(np.zeros(1_000_000, np.int8))}))
    assert path.stat().st_size < 10_000
    assert read_parquet(path).rows == 1_000_000
    many = pa.table({f"a{number}": pa.array(np.zeros(100_000, np.int8)) for number in range(300)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet_reader, "MOST_BYTES", 240_000_000 - 1)
        assert refusal(read_parquet, save(many)) == (
            "pets.parquet has 100,000 rows of 300 columns, which would take 240,000,000 bytes; 239,999,999 are the "
            "most, so save fewer rows or columns."
        )


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1 nothing at all PAR1", b"a,b\n1,2\n"])
def test_what_is_no_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pets.parquet").write_bytes(content)
    assert refusal(read_parquet, tmp_path / "pets.parquet").startswith("pets.parquet cannot be read as Parquet (")


def test_a_missing_library_is_named_with_the_command_that_brings_it(
    save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(pa.table({"a": [1, 2]}))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert refusal(read_parquet, path) == (
        "pets.parquet is a Parquet file, for which pyarrow is missing; install it with pip install "
        '"delta-lab[parquet]", or save the table as CSV.'
    )
