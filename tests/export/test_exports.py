"""Exports: one table behind the File menu and the command line; a new one is a file and a row."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from lab import paths
from lab.cli import FINE, WRONG_INPUT, main
from lab.experiment.spec import Experiment, load_experiment, save_experiment
from lab.export.capture import Capture, capture_of
from lab.export.export import Export, Files
from lab.export.exports import EXPORTS
from lab.storage.errors import StorageError
from lab.storage.model_file import load_model
from lab.storage.run_file import load_run

# the toy export: what a new one consists of


def width_files(capture: Capture, path: Path) -> Files:
    """Return the shape of every W as a line, and who wrote it; refuse what has more than three layers."""
    layers = capture.model.network.layers
    if len(layers) > 3:
        raise StorageError(f"{path.name} was not written: it holds three layers, this network has more.")
    text = io.StringIO()
    csv.writer(text).writerows(layer.W.shape for layer in layers)
    return {path: text.getvalue().encode(), path.with_suffix(".by"): b"Delta Lab"}


def loss_files(capture: Capture, path: Path) -> Files:
    """Return the losses of the run's session, and those that follow in the next two steps."""
    session = capture.session()
    session.epochs += 1
    losses = [*session.history.losses(), session.step(), session.step()]
    return {path: "\n".join(map(repr, map(float, losses))).encode()}


WIDTHS = Export("widths", "Widths", ".csv", "The shape of every W", width_files)
LOSSES = Export("losses", "Losses", ".txt", "The loss of every step", loss_files, needs_run=True)


@pytest.fixture
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    for row in (WIDTHS, LOSSES):
        monkeypatch.setitem(EXPORTS, row.name, row)


def small(*hidden: int) -> Experiment:
    """Return an experiment of one epoch on the iris flowers."""
    layers = [*({"kind": "dense", "units": units} for units in hidden), {"kind": "dense", "units": 3}]
    layers[-1]["activation"] = "softmax"
    return Experiment.model_validate({"data": {"source": "iris"}, "layers": layers, "training": {"epochs": 1}})


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with a trained model and the run that it comes from."""
    save_experiment(small(5), tmp_path / "e.toml")
    command = ["train", "e.toml", "--save", "m.safetensors", "--keep", "r.safetensors"]
    assert main([command[0], *(str(tmp_path / word) if "." in word else word for word in command[1:])]) == FINE
    return tmp_path


def export(folder: Path, file: str, to: str, out: str) -> int:
    return main(["export", str(folder / file), "--to", to, "--out", str(folder / out)])


@pytest.mark.usefixtures("_toy")
@pytest.mark.parametrize("file", ["m.safetensors", "r.safetensors"])
def test_a_new_row_is_a_format_of_the_command_line(kept: Path, file: str) -> None:
    assert export(kept, file, "widths", "w.csv") == FINE
    assert (kept / "w.csv").read_text().split() == ["4,5", "5,3"]


@pytest.mark.usefixtures("_toy")
def test_what_a_format_cannot_hold_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_experiment(small(5, 5, 5), tmp_path / "e.toml")
    assert main(["train", str(tmp_path / "e.toml"), "--save", str(tmp_path / "m.safetensors")]) == FINE
    capsys.readouterr()
    assert export(tmp_path, "m.safetensors", "widths", "w.csv") == WRONG_INPUT
    assert capsys.readouterr().err == (
        "delta-lab: w.csv was not written: it holds three layers, this network has more.\n"
    )


@pytest.mark.usefixtures("_toy")
def test_what_goes_beside_it_replaces_only_what_an_export_has_written(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert export(kept, "m.safetensors", "widths", "w.csv") == FINE
        assert (kept / "w.by").read_bytes() == b"Delta Lab"
    (kept / "w.by").write_text("mine")
    (kept / "w.csv").write_text("older")
    capsys.readouterr()
    assert export(kept, "m.safetensors", "widths", "w.csv") == WRONG_INPUT
    assert "w.by, which goes beside it, exists already and is not one of Delta Lab's" in capsys.readouterr().err
    assert ((kept / "w.by").read_text(), (kept / "w.csv").read_text()) == ("mine", "older")


@pytest.mark.usefixtures("_toy")
def test_nothing_is_written_where_a_file_beside_it_cannot_be(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kept / "w.by").mkdir()
    before = sorted(kept.iterdir())
    capsys.readouterr()
    assert export(kept, "m.safetensors", "widths", "w.csv") == WRONG_INPUT
    assert "cannot be written" in capsys.readouterr().err
    assert sorted(kept.iterdir()) == before


@pytest.mark.usefixtures("_toy")
def test_what_tells_of_the_run_has_a_session_of_its_own(kept: Path) -> None:
    assert export(kept, "r.safetensors", "losses", "l.txt") == FINE
    run = load_run(kept / "r.safetensors")
    run.epochs += 1
    done = run.history.losses()
    expected = [*done, run.step(), run.step()]
    assert [float(line) for line in (kept / "l.txt").read_text().split()] == expected


@pytest.mark.usefixtures("_toy")
def test_what_tells_of_the_run_is_refused_of_a_model_file(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert export(kept, "m.safetensors", "losses", "l.txt") == WRONG_INPUT
    assert capsys.readouterr().err == (
        "delta-lab: l.txt was not written: 'Losses' tells of the run, and a model file has none; "
        "give a saved run, as train --keep writes it.\n"
    )
    assert not (kept / "l.txt").exists()


def test_a_capture_stays_as_it_is_while_training_goes_on(kept: Path) -> None:
    run = load_run(kept / "r.safetensors")
    capture, weights, steps = capture_of(run), run.network.parameters.copy(), run.steps
    run.epochs += 1
    run.step()
    np.testing.assert_array_equal(capture.model.network.parameters, weights)
    assert capture.session().steps == steps
    np.testing.assert_array_equal(capture.session().network.parameters, weights)


# the table


def test_the_formats_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", "--list"])
    assert ended.value.code in (0, None)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(EXPORTS)


@pytest.mark.parametrize("name", EXPORTS)
def test_every_row_can_be_shown_and_chosen(name: str) -> None:
    row = EXPORTS[name]
    assert row.name == name
    assert row.title
    assert row.help
    assert row.ending.startswith(".")
    assert row.ending == row.ending.lower()


# the model file, its first row


def test_the_model_of_a_run_is_what_was_saved_beside_it(kept: Path) -> None:
    assert export(kept, "r.safetensors", "model", "again.safetensors") == FINE
    assert (kept / "again.safetensors").read_bytes() == (kept / "m.safetensors").read_bytes()
    x = np.array([[5.1, 3.5, 1.4, 0.2], [6.2, 3.4, 5.4, 2.3]])
    one, other = (load_model(kept / name).predict(x) for name in ("again.safetensors", "m.safetensors"))
    np.testing.assert_array_equal(one, other)


def test_a_model_is_copied_byte_for_byte(kept: Path) -> None:
    assert export(kept, "m.safetensors", "model", "copy.safetensors") == FINE
    assert (kept / "copy.safetensors").read_bytes() == (kept / "m.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("file", "to", "out", "sentence"),
    [
        ("m.safetensors", "onyx", "o.safetensors", "argument --to: invalid choice: 'onyx'"),
        ("m.safetensors", "model", "o.bin", "o.bin: its name must end in .safetensors"),
        ("m.safetensors", "model", "m.safetensors", "the same command uses that file for something else"),
        ("m.safetensors", "model", "no/o.safetensors", "does not exist"),
        (
            "e.toml",
            "model",
            "o.safetensors",
            "e.toml is not a safetensors file; choose one that",
        ),
        ("gone.safetensors", "model", "o.safetensors", "gone.safetensors"),
    ],
    ids=["format", "ending", "same file", "folder", "no model", "no file"],
)
def test_wrong_input_is_one_sentence(
    kept: Path, capsys: pytest.CaptureFixture[str], file: str, to: str, out: str, sentence: str
) -> None:
    capsys.readouterr()
    assert export(kept, file, to, out) == WRONG_INPUT
    printed = capsys.readouterr()
    assert printed.out == ""
    assert sentence in printed.err
    assert printed.err.count("\n") == 1


def test_a_foreign_safetensors_file_is_refused(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from safetensors.numpy import save_file

    save_file({"w": np.zeros(3)}, kept / "foreign.safetensors")
    capsys.readouterr()
    assert export(kept, "foreign.safetensors", "model", "o.safetensors") == WRONG_INPUT
    assert "not one of Delta Lab's" in capsys.readouterr().err


def test_the_bundled_experiment_goes_through_every_export(tmp_path: Path) -> None:
    save_experiment(load_experiment(paths.default_experiment()), tmp_path / "e.toml")
    command = ["train", str(tmp_path / "e.toml"), "--epochs", "1", "--keep", str(tmp_path / "r.safetensors")]
    assert main(command) == FINE
    for row in EXPORTS.values():
        assert export(tmp_path, "r.safetensors", row.name, f"out_{row.name}{row.ending}") == FINE
        assert (tmp_path / f"out_{row.name}{row.ending}").stat().st_size > 0
