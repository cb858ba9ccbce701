"""Where things lie, and the write that leaves the old file or the new one."""

import fcntl
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lab import paths
from tests.effort import count
from tests.waiting import LIMIT

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


@pytest.mark.parametrize("call", ["fsync", "fchmod", "replace"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "a.toml"
    path.write_bytes(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(Path if call == "replace" else os, call, full)
        with pytest.raises(OSError, match="No space left"):
            paths.write_atomically(path, NEW)
    assert path.read_bytes() == OLD
    assert os.listdir(tmp_path) == ["a.toml"]


def test_several_files_are_written_together(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OLD)
    paths.write_together({tmp_path / "a": NEW, tmp_path / "b": b"", tmp_path / "c": b"\r\n"})
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"a": NEW, "b": b"", "c": b"\r\n"}


@pytest.mark.parametrize("call", ["fsync", "fchmod", "replace"])
def test_where_one_of_several_fails_all_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    real, calls = getattr(Path if call == "replace" else os, call), []

    def full_at_last(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        return real(*arguments)

    for name in "acd":
        (tmp_path / name).write_bytes(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(Path if call == "replace" else os, call, full_at_last)
        with pytest.raises(OSError, match="No space left"):
            paths.write_together({tmp_path / name: NEW for name in "abcd"})
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == dict.fromkeys("acd", OLD)


def test_several_files_go_into_no_device(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no place for files"):
        paths.write_together({tmp_path / "a": NEW, Path("/dev/null"): NEW})
    assert os.listdir(tmp_path) == []


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


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_new_content_never_lies_in_a_file_with_wider_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    path, seen = tmp_path / "a.toml", []
    path.write_bytes(OLD)
    path.chmod(mode)
    create, sync = os.open, os.fsync

    def watched_open(name: object, flags: int, given: int = 0o777) -> int:
        if flags & os.O_CREAT:
            seen.append(given)
        return create(name, flags, given)  # type: ignore[arg-type]

    def watched_sync(number: int) -> None:
        seen.append(os.fstat(number).st_mode & 0o777)
        sync(number)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", watched_open)
        patch.setattr(os, "fsync", watched_sync)
        paths.write_atomically(path, NEW)
    created, written, *_folder = seen
    assert (created, written) == (0o600, mode)


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    paths.write_atomically(tmp_path / "atomic", NEW)
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.fuzz
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
    for turn in range(count(40)):
        paths.write_atomically(path, (NEW, OLD)[turn % 2])
    done.set()
    reader.join()
    assert seen
    assert seen <= {OLD, NEW}


# what is no file


def _writer(path: Path, data: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Write in a process of its own, as a command does whose output goes elsewhere."""
    code = "import sys; from pathlib import Path; from lab.paths import write_atomically as write; "
    code += "print('before', flush=True); write(Path(sys.argv[1]), sys.argv[2].encode()); print('after')"
    command = [sys.executable, "-c", code, str(path), data]
    return subprocess.run(command, check=False, timeout=LIMIT, **options)  # type: ignore[call-overload, no-any-return]


def test_a_pipe_gets_the_bytes_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    data, got = os.urandom(1_000_000), []
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(end, True)
    with os.fdopen(end, "rb") as stream:
        reader = threading.Thread(target=lambda: got.append(stream.read()))
        paths.check_writable(pipe)
        with pipe.open("wb"):  # held open, so that the reader does not take the pause before the write for the end
            reader.start()
            paths.write_atomically(pipe, data)
        reader.join()
    assert got == [data]
    assert pipe.is_fifo()
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_pipe_without_a_reader_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    paths.check_writable(pipe)  # its reader may still come
    with pytest.raises(OSError, match="nobody reads from this pipe"):
        paths.write_atomically(pipe, NEW)
    assert pipe.is_fifo()


def test_a_reader_that_takes_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "_SLOWEST_READER", 0.0)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(OSError, match="its reader takes nothing"):
        paths.write_atomically(pipe, bytes(10_000_000))
    os.close(reader)


def test_a_device_is_written_into(tmp_path: Path) -> None:
    null = tmp_path / "null"
    null.symlink_to("/dev/null")
    paths.check_writable(null)
    paths.write_atomically(null, NEW)
    assert null.is_symlink()
    assert Path("/dev/null").is_char_device()


def test_a_device_that_is_full_says_so() -> None:
    with pytest.raises(OSError, match="No space left"):
        paths.write_atomically(Path("/dev/full"), NEW)


def test_a_socket_and_a_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        for name, word in (("socket", "a socket"), ("folder", "a folder")):
            for attempt in (paths.check_writable, lambda path: paths.write_atomically(path, NEW)):
                with pytest.raises(OSError, match=f"it is {word}, not a file"):
                    attempt(Path(name))
        assert Path("socket").is_socket()
    assert sorted(os.listdir(tmp_path)) == ["folder", "socket"]


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_is_written_into_and_not_replaced(tmp_path: Path, name: str) -> None:
    log = tmp_path / "log"
    with log.open("wb") as stream:
        assert _writer(Path(name), "data\n", stdout=stream).returncode == 0
    assert log.read_bytes() == b"before\ndata\nafter\n"
    assert _writer(Path(name), "data\n", stdout=subprocess.PIPE).stdout == b"before\ndata\nafter\n"


def test_a_descriptor_that_is_not_open_is_an_error() -> None:
    for attempt in (paths.check_writable, lambda path: paths.write_atomically(path, NEW)):
        with pytest.raises(OSError, match="Bad file descriptor"):
            attempt(Path("/dev/fd/987"))


def test_a_file_that_is_write_protected_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, "access", lambda *_: False)  # as everybody but root would find it
    for attempt in (paths.check_writable, lambda path: paths.write_atomically(path, NEW)):
        with pytest.raises(PermissionError, match="may not be written by you"):
            attempt(path)
    assert path.read_bytes() == OLD


# links


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link, second = tmp_path / "elsewhere" / "target", tmp_path / "link", tmp_path / "second"
    link.symlink_to(target)
    second.symlink_to("link")
    for data in (OLD, NEW):  # the target is made, then replaced
        paths.check_writable(second)
        paths.write_atomically(second, data)
        assert target.read_bytes() == data
    assert link.is_symlink()
    assert second.is_symlink()
    assert os.listdir(tmp_path / "elsewhere") == ["target"]


def test_a_circle_of_links_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    for attempt in (paths.check_writable, lambda path: paths.write_atomically(path, NEW)):
        with pytest.raises(OSError, match="links"):
            attempt(tmp_path / "one")


# what a kill leaves

_KILLED = """
import os, signal, sys
from pathlib import Path
from lab import paths
os.fsync = lambda _number: os.kill(os.getpid(), signal.SIGKILL)
paths.write_atomically(Path(sys.argv[1]), b"new")
"""


def test_the_part_of_a_killed_write_goes_at_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(OLD)
    others = [".delta-lab-notes.part", ".a.toml.part", "b.part"]
    for name in others:
        (tmp_path / name).touch()
    subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False, timeout=LIMIT)
    assert path.read_bytes() == OLD
    assert len(os.listdir(tmp_path)) == len(others) + 2
    paths.write_atomically(path, NEW)
    assert sorted(os.listdir(tmp_path)) == sorted([*others, "a.toml"])


def test_the_part_of_a_living_write_stays(tmp_path: Path) -> None:
    part = tmp_path / ".delta-lab-0123456789abcdef.part"
    with part.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        paths.write_atomically(tmp_path / "a.toml", NEW)
        assert part.exists()
    paths.remove_leftovers(tmp_path)
    assert os.listdir(tmp_path) == ["a.toml"]


@pytest.mark.fuzz
def test_many_writers_and_cleaners_do_not_disturb_each_other(tmp_path: Path) -> None:
    failed: list[OSError] = []
    turns = count(30)

    def write(name: str) -> None:
        try:
            for turn in range(turns):
                paths.write_atomically(tmp_path / name, f"{name}{turn}".encode())
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        name: f"{name}{turns - 1}" for name in "abcd"
    }


def test_checking_a_place_leaves_nothing_there(tmp_path: Path) -> None:
    paths.check_writable(tmp_path / "new")
    assert os.listdir(tmp_path) == []
    with pytest.raises(FileNotFoundError):
        paths.check_writable(tmp_path / "nowhere" / "new")
