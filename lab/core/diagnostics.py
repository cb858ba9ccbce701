"""How a layer is doing: sizes of weights, gradients and errors, and the share of units that no longer learn.

Sampled after a step: everything it reads is still what that step left. Cheap in all, but not free, so a session
takes a sample only every k-th step and says which k.
"""

from dataclasses import dataclass
from math import nan, sqrt
from typing import Any

import numpy as np

from lab.core.layer_kinds.layer import Layer
from lab.core.network import Network
from lab.core.types import Array


@dataclass(frozen=True)
class LayerDiagnostics:
    """One layer after one step; NaN where its kind has no such array.

    dead: share of units whose slope was 0 for all m examples, so that the batch taught them nothing. saturated:
    share of cells with a slope nearly 0. update_ratio: |update of W| / |W|; about 0.001 is a common rule of thumb.
    """

    W_norm: float = nan
    dW_norm: float = nan
    delta_norm: float = nan
    update_ratio: float = nan
    dead: float = nan
    saturated: float = nan
    a_mean: float = nan
    a_std: float = nan


def diagnose(network: Network) -> list[LayerDiagnostics]:
    """Return the diagnostics of every layer after a step; AttributeError before the first."""
    return [_of_layer(layer) for layer in network.layers]


def _of_layer(layer: Layer[Any]) -> LayerDiagnostics:
    a, delta = layer.a, layer.delta
    mean = float(np.add.reduce(a, axis=None)) / a.size
    square = _square(a) / a.size
    spread = sqrt(max(square - mean * mean, 0.0))
    return LayerDiagnostics(delta_norm=sqrt(_square(delta)), a_mean=mean, a_std=spread, **layer.diagnose())


def _square(array: Array) -> float:
    """Return the sum of squares by one BLAS product, which passes over the memory once."""
    flat = array.ravel()
    return float(flat.dot(flat))
