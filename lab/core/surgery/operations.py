"""Network surgery: wider and narrower layers, inserted and removed ones, other activations, in a trained network.

All parameters lie in one flat vector, so every operation returns a new network, with an optimizer whose memories
have followed their parameters, and leaves the old ones as they were. Layers are numbered from 0, as in
`network.layers`. What is drawn comes from the generator that is passed in.
"""

from typing import Any

import numpy as np

from lab.core.activations import activation as named_activation
from lab.core.checks import whole_number
from lab.core.layer_kinds.dense import Dense
from lab.core.layer_kinds.dropout import Dropout
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.network import Network
from lab.core.optimizer import Optimizer
from lab.core.output_rule import why_refused
from lab.core.surgery.identity import layer_sameness, never_negative
from lab.core.surgery.insertion import insert
from lab.core.surgery.layer_source import Part, fresh, kept, resize
from lab.core.surgery.surgery_result import Operated, Sameness
from lab.core.surgery.transplant import arriving, number_in, operate
from lab.core.surgery.widths import (
    Units,
    incoming_length,
    narrowed,
    next_dense,
    root_mean_square,
    twins_of,
    widened,
    width_sameness,
)

__all__ = ["Operated", "change_activation", "insert", "narrow", "remove", "widen"]


def widen(network: Network, optimizer: Optimizer, layer: int, units: int, rng: np.random.Generator) -> Operated:
    """Give a hidden Dense more units: the new ones are copies, which share the outgoing weights out unequally.

    Exact through elementwise activations and batch norms; through a layer norm only where all units are copied
    equally often; not through a softmax; through active dropout in predictions only. Raises ValueError, naming the
    argument, for a layer that is no hidden Dense and for no more units than it has.
    """
    dense, place, reader = _hidden_dense(network, layer)
    if whole_number("units", units) <= dense.units:
        raise ValueError(f"units: {units} found, more than the {dense.units} of layer {layer} expected")
    change = widened(reader.W, units, rng)
    return _resized(network, optimizer, layer, place, change, f"Widened from {dense.units} to {units} units.")


def narrow(network: Network, optimizer: Optimizer, layer: int, units: int) -> Operated:
    """Leave a hidden Dense only so many units: those with the most influence on the next layer.

    Influence is the root mean square of what a unit adds to the next z over the last batch, or, before the first
    batch, the length of all paths through it. Units that compute the same as another are merged with it first, so
    what has just been widened is narrowed exactly. Raises ValueError, naming the argument, for a layer that is no
    hidden Dense and for no fewer units than it has.
    """
    dense, place, reader = _hidden_dense(network, layer)
    if whole_number("units", units) >= dense.units:
        raise ValueError(f"units: {units} found, fewer than the {dense.units} of layer {layer} expected")
    seen = place
    while isinstance(network.layers[seen - 1], Dropout):
        seen -= 1  # behind it a unit may look silent that was only masked in this batch
    a = arriving(network, seen)
    activity = incoming_length(dense) if a is None else root_mean_square(a)
    change = narrowed(activity, reader.W, twins_of(network.layers[layer:place]), units)
    return _resized(network, optimizer, layer, place, change, f"Narrowed from {dense.units} to {units} units.")


def remove(network: Network, optimizer: Optimizer, layer: int, rng: np.random.Generator) -> Operated:
    """Take a layer out; where the widths then differ, norms begin anew and the next Dense draws new weights.

    Exact only where the layer was the identity; a dropout, or a batch norm that its gamma and beta undo, is one in
    predictions only. Raises ValueError, naming the argument, for the last layer and for the Dense that sets the
    number of outputs.
    """
    layers = network.layers
    number_in("layer", layer, len(layers) - 1)
    gone, place = layers[layer], next_dense(layers, layer + 1)
    if layer == len(layers) - 1 or (isinstance(gone, Dense) and place is None):
        raise ValueError(f"layer: {layer} makes the outputs of the network: it has to stay")
    parts = kept(layers)
    if gone.inputs != gone.outputs:
        assert place is not None
        note = f"Begun anew: there are {gone.inputs} inputs in the place of {gone.outputs}."
        for number in range(layer + 1, place):
            parts[number] = Part(fresh(layers[number]), note=note)
        parts[place] = Part(fresh(layers[place]), place, anew={"W": None}, note=note)
    del parts[layer]
    same = layer_sameness(gone, never_negative(layers[:layer]))
    return operate(network, optimizer, parts, rng, f"A {gone.kind} layer was removed.", same)


def change_activation(
    network: Network, optimizer: Optimizer, layer: int, activation: str, temperature: float = 1.0
) -> Operated:
    """Give a Dense or Activation layer another activation; every parameter and memory is kept.

    An initializer that was the old activation's own becomes the new one's. The last layer gets the rule for the new
    pair with the loss. Raises ValueError, naming the argument, for a layer without an activation, an unknown name
    or temperature, and a pair that is not accepted.
    """
    layers = network.layers
    number_in("layer", layer, len(layers) - 1)
    old, new = layers[layer], named_activation(activation, temperature)
    if not isinstance(old, OutputLayer):
        raise ValueError(f"layer: {layer} is a {old.kind} layer, which has no activation")
    if layer == len(layers) - 1 and (reason := why_refused(network.loss, activation, network.outputs)):
        raise ValueError(f"activation: {reason}")
    changes: dict[str, Any] = {"activation": activation, "temperature": temperature}
    if isinstance(old, Dense) and old.initializer == old.activation.initializer:
        changes |= {"initializer": new.initializer, "scale": None}
    parts = kept(layers)
    parts[layer] = Part(fresh(old, **changes), layer)
    same = Sameness()
    if new != old.activation:
        same = Sameness(False, False, f"{activation} makes another a of the same z than {old.activation.name}")
    return operate(network, optimizer, parts, None, f"{old.activation.title} became {new.title}.", same)


def _hidden_dense(network: Network, layer: int) -> tuple[Dense, int, Dense]:
    """Return the Dense at that place, and the place of the next Dense with it; ValueError where there are none."""
    layers = network.layers
    number_in("layer", layer, len(layers) - 1)
    dense, place = layers[layer], next_dense(layers, layer + 1)
    if not isinstance(dense, Dense):
        raise ValueError(f"layer: {layer} is a {dense.kind} layer, whose width is that of the Dense before it")
    if place is None:
        raise ValueError(f"layer: {layer} makes the outputs of the network, and their number is fixed by the targets")
    reader = layers[place]
    assert isinstance(reader, Dense)
    return dense, place, reader


def _resized(network: Network, optimizer: Optimizer, layer: int, place: int, change: Units, what: str) -> Operated:
    parts = kept(network.layers)
    parts[layer] = Part(fresh(network.layers[layer], units=len(change.source)), layer, columns=change)
    resize(parts, layer + 1, change)
    same = width_sameness(change, network.layers[layer:place])
    return operate(network, optimizer, parts, None, what, same, change)
