"""Where things lie, and the write that leaves the old file or the new one."""

import os
import threading
from pathlib import Path

import pytest

from lab import paths

OLD, NEW = b"old" * 100_000, b"new" * 100_000


@pytest.mark.parametrize("name", ["fonts", "experiments"])
def test_resources_of_this_checkout(name: str) -> None:
    assert (paths.resources() / name).is_dir()


def test_the_default_experiment_is_a_file() -> None:
    assert paths.default_experiment().is_file()


def test_resources_inside_the_package_are_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "lab")
    beside, inside = tmp_path / "resources", tmp_path / "lab" / "resources"
    beside.mkdir()
    assert paths.resources() == beside
    inside.mkdir(parents=True)
    assert paths.resources() == inside


def test_user_state_is_made_where_xdg_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = paths.user_state()
    assert folder.is_dir()
    assert folder == tmp_path / "state" / "delta-lab"


@pytest.mark.parametrize("data", [b"", b"\r\n\x00\xff", NEW])
def test_what_is_written_is_what_was_given(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.toml"
    paths.write_atomically(path, data)
    assert path.read_bytes() == data
    assert os.listdir(tmp_path) == ["a.toml"]


@pytest.mark.parametrize("call", ["fsync", "chmod", "replace"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "a.toml"
    path.write_bytes(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(os if call == "fsync" else Path, call, full)
        with pytest.raises(OSError, match="No space left"):
            paths.write_atomically(path, NEW)
    assert path.read_bytes() == OLD
    assert os.listdir(tmp_path) == ["a.toml"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        paths.write_atomically(tmp_path / "nowhere" / "a.toml", NEW)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(OLD)
    path.chmod(mode)
    paths.write_atomically(path, NEW)
    assert path.stat().st_mode & 0o777 == mode


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    paths.write_atomically(tmp_path / "atomic", NEW)
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(OLD)
    seen: set[bytes] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(40):
        paths.write_atomically(path, (NEW, OLD)[turn % 2])
    done.set()
    reader.join()
    assert seen
    assert seen <= {OLD, NEW}
