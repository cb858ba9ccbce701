"""Layers of a trained network in another order or with other settings: kept where the shapes allow, else drawn anew."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lab.core.exactness import Exactness, not_exact
from lab.core.layer_kinds.beginning import BEGUN_ANEW
from lab.core.layer_kinds.layer import Layer
from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import Optimizer
from lab.core.surgery.layer_source import LayerSource
from lab.core.surgery.surgery_result import SurgeryResult
from lab.core.surgery.transplant import number_in, operate

Placed = tuple[Layer[Any], int | None]
"""A new layer, and the number of the old one whose arrays it takes where they fit; None: it begins anew."""


def restack(
    network: Network,
    optimizer: Optimizer,
    layers: Sequence[Placed],
    rng: np.random.Generator,
    what: str,
    exactness: Exactness,
) -> SurgeryResult:
    """Make these the layers of the network; an array whose shape is another than its origin's is drawn anew.

    what: one sentence on what is done; exactness: what becomes of the function. Raises ValueError, as `Network`
    does, for an impossible stack.
    """
    width, sources = network.inputs, []
    for layer, origin in layers:
        sources.append(_source(network, layer, origin, width))
        width = layer.output_size(width)
    return operate(network, optimizer, sources, rng, what, exactness)


def _source(network: Network, layer: Layer[Any], origin: int | None, width: int) -> LayerSource:
    if origin is None or network.layers[origin].kind != layer.kind:
        return LayerSource(layer, note=BEGUN_ANEW)
    old = network.layers[origin]
    shapes = layer.parameter_shapes(width) | layer.buffer_shapes(width)
    changed = [name for name, shape in shapes.items() if getattr(old, name).shape != shape]
    if changed and width == old.inputs:  # other units: none of the old ones is a new one's
        changed = list(shapes)
    note = f"Begun anew: the layer was {old.inputs} to {old.outputs} before." if changed else ""
    return LayerSource(layer, origin, anew=dict.fromkeys(changed), note=note)


def redraw(network: Network, optimizer: Optimizer, numbers: Sequence[int], rng: np.random.Generator) -> SurgeryResult:
    """Draw these layers anew, as in a new network of the same settings; all others are kept.

    Raises ValueError, naming the argument, for a number that no layer has.
    """
    for number in numbers:
        number_in("numbers", number, len(network.layers) - 1)
    layers = [(old.copy(), None if n in numbers else n) for n, old in enumerate(network.layers)]
    drawn = any(network.slices[number] for number in numbers)
    exactness = not_exact("what is drawn anew has learnt nothing yet") if drawn else Exactness()
    return restack(network, optimizer, layers, rng, "Layers were drawn anew.", exactness)


def move(network: Network, optimizer: Optimizer, layer: int, to: int, rng: np.random.Generator) -> SurgeryResult:
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
    layers = [(network.layers[number].copy(), number) for number in order]
    exactness = not_exact("the layers work in another order")
    return restack(network, optimizer, layers, rng, f"Layer {layer + 1} became layer {to + 1}.", exactness)
