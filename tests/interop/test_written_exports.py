"""What a run is written as, in the programs that people have: Python with NumPy, Jupyter, TensorBoard, Chromium."""

import shutil
import subprocess
import venv
from importlib.metadata import version
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.export.capture import capture_of
from lab.export.exports import EXPORTS
from lab.export.write_export import write_export


@pytest.fixture(scope="module")
def session() -> Session:
    """A run on pictures, of every kind of layer, at its end."""
    layers = [
        {"kind": "dense", "units": 16, "activation": "gelu"}, {"kind": "batch_norm"}, {"kind": "dropout", "rate": 0.2},
        {"kind": "dense", "units": 12}, {"kind": "layer_norm"}, {"kind": "prelu"},
        {"kind": "dense", "units": 10, "activation": "softmax"},
    ]  # fmt: skip
    optimizer = {"kind": "adam", "learning_rate": 0.01, "l2": 0.001, "clip_norm": 1.0}
    training = {"epochs": 2, "optimizer": optimizer, "schedule": {"kind": "cosine"}}
    run = Session(Experiment.model_validate({"data": {"source": "digits"}, "layers": layers, "training": training}))
    while not run.finished:
        run.step()
    return run


def write(session: Session, to: str, path: Path) -> Path:
    write_export(EXPORTS[to], capture_of(session), path)
    return path


def test_the_script_runs_where_there_is_only_numpy(session: Session, tmp_path: Path) -> None:
    """In a new environment of its own, with nothing in it but this machine's NumPy."""
    venv.create(tmp_path / "empty", with_pip=False)
    python = tmp_path / "empty" / "bin" / "python"
    found = subprocess.check_output([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True)
    numpy = Path(np.__file__).parent
    for folder in (numpy, numpy.parent / "numpy.libs"):
        if folder.is_dir():
            (Path(found.strip()) / folder.name).symlink_to(folder)
    script = write(session, "numpy", tmp_path / "net.py")
    done = subprocess.run([python, "-I", script], capture_output=True, text=True, check=True)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("largest difference")]
    print(f"NumPy {version('numpy')} alone: {line}")
    assert float(line.rpartition(" ")[2]) <= 1e-6


def test_jupyter_runs_the_notebook(session: Session, tmp_path: Path) -> None:
    notebook = nbformat.read(write(session, "notebook", tmp_path / "net.ipynb"), as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    said = "".join(
        output.get("text", "") for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
    )
    (line,) = [line for line in said.splitlines() if line.startswith("largest difference")]
    print(f"nbformat {version('nbformat')}, nbclient {version('nbclient')}: {line}")
    assert float(line.rpartition(" ")[2]) <= 1e-6


def test_tensorboard_reads_every_point(session: Session, tmp_path: Path) -> None:
    write(session, "tensorboard", tmp_path / "run.tfevents")
    board = EventAccumulator(str(tmp_path), size_guidance={"scalars": 0})
    board.Reload()
    losses = session.history.losses()
    found = board.Scalars("loss/batch")
    assert [event.step for event in found] == list(range(1, len(losses) + 1))
    difference = np.abs(np.array([event.value for event in found]) - losses).max()
    print(f"tensorboard {version('tensorboard')}: {len(found)} losses, largest difference {difference:.1e}")
    assert difference <= 1e-6
    ends = [(event.step, event.value) for event in board.Scalars("accuracy/validation")]
    assert ends == [(record.step, float(np.float32(record.validation_score))) for record in session.history.epochs]
    assert "layer_1/delta_norm" in board.Tags()["scalars"]


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_browser_shows_the_report_without_a_word_of_complaint(session: Session, tmp_path: Path, scheme: str) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    assert browser, "chromium is needed: apt-get install chromium"
    page = write(session, "report", tmp_path / "report.html")
    shot = tmp_path / "shot.png"
    quiet = [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--enable-logging=stderr",
    ]  # fmt: skip
    number = {"dark": 0, "light": 1}[scheme]
    done = subprocess.run(
        [browser, *quiet, f"--user-data-dir={tmp_path / 'user'}", f"--blink-settings=preferredColorScheme={number}",
         "--window-size=1100,1500", f"--screenshot={shot}", page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr
    picture = Image.open(shot).convert("L")
    ground = picture.getpixel((5, 5))
    assert (ground < 60) if scheme == "dark" else (ground > 200)
    darkest, brightest = picture.getextrema()
    assert brightest - darkest > 150
