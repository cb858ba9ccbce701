"""The command line without a window: figures on standard output, one line on standard error, an exit code."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

import pytest

from lab import paths
from lab.cli import FAILED, FINE, WRONG_INPUT, main
from lab.data.sets.sources import SOURCES, load_source
from lab.experiment.running import run_until
from lab.experiment.session import Session
from lab.experiment.spec import load_experiment
from lab.version import program_version
from tests.waiting import LIMIT

FIELDS = {
    "epochs",
    "steps",
    "seconds",
    "examples_per_second",
    "train_loss",
    "val_loss",
    "test_loss",
    "test_accuracy",
    "parameters",
}
IRIS = """
format = 1
name = "Flowers"
seed = 5
[data]
source = "iris"
split = [0.6, 0.2, 0.2]
[[layers]]
kind = "dense"
units = 8
activation = "relu"
[[layers]]
kind = "dense"
units = 3
activation = "softmax"
[training]
loss = "cross_entropy"
batch_size = 16
epochs = 4
[training.optimizer]
kind = "sgd"
learning_rate = 0.1
"""


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    file = tmp_path / "iris.toml"
    file.write_text(IRIS, encoding="utf-8")
    return file


def _run(*arguments: object) -> int:
    """Return the exit code of a command, as the shell would see it."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as end:
        return int(end.code or 0)


def _no_json(text: str) -> NoReturn:
    raise AssertionError(f"{text} is no JSON")


def _json(output: str) -> dict[str, Any]:
    """Return the one object on standard output; NaN and Infinity are not JSON."""
    found = json.loads(output, parse_constant=_no_json)
    assert isinstance(found, dict)
    return found


def _assert_refused(capsys: pytest.CaptureFixture[str], code: int, expected: int = WRONG_INPUT) -> str:
    """Check that there is one line on standard error and nothing else, and return it."""
    out, err = capsys.readouterr()
    assert code == expected
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("delta-lab")
    return line


def test_the_exit_codes() -> None:
    assert (FINE, FAILED, WRONG_INPUT) == (0, 1, 2)


# train


def test_json_is_one_object_with_the_figures(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("train", iris, "--json") == FINE
    out, err = capsys.readouterr()
    assert err == ""
    found = _json(out)
    assert found.keys() >= FIELDS
    assert found["epochs"] == 4
    assert found["steps"] == 4 * 6  # 90 examples in batches of 16
    assert found["parameters"] == 4 * 8 + 8 + 8 * 3 + 3
    assert found["seed"] == 5
    assert found["examples_per_second"] == pytest.approx(360 / found["seconds"])
    session = Session(load_experiment(iris))
    for _ in range(4):
        session.run_epoch()
    assert found["train_loss"] == session.evaluate("train").loss
    assert found["val_loss"] == session.evaluate("validation").loss
    assert found["test_loss"] == session.evaluate("test").loss
    assert found["test_accuracy"] == session.evaluate("test").score


def test_the_same_command_gives_the_same_figures(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = []
    for _ in range(2):
        _run("train", iris, "--json")
        found = _json(capsys.readouterr().out)
        figures.append({name: found[name] for name in FIELDS - {"seconds", "examples_per_second"}})
    assert figures[0] == figures[1]


def test_epochs_and_seed_can_be_given(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def losses(*options: str) -> tuple[int, float]:
        assert _run("train", iris, "--json", *options) == FINE
        found = _json(capsys.readouterr().out)
        return found["epochs"], found["test_loss"]

    as_written = losses()
    assert as_written[0] == 4
    assert losses("--epochs", "2")[0] == 2
    assert losses("--seed", "5") == as_written
    assert losses("--seed", "6") != as_written
    assert losses("--seed", "0") != as_written
    assert iris.read_text(encoding="utf-8") == IRIS


def test_without_json_a_person_reads_the_figures(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("train", iris) == FINE
    out, err = capsys.readouterr()
    assert err == ""
    for words in ("Flowers", "seed 5", "67 parameters", "4 epochs", "24 steps", "examples/s"):
        assert words in out
    assert "loss" in out
    assert "accuracy" in out


def test_a_part_without_examples_has_no_figures(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    iris.write_text(IRIS.replace("[0.6, 0.2, 0.2]", "[0.7, 0.0, 0.3]"), encoding="utf-8")
    assert _run("train", iris, "--json") == FINE
    found = _json(capsys.readouterr().out)
    assert found["val_loss"] is None
    assert found["val_accuracy"] is None
    assert found["test_accuracy"] > 0


# a run that fails


@pytest.mark.parametrize("rate", ["1e3", "1e10", "1e30", "1e38"])
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_run_whose_loss_is_lost_fails_in_one_line(
    iris: Path, capsys: pytest.CaptureFixture[str], rate: str, options: list[str]
) -> None:
    iris.write_text(IRIS.replace("learning_rate = 0.1", f"learning_rate = {rate}"), encoding="utf-8")
    line = _assert_refused(capsys, _run("train", iris, "--epochs", "60", *options), FAILED)
    assert "step " in line.lower()
    assert "layer" in line
    assert "learning rate" in line


@pytest.mark.parametrize(
    ("loss", "output", "rate"), [("cross_entropy", "softmax", "1e38"), ("half_squared_error", "linear", "1e15")]
)
def test_a_run_that_is_lost_in_its_last_step_fails_too(
    iris: Path, capsys: pytest.CaptureFixture[str], loss: str, output: str, rate: str
) -> None:
    """The only step's own loss is finite, what it leaves is not: no figures of it are printed as if all was well."""
    text = IRIS.replace("softmax", output).replace("cross_entropy", loss).replace("0.1", rate)
    iris.write_text(text.replace("batch_size = 16", "batch_size = 1000"), encoding="utf-8")
    line = _assert_refused(capsys, _run("train", iris, "--epochs", "1", "--json"), FAILED)
    assert "learning rate" in line


# input that is wrong

CSV = '[data]\npath = "pets.csv"\ntarget = "kind"\n[[layers]]\nkind = "dense"\nunits = 2\nactivation = "softmax"\n'
ROWS = "".join(f"{number},{number % 3},{'cat' if number % 2 else 'dog'}\n" for number in range(30))
PETS = "weight,age,kind\n" + ROWS


@pytest.mark.parametrize(
    "table",
    [PETS.encode(), PETS.replace("cat", "Gänse").encode("latin-1"), PETS.replace(",", ";").encode("utf-16")],
    ids=["UTF-8", "Latin-1", "UTF-16 with semicolons"],
)
def test_a_table_of_ones_own_trains(tmp_path: Path, capsys: pytest.CaptureFixture[str], table: bytes) -> None:
    (tmp_path / "pets.csv").write_bytes(table)
    (tmp_path / "pets.toml").write_text(CSV, encoding="utf-8")
    assert _run("train", tmp_path / "pets.toml", "--epochs", "2", "--json") == FINE
    assert _json(capsys.readouterr().out)["parameters"] == 6


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("seed = 5", "sede = 5", ["iris.toml", "sede: unknown field", "did you mean seed?"]),
        ("relu", "rellu", ["layers[0].activation", "'rellu'", "sigmoid", "did you mean relu?"]),
        ("units = 8", "units = 0", ["layers[0].units", "0", "at least 1"]),
        ("units = 3", "units = 4", ["layers[1]", "3 classes", "4", "set 3 units"]),
        ("softmax", "linear", ["layers[1]", "cross_entropy", "softmax or sigmoid", "linear"]),
        ("learning_rate = 0.1", "learning_rate = nan", ["learning_rate", "nan", "finite"]),
        ("format = 1", "format = 2", ["format", "2", "format 1"]),
        ("[0.6, 0.2, 0.2]", "[0.6, 0.2, 0.1]", ["data.split", "[0.6, 0.2, 0.1]", "sum to 1"]),
        ('source = "iris"', 'source = "irsi"', ["data.source", "digits", "did you mean iris?"]),
        ('source = "iris"', 'path = "none.csv"', ["none.csv", "does not exist"]),
        ("format = 1", 'format = 1\n"two\\nlines" = 1', ["unknown field"]),
        ("format = 1", "format = ", ["iris.toml", "not a TOML file", "line 2"]),
        (IRIS, "", ["iris.toml", "data: missing", "layers: missing"]),
    ],
)
def test_an_experiment_that_is_wrong_is_refused_in_one_line(
    iris: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: list[str]
) -> None:
    assert old in IRIS
    iris.write_text(IRIS.replace(old, new), encoding="utf-8")
    line = _assert_refused(capsys, _run("train", iris, "--json"))
    assert all(word in line for word in words)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", ["pets.csv", "empty"]),
        ("weight,age,kind\n", ["pets.csv", "no rows"]),
        (PETS + "1,2\n", ["pets.csv", "line 32"]),
        (PETS + "nan,1,cat\n", ["pets.csv", "line 32", "'weight'", "the cell is empty", "median"]),
        (PETS + "1,inf,cat\n", ["pets.csv", "line 32", "'age'", "infinite"]),
        (PETS + "1,two,cat\n", ["pets.csv", "line 32", "'age'", "'two'"]),
        (PETS.replace("dog", "cat"), ["pets.csv", "'kind'", "'cat'"]),
        (PETS + "1,2,bird\n", ["pets.csv", "'bird'", "single example"]),
        (PETS.replace("kind", "sort"), ["pets.csv", "'kind'", "sort"]),
        (ROWS, ["pets.csv", "'kind'", "column 1, column 2, column 3"]),
    ],
)
def test_a_table_that_is_wrong_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str | bytes, words: list[str]
) -> None:
    (tmp_path / "pets.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
    (tmp_path / "pets.toml").write_text(CSV, encoding="utf-8")
    line = _assert_refused(capsys, _run("train", tmp_path / "pets.toml"))
    assert all(word in line for word in words)


def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "missing.toml" in _assert_refused(capsys, _run("train", tmp_path / "missing.toml"))
    assert "is a folder" in _assert_refused(capsys, _run("train", tmp_path))
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe4"')
    assert "UTF-8" in _assert_refused(capsys, _run("train", tmp_path / "latin.toml"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train"], ["FILE.toml"]),
        (["train", "iris.toml", "--epochs", "0"], ["--epochs", "'0'", "from 1"]),
        (["train", "iris.toml", "--epochs", "many"], ["--epochs", "'many'", "whole number"]),
        (["train", "iris.toml", "--seed", "-1"], ["--seed"]),
        (["train", "iris.toml", "--seed", "1.5"], ["--seed", "'1.5'", "whole number"]),
        (["train", "iris.toml", "--seed", str(2**63)], ["--seed"]),
        (["train", "iris.toml", "--quick"], ["--quick"]),
        (["trian", "iris.toml"], ["'trian'", "train", "datasets"]),
        (["datasets", "iris"], ["iris"]),
    ],
)
def test_arguments_that_are_wrong_are_refused_in_one_line(
    iris: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: list[str],
) -> None:
    monkeypatch.chdir(iris.parent)
    line = _assert_refused(capsys, _run(*arguments))
    assert all(word in line for word in words)


# datasets and help


def test_datasets_lists_every_bundled_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("datasets") == FINE
    out, err = capsys.readouterr()
    assert err == ""
    for name, source in SOURCES.items():
        data = load_source(name)
        line = next(line for line in out.splitlines() if line.split()[:1] == [name])
        assert f"{data.examples:,}" in line
        assert str(data.inputs) in line
        assert f"{data.classes} {'numbers' if source.task == 'numbers' else 'classes'}" in line
        assert source.about in out
        assert source.licence in out


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["datasets", "--help"]])
def test_help_is_no_error(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert _run(*arguments) == FINE
    out, err = capsys.readouterr()
    assert out.startswith("usage: delta-lab")
    assert err == ""


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    _run("--help")
    out = capsys.readouterr().out
    assert all(command in out for command in ("train", "picture", "datasets", "window"))


# as a program


def _python(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False, **options)


def test_python_m_lab_is_the_program(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = _python("-m", "lab", "train", iris.name, "--json", cwd=iris.parent)
    assert (done.returncode, done.stderr) == (FINE, "")
    found = _json(done.stdout)
    _run("train", iris, "--json")
    here = _json(capsys.readouterr().out)
    assert {name: found[name] for name in FIELDS if "second" not in name} == {
        name: here[name] for name in FIELDS if "second" not in name
    }


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == FINE
    assert capsys.readouterr().out == f"delta-lab {version('delta-lab')}\n"


def test_a_source_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.version._PACKAGE", "delta-lab-of-nobody")
    assert program_version() == "not installed"


def test_the_exit_code_reaches_the_shell(tmp_path: Path) -> None:
    done = _python("-m", "lab", "train", tmp_path / "none.toml")
    assert (done.returncode, done.stdout) == (WRONG_INPUT, "")
    assert len(done.stderr.splitlines()) == 1


def test_training_loads_no_qt(iris: Path) -> None:
    code = (
        "import sys; from lab.cli import main; main(sys.argv[1:]); "
        "print([name for name in sys.modules if name.startswith(('PySide6', 'pyqtgraph'))], file=sys.stderr)"
    )
    done = _python("-c", code, "train", iris, "--json")
    assert done.returncode == FINE
    assert done.stderr.strip() == "[]"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no terminals of this kind")
def test_on_a_terminal_a_bar_shows_the_progress_and_json_stays_clean(iris: Path) -> None:
    import termios  # not on every system, like the terminals

    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    command = [sys.executable, "-m", "lab", "train", str(iris), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, text=True, timeout=LIMIT, check=False)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == FINE
    assert _json(done.stdout)["epochs"] == 4
    assert "4/4" in shown
    assert "epoch" in shown


def test_training_stops_where_validation_no_longer_improves(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    still = IRIS.replace("epochs = 4", "epochs = 40").replace("learning_rate = 0.1", "learning_rate = 1e-30")
    iris.write_text(still, encoding="utf-8")
    assert main(["train", str(iris), "--patience", "3", "--json"]) == FINE
    assert json.loads(capsys.readouterr().out)["epochs"] == 4
    iris.write_text(still.replace("[0.6, 0.2, 0.2]", "[0.8, 0.0, 0.2]"), encoding="utf-8")
    assert main(["train", str(iris), "--patience", "3"]) == WRONG_INPUT
    assert "no validation rows" in capsys.readouterr().err


def test_training_stops_after_some_minutes(
    iris: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    iris.write_text(IRIS.replace("epochs = 4", "epochs = 4000"), encoding="utf-8")
    times = iter(range(0, 100_000, 20))  # seconds: each look at the clock is 20 later
    monkeypatch.setattr(run_until, "monotonic", lambda: float(next(times)))
    assert main(["train", str(iris), "--minutes", "1", "--json"]) == FINE
    assert json.loads(capsys.readouterr().out)["steps"] == 2


def test_several_seeds_are_trained_side_by_side_and_told_as_one(
    iris: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep = tmp_path / "r.safetensors"
    assert main(["train", str(iris), "--seeds", "2", "--jobs", "1", "--json", "--keep", str(keep)]) == FINE
    found = json.loads(capsys.readouterr().out)
    assert [run["seed"] for run in found["seeds"]] == [5, 6]
    losses = [run["val_loss"] for run in found["seeds"]]
    assert found["figures"]["val_loss"]["lowest"] == min(losses)
    assert [path.name for path in sorted(tmp_path.glob("*.safetensors"))] == [
        "r-seed-5.safetensors",
        "r-seed-6.safetensors",
    ]
    assert main(["train", str(iris), "--seed", "6", "--json"]) == FINE
    assert json.loads(capsys.readouterr().out)["val_loss"] == losses[1]


@pytest.mark.parametrize("place", ["/dev/null", "none/r.safetensors"])
def test_seeds_are_refused_a_place_before_anything_is_trained(
    iris: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    assert main(["train", str(iris), "--seeds", "2", "--keep", place]) == WRONG_INPUT
    assert place.split("/", maxsplit=1)[0] in capsys.readouterr().err


def test_training_tells_what_is_wrong_with_the_gradients_and_is_silent_in_good_health(
    iris: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(iris), "--json"]) == FINE
    assert capsys.readouterr().err == ""
    vanishing = paths.resources() / "experiments" / "vanishing-gradient.toml"
    assert main(["train", str(vanishing), "--epochs", "1", "--json"]) == FINE
    told = capsys.readouterr()
    assert "step 1: The gradient vanishes" in told.err
    assert "layer 1 (Dense, Sigmoid)" in told.err
    assert json.loads(told.out)["epochs"] == 1
