"""The child's side: what it prints for its parent, and what it leaves in the folder."""

import json
import subprocess
import sys
from pathlib import Path

from lab.data.arrays import Arrays
from lab.data.readers.read_result_files import read_result_folder

READER = ["lab.data.readers.formats", "_read_images"]
PHOTOS = Path(__file__).parents[1] / "files" / "photos"


def _task(folder: Path, path: Path = PHOTOS, memory: int = 4 << 30) -> str:
    options = {"sheet": None, "image_size": [4, 6], "colour": True}
    task = {"reader": READER, "path": str(path), "options": options, "folder": str(folder)}
    return json.dumps({**task, "memory": memory, "seconds": 60})


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_progress_and_an_end_are_told_and_the_result_is_left(tmp_path: Path) -> None:
    ended = _run("-m", "lab.data.readers.child_main", _task(tmp_path))
    *progress, last = ended.stdout.splitlines()
    assert last == "done"
    assert [line.split()[0] for line in progress] == ["progress"] * 15
    shares = [float(line.split()[1]) for line in progress]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    found = read_result_folder(tmp_path)
    assert isinstance(found, Arrays)
    assert (found.path, found.image_shape) == (PHOTOS, (4, 6, 3))
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_refusal_is_told_as_one_line_of_json(tmp_path: Path) -> None:
    path = tmp_path / "two\nlines"
    path.mkdir()
    ended = _run("-m", "lab.data.readers.child_main", _task(tmp_path, path))
    assert len(ended.stdout.splitlines()) == 1
    assert json.loads(ended.stdout)["error"].startswith("two\nlines has no sub-folder with images")


def test_a_place_that_takes_no_result_is_named(tmp_path: Path) -> None:
    ended = _run("-m", "lab.data.readers.child_main", _task(tmp_path / "gone" / "folder"))
    sentence = json.loads(ended.stdout.splitlines()[-1])["error"]
    assert (
        f"photos was read, but there is no room for it in {tmp_path / 'gone'} (No such file or directory)" in sentence
    )


def _with_reader(body: str, folder: Path, memory: int = 4 << 30) -> subprocess.CompletedProcess[str]:
    """Run the child with a reader of the test's own."""
    (folder / "odd_reader.py").write_text(f"import os\ndef read(path, options, on_progress):\n    {body}\n")
    task = json.loads(_task(folder, memory=memory)) | {"reader": ["odd_reader", "read"]}
    code = f"import sys\nsys.path.append({str(folder)!r})\nfrom lab.data.readers import child_main\n"
    return _run("-c", f"{code}child_main.main(sys.argv[1])", json.dumps(task))


def test_what_a_library_prints_does_not_reach_the_parent(tmp_path: Path) -> None:
    ended = _with_reader("print('hello', flush=True); os.system('echo world'); raise MemoryError", tmp_path)
    assert ended.stdout == "memory\n"
    assert ended.stderr == "hello\nworld\n"


def test_progress_is_told_by_the_hundredth(tmp_path: Path) -> None:
    ended = _with_reader("[on_progress(k / 10_000) for k in range(10_001)]; raise MemoryError", tmp_path)
    assert 90 <= ended.stdout.count("progress") <= 100


def test_the_limit_on_memory_is_set_before_a_reader_is_loaded(tmp_path: Path) -> None:
    ended = _with_reader("bytearray(1 << 30)", tmp_path, 512 << 20)
    assert ended.stdout == "memory\n"
