"""Exports beside training: taken between two steps, written one after the other, and told in a sentence each."""

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.export.capture import Capture
from lab.export.export import Export, Files
from lab.export.exports import EXPORTS
from lab.gui.workspace.workspace import Workspace
from lab.storage.model_file import load_model

Make = Callable[..., Experiment]
Open = Callable[..., Workspace]
Train = Callable[[Workspace, int], None]


def test_several_are_written_in_their_order(
    open_workspace: Open, experiment: Make, train: Train, tmp_path: Path, qtbot: QtBot
) -> None:
    workspace, told = open_workspace(experiment()), []
    train(workspace, 1)
    workspace.exporting.exported.connect(told.append)
    workspace.exporting.failed.connect(told.append)
    workspace.exporting.export(EXPORTS["model"], tmp_path / "a.safetensors")
    workspace.exporting.export(EXPORTS["model"], tmp_path / "no" / "b.safetensors")
    workspace.exporting.export(EXPORTS["onnx"], tmp_path / "c.onnx")
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told[0] == "Exported a.safetensors"
    assert "b.safetensors cannot be written" in told[1]
    assert told[2].startswith(
        "Exported c.onnx, with c_rows.py and c_rows.json. The ONNX file holds the float64 network"
    )
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.safetensors", "c.onnx", "c_rows.json", "c_rows.py"]


def test_what_is_written_is_of_the_step_at_which_it_was_asked_for(
    open_workspace: Open, experiment: Make, train: Train, tmp_path: Path, qtbot: QtBot
) -> None:
    workspace = open_workspace(experiment())
    train(workspace, 1)
    with qtbot.waitSignal(workspace.exporting.exported):
        workspace.exporting.export(EXPORTS["model"], tmp_path / "first.safetensors")
    weights = load_model(tmp_path / "first.safetensors").network.parameters

    def raw(capture: Capture, path: Path) -> Files:
        return {path: capture.model.network.parameters.tobytes()}

    row = Export("raw", "Raw", ".bin", "The numbers", raw)
    with qtbot.waitSignal(workspace.exporting.exported):
        workspace.exporting.export(row, tmp_path / "same.bin")
        workspace.step_batch()  # waits behind it
    assert (tmp_path / "same.bin").read_bytes() == weights.tobytes()


def test_an_export_that_fails_unforeseen_is_a_sentence_and_the_next_is_written(
    open_workspace: Open, experiment: Make, train: Train, tmp_path: Path, qtbot: QtBot
) -> None:
    def broken(_capture: Capture, _path: Path) -> Files:
        raise ZeroDivisionError("no such number")

    workspace, failed = open_workspace(experiment()), []
    train(workspace, 1)
    workspace.exporting.failed.connect(failed.append)
    with qtbot.waitSignal(workspace.exporting.exported) as told:
        workspace.exporting.export(Export("broken", "Broken", ".x", "It breaks", broken), tmp_path / "a.x")
        workspace.exporting.export(EXPORTS["model"], tmp_path / "b.safetensors")
    assert told.args == ["Exported b.safetensors"]
    assert failed == ["Export: it stopped on an unforeseen error: ZeroDivisionError: no such number."]
