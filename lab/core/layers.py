"""The kinds of layer under one roof, and the table that files and combo boxes read."""

from dataclasses import dataclass
from typing import Any

from lab.core.layer_kinds.activation import Activation
from lab.core.layer_kinds.dense import Dense
from lab.core.layer_kinds.dropout import Dropout
from lab.core.layer_kinds.layer import Layer
from lab.core.layer_kinds.normalisation import BatchNorm, LayerNorm

__all__ = ["LAYERS", "Activation", "BatchNorm", "Dense", "Dropout", "Layer", "LayerKind", "LayerNorm"]


@dataclass(frozen=True)
class LayerKind:
    """A kind of layer as files and combo boxes speak of it."""

    name: str
    title: str
    formula: str
    help: str
    make: type[Layer[Any]]


LAYERS: dict[str, LayerKind] = {
    entry.name: entry
    for entry in (
        LayerKind(
            "dense", "Dense", "z = a W + b,  a = σ(z)", "Every unit sees every input: the layer of the book.", Dense
        ),
        LayerKind(
            "activation", "Activation", "a = σ(z),  z = the input", "σ on its own, as after a normalisation.",
            Activation,
        ),
        LayerKind(
            "dropout", "Dropout", "a = x ⊙ mask", "Silences units at random in training, so that none is relied on.",
            Dropout,
        ),
        LayerKind(
            "batch_norm", "Batch norm", "a = γ (x − μ) / √(v + ε) + β,  μ, v over the batch",
            "Brings every column to mean 0 and variance 1 over the batch, then learns a scale and a shift.", BatchNorm,
        ),
        LayerKind(
            "layer_norm", "Layer norm", "a = γ (x − μ) / √(v + ε) + β,  μ, v over the units",
            "Brings every example to mean 0 and variance 1 over its units, then learns a scale and a shift.", LayerNorm,
        ),
    )
}  # fmt: skip
"""Name, as in a file, to the kind of layer."""
