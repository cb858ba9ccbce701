"""A child reads a file; however it ends, there is a result or one sentence, and nothing of it is left."""

import json
import os
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from PIL import Image

from lab.data.arrays import Arrays
from lab.data.errors import Cancelled, DataError
from lab.data.readers import child, limits
from lab.data.readers.child import read_in_child
from lab.data.readers.formats import FORMATS
from lab.data.readers.image_folder import read_image_folder
from tests.refusals import refusal

pytestmark = pytest.mark.usefixtures("cold_reader")

PHOTOS = Path(__file__).parents[1] / "files" / "photos"
IMAGES = FORMATS["images"].read
OPTIONS = {"sheet": None, "image_size": (6, 8), "colour": False}


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the child's folder a place of its own, and look whether it has gone."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setattr(limits, "_MEMORY_FOLDER", str(place))
    yield
    assert list(place.iterdir()) == []


@pytest.fixture
def behave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that puts another program in the place of the reader; it finds its task in `task`."""

    def replace(code: str) -> None:
        start = "import json, os, signal, sys, time\ntask = json.loads(sys.argv[1])\n"
        (tmp_path / "odd_child.py").write_text(start + code)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(child, "_MODULE", "odd_child")

    return replace


def _read(
    path: Path, on_progress: Callable[[float], None] = lambda _: None, cancelled: Callable[[], bool] = lambda: False
) -> Arrays:
    found = read_in_child(IMAGES, path, OPTIONS, on_progress, cancelled)
    assert isinstance(found, Arrays)
    return found


def test_a_child_finds_what_is_found_without_one() -> None:
    shares: list[float] = []
    found = _read(PHOTOS, shares.append)
    here = read_image_folder(PHOTOS, (6, 8))
    np.testing.assert_array_equal(found.x, here.x)
    assert (found.path, found.class_names, found.image_shape) == (PHOTOS, here.class_names, (6, 8))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_several_children_can_read_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(_read, [PHOTOS] * 4))
    assert all(np.array_equal(found.x, results[0].x) for found in results)


def test_a_path_is_taken_from_where_the_parent_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PHOTOS.parent)
    assert _read(Path("photos")).path == Path("photos")


def test_a_folder_with_a_name_that_is_no_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9")
    for name in (b"a", b"\xff"):
        (path / os.fsdecode(name)).mkdir(parents=True)
        Image.new("L", (2, 2)).save(path / os.fsdecode(name) / "0.png")
    assert _read(path).class_names == ("a", "?")


def test_what_the_reader_refuses_is_the_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "animals"
    folder.mkdir()
    assert refusal(_read, folder).startswith("animals has no sub-folder with images")


def test_what_a_child_says_last_is_heard_although_its_process_has_gone(
    behave: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = threading.Event()

    class Late(threading.Thread):
        """A thread that takes nothing from its pipe before somebody waits for all of it."""

        def join(self, timeout: float | None = None) -> None:
            wanted.set()
            super().join(timeout)

    def pass_on(
        stream: IO[bytes], keep: Callable[[bytes], object], inner: Callable[..., None] = child._pass_on
    ) -> None:
        if isinstance(getattr(keep, "__self__", None), deque):
            assert wanted.wait(60)
        inner(stream, keep)

    monkeypatch.setattr(child, "Thread", Late)
    monkeypatch.setattr(child, "_pass_on", pass_on)
    behave('os.write(2, b"memory allocation of 99 bytes failed\\n")\nos.abort()')
    assert "GB of memory that reading may take" in refusal(_read, PHOTOS)


@pytest.mark.parametrize("half", ['{"error": "hal', "progress 0.", "don"])
def test_half_a_line_is_no_message(behave: Callable[[str], None], half: str) -> None:
    behave(f"os.write(1, {half.encode()!r})\nos._exit(3)")
    assert "ended abruptly (exit code 3)" in refusal(_read, PHOTOS)


def test_memory_beyond_the_limit_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        Image.new("L", (2, 2)).save(tmp_path / name / "0.png")
        for number in range(1, 500):
            os.link(tmp_path / name / "0.png", tmp_path / name / f"{number}.png")
    monkeypatch.setattr(child, "memory_limit", lambda: 256 << 20)
    with pytest.raises(DataError, match=r"it needs more than the 0\.2 GB of memory that reading may take"):
        read_in_child(
            IMAGES, tmp_path, {**OPTIONS, "image_size": (512, 512), "colour": True}, lambda _: None, lambda: False
        )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended abruptly (SIGSEGV)"),
        ("os.abort()", "ended abruptly (SIGABRT)"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "(the system killed it, perhaps because memory ran out)"),
        ("sys.exit(3)", "(exit code 3)"),
        ("raise ValueError('a fault of ours')", "ended abruptly ('ValueError: a fault of ours')"),
        ("sys.stderr.write('x' * 10_000_000)\nsys.exit(1)", "ended abruptly ('xxx"),
        ("print('memory allocation of 9 bytes failed', file=sys.stderr)\nos.abort()", "GB of memory that reading"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "nothing came of 10 minutes of it"),
        ("print('progress 0.5')\nos._exit(0)", "ended abruptly (exit code 0)"),
    ],
)
def test_however_a_child_ends_there_is_one_sentence(behave: Callable[[str], None], code: str, words: str) -> None:
    behave(code)
    sentence = refusal(_read, PHOTOS)
    assert sentence.startswith("photos could not be read: ")
    assert words in sentence


def test_a_reader_that_computes_without_end_is_ended(
    behave: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_COMPUTING_SECONDS", 0)
    behave("from lab.data.readers.limits import limit_computing\nlimit_computing(task['seconds'])\nwhile True: pass")
    assert "photos could not be read: nothing came of 0 minutes of it" in refusal(_read, PHOTOS)


def test_a_reader_that_waits_without_end_is_ended(
    behave: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_WAITING_SECONDS", 0.3)
    behave("time.sleep(600)")
    assert "nothing came of" in refusal(_read, PHOTOS)


def test_progress_starts_the_time_anew(behave: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    def two_seconds_pass(_share: float) -> None:
        nonlocal now
        now += 2

    monkeypatch.setattr(child, "_WAITING_SECONDS", 3)
    monkeypatch.setattr(child, "monotonic", lambda: now)
    behave(
        "for step in range(8):\n    print('progress', step / 8, flush=True)\n"
        "print(json.dumps({'error': 'The end was reached.'}))"
    )
    assert refusal(_read, PHOTOS, two_seconds_pass) == "The end was reached."
    assert now == 16


def test_who_cancels_is_heard_and_the_child_is_gone(behave: Callable[[str], None], tmp_path: Path) -> None:
    note = tmp_path / "process"
    part = f"{note}.part"
    behave(f"open({part!r}, 'w').write(str(os.getpid()))\nos.rename({part!r}, {str(note)!r})\ntime.sleep(600)")
    with pytest.raises(Cancelled):
        _read(PHOTOS, cancelled=note.exists)
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_a_fault_of_who_is_told_of_progress_leaves_no_child(behave: Callable[[str], None], tmp_path: Path) -> None:
    note = tmp_path / "process"
    behave(f"open({str(note)!r}, 'w').write(str(os.getpid()))\nprint('progress 0.5', flush=True)\ntime.sleep(600)")

    def fail(share: float) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _read(PHOTOS, fail)
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_a_child_that_cannot_be_started_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    assert "photos could not be read in a process of its own (No such file or directory)" in refusal(_read, PHOTOS)


def test_the_child_imports_what_the_parent_does_and_nothing_of_the_current_folder(
    behave: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "colorsys.py").write_text("raise SystemExit('a file of the user')")
    monkeypatch.chdir(here)
    behave("import colorsys, lab\nprint(json.dumps({'error': os.path.dirname(lab.__file__)}))")
    with pytest.raises(DataError) as caught:
        _read(PHOTOS)
    assert str(caught.value) == str(Path(child.__file__).parents[2])


def test_what_the_child_is_told_is_one_argument(behave: Callable[[str], None]) -> None:
    behave("print(json.dumps({'error': json.dumps(task)}))")
    with pytest.raises(DataError) as caught:
        _read(PHOTOS)
    task = json.loads(str(caught.value))
    assert (task["reader"], task["path"]) == (["lab.data.readers.formats", "_read_images"], str(PHOTOS))
    assert task["options"] == {"sheet": None, "image_size": [6, 8], "colour": False}
