"""How a layer is doing: sizes of weights, gradients and errors, and the share of units that no longer learn.

Sampled after a step: everything it reads is still what that step left. Cheap in all, but not free, so a session
takes a sample only every k-th step and says which k.
"""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from lab.core.layer_kinds.dense import Dense
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.network import Network
from lab.core.types import Array

SATURATED_SLOPE = 0.01
"""A unit's cell counts as saturated where |sigma'(z)| is below this, at zero slope as for a silent ReLU too."""


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


def _of_layer(layer: object) -> LayerDiagnostics:
    a: Array = layer.a  # type: ignore[attr-defined]
    mean = float(np.add.reduce(a, axis=None)) / a.size
    square = _square(a) / a.size
    figures = {
        "delta_norm": sqrt(_square(layer.delta)),  # type: ignore[attr-defined]
        "a_mean": mean,
        "a_std": sqrt(max(square - mean * mean, 0.0)),
    }
    if isinstance(layer, Dense):
        W = sqrt(_square(layer.W))
        figures |= {"W_norm": W, "dW_norm": sqrt(_square(layer.dW))}
        figures["update_ratio"] = sqrt(_square(layer.update_W)) / W if W else nan
    if isinstance(layer, OutputLayer) and layer.activation.elementwise and layer.activation.name != "linear":
        slope = layer.slope
        low = np.abs(slope) < SATURATED_SLOPE
        figures["saturated"] = float(np.count_nonzero(low)) / low.size
        figures["dead"] = float(np.count_nonzero(~slope.any(axis=0))) / slope.shape[1]
    return LayerDiagnostics(**figures)


def _square(array: Array) -> float:
    """Return the sum of squares by one BLAS product, which passes over the memory once."""
    flat = array.ravel()
    return float(flat.dot(flat))
