"""What is said where an export has no words for what a layer computes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.storage.errors import StorageError

if TYPE_CHECKING:
    from lab.core.layers import Layer


class UnknownOperation(Exception):
    """An operation of an expression that is not in an export's table; its text is the operation's name."""


def refusal(path: Path, number: int, layer: Layer[Any], unknown: UnknownOperation) -> StorageError:
    """Return the error for the layer of that number, from 1."""
    return StorageError(
        f"{path.name} was not written: layer {number} ({layer.title}) computes {str(unknown)!r}, for which this export "
        "has no words; take another kind of layer or activation, or the export 'model'."
    )
