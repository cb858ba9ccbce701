"""A new layer in a trained network, made to change the function as little as it can."""

from typing import Any

import numpy as np

from lab.core.dense import Dense
from lab.core.identity import activation_sameness, layer_sameness, never_negative
from lab.core.layer import Layer
from lab.core.network import Network
from lab.core.normalisation import BatchNorm, LayerNorm
from lab.core.optimizer import Optimizer
from lab.core.output_layer import OutputLayer
from lab.core.output_rule import why_refused
from lab.core.surgery_report import Operated, Sameness
from lab.core.transplant import Part, arriving, fresh, kept, number_in, operate, resize
from lab.core.types import Array
from lab.core.widths import Units, narrowed, next_dense, root_mean_square, width_sameness, widened


def insert(
    network: Network, optimizer: Optimizer, position: int, layer: Layer[Any], rng: np.random.Generator
) -> Operated:
    """Put a layer with the settings of `layer` before the one at `position`; at the number of layers it is the last.

    A Dense begins with W the identity and b = 0 (Net2DeeperNet, Chen, Goodfellow and Shlens 2016), where its units
    are more or fewer than its inputs with copies or the most influential of them; a norm with gamma and beta that
    undo the statistics of the last batch. Exact where the activation leaves z as it is; batch norm and dropout only
    in predictions. Raises ValueError, naming the argument, for a position or width that cannot be and for a last
    layer that does not go with the loss.
    """
    layers = network.layers
    number_in("position", position, len(layers))
    if not isinstance(layer, Layer):
        raise ValueError(f"layer: {layer!r} is not a layer, such as Dense(32, 'relu')")
    if position == len(layers):
        _check_last(network, layer)
    width = network.outputs if position == len(layers) else layers[position].inputs
    a = arriving(network, position)
    parts, change = kept(layers), None
    if isinstance(layer, Dense) and layer.units != width:
        change = _adapted(network, position, layer.units, a, rng)
        place = next_dense(layers, position)
        assert place is not None
        resize(parts, position, place, change)
    new = fresh(layer)
    values, note = _passing_on(new, width, change, a)
    parts.insert(position, Part(new, anew=values, note=note))
    return operate(network, optimizer, parts, rng, f"A {new.kind} layer was inserted.", same, change)
