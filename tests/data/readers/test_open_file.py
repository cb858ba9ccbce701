"""A file that cannot be read is refused in one sentence that names it."""

import errno
import os
from pathlib import Path

import pytest

from lab.data.errors import DataError
from lab.data.readers.open_file import opened
from tests.refusals import refusal


def _open(path: Path) -> None:
    with opened(path):
        pass


def test_an_ordinary_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"\x00\r\n\xff")
    with opened(path) as stream:
        assert stream.read() == b"\x00\r\n\xff"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gone.csv"
    assert refusal(_open, path) == f"{path} does not exist; check the name, or choose the file again."


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal(_open, tmp_path) == f"{tmp_path} is a folder; choose a file in it."


def test_a_device_is_no_file() -> None:
    assert refusal(_open, Path(os.devnull)) == f"{os.devnull} is a device or a pipe; choose an ordinary file."


def test_a_name_the_system_refuses_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 5000)
    assert "cannot be read (File name too long)" in refusal(_open, path)


def test_a_file_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.csv"
    path.touch()

    def refuse(*_: object) -> None:
        # chmod does not keep out an administrator, who may run the tests
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert (
        refusal(_open, path)
        == f"{path} cannot be opened: you are not permitted to read it; change its permissions, or choose a copy."
    )


def test_a_disk_that_fails_while_reading_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.touch()
    with pytest.raises(DataError, match=r"a\.csv cannot be read \(Input/output error\)"), opened(path):
        raise OSError(errno.EIO, "Input/output error")
