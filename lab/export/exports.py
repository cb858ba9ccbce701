"""The table of exports, behind File ▸ Export and `delta-lab export`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.export.capture import Capture

Files = Mapping[Path, bytes]
"""The files of one export, the one that was asked for and those that go beside it."""


@dataclass(frozen=True)
class Export:
    """One format that a trained network, or its run, can leave in."""

    name: str
    title: str
    ending: str
    """What the names of its files end in, with the dot."""
    help: str
    files: Callable[[Capture, Path], Files]
    """Returns what to write where the file that was asked for is at that path; StorageError for what it cannot hold.

    It runs in a thread of its own, beside training.
    """
    needs_run: bool = False
    """Whether it tells of the run too (history, edits, data), which a model file does not have."""


def _model(capture: Capture, path: Path) -> Files:
    from lab.storage.model_file import model_bytes

    return {path: model_bytes(capture.model, path)}


def _numpy(capture: Capture, path: Path) -> Files:
    from lab.export.numpy_script import script_files

    return script_files(capture, path)


def _notebook(capture: Capture, path: Path) -> Files:
    from lab.export.notebook import notebook_files

    return notebook_files(capture, path)


EXPORTS: dict[str, Export] = {
    export.name: export
    for export in (
        Export(
            "model", "Trained model", ".safetensors",
            "Weights, scaling and names in one file, for delta-lab predict", _model,
        ),
        Export(
            "numpy", "NumPy script", ".py",
            "Forward and backward of this net as readable Python: run alone, it finds the first losses again", _numpy,
        ),
        Export(
            "notebook", "Notebook", ".ipynb",
            "The NumPy script in cells for Jupyter, with the equations in LaTeX between them", _notebook,
        ),
    )
}  # fmt: skip
"""Name to the export, in the order of the menu."""
