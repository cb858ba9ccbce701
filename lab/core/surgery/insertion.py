"""A new layer in a trained network, made to change the function as little as it can."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lab.core.layer_kinds.dense import Dense
from lab.core.layer_kinds.layer import Layer
from lab.core.layer_kinds.normalisation import BatchNorm, LayerNorm
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.network import Network
from lab.core.optimizer import Optimizer
from lab.core.output_rule import why_refused
from lab.core.surgery.identity import UNDONE_BATCH_NORM, activation_sameness, layer_sameness, never_negative
from lab.core.surgery.layer_source import Part, fresh, kept, resize
from lab.core.surgery.surgery_result import Operated, Sameness
from lab.core.surgery.transplant import arriving, number_in, operate
from lab.core.surgery.widths import Units, narrowed, next_dense, root_mean_square, widened, width_sameness
from lab.core.types import Array


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
        change = _adapted(network, position, width, layer.units, a, rng)
        resize(parts, position, change)
    new = fresh(layer)
    values, note = _passing_on(new, width, change, a)
    parts.insert(position, Part(new, anew=values, note=note))
    same = _sameness(new, layers, position, change)
    return operate(network, optimizer, parts, rng, f"A {new.kind} layer was inserted.", same, change)


def _check_last(network: Network, layer: Layer[Any]) -> None:
    if not isinstance(layer, OutputLayer):
        raise ValueError(f"position: the last layer must be Dense or Activation, not {layer.kind}")
    if reason := why_refused(network.loss, layer.activation.name, network.outputs):
        raise ValueError(f"layer: {reason}")


def _adapted(
    network: Network, position: int, width: int, units: int, a: Array | None, rng: np.random.Generator
) -> Units:
    """Return which of `width` inputs each unit of a new Dense passes on."""
    place = next_dense(network.layers, position)
    if place is None:
        raise ValueError(f"layer: {units} units found, {width} expected, the number of the outputs")
    reader = network.layers[place]
    assert isinstance(reader, Dense)
    if units > width:
        return widened(reader.W, units, rng)
    activity = np.ones(width) if a is None else root_mean_square(a)
    return narrowed(activity, reader.W, np.arange(width), units)


def _passing_on(
    layer: Layer[Any], width: int, change: Units | None, a: Array | None
) -> tuple[dict[str, Array | None], str]:
    """Return the values with which a new layer passes on its inputs as well as it can, and a sentence on them."""
    if isinstance(layer, Dense):
        source = np.arange(width) if change is None else change.source
        note = "Every unit passes one input on: a single 1 in its column of W, and b = 0."
        W = np.equal.outer(np.arange(width), source).astype(np.float32)
        return {"W": W, "b": np.zeros(len(source))}, note
    if isinstance(layer, BatchNorm):
        mean = np.zeros(width) if a is None else a.mean(axis=0, dtype=np.float64)
        variance = np.ones(width) if a is None else a.var(axis=0, dtype=np.float64)
        variance[variance == 0.0] = 1.0  # a unit that is silent now may speak later
        scale = np.sqrt(variance + layer.epsilon)
        begin = "anew" if a is None else "with the last batch"
        note = f"gamma and beta undo the running statistics, which begin {begin}."
        return {"gamma": scale, "beta": mean, "running_mean": mean, "running_variance": variance}, note
    if isinstance(layer, LayerNorm) and a is not None:
        spread = np.sqrt(a.var(axis=1, dtype=np.float64).mean() + layer.epsilon)
        note = "gamma and beta bring back the mean and variance that the last batch's examples had on average."
        return {"gamma": np.full(width, spread), "beta": np.full(width, a.mean(dtype=np.float64))}, note
    return {}, "Begun as in every new layer."


def _sameness(new: Layer[Any], layers: Sequence[Layer[Any]], position: int, change: Units | None) -> Sameness:
    non_negative = never_negative(layers[:position])
    if isinstance(new, BatchNorm):
        return UNDONE_BATCH_NORM
    if not isinstance(new, Dense):
        return layer_sameness(new, non_negative)
    same = activation_sameness(new.activation, non_negative)
    if change is not None:
        same &= width_sameness(change, [new, *layers[position : next_dense(layers, position)]])
    return same
