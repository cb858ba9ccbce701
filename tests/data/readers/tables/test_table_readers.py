"""Every reader of tables gives the same table of the same content, and a Table or one sentence of any bytes."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.errors import DataError
from lab.data.readers.tables.delimited import read_delimited
from lab.data.readers.tables.excel_reader import read_excel
from lab.data.readers.tables.parquet_reader import read_parquet
from lab.data.table import Table
from tests.effort import examples

Read = Callable[[Path], Table]

_FILES = Path(__file__).parents[2] / "files"
_READERS: dict[str, Read] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".xlsx": read_excel,
    ".xls": read_excel,
    ".ods": read_excel,
    ".parquet": read_parquet,
}
# Animals made up for these tests; the files differ in how they are written, not in what they say.
_NAMES = ("name", "kind", "weight", "born", "tame")
_FIRST_LINES = {"animals_semicolon.csv": 3, "animals_no_header.csv": 1, "animals.parquet": None}
_MUTABLE = sorted(path.name for path in _FILES.glob("animals*") if path.suffix in (".csv", ".tsv", ".parquet"))
_PARTS = [
    ("animals.xlsx", "xl/worksheets/sheet2.xml"),
    ("animals.xlsx", "xl/workbook.xml"),
    ("animals.xlsx", "xl/sharedStrings.xml"),
    ("animals.xlsx", "xl/styles.xml"),
    ("animals.ods", "content.xml"),
    ("animals.ods", "META-INF/manifest.xml"),
]
_FUZZ = examples(100)
_SPLICES = st.binary(min_size=1, max_size=4) | st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b";", b"inf", b"\xff"])


@st.composite
def _mutations(draw: st.DrawFn, content: bytes) -> bytes:
    """Return the content with some bits flipped, and some bytes cut, put in or repeated."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        stop = min(len(data), start + draw(st.sampled_from([1, 2, 8, 64])))
        kind = draw(st.sampled_from(["flip", "cut", "insert", "repeat", "end"]))
        if kind == "flip" and start < len(data):
            data[start] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del data[start:stop]
        elif kind == "insert":
            data[start:start] = draw(_SPLICES)
        elif kind == "repeat":
            data[start:start] = data[start:stop]
        elif kind == "end":
            del data[start:]
    return bytes(data)


def _table_or_sentence(read: Read, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        table = read(path)
    except DataError as error:
        sentence = str(error)
        assert path.name in sentence
        assert "\n" not in sentence
    else:
        assert table.rows >= 1
        assert all(np.isfinite(one.values[~one.gaps]).all() for one in table.columns if one.kind == "number")


@pytest.mark.parametrize("name", sorted(path.name for path in _FILES.glob("animals*")))
def test_one_table_comes_of_every_file(name: str) -> None:
    table = _READERS[Path(name).suffix](_FILES / name)
    headless = name == "animals_no_header.csv"
    assert table.names == (tuple(f"column {number}" for number in range(1, 6)) if headless else _NAMES)
    assert [column.kind for column in table.columns] == ["text", "text", "number", "date", "text"]
    names, kinds, weights, born, tame = table.columns
    assert names.categories == ("Löwe", "Mieze, klein", '"Rex"', "Ångström", "Bella", "Señor")
    assert [kinds.categories[code] for code in kinds.values] == ["cat", "cat", "dog", "horse", "dog", "cat"]
    np.testing.assert_array_equal(weights.values, [190.5, 3.25, np.nan, 512, 27.75, 4.5])
    days = ["2019-03-31", "2021-11-02", "2020-02-29", "NaT", "2018-12-24", "2022-01-13"]
    np.testing.assert_array_equal(born.values, np.array(days, "datetime64[s]"))
    assert [tame.categories[code] for code in tame.values] == ["false", "true", "true", "true", "true", "false"]
    assert table.first_line == _FIRST_LINES.get(name, 2)


@pytest.mark.parametrize("name", ["animals.csv", "animals.xlsx", "animals.parquet"])
def test_progress_rises_from_none_to_all(name: str) -> None:
    shares: list[float] = []
    reader = {".csv": read_delimited, ".parquet": read_parquet}.get(Path(name).suffix)
    if reader is None:
        read_excel(_FILES / name, None, shares.append)
    else:
        reader(_FILES / name, shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)


@_FUZZ
@given(name=st.sampled_from(_MUTABLE), data=st.data())
def test_a_damaged_file_is_a_table_or_a_sentence(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = data.draw(_mutations((_FILES / name).read_bytes()))
    _table_or_sentence(_READERS[Path(name).suffix], tmp_path / name, content)


@_FUZZ
@given(name=st.sampled_from(["animals.xlsx", "animals.ods"]), data=st.data())
def test_a_damaged_workbook_is_a_table_or_a_sentence(tmp_path: Path, name: str, data: st.DataObject) -> None:
    _table_or_sentence(read_excel, tmp_path / name, data.draw(_mutations((_FILES / name).read_bytes())))


@_FUZZ
@given(part=st.sampled_from(_PARTS), data=st.data())
def test_a_workbook_damaged_inside_is_a_table_or_a_sentence(
    tmp_path: Path, part: tuple[str, str], data: st.DataObject
) -> None:
    name, inside = part
    packed = io.BytesIO()
    with zipfile.ZipFile(_FILES / name) as whole, zipfile.ZipFile(packed, "w") as damaged:
        for entry in whole.namelist():
            content = whole.read(entry)
            damaged.writestr(entry, data.draw(_mutations(content)) if entry == inside else content)
    _table_or_sentence(read_excel, tmp_path / name, packed.getvalue())


@_FUZZ
@given(content=st.binary(max_size=80) | st.text('0123456789,;"\n\t .-ae|\r', max_size=80).map(str.encode))
@pytest.mark.parametrize("read", [read_delimited, read_excel, read_parquet])
def test_any_bytes_are_a_table_or_a_sentence(tmp_path: Path, read: Read, content: bytes) -> None:
    _table_or_sentence(read, tmp_path / "bytes", content)


@pytest.mark.parametrize("read", [read_delimited, read_excel, read_parquet])
def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path, read: Read) -> None:
    with pytest.raises(DataError, match="does not exist; check the name"):
        read(tmp_path / "gone")
