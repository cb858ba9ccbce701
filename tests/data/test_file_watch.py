"""A file that changes while an array is read from it is named before it is read again."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.data.errors import DataError
from lab.data.file_watch import FileWatch

_SECOND = 1_000_000_000


def _watched(folder: Path) -> tuple[FileWatch, Path]:
    first, second = folder / "small.npy", folder / "big.npy"
    first.write_bytes(b"1234")
    second.write_bytes(b"12345678")
    return FileWatch((first, second)), second


def _cut(path: Path) -> None:
    os.truncate(path, 3)


def _lengthen(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"9")


def _touch(path: Path) -> None:
    changed = path.stat().st_mtime_ns + _SECOND
    os.utime(path, ns=(changed, changed))


def test_files_that_stay_as_they_are_are_read_on(tmp_path: Path) -> None:
    watch, path = _watched(tmp_path)
    watch.check()
    path.read_bytes()
    watch.check()
    assert watch.files == (tmp_path / "small.npy", path)


def test_no_files_never_change() -> None:
    FileWatch(()).check()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_cut, "big.npy changed while it was in use: it had 8 bytes and has 3; open it again."),
        (_lengthen, "big.npy changed while it was in use: it had 8 bytes and has 9; open it again."),
        (_touch, "big.npy changed while it was in use: it was written to; open it again."),
        (os.remove, "big.npy vanished while it was in use (No such file or directory); put"),
    ],
)
def test_any_change_is_named(tmp_path: Path, change: Callable[[Path], None], sentence: str) -> None:
    watch, path = _watched(tmp_path)
    change(path)
    with pytest.raises(DataError) as caught:
        watch.check()
    assert str(caught.value).startswith(sentence)


def test_a_change_that_is_taken_back_by_its_time_is_none(tmp_path: Path) -> None:
    watch, path = _watched(tmp_path)
    before = path.stat()
    _touch(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    watch.check()


def test_a_file_that_is_missing_from_the_start_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.npy vanished"):
        FileWatch((tmp_path / "gone.npy",))
