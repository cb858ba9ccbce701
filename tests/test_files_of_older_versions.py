"""Experiments, models and runs that earlier versions wrote: each opens, predicts the same numbers and goes on.

tests/fixtures/*/README.md says how the files were made. The numbers beside them are those of the old version.
"""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.cli import FINE, main
from lab.experiment.session import Session
from lab.experiment.spec import load_experiment

_FIXTURES = Path(__file__).parent / "fixtures"
_FOLDERS = sorted(file.parent for file in _FIXTURES.glob("*/*/experiment.toml"))
# Another BLAS adds in another order.
_RELATIVE = {"float64": 1e-6, "float32": 1e-4}


@pytest.fixture(params=_FOLDERS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def kept(request: pytest.FixtureRequest) -> Path:
    """One folder of files that an earlier version wrote."""
    folder: Path = request.param
    return folder


def test_the_files_of_version_0_1_0_are_here() -> None:
    names = {folder.name for folder in _FOLDERS if folder.parent.name == "v0.1.0"}

    assert names == {"customers", "diabetes", "digits", "painted", "wine"}


def test_the_experiment_opens_and_trains(kept: Path) -> None:
    session = Session(load_experiment(kept / "experiment.toml"))
    before = session.network.parameters.copy()

    session.run_epoch()

    assert session.epoch == 1
    assert not np.array_equal(session.network.parameters, before)


def test_the_model_predicts_what_it_predicted_then(kept: Path, tmp_path: Path) -> None:
    _assert_predictions(kept / "model.safetensors", kept, kept / "predictions.csv", tmp_path)


def test_the_run_goes_on_as_it_did_then(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = _figures(kept / "resumed.json")
    model = tmp_path / "resumed.safetensors"
    epochs = f"{figures['epochs']:.0f}"

    assert main(["resume", str(kept / "run.safetensors"), "--epochs", epochs, "--save", str(model), "--json"]) == FINE

    found = json.loads(capsys.readouterr().out)
    assert {name: found[name] for name in figures} == pytest.approx(figures, rel=_relative(kept))
    _assert_predictions(model, kept, kept / "resumed-predictions.csv", tmp_path)


def _figures(file: Path) -> dict[str, float]:
    """Return the figures of a run, without those that its task does not have."""
    return {name: number for name, number in json.loads(file.read_text("utf-8")).items() if number is not None}


def _assert_predictions(model: Path, kept: Path, expected: Path, folder: Path) -> None:
    """Predict the folder's new rows with a model and compare classes and numbers with a file of predictions."""
    (new,) = kept.glob("new.*")
    out = folder / "predictions.csv"

    assert main(["predict", str(model), str(new), "--out", str(out)]) == FINE

    (names, found_classes, found), (expected_names, classes, numbers) = _read(out), _read(expected)
    assert names == expected_names
    assert found_classes == classes
    np.testing.assert_allclose(found, numbers, rtol=_relative(kept), atol=1e-9)


def _read(file: Path) -> tuple[list[str], list[str], np.ndarray[Any, np.dtype[np.float64]]]:
    """Return the column names, the classes (none where numbers are predicted) and the numbers of a prediction file."""
    with file.open(encoding="utf-8", newline="") as stream:
        names, *rows = csv.reader(stream)
    first = 1 if names[0] == "class" else 0
    return names, [row[0] for row in rows] if first else [], np.array([row[first:] for row in rows], np.float64)


def _relative(kept: Path) -> float:
    return _RELATIVE[load_experiment(kept / "experiment.toml").training.dtype]
