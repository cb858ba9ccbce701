"""The script of plain NumPy: run alone it finds the first losses of the run again, whatever the net is made of."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.cli import FINE, WRONG_INPUT, main
from lab.core.activations import ACTIVATIONS
from lab.core.layers import LAYERS, Dropout, Layer
from lab.core.losses import LOSSES
from lab.core.optimizers import OPTIMIZERS
from lab.core.output_rule import why_refused
from lab.core.schedules import SCHEDULES
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, load_experiment
from lab.export.capture import Capture, capture_of, load_capture
from lab.export.notebook import notebook_files
from lab.export.numpy_script import script_files
from lab.paths import resources
from lab.storage.run_file import save_run

Layers = list[dict[str, Any]]

HIDDEN: dict[str, dict[str, Any]] = {
    "dense": {"kind": "dense", "units": 5, "activation": "tanh"},
    "activation": {"kind": "activation", "activation": "silu"},
    "dropout": {"kind": "dropout", "rate": 0.3},
    "batch_norm": {"kind": "batch_norm"},
    "layer_norm": {"kind": "layer_norm"},
    "prelu": {"kind": "prelu"},
}
"""A layer of every kind."""


def session_of(layers: Layers, source: str = "iris", **training: Any) -> Session:
    """Return a run of two epochs and a bit that is at its end."""
    fields = {"epochs": 2, "batch_size": 16, "dtype": "float64", **training}
    session = Session(
        Experiment.model_validate({"seed": 3, "data": {"source": source}, "layers": layers, "training": fields})
    )
    while not session.finished:
        session.step()
    return session


def output(units: int = 3, activation: str = "softmax", **more: Any) -> dict[str, Any]:
    return {"kind": "dense", "units": units, "activation": activation, **more}


def written(session: Session, folder: Path) -> Path:
    """Write the script of a run, and what goes beside it, into a folder."""
    for path, content in script_files(capture_of(session), folder / "script.py").items():
        path.write_bytes(content)
    return folder / "script.py"


def run(script: Path, name: str = "__main__") -> dict[str, Any]:
    """Run a script as the interpreter does, and return what it names."""
    names: dict[str, Any] = {"__name__": name, "__file__": str(script)}
    exec(compile(script.read_text("utf-8"), script, "exec"), names)
    return names


def assert_finds_the_losses_again(session: Session, folder: Path) -> dict[str, Any]:
    names = run(written(session, folder))
    expected = session.history.losses()
    assert len(names["first_losses"]) == min(10, len(expected))
    np.testing.assert_array_equal(names["first_losses"], expected[:10])
    np.testing.assert_allclose(names["losses"], expected, rtol=1e-6, atol=1e-9)
    names["use_trained_weights"]()
    x, _ = session.parts["validation"].gather(np.arange(5))
    np.testing.assert_allclose(names["predict"](x), session.network.predict(x), rtol=1e-6, atol=1e-9)
    return names


def test_every_kind_of_layer_is_tried_below() -> None:
    assert set(HIDDEN) == set(LAYERS)


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("place", ["first", "between"])
def test_with_every_kind_of_layer(kind: str, place: str, tmp_path: Path) -> None:
    before = [] if place == "first" else [{"kind": "dense", "units": 6, "activation": "relu"}]
    assert_finds_the_losses_again(session_of([*before, HIDDEN[kind], output()]), tmp_path)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_with_every_activation_inside(name: str, tmp_path: Path) -> None:
    layers = [{"kind": "dense", "units": 6, "activation": name}, {"kind": "batch_norm"}, output()]
    assert_finds_the_losses_again(session_of(layers), tmp_path)


OUTPUTS = ("softmax", "sigmoid", "tanh", "linear")
PAIRS = [(loss, sigma) for loss in LOSSES for sigma in OUTPUTS if why_refused(loss, sigma, 3) is None]


@pytest.mark.parametrize(("loss", "sigma"), PAIRS)
def test_with_every_loss(loss: str, sigma: str, tmp_path: Path) -> None:
    layers = [{"kind": "dense", "units": 5, "activation": "tanh"}, output(3, sigma)]
    assert_finds_the_losses_again(session_of(layers, loss=loss, class_weights="balanced"), tmp_path)


@pytest.mark.parametrize("loss", [name for name in LOSSES if "softmax" in (LOSSES[name].outputs or ("softmax",))])
def test_with_a_temperature(loss: str, tmp_path: Path) -> None:
    layers = [{"kind": "dense", "units": 5, "activation": "softmax", "temperature": 0.5}, output(temperature=2.0)]
    assert_finds_the_losses_again(session_of(layers, loss=loss), tmp_path)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_with_every_optimizer(name: str, tmp_path: Path) -> None:
    optimizer = {"kind": name, "learning_rate": OPTIMIZERS[name].usual_rate, "l1": 0.01, "l2": 0.02}
    optimizer |= {"weight_decay": 0.1, "clip_norm": 0.4, "clip_value": 0.2}
    layers = [{"kind": "dense", "units": 5, "activation": "relu", "trainable_bias": False}, HIDDEN["prelu"], output()]
    assert_finds_the_losses_again(session_of(layers, optimizer=optimizer), tmp_path)


@pytest.mark.parametrize("options", [{"amsgrad": 1}, {"uncorrected_epsilon": 1, "epsilon": 0.01}])
def test_with_the_options_of_adam(options: dict[str, float], tmp_path: Path) -> None:
    optimizer = {"kind": "adam", "learning_rate": 0.05, **options}
    assert_finds_the_losses_again(session_of([output()], optimizer=optimizer), tmp_path)


@pytest.mark.parametrize("warm_up", [0, 1])
@pytest.mark.parametrize("kind", SCHEDULES)
def test_with_every_schedule(kind: str, warm_up: int, tmp_path: Path) -> None:
    schedule: dict[str, Any] = {"kind": kind, "warm_up": warm_up}
    schedule |= {"step": {"every": 1}, "cosine_restarts": {"first": 0.5, "longer": 1.5}}.get(kind, {})
    session = session_of([output()], optimizer={"learning_rate": 0.3}, schedule=schedule)
    assert_finds_the_losses_again(session, tmp_path)


@pytest.mark.parametrize(
    "training",
    [{"reduction": "sum"}, {"shuffle": False}, {"label_smoothing": 0.2}, {"early_stopping": {"patience": 1}}],
)
def test_with_other_settings(training: dict[str, Any], tmp_path: Path) -> None:
    assert_finds_the_losses_again(session_of([output()], **training), tmp_path)


def test_with_one_output_for_two_classes(tmp_path: Path) -> None:
    session = session_of([output(1, "sigmoid")], "breast-cancer", loss="binary_cross_entropy", class_weights="balanced")
    assert_finds_the_losses_again(session, tmp_path)


def test_of_numbers_the_outputs_come_in_their_own_unit(tmp_path: Path) -> None:
    session = session_of([HIDDEN["dense"], output(1, "linear")], "diabetes", loss="huber")
    names = assert_finds_the_losses_again(session, tmp_path)
    rows = session.dataset.x[:4]
    found = names["in_units"](names["predict"](names["scaled"](rows)))
    np.testing.assert_allclose(found, capture_of(session).model.predict(rows), rtol=1e-6)


def test_float32_agrees_to_a_millionth_in_an_interpreter_of_its_own(tmp_path: Path) -> None:
    experiment = load_experiment(resources() / "experiments" / "cat-dog-horse.toml")
    short = experiment.training.model_copy(update={"epochs": 1})
    session = Session(experiment.model_copy(update={"training": short}))
    session.run_epoch()
    script = written(session, tmp_path)
    done = subprocess.run([sys.executable, "-I", script], capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:10]] == [f"step {number}" for number in range(1, 11)]
    (difference,) = [line for line in lines if line.startswith("largest difference")]
    assert float(difference.rpartition(" ")[2]) <= 1e-6


def test_a_small_set_stands_in_the_script_itself(tmp_path: Path) -> None:
    session = Session(load_experiment(resources() / "experiments" / "xor.toml"))
    assert list(script_files(capture_of(session), tmp_path / "xor.py")) == [tmp_path / "xor.py"]
    names = run(written(session, tmp_path))
    np.testing.assert_array_equal(names["X"], session.parts["train"].gather(np.arange(len(names["X"])))[0])
    assert max(abs(np.subtract(names["losses"][:10], names["first_losses"]))) <= 1e-6


def test_of_a_large_set_only_the_first_batches_go_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.export.plain.stored._MOST_BYTES", 1000)
    session = session_of([HIDDEN["dropout"], output()], batch_size=8, schedule={"kind": "cosine"}, epochs=1)
    names = run(written(session, tmp_path))
    assert len(names["X"]) == 80
    np.testing.assert_allclose(names["losses"], session.history.losses()[:10], rtol=1e-6)
    assert "too large to go along" in names["__doc__"]


def test_only_what_the_net_uses_is_written(tmp_path: Path) -> None:
    text = written(session_of([output()]), tmp_path).read_text("utf-8")
    assert "def softmax(" in text
    for absent in ("relu", "dropout", "back_through_softmax", "memory", "rate_factor", "tiny", "class_weights"):
        assert absent not in text, absent


def test_a_run_that_was_changed_says_so(tmp_path: Path) -> None:
    session = session_of([output()])
    session.change_rate(0.5)
    capture = capture_of(session)
    lost = {**capture.run.state.arrays, "history.losses": capture.run.state.arrays["history.losses"] + 0.1}
    changed = type(capture.run.state)(capture.run.state.numbers, lost)
    capture = Capture(capture.model, type(capture.run)(capture.run.experiment, changed, capture.run.dataset))
    (text,) = [content for path, content in script_files(capture, tmp_path / "s.py").items() if path.suffix == ".py"]
    assert "The run was changed on its way" in text.decode()


def test_a_kind_without_plain_code_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Dropout, "plain_code", Layer.plain_code)
    kept = tmp_path / "r.safetensors"
    save_run(kept, session_of([HIDDEN["dropout"], output()]))
    for to, name in (("numpy", "s.py"), ("notebook", "n.ipynb")):
        assert main(["export", str(kept), "--to", to, "--out", str(tmp_path / name)]) == WRONG_INPUT
        assert capsys.readouterr().err == (
            f"delta-lab: {name} was not written: layer 1: a dropout layer is not written as plain NumPy; "
            "choose another kind, or another format.\n"
        )
        assert not (tmp_path / name).exists()


def test_a_model_whose_data_is_gone_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{number},{number % 3},{'yes' if number % 2 else 'no'}" for number in range(40)]
    (tmp_path / "t.csv").write_text("a,b,kind\n" + "\n".join(rows) + "\n")
    (tmp_path / "e.toml").write_text(
        'layers = [{kind = "dense", units = 2, activation = "softmax"}]\n[data]\npath = "t.csv"\ntarget = "kind"\n'
    )
    model = tmp_path / "m.safetensors"
    assert main(["train", str(tmp_path / "e.toml"), "--epochs", "1", "--save", str(model)]) == FINE
    assert main(["export", str(model), "--to", "numpy", "--out", str(tmp_path / "s.py")]) == FINE
    names = run(tmp_path / "s.py")
    assert max(abs(np.subtract(names["losses"][:2], names["first_losses"][:2]))) <= 1e-6
    (tmp_path / "t.csv").unlink()
    capsys.readouterr()
    assert main(["export", str(model), "--to", "numpy", "--out", str(tmp_path / "again.py")]) == WRONG_INPUT
    said = capsys.readouterr().err
    assert "t.csv" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "again.py").exists()


def test_cells_of_a_table_go_through_the_script_beside_it(tmp_path: Path) -> None:
    colours, sizes = ["red", "green", "blue"], ["1.5", "", "2.5", "4"]
    rows = [f"{colours[at % 3]},{sizes[at % 4]},{'yes' if at % 3 == 1 else 'no'}" for at in range(60)]
    (tmp_path / "t.csv").write_text("colour,size,kind\n" + "\n".join(rows) + "\n")
    (tmp_path / "e.toml").write_text(
        'layers = [{kind = "dense", units = 2, activation = "softmax"}]\n[data]\npath = "t.csv"\ntarget = "kind"\n'
    )
    kept = tmp_path / "r.safetensors"
    assert main(["train", str(tmp_path / "e.toml"), "--epochs", "3", "--keep", str(kept)]) == FINE
    assert main(["export", str(kept), "--to", "numpy", "--out", str(tmp_path / "net.py")]) == FINE
    names = run(tmp_path / "net.py", "imported")
    assert "predict(scaled(net_rows.encode(rows)))" in names["__doc__"]
    encode = run(tmp_path / "net_rows.py", "imported")["encode"]
    names["use_trained_weights"]()
    cells = [{"colour": "green", "size": ""}, {"colour": "blue", "size": "2.5"}, {"colour": "violet", "size": "3"}]
    expected = load_capture(kept).model.predict(encode(cells))
    np.testing.assert_allclose(names["predict"](names["scaled"](encode(cells))), expected, rtol=1e-5)


def test_a_title_with_quotes_breaks_nothing(tmp_path: Path) -> None:
    session = session_of([output()])
    title = 'A """quoted""" \\name\\ {with} $signs$'
    session.experiment = session.experiment.model_copy(update={"name": title})
    names = run(written(session, tmp_path), "imported")
    assert "'''quoted'''" in names["__doc__"]


# the notebook


def notebook(session: Session, folder: Path) -> list[dict[str, Any]]:
    for path, content in notebook_files(capture_of(session), folder / "book.ipynb").items():
        path.write_bytes(content)
    cells: list[dict[str, Any]] = json.loads((folder / "book.ipynb").read_text("utf-8"))["cells"]
    return cells


def test_the_cells_of_a_notebook_find_the_losses_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of([HIDDEN["dense"], HIDDEN["dropout"], HIDDEN["batch_norm"], output()])
    cells = notebook(session, tmp_path)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    np.testing.assert_allclose(names["losses"], session.history.losses(), rtol=1e-6)


def test_the_equations_stand_between_the_cells(tmp_path: Path) -> None:
    cells = notebook(session_of([HIDDEN["dense"], output()]), tmp_path)
    words = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert r"$$\delta^{(1)} = (\delta^{(2)} (W^{(2)})^{T}) \odot \sigma'(z^{(1)})" in words
    assert r"\partial L/\partial W^{(2)} = (1/m) (a^{(1)})^{T} \delta^{(2)}" in words
    assert len({cell["id"] for cell in cells}) == len(cells)
