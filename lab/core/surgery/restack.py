"""Layers of a trained network in another order or with other settings: kept where the shapes allow, else drawn anew."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lab.core.layer_kinds.layer import Layer
from lab.core.network import Network
from lab.core.optimizer import Optimizer
from lab.core.surgery.layer_source import Part, fresh
from lab.core.surgery.surgery_result import Operated, Sameness
from lab.core.surgery.transplant import number_in, operate

Placed = tuple[Layer[Any], int | None]
"""A new layer, and the number of the old one whose arrays it takes where they fit; None: it begins anew."""


def restack(
    network: Network,
    optimizer: Optimizer,
    layers: Sequence[Placed],
    rng: np.random.Generator,
    what: str,
    same: Sameness,
) -> Operated:
    """Make these the layers of the network; an array whose shape is another than its origin's is drawn anew.

    what: one sentence on what is done; same: what becomes of the function. Raises ValueError, as `Network` does, for
    an impossible stack.
    """
    width, parts = network.inputs, []
    for layer, origin in layers:
        parts.append(_part(network, layer, origin, width))
        width = layer.output_size(width)
    return operate(network, optimizer, parts, rng, what, same)


def _part(network: Network, layer: Layer[Any], origin: int | None, width: int) -> Part:
    if origin is None or network.layers[origin].kind != layer.kind:
        return Part(layer, note="Begun as in every new layer.")
    old = network.layers[origin]
    shapes = layer.parameter_shapes(width) | layer.buffer_shapes(width)
    changed = [name for name, shape in shapes.items() if getattr(old, name).shape != shape]
    if changed and width == old.inputs:  # other units: none of the old ones is a new one's
        changed = list(shapes)
    note = f"Begun anew: the layer was {old.inputs} to {old.outputs} before." if changed else ""
    return Part(layer, origin, anew=dict.fromkeys(changed), note=note)


def redraw(network: Network, optimizer: Optimizer, numbers: Sequence[int], rng: np.random.Generator) -> Operated:
    """Draw these layers anew, as in a new network of the same settings; all others are kept.

    Raises ValueError, naming the argument, for a number that no layer has.
    """
    for number in numbers:
        number_in("numbers", number, len(network.layers) - 1)
    layers = [(fresh(old), None if n in numbers else n) for n, old in enumerate(network.layers)]
    drawn = any(network.slices[number] for number in numbers)
    same = Sameness(False, False, "what is drawn anew has learnt nothing yet") if drawn else Sameness()
    return restack(network, optimizer, layers, rng, "Layers were drawn anew.", same)


def move(network: Network, optimizer: Optimizer, layer: int, to: int, rng: np.random.Generator) -> Operated:
    """Take the layer at `layer` out and put it back so that it is at `to`; arrays are kept where the widths allow.

    Raises ValueError, naming the argument, for places that do not exist, for two equal ones, and where the layer
    that makes the outputs would change: their number and the loss belong to it.
    """
    last = len(network.layers) - 1
    number_in("layer", layer, last)
    number_in("to", to, last)
    if layer == to:
        raise ValueError(f"to: {to} found, another place than the layer has already expected")
    if last in (layer, to):
        raise ValueError(f"layer: {last} makes the outputs of the network: it has to stay where it is")
    order = list(range(last + 1))
    order.insert(to, order.pop(layer))
    layers = [(fresh(network.layers[number]), number) for number in order]
    same = Sameness(False, False, "the layers work in another order")
    return restack(network, optimizer, layers, rng, f"Layer {layer + 1} became layer {to + 1}.", same)
