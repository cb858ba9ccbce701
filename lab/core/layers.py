"""The kinds of layer under one roof, and the table that files and combo boxes read."""

from lab.core.dense import Dense
from lab.core.layer import Layer

__all__ = ["LAYERS", "Dense", "Layer"]

LAYERS: dict[str, type[Layer]] = {kind.kind: kind for kind in (Dense,)}
"""Kind, as in a file, to its class."""
