"""Whatever is chosen is recognised and read, or refused in one sentence; what has not changed is not read twice."""

import gzip
import os
import shutil
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.arrays import Arrays
from lab.data.errors import Cancelled, DataError
from lab.data.readers import formats
from lab.data.readers.formats import FORMATS, ReadOptions, format_of, read_file
from lab.data.table import Table
from tests.effort import examples
from tests.refusals import refusal

FILES = Path(__file__).parents[1] / "files"
PHOTOS = FILES / "photos"
SMALL = ReadOptions(image_size=(4, 4))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Begin with nothing kept, and return a list that grows with each file that the libsvm reader is given."""
    seen: list[Path] = []
    libsvm = FORMATS["libsvm"]

    def read(path: Path, options: ReadOptions, on_progress: Callable[[float], None]) -> formats.ReadResult:
        seen.append(path)
        return libsvm.read(path, options, on_progress)

    monkeypatch.setitem(FORMATS, "libsvm", replace(libsvm, read=read))
    monkeypatch.setattr(formats, "_kept", type(formats._kept)())
    return seen


def _sparse(path: Path, value: float = 0.5) -> Path:
    path.write_text(f"1 1:{value}\n0 2:1\n")
    return path


def _write(path: Path, kind: str) -> Path:
    """Write a file that begins as its kind does, under a name that says nothing."""
    if kind in {"npy", "npz"}:
        with path.open("wb") as stream:
            (np.save if kind == "npy" else np.savez)(stream, np.zeros((2, 2)))
        return path
    if kind == "excel":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("[Content_Types].xml", "")
            archive.writestr("xl/workbook.xml", "")
        return path
    idx = b"\0\0\x08\x01\0\0\0\x02\x01\x02"
    contents = {
        "idx": idx,
        "parquet": b"PAR1\x15\x04",
        "libsvm": b"1 3:0.5\n",
        "json": b'[{"a": 1, "b": 2}]',
        "arff": b"@relation r\n@attribute a real\n@data\n1\n",
        "packed": gzip.compress(b"a,b\n1,2\n"),
        "delimited": "größe;art\n1,5;hund\n".encode("latin-1"),
    }
    path.write_bytes(contents[kind])
    return path


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "images"])
@pytest.mark.parametrize("name", ["data", "data.csv", "data.npz", "data.xlsx"])
def test_what_is_in_a_file_counts_more_than_its_name(tmp_path: Path, kind: str, name: str) -> None:
    assert format_of(_write(tmp_path / name, kind)).name == kind


def test_gzipped_idx_and_a_folder_are_recognised(tmp_path: Path) -> None:
    path = tmp_path / "labels"
    path.write_bytes(gzip.compress(b"\0\0\x08\x01\0\0\0\x02\x01\x02"))
    assert format_of(path).name == "idx"
    assert format_of(tmp_path).name == "images"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (f"data{suffix}", each.name)
        for each in FORMATS.values()
        for suffix in (*each.suffixes, *map(str.upper, each.suffixes))
    ],
)
def test_what_cannot_be_recognised_goes_by_its_name(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / name
    path.write_bytes(bytes(40))
    assert format_of(path).name == kind


def test_a_table_of_formats_is_named_as_its_formats() -> None:
    assert all(name == each.name and each.title and each.help for name, each in FORMATS.items())
    suffixes = [suffix for each in FORMATS.values() for suffix in each.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert {name for name, each in FORMATS.items() if each.in_child} == {
        "delimited", "excel", "parquet", "images", "json", "arff", "packed",
    }  # fmt: skip


def test_unknown_bytes_are_told_what_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(b"ID3\x04\0\0")
    sentence = refusal(read_file, path)
    assert sentence.startswith("song.mp3 holds bytes of an unknown kind")
    assert all(each.title in sentence for each in FORMATS.values())


def test_an_empty_file_and_a_single_image_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    assert refusal(read_file, path) == "empty.csv is empty; choose a file with data in it."
    assert "grey.png is a single image; choose the folder" in refusal(read_file, PHOTOS / "circle" / "grey.png")


def test_a_missing_file_a_device_and_a_name_the_system_refuses_are_told_apart(tmp_path: Path) -> None:
    gone = tmp_path / "gone.csv"
    assert refusal(read_file, gone) == f"{gone} does not exist; check the name, or choose the file again."
    assert "is a device or a pipe" in refusal(read_file, Path(os.devnull))
    assert "cannot be read (File name too long)" in refusal(read_file, tmp_path / ("x" * 5000))


def test_a_file_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,2\n")

    def refuse(*_: object) -> None:
        # chmod does not keep out an administrator, who may run the tests
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert (
        refusal(read_file, path)
        == f"{path} cannot be opened: you are not permitted to read it; change its permissions, or choose a copy."
    )


def test_each_kind_of_reader_is_reached(tmp_path: Path) -> None:
    photos = read_file(PHOTOS, SMALL)
    assert isinstance(photos, Arrays)
    assert photos.image_shape == (4, 4)
    np.savez(tmp_path / "set.npz", x=np.ones((4, 2)), y=np.array([0, 1, 0, 1]))
    archive = read_file(tmp_path / "set.npz")
    assert isinstance(archive, Arrays)
    assert archive.x.shape == (4, 2)
    table = tmp_path / "pets.csv"
    table.write_text("age,kind\n1,cat\n2,dog\n3,cat\n")
    found = read_file(table)
    assert isinstance(found, Table)
    assert found.names == ("age", "kind")


@pytest.mark.parametrize("file", sorted(file.name for file in FILES.iterdir()))
def test_every_sample_is_recognised_as_what_its_name_says_and_read(file: str) -> None:
    path = FILES / file
    named = [each.name for each in FORMATS.values() if file.endswith(each.suffixes or ("photos",))]
    assert format_of(path).name == named[0]
    found = read_file(path)
    assert (found.rows if isinstance(found, Table) else len(found.x)) > 1


def test_colour_reaches_the_child() -> None:
    found = read_file(PHOTOS, replace(SMALL, colour=True))
    assert isinstance(found, Arrays)
    assert found.image_shape == (4, 4, 3)


def test_an_unchanged_file_is_read_once(tmp_path: Path, reads: list[Path]) -> None:
    path = _sparse(tmp_path / "a")
    assert read_file(path) is read_file(path)
    assert reads == [path]


def test_a_changed_file_is_read_again(tmp_path: Path, reads: list[Path]) -> None:
    path = _sparse(tmp_path / "a", 0.25)
    first = read_file(path)
    os.utime(_sparse(path, 0.75), ns=(1, 1))
    second = read_file(path)
    assert isinstance(first, Arrays)
    assert isinstance(second, Arrays)
    assert (first.x[0, 0], second.x[0, 0]) == (0.25, 0.75)
    assert len(reads) == 2


def test_other_options_are_another_result(tmp_path: Path, reads: list[Path]) -> None:
    path = _sparse(tmp_path / "a")
    assert read_file(path) is not read_file(path, SMALL)
    assert len(reads) == 2


def test_the_last_two_results_are_kept(tmp_path: Path, reads: list[Path]) -> None:
    a, b, c = (_sparse(tmp_path / name) for name in "abc")
    for path in (a, b, a, c, a, b):
        read_file(path)
    assert reads == [a, b, c, b]


def test_an_image_that_is_added_changed_or_taken_away_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    shutil.copytree(PHOTOS, folder)

    def state() -> object:
        return formats._state(folder, FORMATS["images"])

    states = [state()]
    shutil.copy(folder / "circle" / "grey.png", folder / "circle" / "more.png")
    states.append(state())
    os.utime(folder / "circle" / "more.png", ns=(1, 1))
    states.append(state())
    (folder / "circle" / "more.png").write_bytes(b"")
    states.append(state())
    (folder / "circle" / "more.png").unlink()
    assert state() == states[0]
    assert len(set(states)) == 4


def test_labels_in_a_second_file_that_change_are_read_again(tmp_path: Path) -> None:
    np.save(tmp_path / "X.npy", np.arange(8.0).reshape(4, 2))
    np.save(tmp_path / "y.npy", np.array([0, 1, 0, 1]))
    first = read_file(tmp_path / "X.npy")
    assert read_file(tmp_path / "X.npy") is first
    np.save(tmp_path / "y.npy", np.array([1, 1, 0, 0]))
    os.utime(tmp_path / "y.npy", ns=(1, 1))
    second = read_file(tmp_path / "X.npy")
    assert isinstance(second, Arrays)
    assert second.y is not None
    assert second.y.tolist() == [1, 1, 0, 0]


def test_many_threads_get_whole_results(tmp_path: Path, reads: list[Path]) -> None:
    paths = [_sparse(tmp_path / str(number), number / 8) for number in range(5)]
    with ThreadPoolExecutor(8) as pool:
        for path, found in zip(paths * 20, pool.map(read_file, paths * 20), strict=True):
            assert isinstance(found, Arrays)
            assert found.x[0, 0] == int(path.name) / 8
    assert set(reads) == set(paths)


@pytest.mark.parametrize("kind", ["libsvm", "delimited", "npy"])
def test_who_cancels_gets_no_result(tmp_path: Path, kind: str) -> None:
    with pytest.raises(Cancelled):
        read_file(_write(tmp_path / "data", kind), cancelled=lambda: True)


@given(
    content=st.binary(max_size=300),
    magic=st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08\0", b"1 1:", b"\xd0\xcf"]),
)
@examples(200)
def test_any_bytes_have_a_format_or_a_sentence(tmp_path: Path, content: bytes, magic: bytes) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(magic + content)
    try:
        outcome = f"data.bin is {format_of(path).title}"
    except DataError as error:
        outcome = str(error)
    assert outcome.startswith("data.bin ")
    assert "\n" not in outcome
