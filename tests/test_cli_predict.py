"""Keeping what was trained, from the command line: --save and predict, --keep and resume."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lab import paths
from lab.cli import FAILED, FINE, INTERRUPTED, WRONG_INPUT, main
from lab.data.dataset import Dataset
from lab.data.sets.sources import load_source
from lab.experiment.datasets import share_out
from lab.experiment.running import headless_run
from lab.experiment.session import Session
from lab.experiment.session_state import take_state
from lab.experiment.spec import load_experiment
from lab.storage.model_file import load_model
from lab.storage.run_file import load_run
from tests.waiting import LIMIT

FLOWERS = """
name = "Flowers"
seed = 5
[data]
source = "{source}"
[[layers]]
kind = "dense"
units = 8
[[layers]]
kind = "dropout"
rate = 0.2
[[layers]]
kind = "dense"
units = {classes}
activation = "softmax"
[training]
batch_size = 16
epochs = 4
[training.optimizer]
kind = "adam"
learning_rate = 0.01
"""


def _experiment(folder: Path, source: str = "iris", classes: int = 3) -> Path:
    file = folder / "flowers.toml"
    file.write_text(FLOWERS.format(source=source, classes=classes), encoding="utf-8")
    return file


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    return _experiment(tmp_path)


@pytest.fixture
def model(flowers: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    file = flowers.with_name("model.safetensors")
    assert main(["train", str(flowers), "--save", str(file)]) == FINE
    capsys.readouterr()
    return file


def _run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def _refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that has to be refused, with one line on standard error alone, and return the line."""
    assert _run(*arguments) == WRONG_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("delta-lab: ")
    return line


def _figures(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    out, err = capsys.readouterr()
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    return {name: value for name, value in found.items() if "second" not in name}


def _write_rows(file: Path, data: Dataset, rows: list[int], names: list[str], **extra: str) -> None:
    """Write some rows of a dataset as a table with its columns in the order of `names`, and columns of texts."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow([*extra, *names])
        places = [data.feature_names.index(name) for name in names]
        table.writerows([*extra.values(), *data.x[row, places].tolist()] for row in rows)


# predict


def test_predict_writes_class_and_probabilities_of_the_session_that_was_saved(
    model: Path, flowers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    iris = load_source("iris")
    rows = list(range(0, 150, 3))
    _write_rows(flowers.with_name("new.csv"), iris, rows, list(iris.feature_names)[::-1], species="?", note="")
    assert _run("predict", model, flowers.with_name("new.csv")) == FINE
    out, err = capsys.readouterr()
    assert err == ""
    found = list(csv.reader(io.StringIO(out)))
    assert found[0] == ["class", "setosa", "versicolor", "virginica"]
    session = Session(load_experiment(flowers))
    while not session.finished:
        session.step()
    expected = session.network.predict(session.prepared.scaling.apply(iris.x[rows], "float32"))
    assert [row[0] for row in found[1:]] == [iris.class_names[best] for best in expected.argmax(axis=1)]
    assert np.array([row[1:] for row in found[1:]], np.float32).tobytes() == expected.tobytes()
    assert len({row[0] for row in found[1:]}) > 1


def test_out_writes_the_same_to_a_file(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    iris = load_source("iris")
    _write_rows(tmp_path / "new.csv", iris, [1, 2], list(iris.feature_names))
    _run("predict", model, tmp_path / "new.csv")
    shown = capsys.readouterr().out
    assert _run("predict", model, tmp_path / "new.csv", "--out", tmp_path / "p.csv") == FINE
    assert capsys.readouterr() == ("", "")
    assert (tmp_path / "p.csv").read_bytes() == shown.encode()


def test_new_images_are_predicted_with_their_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, grey in (("cat", 20), ("dog", 230)):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(6):
            Image.new("L", (4, 4), grey + number).save(tmp_path / "pets" / name / f"{number}.png")
    Image.new("L", (8, 8), 231).save(tmp_path / "new.png")
    assert _run("inspect", "--toml", tmp_path / "pets") == FINE
    (tmp_path / "pets.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert _run("train", tmp_path / "pets.toml", "--save", tmp_path / "m.safetensors") == FINE
    capsys.readouterr()
    assert _run("predict", tmp_path / "m.safetensors", tmp_path / "new.png") == FINE
    out, err = capsys.readouterr()
    assert [line.split(",")[:2] for line in out.splitlines()] == [["file", "class"], ["new.png", "dog"]]
    assert err == "delta-lab: new.png: 1 of 1 images have another size; they are cropped and scaled to 4 × 4.\n"
    assert _run("predict", tmp_path / "m.safetensors", tmp_path / "pets" / "cat") == FINE
    assert [line.split(",")[0] for line in capsys.readouterr().out.splitlines()[1:3]] == ["0.png", "1.png"]


def test_images_are_predicted_from_pixel_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _experiment(tmp_path, "mnist5k", 10)
    assert _run("train", file, "--epochs", "1", "--save", tmp_path / "m.safetensors") == FINE
    capsys.readouterr()
    data = load_source("mnist5k")
    _write_rows(tmp_path / "new.csv", data, [0, 700, 4999], list(data.feature_names), label="?")
    assert _run("predict", tmp_path / "m.safetensors", tmp_path / "new.csv") == FINE
    found = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert found[0] == ["class", *"0123456789"]
    expected = load_model(tmp_path / "m.safetensors").predict(data.x[[0, 700, 4999]])
    assert np.array([row[1:] for row in found[1:]], np.float32).tobytes() == expected.tobytes()
    _write_rows(tmp_path / "few.csv", data, [0], list(data.feature_names)[:-2])
    line = _refused(capsys, "predict", tmp_path / "m.safetensors", tmp_path / "few.csv")
    assert "few.csv has no column 'pixel 27,26'" in line
    bright = (tmp_path / "new.csv").read_text(encoding="utf-8").replace("\n?,0,", "\n?,256,", 1)
    (tmp_path / "new.csv").write_text(bright, encoding="utf-8")
    line = _refused(capsys, "predict", tmp_path / "m.safetensors", tmp_path / "new.csv")
    assert "line 2, column 'pixel 0,0': found 256; for this model a pixel is a number from 0 to 255" in line


def test_a_test_part_is_predicted_as_well_as_training_reported(
    model: Path, flowers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    experiment, iris = load_experiment(flowers), load_source("iris")
    test = share_out(iris, experiment.data, experiment.seed).test
    _write_rows(flowers.with_name("test.csv"), iris, test.tolist(), list(iris.feature_names))
    _run("train", flowers, "--json")
    reported = _figures(capsys)["test_accuracy"]
    _run("predict", model, flowers.with_name("test.csv"))
    classes = [row["class"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert np.mean([iris.class_names[y] == name for y, name in zip(iris.y[test], classes, strict=True)]) == reported


PETS = "".join(f"{number},{number % 7},{'class' if number % 3 else 'dog'}\n" for number in range(40))


def test_a_single_sigmoid_has_a_column_for_each_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One of them is called as the first column is."""
    (tmp_path / "pets.csv").write_text("weight,age,kind\n" + PETS, encoding="utf-8")
    (tmp_path / "pets.toml").write_text(
        '[data]\npath = "pets.csv"\n[[layers]]\nkind = "dense"\nunits = 1\nactivation = "sigmoid"\n'
        '[training]\nloss = "binary_cross_entropy"\nepochs = 3\n',
        encoding="utf-8",
    )
    assert _run("train", tmp_path / "pets.toml", "--save", tmp_path / "m.safetensors") == FINE
    capsys.readouterr()
    assert _run("predict", tmp_path / "m.safetensors", tmp_path / "pets.csv") == FINE
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == ["class", "p(class)", "dog"]
    for row in rows:
        first, second = float(row["p(class)"]), float(row["dog"])
        assert first + second == pytest.approx(1)
        assert row["class"] == ("dog" if second > 0.5 else "class")


NAMES = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("5.1,3.5,1.4,0.2\n", ["new.csv has no column 'sepal length (cm)'", "its columns are column 1"]),
        ("5.1,3.5,1.4,0.2,setosa\n", ["new.csv", "no rows"]),
        (NAMES.replace("petal", "stem") + "\n1,2,3,4\n", ["no column 'petal length (cm)'", "did you mean"]),
        (NAMES + "\n1,2,3,4\n1,2,x,4\n", ["new.csv, line 3, column 'petal length (cm)'", "'x'"]),
        (NAMES + "\n1,2,nan,4\n", ["new.csv, line 2, column 'petal length (cm)'", "empty"]),
        (NAMES + "\n1,2,,4\n", ["new.csv, line 2, column 'petal length (cm)'", "empty"]),
        (NAMES + "\n1,2,3\n", ["new.csv, line 2", "3 fields", "4 columns"]),
        (NAMES + "\n1,2,3,1e300\n", ["Row 1, column 'petal width (cm)'", "1e+300", "float32"]),
        (NAMES + "\n", ["new.csv", "no rows"]),
        ("", ["new.csv", "empty"]),
        (b"\xff\xfe\x00", ["new.csv: byte 2", "UTF-8"]),
    ],
)
def test_a_table_that_does_not_fit_is_refused_in_one_line(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str | bytes, words: list[str]
) -> None:
    (tmp_path / "new.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
    line = _refused(capsys, "predict", model, tmp_path / "new.csv")
    assert all(word in line for word in words), line


def test_files_that_are_no_models_are_refused_in_one_line(
    model: Path, flowers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = flowers.parent
    (folder / "new.csv").write_text(NAMES + "\n1,2,3,4\n", encoding="utf-8")
    assert "does not exist" in _refused(capsys, "predict", folder / "none.safetensors", folder / "new.csv")
    assert "not a safetensors file" in _refused(capsys, "predict", flowers, folder / "new.csv")
    assert "gone.csv does not exist" in _refused(capsys, "predict", model, folder / "gone.csv")
    assert "is a folder" in _refused(capsys, "predict", model, folder)
    model.write_bytes(model.read_bytes()[:-1])
    assert "cut short" in _refused(capsys, "predict", model, folder / "new.csv")


def test_a_name_with_a_line_end_stays_on_one_line(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new.csv").write_text('"two\nlines",b\n1,2\n', encoding="utf-8")
    assert "two lines" in _refused(capsys, "predict", model, tmp_path / "new.csv")


def test_predict_writes_over_none_of_the_files_that_it_reads(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "new.csv"
    table.write_text(NAMES + "\n1,2,3,4\n", encoding="utf-8")
    before = (model.read_bytes(), table.read_bytes())
    for out in (model, table, tmp_path / "." / "new.csv"):
        assert "--out" in _refused(capsys, "predict", model, table, "--out", out)
    assert (model.read_bytes(), table.read_bytes()) == before
    assert "does not exist" in _refused(capsys, "predict", model, table, "--out", tmp_path / "no" / "p.csv")
    assert "is a folder" in _refused(capsys, "predict", model, table, "--out", tmp_path)


def test_a_reader_that_has_seen_enough_is_no_error(model: Path, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(NAMES + "\n" + "1,2,3,4\n" * 20_000, encoding="utf-8")
    command = [sys.executable, "-m", "lab", "predict", str(model), str(tmp_path / "new.csv")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("class,")
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(LIMIT) == FINE


# keep and resume


def test_a_run_that_is_resumed_ends_as_the_one_that_was_not(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    half, whole = tmp_path / "half.safetensors", tmp_path / "whole.safetensors"
    assert _run("train", flowers, "--epochs", 2, "--json", "--keep", half) == FINE
    assert _figures(capsys)["epochs"] == 2
    before = half.read_bytes()
    assert _run("resume", half, "--epochs", 4, "--json", "--keep", whole, "--save", tmp_path / "m.safetensors") == FINE
    resumed = _figures(capsys)
    assert _run("train", flowers, "--json", "--save", tmp_path / "n.safetensors") == FINE
    assert _figures(capsys) == resumed
    assert half.read_bytes() == before
    assert load_run(whole).epoch == 4
    one, other = (load_model(tmp_path / f"{name}.safetensors").network.parameters for name in "mn")
    assert one.tobytes() == other.tobytes()


def test_resume_may_write_over_the_run_that_it_resumes(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run.safetensors"
    _run("train", flowers, "--epochs", 1, "--keep", run)
    for epochs in (2, 3):
        assert _run("resume", run, "--epochs", epochs, "--keep", run) == FINE
    assert load_run(run).epoch == 3
    assert "3 epochs, " in capsys.readouterr().out


def test_a_run_that_is_at_its_end_says_so_but_gives_its_model(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, model = tmp_path / "run.safetensors", tmp_path / "model.safetensors"
    _run("train", flowers, "--json", "--keep", run)
    figures = _figures(capsys)
    for options in ((), ("--epochs", 3)):
        line = _refused(capsys, "resume", run, *options)
        assert "at its end after 4 epochs; give --epochs above 4 to go on, or --save MODEL" in line
    assert _run("resume", run, "--json", "--save", model) == FINE
    assert _figures(capsys) == figures
    assert load_model(model).network.parameters.tobytes() == load_run(run).network.parameters.tobytes()


def test_a_run_that_was_stopped_early_is_at_its_end(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = flowers.read_text(encoding="utf-8").replace("learning_rate = 0.01", "learning_rate = 0.5")
    flowers.write_text(text + "[training.early_stopping]\npatience = 2\n", encoding="utf-8")
    _run("train", flowers, "--epochs", 500, "--keep", tmp_path / "run.safetensors")
    capsys.readouterr()
    line = _refused(capsys, "resume", tmp_path / "run.safetensors", "--epochs", 900)
    assert "--epochs" not in line
    assert "give --save MODEL" in line


def test_files_that_are_no_runs_are_refused_in_one_line(
    model: Path, flowers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is a trained model" in _refused(capsys, "resume", model)
    assert "not a safetensors file" in _refused(capsys, "resume", flowers)
    assert "does not exist" in _refused(capsys, "resume", flowers.with_name("none"))


@pytest.mark.parametrize("option", ["--save", "--keep"])
def test_a_place_that_cannot_be_written_is_refused_before_the_training(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    (tmp_path / "folder.safetensors").mkdir()
    before = flowers.read_bytes()
    monkeypatch.setattr(Session, "step", lambda _session: pytest.fail("it was trained"))
    for place, words in (
        (flowers, "its name must end in .safetensors"),
        (tmp_path / "none" / "m.safetensors", "does not exist"),
        (tmp_path / "folder.safetensors", "is a folder"),
    ):
        line = _refused(capsys, "train", flowers, option, place)
        assert option in line
        assert words in line
    assert flowers.read_bytes() == before


def test_model_and_run_do_not_overwrite_each_other(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = tmp_path / "one.safetensors"
    assert "uses that file" in _refused(capsys, "train", flowers, "--save", one, "--keep", one)
    _run("train", flowers, "--epochs", 1, "--keep", one)
    capsys.readouterr()
    assert "uses that file" in _refused(capsys, "resume", one, "--epochs", 2, "--save", one)
    assert load_run(one).epoch == 1


def _full(_path: Path, _target: Path) -> None:
    raise OSError(28, "No space left on device")


def test_where_one_file_cannot_be_written_nothing_else_is_lost(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures are printed, the other file is written, and the run lies in the user's state folder."""
    replace, model = Path.replace, tmp_path / "m.safetensors"

    def full_for_runs(part: Path, target: Path) -> Path:
        return _full(part, target) if target.name == "r.safetensors" else replace(part, target)  # type: ignore[func-returns-value, return-value]

    monkeypatch.setattr(Path, "replace", full_for_runs)
    options = ("--json", "--save", model, "--keep", tmp_path / "r.safetensors")
    for number in (1, 2):  # what was put by before stays
        assert _run("train", flowers, *options) == WRONG_INPUT
        out, err = capsys.readouterr()
        assert json.loads(out)["epochs"] == 4
        (line,) = err.splitlines()
        put_by = paths.user_state() / "runs" / f"run-{number}.safetensors"
        assert f"--keep {options[-1]}: it cannot be written (No space left on device)" in line
        assert f"{model} holds the model" in line
        assert f"{put_by} holds the run" in line
        assert load_run(put_by).epoch == 4
        assert load_model(model).network.parameters.tobytes() == load_run(put_by).network.parameters.tobytes()


def test_where_nothing_can_be_written_the_figures_are_printed(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "replace", _full)
    assert _run("train", flowers, "--json", "--save", tmp_path / "m.safetensors") == WRONG_INPUT
    out, err = capsys.readouterr()
    assert json.loads(out)["epochs"] == 4
    (line,) = err.splitlines()
    assert "it cannot be written (No space left on device)" in line
    assert "the run cannot be put by either" in line


@pytest.mark.parametrize(("rate", "epochs"), [("1e38", 60), ("1e38", 1)])
def test_a_run_that_fails_keeps_its_last_finite_weights(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], rate: str, epochs: int
) -> None:
    """Also one that fails in its very last step, whose own loss was still finite."""
    run, model = tmp_path / "run.safetensors", tmp_path / "model.safetensors"
    text = flowers.read_text(encoding="utf-8").replace("learning_rate = 0.01", f"learning_rate = {rate}")
    flowers.write_text(text.replace("batch_size = 16", "batch_size = 1000"), encoding="utf-8")
    assert _run("train", flowers, "--epochs", epochs, "--keep", run, "--save", model, "--json") == FAILED
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.endswith(f"; {run} holds the run; {model} holds the model")
    kept = load_run(run)
    assert np.isfinite(kept.evaluate("train").loss)
    assert load_model(model).network.parameters.tobytes() == kept.network.parameters.tobytes()


def test_pipes_and_devices_take_the_results(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headless_run, "KEEP_EVERY", 0.0)  # into a pipe the run goes only once, at its end
    pipe, model, got = tmp_path / "pipe", tmp_path / "m.safetensors", []
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(end, True)
    with pipe.open("wb") as held, os.fdopen(end, "rb") as stream:
        reader = threading.Thread(target=lambda: got.append(stream.read()))
        reader.start()
        assert _run("train", flowers, "--json", "--save", "/dev/null", "--keep", pipe) == FINE
        held.close()
        reader.join()
    assert pipe.is_fifo()
    assert _figures(capsys)["epochs"] == 4
    model.write_bytes(got[0])
    assert load_run(model).epoch == 4


def test_a_pipe_that_nobody_reads_does_not_cost_the_run(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _run("train", flowers, "--json", "--keep", tmp_path / "pipe") == WRONG_INPUT
    out, err = capsys.readouterr()
    assert json.loads(out)["epochs"] == 4
    assert "nobody reads from this pipe" in err
    assert load_run(paths.user_state() / "runs" / "run-1.safetensors").epoch == 4


def test_weights_on_standard_output_are_not_mixed_with_the_figures(flowers: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lab", "train", str(flowers), "--json", "--save", "/dev/stdout"]
    done = subprocess.run(command, capture_output=True, timeout=LIMIT, check=False)
    assert done.returncode == FINE
    assert json.loads(done.stderr)["epochs"] == 4
    (tmp_path / "m.safetensors").write_bytes(done.stdout)
    assert load_model(tmp_path / "m.safetensors").network.parameters.size


def test_standard_output_that_is_full_is_one_line(flowers: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "lab", "train", str(flowers)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=LIMIT, check=False)
    assert done.returncode == WRONG_INPUT
    assert done.stderr == "delta-lab: standard output cannot be written (No space left on device)\n"


# signals


def _interrupt_after(monkeypatch: pytest.MonkeyPatch, steps: int, number: int = signal.SIGINT) -> None:
    """Send this process a signal while the step of that number is under way."""
    step = Session.step

    def interrupted(session: Session) -> float:
        if session.steps + 1 == steps:
            os.kill(os.getpid(), number)
        return step(session)

    monkeypatch.setattr(Session, "step", interrupted)


@pytest.mark.parametrize(
    ("number", "words", "code"),
    [
        (signal.SIGINT, "interrupted", 130),
        (signal.SIGTERM, "stopped by SIGTERM", 143),
        (signal.SIGHUP, "stopped by SIGHUP", 129),
    ],
)
def test_a_signal_keeps_run_and_model_after_the_step_that_was_under_way(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int, words: str, code: int
) -> None:
    run, model = tmp_path / "run.safetensors", tmp_path / "model.safetensors"
    with pytest.MonkeyPatch.context() as patch:
        _interrupt_after(patch, 9, number)
        assert _run("train", flowers, "--json", "--keep", run, "--save", model) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"delta-lab: {words} after 9 steps; {run} holds the run; {model} holds the model\n"
    session = Session(load_experiment(flowers))
    for _ in range(9):
        session.step()
    kept = take_state(load_run(run))
    assert kept.numbers == take_state(session).numbers
    assert kept.arrays["parameters"].tobytes() == session.network.parameters.tobytes()
    assert load_model(model).network.parameters.tobytes() == session.network.parameters.tobytes()
    _run("resume", run, "--json")
    resumed = _figures(capsys)
    _run("train", flowers, "--json")
    assert _figures(capsys) == resumed


def test_ctrl_c_without_keep_ends_in_one_line(
    flowers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    _interrupt_after(monkeypatch, 3)
    assert _run("train", flowers) == INTERRUPTED
    assert capsys.readouterr() == ("", "delta-lab: interrupted after 3 steps\n")
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


@pytest.mark.parametrize(("presses", "kept"), [(2, True), (3, False)])
def test_only_the_third_ctrl_c_interrupts_at_once(
    flowers: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    presses: int,
    kept: bool,
) -> None:
    """An impatient second one does not cost the run."""
    step = Session.step

    def impatient(session: Session) -> float:
        for _ in range(presses):
            os.kill(os.getpid(), signal.SIGINT)
        return step(session)

    monkeypatch.setattr(Session, "step", impatient)
    assert _run("train", flowers, "--keep", tmp_path / "run.safetensors") == INTERRUPTED
    assert capsys.readouterr().err.startswith("delta-lab: interrupted")
    assert (tmp_path / "run.safetensors").exists() == kept


def test_a_signal_while_the_figures_are_measured_keeps_the_run(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_session: Session, part: str) -> None:
        if part == "test":
            os.kill(os.getpid(), signal.SIGTERM)
            pytest.fail("it was not stopped")

    run, evaluate = tmp_path / "run.safetensors", Session.evaluate
    monkeypatch.setattr(Session, "evaluate", lambda session, part: slow(session, part) or evaluate(session, part))
    assert _run("train", flowers, "--keep", run) == 143
    assert f"{run} holds the run" in capsys.readouterr().err
    assert load_run(run).epoch == 4


def test_a_signal_while_files_are_written_does_not_disturb(
    flowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, replace = tmp_path / "run.safetensors", Path.replace

    def interrupted(part: Path, target: Path) -> Path:
        os.kill(os.getpid(), signal.SIGTERM)
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    assert _run("train", flowers, "--keep", run, "--json") == FINE
    assert _figures(capsys)["epochs"] == load_run(run).epoch == 4


def test_under_nohup_a_hang_up_is_ignored(
    flowers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        _interrupt_after(monkeypatch, 3, signal.SIGHUP)
        assert _run("train", flowers, "--json") == FINE
    finally:
        signal.signal(signal.SIGHUP, before)
    assert _figures(capsys)["epochs"] == 4


def test_a_run_is_kept_while_it_goes_on(flowers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What then kills the process, as no handler can, costs the time since."""
    run, step = tmp_path / "run.safetensors", Session.step
    seen: list[int] = []

    def looked_at(session: Session) -> float:
        if run.exists():
            seen.append(load_run(run).steps)
        return step(session)

    monkeypatch.setattr(headless_run, "KEEP_EVERY", 0.0)
    monkeypatch.setattr(headless_run, "_KEEPING_SHARE", 1e9)
    monkeypatch.setattr(Session, "step", looked_at)
    assert _run("train", flowers, "--epochs", 2, "--keep", run) == FINE
    assert seen == list(range(1, load_run(run).steps))


# help


@pytest.mark.parametrize("command", ["train", "resume", "predict"])
def test_help_names_the_files(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == FINE
    out = capsys.readouterr().out
    words = ["MODEL.safetensors", "--out P.csv"] if command == "predict" else ["--save MODEL", "--keep RUN"]
    assert all(word in out for word in words)


_TOWNS = """
[data]
path = "towns.csv"
{reading}
[[layers]]
kind = "dense"
units = 2
activation = "softmax"
[training]
epochs = 1
"""


def _towns(folder: Path, reading: str = "") -> Path:
    lines = ["pop;k", *(f"{n % 7 + 1},{n:03};{'ab'[n % 2]}" for n in range(100, 160))]
    (folder / "towns.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "towns.toml").write_text(_TOWNS.format(reading=reading), encoding="utf-8")
    return folder / "towns.toml"


def test_a_column_that_could_be_read_otherwise_is_told_until_its_reading_is_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(_towns(tmp_path))]) == FINE
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith("delta-lab: towns.csv: The column 'pop' is read with a decimal comma")
    assert told[0].endswith("set columns.pop.reading to decimal_comma or decimal_point in the experiment.")
    assert main(["train", str(_towns(tmp_path, '[data.columns.pop]\nreading = "decimal_point"'))]) == FINE
    assert capsys.readouterr().err == ""


def test_a_reading_that_is_none_is_refused_with_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(_towns(tmp_path, '[data.columns.pop]\nreading = "decimal_dot"'))]) == WRONG_INPUT
    assert (
        "data.columns.pop.reading: 'decimal_dot' is not one of decimal_point, decimal_comma" in capsys.readouterr().err
    )


def test_bytes_that_are_not_utf_8_wait_for_a_decision_and_then_train(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"{n},{n % 7},{'süß' if n % 2 else 'herb'}\n".encode() for n in range(40)]
    for n in (5, 7, 9, 11):
        lines[n] = b"%d,%d,s\xfc\xdf\n" % (n, n)
    (tmp_path / "wein.csv").write_bytes(b"a,b,art\n" + b"".join(lines))
    file = tmp_path / "wein.toml"
    assert _run("inspect", "--toml", tmp_path / "wein.csv") == WRONG_INPUT
    told = "wein.csv, line 7, column 'art': the byte 0xfc is not UTF-8, as the rest of the file is"
    assert told in capsys.readouterr().err
    start = 'format = 1\n[data]\npath = "wein.csv"\ntarget = "art"\n'
    layers = '[[layers]]\nkind = "dense"\nunits = 3\nactivation = "softmax"\n'
    file.write_text(start + layers, encoding="utf-8")
    sentence = _refused(capsys, "train", file)
    assert told in sentence
    assert "Set data.layout.encoding to utf-8-replaced" in sentence
    file.write_text(f'{start}[data.layout]\nencoding = "utf-8-replaced"\n{layers}', encoding="utf-8")
    assert _run("train", file, "--epochs", "1") == FINE


def test_images_without_labels_are_predicted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (30, 4, 4), dtype=np.uint8)
    head = b"\0\0\x08\x03" + np.array([30, 4, 4], ">u4").tobytes()
    (tmp_path / "a-images-idx3-ubyte").write_bytes(head + pixels.tobytes())
    classes = (np.arange(30) % 3).astype(np.uint8)
    labels = b"\0\0\x08\x01" + np.array([30], ">u4").tobytes() + classes.tobytes()
    (tmp_path / "a-labels-idx1-ubyte").write_bytes(labels)
    start = 'format = 1\n[data]\npath = "a-images-idx3-ubyte"\nscaling = "pixel"\n'
    (tmp_path / "a.toml").write_text(f'{start}[[layers]]\nkind = "dense"\nunits = 3\nactivation = "softmax"\n', "utf-8")
    model = tmp_path / "a.safetensors"
    assert _run("train", tmp_path / "a.toml", "--epochs", "1", "--save", model) == FINE
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "b-images-idx3-ubyte").write_bytes(head + pixels.tobytes())
    capsys.readouterr()
    assert _run("predict", model, tmp_path / "new" / "b-images-idx3-ubyte") == FINE
    assert len(capsys.readouterr().out.splitlines()) == 31
