"""A new layer in a trained network, made to change the function as little as it can."""

from typing import Any

import numpy as np

from lab.core.layer_kinds.beginning import Arriving
from lab.core.layer_kinds.layer import Layer
from lab.core.layer_kinds.mixing import Mixing
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import Optimizer
from lab.core.output_rule import why_refused
from lab.core.surgery.layer_source import LayerSource, kept, resize
from lab.core.surgery.never_negative import never_negative
from lab.core.surgery.surgery_result import SurgeryResult
from lab.core.surgery.transplant import arriving, number_in, operate
from lab.core.surgery.widths import Units, narrowed, next_mixing, root_mean_square, widened, width_exactness
from lab.core.types import Array


def insert(
    network: Network, optimizer: Optimizer, position: int, layer: Layer[Any], rng: np.random.Generator
) -> SurgeryResult:
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
    sources, change, new = kept(layers), None, layer.copy()
    if new.output_size(width) != width:
        change = _adapted(network, position, width, new.output_size(width), a, rng)
        resize(sources, position, change)
    passed_on = np.arange(width) if change is None else change.source
    begin = new.begin_as_identity(Arriving(width, a, passed_on, never_negative(layers[:position])))
    exactness = begin.exactness
    if change is not None:
        exactness &= width_exactness(change, [new, *layers[position : next_mixing(layers, position)]])
    sources.insert(position, LayerSource(new, anew=begin.values, note=begin.note))
    return operate(network, optimizer, sources, rng, f"A {new.title.lower()} layer was inserted.", exactness, change)


def _check_last(network: Network, layer: Layer[Any]) -> None:
    if not isinstance(layer, OutputLayer):
        raise ValueError(f"position: the last layer must be Dense or Activation, not {layer.kind}")
    if reason := why_refused(network.loss, layer.activation.name, network.outputs):
        raise ValueError(f"layer: {reason}")


def _adapted(
    network: Network, position: int, width: int, units: int, a: Array | None, rng: np.random.Generator
) -> Units:
    """Return which of `width` inputs each unit of a new layer passes on."""
    number = next_mixing(network.layers, position)
    if number is None:
        raise ValueError(f"layer: {units} units found, {width} expected, the number of the outputs")
    reader = network.layers[number]
    assert isinstance(reader, Mixing)
    if units > width:
        return widened(reader.outgoing(), units, rng)
    activity = np.ones(width) if a is None else root_mean_square(a)
    return narrowed(activity, reader.outgoing(), np.arange(width), units)
