"""The table of exports, behind File ▸ Export and `delta-lab export`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lab.export.export import Export, Files

if TYPE_CHECKING:
    from lab.export.capture import Capture


def _model(capture: Capture, path: Path) -> Files:
    from lab.storage.model_file import model_bytes

    return {path: model_bytes(capture.model, path)}


def _onnx(capture: Capture, path: Path) -> Files:
    from lab.export.onnx_export import onnx_files

    return onnx_files(capture, path)


def _onnx_notes(capture: Capture) -> Sequence[str]:
    from lab.export.onnx_export import onnx_notes

    return onnx_notes(capture)


def _torch(capture: Capture, path: Path) -> Files:
    from lab.export.torch_export import torch_files

    return torch_files(capture, path)


def _sklearn(capture: Capture, path: Path) -> Files:
    from lab.export.sklearn_export import sklearn_files

    return sklearn_files(capture, path)


def _keras(capture: Capture, path: Path) -> Files:
    from lab.export.keras_export import keras_files

    return keras_files(capture, path)


def _numpy(capture: Capture, path: Path) -> Files:
    from lab.export.numpy_script import script_files

    return script_files(capture, path)


def _notebook(capture: Capture, path: Path) -> Files:
    from lab.export.notebook import notebook_files

    return notebook_files(capture, path)


def _report(capture: Capture, path: Path) -> Files:
    from lab.export.report.page import report_files

    return report_files(capture, path)


def _curves(capture: Capture, path: Path) -> Files:
    from lab.export.curves_csv import curve_files

    return curve_files(capture, path)


def _run(capture: Capture, path: Path) -> Files:
    from lab.export.curves_csv import run_files

    return run_files(capture, path)


def _tensorboard(capture: Capture, path: Path) -> Files:
    from lab.export.tensorboard import event_files

    return event_files(capture, path)


EXPORTS: dict[str, Export] = {
    export.name: export
    for export in (
        Export(
            "model", "Trained model", ".safetensors",
            "Weights, scaling and names in one file, for delta-lab predict", _model,
        ),
        Export(
            "onnx", "ONNX", ".onnx",
            "For onnxruntime and other programs, with the scaling inside; a script beside it encodes raw rows",
            _onnx, _onnx_notes,
        ),
        Export(
            "pytorch", "PyTorch", ".safetensors",
            "A state dict of the weights, with scripts beside it that build the module and encode raw rows", _torch,
        ),
        Export(
            "scikit-learn", "scikit-learn", ".py",
            "A script that fills an MLP of scikit-learn, for stacks that are one; its weights lie beside it", _sklearn,
        ),
        Export(
            "keras", "Keras", ".py",
            "A script that builds the Keras 3 model; its weights lie beside it", _keras,
        ),
        Export(
            "numpy", "NumPy script", ".py",
            "Forward and backward of this net as readable Python: run alone, it finds the first losses again", _numpy,
        ),
        Export(
            "notebook", "Notebook", ".ipynb",
            "The NumPy script in cells for Jupyter, with the equations in LaTeX between them", _notebook,
        ),
        Export(
            "report", "Report", ".html",
            "One page for a browser: data, layers, curves, results, gradient flow, all matrices of a step", _report,
            needs_run=True,
        ),
        Export(
            "curves", "Curves as CSV", ".csv", "Every step: its loss and rate, the figures of each epoch, the edits",
            _curves, needs_run=True,
        ),
        Export(
            "run", "Run as CSV", ".csv", "The run in one row: its settings, and loss and score of each part", _run,
            needs_run=True,
        ),
        Export(
            "tensorboard", "TensorBoard", ".tfevents",
            "The curves for TensorBoard: put the file into a folder and name that with --logdir", _tensorboard,
            needs_run=True,
        ),
    )
}  # fmt: skip
"""Name to the export, in the order of the menu."""
