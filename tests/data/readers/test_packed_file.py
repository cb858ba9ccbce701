"""A gzip file or a zip archive with one table reads like the table, and unpacks within limits."""

import gzip
import zipfile
from pathlib import Path

import pytest

from lab.data.readers import packed_file
from lab.data.readers.formats import ReadOptions, _read_packed, format_of
from lab.data.readers.packed_file import unpacked
from lab.data.table import Table
from tests.refusals import refusal

_TABLE = b"a,b,kind\n1,2,x\n2,3,y\n"
_PLAIN = ReadOptions()


def _read(path: Path) -> Table:
    found = _read_packed(path, _PLAIN, lambda _: None)
    assert isinstance(found, Table)
    return found


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["pets.csv.gz", "pets.tsv.gz", "pets.zip"])
def test_it_reads_like_the_file_inside(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("gz"):
        path.write_bytes(gzip.compress(_TABLE))
    else:
        _zip(path, {"pets": _TABLE})
    table = _read(path)
    assert format_of(path).name == "packed"
    assert (table.path, table.names, table.rows, table.first_line) == (path, ("a", "b", "kind"), 2, 2)


def test_only_one_file_may_be_in_it(tmp_path: Path) -> None:
    assert refusal(_read, _zip(tmp_path / "a.zip", {"x": _TABLE, "y": _TABLE})) == (
        "a.zip is an archive of 2 files ('x', 'y'); unpack it and choose one of them, or their folder."
    )
    assert refusal(_read, _zip(tmp_path / "b.zip", {})).startswith("b.zip")
    assert _read(_zip(tmp_path / "c.zip", {"data": _TABLE, "__MACOSX/data": b"junk"})).rows == 2


def test_what_is_packed_twice_or_damaged_is_refused(tmp_path: Path) -> None:
    twice, cut = tmp_path / "twice.gz", tmp_path / "cut.csv.gz"
    twice.write_bytes(gzip.compress(gzip.compress(_TABLE)))
    cut.write_bytes(gzip.compress(_TABLE * 100)[:-12])
    assert refusal(_read, twice).startswith("twice.gz holds Packed table, not a table")
    assert refusal(_read, cut).startswith("cut.csv.gz cannot be unpacked (")


def test_more_than_the_limit_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_file, "MOST_BYTES", 1000)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(bytes(1 << 22)))
    with pytest.raises(ValueError, match="unpacks to more than 1,000 bytes"), unpacked(path):
        pass
