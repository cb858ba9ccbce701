"""The table of exports, behind File ▸ Export and `delta-lab export`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.storage.model_file import Model


@dataclass(frozen=True)
class Export:
    """One format that a trained network can leave in."""

    name: str
    title: str
    ending: str
    """What the names of its files end in, with the dot."""
    help: str
    write: Callable[[Path, Model], None]
    """Writes the file, whole or not at all; StorageError for what it cannot hold, OSError where it cannot be written.

    It is called between two steps of a run: it must not keep the network or change it.
    """


def _model_file(path: Path, model: Model) -> None:
    from lab.storage.model_file import write_model

    write_model(path, model)


EXPORTS: dict[str, Export] = {
    export.name: export
    for export in (
        Export(
            "model", "Trained model", ".safetensors",
            "Weights, scaling and names in one file, for delta-lab predict", _model_file,
        ),
    )
}  # fmt: skip
"""Name to the export, in the order of the menu."""
