"""What data cost: reading, memory, and the share of a step that goes into gathering a batch.

Every figure that is about memory or a cold start is taken in a process of its own. Run by `make bench`.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

from lab.core.layers import Dense
from lab.core.network import Network
from lab.core.optimizers import SGD
from lab.data.subsets.batch import Batches
from lab.data.subsets.scaling import fit_scaling
from lab.experiment.training.blas import set_blas_threads, suitable_threads
from lab.paths import resources

ROUNDS = 5
MB = 1e6

TRAIN = """
import json, sys, time
from pathlib import Path
from lab.experiment.session import Session
from lab.experiment.spec import Experiment

def anonymous():
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return int(fields["RssAnon"].split()[0]) * 1024

before, begin = anonymous(), time.perf_counter()
session = Session(Experiment.model_validate(json.loads(sys.argv[1])))
session.step()
ready = time.perf_counter() - begin
peak = anonymous()
for _ in range(int(sys.argv[2])):
    session.step()
    peak = max(peak, anonymous())
print(json.dumps({"ready": ready, "above": peak - before, "anonymous": peak}))
"""

READ = """
import sys, time
from pathlib import Path
from lab.data.readers.formats import read_file
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.datasets import dataset_of
begin = time.perf_counter()
path = Path(sys.argv[1])
dataset = dataset_of(read_file(path), DataSpec(path=str(path), task="numbers"))
print(time.perf_counter() - begin, dataset.x.shape)
"""

DROP = """
import os, sys, time
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer
from lab import app, paths
from lab.data.readers.child import keep_ready
from lab.data.readers.child_start import READY
from lab.experiment.spec import load_experiment

def wait(condition):
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: condition() and loop.quit())
    timer.start(2)
    loop.exec()

app.make_application("light")
window = app.open_window(load_experiment(paths.default_experiment()))
memory = 0
if sys.argv[2] == "ready":
    keep_ready()
end = time.perf_counter() + 4
wait(lambda: time.perf_counter() > end)
if READY.pid is not None:
    fields = [line.split() for line in Path(f"/proc/{READY.pid}/smaps_rollup").read_text().splitlines()[1:]]
    memory = sum(int(size) for name, size, _ in fields if name.startswith("Private_"))
begin = time.perf_counter()
window.workspace.import_file(Path(sys.argv[1]))
wait(lambda: window.workspace.importing.obstacle() is None)
window.grab()
print(1000 * (time.perf_counter() - begin), memory / 1000)
READY.close()
window.close()
"""

IMPORT = """
import resource, sys
from pathlib import Path
from lab.experiment.datasets import dataset_of
from lab.experiment.inspection import inspect

def used():
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)

begin = used()
result, data = inspect(Path(sys.argv[1]))
dataset_of(result, data)
print(used() - begin)
"""

SAME_BY_PANDAS = """
import sys, time
begin = time.process_time()
import pandas
table = pandas.read_csv(sys.argv[1])
plain = time.process_time() - begin
for name, format in (("day", "%d/%m/%Y"), ("when", "ISO8601")):
    if name in table:
        table[name] = pandas.to_datetime(table[name], format=format)
for name in ("city", "text", "kind"):
    if name in table:
        table[name] = table[name].astype("category")
print(plain, time.process_time() - begin)
"""

PANDAS = """
import sys, time
begin = time.perf_counter()
import pandas
loaded = time.perf_counter()
pandas.read_csv(sys.argv[1])
print(time.perf_counter() - begin, time.perf_counter() - loaded)
"""


def row(name: str, figure: str, goal: str = "", reached: bool | None = None) -> None:
    """Print one line of the table."""
    sign = {True: "reached", False: "MISSED", None: ""}[reached]
    print(f"  {name:<58} {figure:>20}  {goal:<16} {sign}", flush=True)


def run(program: str, *arguments: str) -> str:
    """Run a program in a process of its own and return what it prints."""
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def experiment(path: Path, scaling: str, inputs_layer: int = 128) -> str:
    """Return an experiment of 10 classes on that file, as JSON."""
    layers = [
        {"kind": "dense", "units": inputs_layer, "activation": "relu"},
        {"kind": "dense", "units": 10, "activation": "softmax"},
    ]
    return json.dumps({"data": {"path": str(path), "scaling": scaling}, "layers": layers})


def write_idx(folder: Path, examples: int) -> Path:
    """Write a pair of IDX files of random 28×28 images in 10 classes and return the images' path."""
    rng = np.random.default_rng(0)
    images = folder / "many-images-idx3-ubyte"
    with images.open("wb") as stream:
        stream.write(b"\0\0\x08\x03" + np.array([examples, 28, 28], ">u4").tobytes())
        stream.write(rng.integers(0, 256, (examples, 784), dtype=np.uint8).tobytes())
    labels = np.arange(examples, dtype=np.uint8) % 10
    (folder / "many-labels-idx1-ubyte").write_bytes(
        b"\0\0\x08\x01" + np.array([examples], ">u4").tobytes() + labels.tobytes()
    )
    return images


def measure_idx(folder: Path) -> None:
    """Print how fast 60,000 images are ready to train, and what that takes."""
    path = write_idx(folder, 60_000)
    size = path.stat().st_size
    found = [json.loads(run(TRAIN, experiment(path, "pixel"), "50")) for _ in range(ROUNDS)]
    seconds = statistics.median(each["ready"] for each in found)
    above = max(each["above"] for each in found)
    print("60,000 × 784 bytes in an IDX file")
    row("ready to train (first step done)", f"{seconds:.2f} s", "at most 2 s", seconds <= 2)
    row(
        "anonymous memory above the file's size", f"{(above - size) / MB:.0f} MB", "at most 150 MB",
        above - size <= 150 * MB,
    )  # fmt: skip


def write_npy(folder: Path, gigabytes: float) -> Path:
    """Write random float32 rows of 784 numbers, and their labels, piece by piece."""
    rows = int(gigabytes * 1e9 / (784 * 4))
    path = folder / "X.npy"
    rng = np.random.default_rng(0)
    piece = rng.random((8192, 784), dtype=np.float32)
    header = {"descr": "<f4", "fortran_order": False, "shape": (rows, 784)}
    with path.open("wb") as stream:
        np.lib.format.write_array_header_2_0(stream, header)
        for start in range(0, rows, len(piece)):
            here = piece[: min(len(piece), rows - start)]
            here[:, 0] = np.arange(start, start + len(here)) / rows  # no row is a copy of another
            stream.write(here.tobytes())
    np.save(folder / "y.npy", np.arange(rows) % 10)
    return path


def measure_npy(folder: Path, gigabytes: float = 8.0) -> None:
    """Print the memory of training on a file that is larger than it should ever be."""
    path = write_npy(folder, gigabytes)
    found = json.loads(run(TRAIN, experiment(path, "none"), "500"))
    print(f"{gigabytes:g} GB of float32 in a memory-mapped NPY file ({path.stat().st_size / MB:,.0f} MB)")
    row("ready to train (first step done)", f"{found['ready']:.1f} s")
    row("RssAnon while it trains, at most", f"{found['anonymous'] / MB:.0f} MB", "at most 700 MB",
        found["anonymous"] <= 700 * MB)  # fmt: skip
    path.unlink()


def measure_csv(folder: Path) -> None:
    """Print what an import of a large table takes beside its library alone."""
    path = folder / "wide.csv"
    values = np.random.default_rng(0).normal(size=(1_000_000, 30))
    import pandas

    pandas.DataFrame(values, columns=[f"c{number}" for number in range(30)]).to_csv(path, index=False)
    ours, alone, bare = [], [], []
    for _ in range(ROUNDS):
        ours.append(float(run(READ, str(path)).split()[0]))
        with_import, without = map(float, run(PANDAS, str(path)).split())
        alone.append(with_import)
        bare.append(without)
    took, library, reading = (statistics.median(each) for each in (ours, alone, bare))
    print("1,000,000 × 30 numbers in a CSV file")
    row("imported: read in the child, handed over, encoded", f"{took:.2f} s")
    row("pandas alone, loaded and read_csv", f"{library:.2f} s")
    row("ratio", f"{took / library:.2f}", "at most 1.5", took / library <= 1.5)
    row("ratio to read_csv with pandas loaded before", f"{took / reading:.2f}")
    path.unlink()


def write_mixed(folder: Path) -> Path:
    """Write 250,000 rows with two columns of dates, three of texts and two of numbers."""
    import pandas

    rng, rows, path = np.random.default_rng(0), 250_000, folder / "mixed.csv"
    first = pandas.Timestamp("2015-01-01")
    columns = {
        "day": (first + pandas.to_timedelta(rng.integers(0, 3000, rows), unit="D")).strftime("%d/%m/%Y"),
        "when": (first + pandas.to_timedelta(rng.integers(0, 3 * 10**8, rows), unit="s")).strftime("%Y-%m-%d %H:%M:%S"),
        "city": [f"City {number}" for number in rng.integers(0, 200, rows)],
        "text": [f"order {number}" for number in rng.integers(0, 10**6, rows)],
        "amount": rng.normal(size=rows).round(4),
        "count": rng.integers(0, 100, rows),
        "kind": np.array(["a", "b", "c"])[rng.integers(0, 3, rows)],
    }
    pandas.DataFrame(columns).to_csv(path, index=False)
    return path


def measure_mixed(folder: Path) -> None:
    """Print what an import of dates and texts computes beside pandas alone, and beside pandas that does the same."""
    path = str(write_mixed(folder))
    ours = statistics.median(float(run(IMPORT, path)) for _ in range(ROUNDS))
    found = [tuple(map(float, run(SAME_BY_PANDAS, path).split())) for _ in range(ROUNDS)]
    plain, same = (statistics.median(each) for each in zip(*found, strict=True))
    print("250,000 × 7 with dates and texts in a CSV file, seconds of computing")
    row("imported: a child that starts, reads and hands over; encoded", f"{ours:.2f} s")
    row("pandas, loaded and read_csv", f"{plain:.2f} s")
    row("pandas, and dates parsed and categories found", f"{same:.2f} s")
    row("ratio to read_csv", f"{ours / plain:.2f}", "at most 2", ours <= 2 * plain)
    row("ratio to the same work", f"{ours / same:.2f}")


def measure_drop(folder: Path) -> None:
    """Print how long a small file takes from the drop to the page."""
    path = folder / "iris.csv"
    path.write_bytes((resources() / "datasets" / "iris.csv").read_bytes())
    print("A file of 150 rows, dropped on a window")
    for kind in ("cold", "ready"):
        found = [tuple(map(float, run(DROP, str(path), kind).split())) for _ in range(ROUNDS)]
        took, memory = (statistics.median(each) for each in zip(*found, strict=True))
        goal = ("at most 400 ms", took <= 400) if kind == "ready" else ("", None)
        row(f"on the page, with a reader that is {kind}", f"{took:.0f} ms", *goal)
    row("memory of a reader that waits", f"{memory:.0f} MB")


def measure_gathering() -> None:
    """Print the share of a step at 784-128-10, m 32, that goes into gathering it from bytes."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (60_000, 784), dtype=np.uint8)
    y = rng.integers(0, 10, 60_000)
    rows = np.arange(60_000)
    batches = Batches(x, y, rows, fit_scaling("pixel", x, 255), "float32")
    network = Network(784, [Dense(128, "relu"), Dense(10, "softmax")])
    optimizer = SGD(1e-3)
    order = rng.permutation(60_000)

    def gather(at: int) -> None:
        batches.gather(order[at : at + 32])

    def step(at: int) -> None:
        a, b = batches.gather(order[at : at + 32])
        network.forward(a)
        network.backward(b)
        optimizer.step(network)

    set_blas_threads(suitable_threads(network.parameters.size, 32))
    times: dict[str, list[float]] = {"gather": [], "step": []}
    for _ in range(ROUNDS):
        for name, one in (("gather", gather), ("step", step)):
            times[name].append(_seconds(one))
    share = statistics.median(times["gather"]) / statistics.median(times["step"])
    print("Gathering at 784-128-10, m 32, from bytes")
    row("a batch", f"{statistics.median(times['gather']) * 1e6:.1f} µs")
    row("a step with it", f"{statistics.median(times['step']) * 1e6:.1f} µs")
    row("share of the step", f"{100 * share:.1f} %", "at most 15 %", share <= 0.15)


def _seconds(one: Callable[[int], None]) -> float:
    begin = perf_counter()
    for at in range(0, 60_000 - 32, 32):
        one(at)
    return (perf_counter() - begin) / (60_000 // 32)


def main() -> None:
    """Measure everything and print it."""
    measure_gathering()
    with tempfile.TemporaryDirectory() as folder:
        measure_idx(Path(folder))
        measure_drop(Path(folder))
        measure_mixed(Path(folder))
        measure_csv(Path(folder))
        measure_npy(Path(folder))


if __name__ == "__main__":
    main()
