"""How a layer is doing: sizes of weights, gradients and errors, and the share of units that no longer learn.

Sampled after a step: everything it reads is still what that step left. Cheap in all, but not free, so a session
takes a sample only every k-th step and says which k.
"""

from dataclasses import dataclass
from math import nan, sqrt
from typing import Any

from lab.core.layer_kinds.layer import Layer
from lab.core.network import Network
from lab.core.spread import mean_and_spread, sum_of_squares


@dataclass(frozen=True, slots=True)
class LayerDiagnostics:
    """One layer after one step; NaN where its kind has no such array.

    dead: share of units whose slope was 0 for all m examples, so that the batch taught them nothing. saturated:
    share of cells with a slope nearly 0. update_ratio: |update of W| / |W|; about 0.001 is a common rule of thumb.
    delta_rms: the root of the mean square of delta's cells, which layers of any width can be compared by. alike: 1
    where two or more units all have the same weights and bias, so that they learn the same for ever, else 0.
    """

    W_norm: float = nan
    dW_norm: float = nan
    delta_norm: float = nan
    delta_rms: float = nan
    update_ratio: float = nan
    dead: float = nan
    saturated: float = nan
    alike: float = nan
    z_mean: float = nan
    z_std: float = nan
    a_mean: float = nan
    a_std: float = nan


def diagnose(network: Network) -> list[LayerDiagnostics]:
    """Return the diagnostics of every layer after a step; AttributeError before the first."""
    return [_of_layer(layer) for layer in network.layers]


def _of_layer(layer: Layer[Any]) -> LayerDiagnostics:
    a, delta = layer.a, layer.delta
    squares = sum_of_squares(delta)
    a_mean, a_std = mean_and_spread(a)
    return LayerDiagnostics(
        delta_norm=sqrt(squares), delta_rms=sqrt(squares / delta.size), a_mean=a_mean, a_std=a_std, **layer.diagnose()
    )
