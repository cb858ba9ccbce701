"""Thousands of damaged files: every reader must come to a set or to one sentence, in bounded time and memory.

Real files of every format are cut, overwritten, doubled and mixed; each reader runs in a process of its own. A native
library may end its process (in the program that is a child, and becomes a sentence): such cases are counted apart.
Run by `make fuzz`; CASES=20000 asks for more.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from lab.data.errors import DataError
from lab.data.readers.formats import FORMATS, ReadOptions, format_of

CASES = int(os.environ.get("CASES", "500"))
SLOWEST, GROWTH = 20.0, 1_500
"""Seconds a case and MB a process: what lies above is reported."""
FILES = Path(__file__).resolve().parent / "data" / "files"
PANIC = "PanicException"


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """Return the bytes after one to four accidents."""
    data = bytearray(content)
    for _ in range(int(rng.integers(1, 5))):
        at, length = int(rng.integers(0, len(data) + 1)), int(rng.integers(1, 40))
        match int(rng.integers(0, 7)):
            case 0:
                del data[at:]
            case 1:
                data[at : at + length] = rng.integers(0, 256, length, dtype=np.uint8).tobytes()
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = data[at // 2 : at // 2 + 50 * length]
            case 4:
                data[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff", b"\x80"])
            case 5:
                data[at:at] = bytes(rng.choice([b'"', b"\n", b",", b";", b"\0", b"1e999", b"nan", b"\r"])) * length
            case _:
                if at < len(data):
                    data[at] ^= 1 << int(rng.integers(0, 8))
    return bytes(data)


def copied(real: Path, folder: Path) -> Path:
    """Copy the file, and those it belongs to, into the folder; return where the file is now."""
    for partner in real.parent.glob(f"{real.name.split('_')[0]}*") if real.suffix in (".npy", "") else [real]:
        if partner.is_file():
            (folder / partner.name).write_bytes(partner.read_bytes())
    return folder / real.name


def check_sentence(sentence: str, path: Path) -> None:
    """End this process where the sentence is more than one line or does not name the file (or its partner)."""
    names = {path.name, *(each.name for each in path.parent.iterdir())}
    assert "\n" not in sentence, sentence
    assert any(name in sentence for name in names), sentence


def work(real: Path, first: int, cases: int) -> None:
    """Read damaged copies, one after the other; print the number of each before it is read, and the sum at the end."""
    content, kinds = real.read_bytes(), {"sets": 0, "sentences": 0}
    slowest = 0.0
    reader = FORMATS[format_of(real).name].read
    with tempfile.TemporaryDirectory() as name:
        path = copied(real, Path(name))
        for case in range(first, cases):
            print(case, flush=True)
            path.write_bytes(mutated(content, np.random.default_rng([case, len(content)])))
            begin = perf_counter()
            try:
                reader(path, ReadOptions(), lambda share: None)
                kinds["sets"] += 1
            except DataError as error:
                kinds["sentences"] += 1
                check_sentence(str(error), path)
            slowest = max(slowest, perf_counter() - begin)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**kinds, "slowest": slowest, "memory": memory}))


def fuzz(real: Path) -> dict[str, float]:
    """Return what became of all cases of one real file; what a worker did not survive is counted and passed over."""
    found: dict[str, float] = {"sets": 0, "sentences": 0, "ended": 0, "wrong": 0, "slowest": 0.0, "memory": 0.0}
    first = 0
    while first < CASES:
        done = subprocess.run(
            [sys.executable, __file__, str(real), str(first), str(CASES)], capture_output=True, text=True, check=False
        )
        lines = done.stdout.splitlines()
        if done.returncode == 0:
            last = json.loads(lines[-1])
            found["sets"] += last["sets"]
            found["sentences"] += last["sentences"]
            found["slowest"] = max(found["slowest"], last["slowest"])
            found["memory"] = max(found["memory"], last["memory"])
            break
        case = int(lines[-1])
        native = done.returncode < 0 or PANIC in done.stderr
        found["ended" if native else "wrong"] += 1
        found["sets"] += case - first  # they came to one of both
        print(f"    {real.name}, case {case}: {done.stderr.strip().splitlines()[-1:]}")
        first = case + 1
    return found


def main() -> None:
    """Damage every real file and print a row for each."""
    begin = perf_counter()
    print(f"{'file':32} {'sets':>6} {'sentences':>10} {'ended':>6} {'wrong':>6} {'slowest':>9} {'memory':>9}")
    wrong = 0.0
    for real in sorted(each for each in FILES.iterdir() if each.is_file()):
        found = fuzz(real)
        wrong += found["wrong"]
        late = found["slowest"] > SLOWEST or found["memory"] > GROWTH
        print(
            f"{real.name:32} {found['sets']:6.0f} {found['sentences']:10.0f} {found['ended']:6.0f} "
            f"{found['wrong']:6.0f} {found['slowest']:7.2f} s {found['memory']:6.0f} MB {'TOO MUCH' if late else ''}",
            flush=True,
        )
    print(f"other exceptions: {wrong:.0f} (goal 0) in {perf_counter() - begin:.0f} s")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        work(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
