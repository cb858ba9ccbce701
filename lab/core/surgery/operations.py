"""Network surgery: wider and narrower layers, inserted and removed ones, other activations, in a trained network.

All parameters lie in one flat vector, so every operation returns a new network, with an optimizer whose memories
have followed their parameters, and leaves the old ones as they were. Layers are numbered from 0, as in
`network.layers`. What is drawn comes from the generator that is passed in.
"""

import numpy as np

from lab.core.activations import activation as named_activation
from lab.core.checks import whole_number
from lab.core.exactness import Exactness, not_exact
from lab.core.layer_kinds.mixing import Mixing
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import Optimizer
from lab.core.output_rule import why_refused
from lab.core.surgery.insertion import insert
from lab.core.surgery.layer_source import LayerSource, kept, resize
from lab.core.surgery.never_negative import never_negative
from lab.core.surgery.surgery_result import SurgeryResult
from lab.core.surgery.transplant import arriving, number_in, operate
from lab.core.surgery.widths import Units, narrowed, next_mixing, root_mean_square, twins_of, widened, width_exactness

__all__ = ["SurgeryResult", "change_activation", "insert", "narrow", "remove", "widen"]


def widen(network: Network, optimizer: Optimizer, layer: int, units: int, rng: np.random.Generator) -> SurgeryResult:
    """Give a hidden Dense more units: the new ones are copies, which share the outgoing weights out unequally.

    Exact through elementwise activations and batch norms; through a layer norm only where all units are copied
    equally often; not through a softmax; through active dropout in predictions only. Raises ValueError, naming the
    argument, for a layer that is no hidden Dense and for no more units than it has.
    """
    _, number, reader = _hidden_mixing(network, layer)
    before = network.layers[layer].outputs
    if whole_number("units", units) <= before:
        raise ValueError(f"units: {units} found, more than the {before} of layer {layer} expected")
    change = widened(reader.outgoing(), units, rng)
    return _resized(network, optimizer, layer, number, change, f"Widened from {before} to {units} units.")


def narrow(network: Network, optimizer: Optimizer, layer: int, units: int) -> SurgeryResult:
    """Leave a hidden Dense only so many units: those with the most influence on the next layer.

    Influence is the root mean square of what a unit adds to the next z over the last batch, or, before the first
    batch, the length of all paths through it. Units that compute the same as another are merged with it first, so
    what has just been widened is narrowed exactly. Raises ValueError, naming the argument, for a layer that is no
    hidden Dense and for no fewer units than it has.
    """
    own, number, reader = _hidden_mixing(network, layer)
    before = network.layers[layer].outputs
    if whole_number("units", units) >= before:
        raise ValueError(f"units: {units} found, fewer than the {before} of layer {layer} expected")
    seen = number
    while network.layers[seen - 1].draws and seen - 1 > layer:
        seen -= 1  # behind a draw a unit may look silent that was only masked in this batch
    a = arriving(network, seen)
    activity = own.incoming_length() if a is None else root_mean_square(a)
    change = narrowed(activity, reader.outgoing(), twins_of(network.layers[layer:number]), units)
    return _resized(network, optimizer, layer, number, change, f"Narrowed from {before} to {units} units.")


def remove(network: Network, optimizer: Optimizer, layer: int, rng: np.random.Generator) -> SurgeryResult:
    """Take a layer out; where the widths then differ, norms begin anew and the next Dense draws new weights.

    Exact only where the layer was the identity; a dropout, or a batch norm that its gamma and beta undo, is one in
    predictions only. Raises ValueError, naming the argument, for the last layer and for the Dense that sets the
    number of outputs.
    """
    layers = network.layers
    number_in("layer", layer, len(layers) - 1)
    gone, number = layers[layer], next_mixing(layers, layer + 1)
    if layer == len(layers) - 1 or (isinstance(gone, Mixing) and number is None):
        raise ValueError(f"layer: {layer} makes the outputs of the network: it has to stay")
    sources = kept(layers)
    if gone.inputs != gone.outputs:
        assert number is not None
        note = f"Begun anew: there are {gone.inputs} inputs in the place of {gone.outputs}."
        for between in range(layer + 1, number):
            sources[between] = LayerSource(layers[between].copy(), note=note)
        reader = layers[number]
        anew = {name: None for name, axes in reader.parameters.items() if "inputs" in axes}
        sources[number] = LayerSource(reader.copy(), number, anew=anew, note=note)
    del sources[layer]
    exactness = gone.identity_exactness(never_negative(layers[:layer]))
    return operate(network, optimizer, sources, rng, f"A {gone.title.lower()} layer was removed.", exactness)


def change_activation(
    network: Network, optimizer: Optimizer, layer: int, activation: str, temperature: float = 1.0
) -> SurgeryResult:
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
    sources = kept(layers)
    sources[layer] = LayerSource(old.with_activation(activation, temperature), layer)
    exactness = Exactness()
    if new != old.activation:
        exactness = not_exact(f"{activation} makes another a of the same z than {old.activation.name}")
    what = f"{old.activation.title} became {new.title}."
    return operate(network, optimizer, sources, None, what, exactness)


def _hidden_mixing(network: Network, layer: int) -> tuple[Mixing, int, Mixing]:
    """Return the layer of that number, and the number of the next that mixes its inputs, with that layer.

    Raises ValueError where the first has no width of its own and where there is no second.
    """
    layers = network.layers
    number_in("layer", layer, len(layers) - 1)
    own, number = layers[layer], next_mixing(layers, layer + 1)
    if not isinstance(own, Mixing):
        raise ValueError(f"layer: {layer} is a {own.kind} layer, whose width is that of the Dense before it")
    if number is None:
        raise ValueError(f"layer: {layer} makes the outputs of the network, and their number is fixed by the targets")
    reader = layers[number]
    assert isinstance(reader, Mixing)
    return own, number, reader


def _resized(
    network: Network, optimizer: Optimizer, layer: int, number: int, change: Units, what: str
) -> SurgeryResult:
    """Return the network with the units of `change` in `layer`, passed on to the layer `number`, which reads them."""
    own = network.layers[layer]
    assert isinstance(own, Mixing)
    sources = kept(network.layers)
    sources[layer] = LayerSource(own.with_units(len(change.source)), layer, columns=change)
    resize(sources, layer + 1, change)
    exactness = width_exactness(change, network.layers[layer:number])
    return operate(network, optimizer, sources, None, what, exactness, change)
