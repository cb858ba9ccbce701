"""All that one step left, layer by layer, so that any of its cells can be explained from arrays alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.core.activations import Activation
from lab.core.layer_kinds.layer import Layer
from lab.core.layer_kinds.normalisation import BatchNorm, LayerNorm
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.network import Network
from lab.core.optimizer import Optimizer
from lab.core.output_rule import OutputRule
from lab.core.types import Array, Mask


@dataclass(frozen=True, eq=False)
class LayerStep:
    """What a step left in one layer: its input, (m, inputs), and every array by its name."""

    kind: str
    activation: Activation | None
    """None for the kinds without one."""
    x: Array
    arrays: Mapping[str, Array]
    """z, a, delta, … as the kind has them; parameters as the forward pass used them; dW, update_W, penalty_W, …"""
    places: Mapping[str, slice]
    """Name of a parameter to where it lies in the flat vectors."""
    penalised: tuple[str, ...]
    epsilon: float
    """What a normalisation adds to the variance; 0 for the other kinds."""


@dataclass(frozen=True, eq=False)
class Step:
    """What a step left: views, not copies, so it holds until the network's next step begins.

    y: (m, c), after label smoothing; weights: (m,), of the examples by their class, or None; frozen: (size,), which
    parameters stay as they are, or None.
    """

    layers: tuple[LayerStep, ...]
    y: Array
    weights: Array | None
    rule: OutputRule
    reduction: str
    smoothing: float
    gradients: Array
    penalties: Array
    frozen: Mask | None
    optimizer: Optimizer | None
    learning_rate: float
    """The eta of this step, NaN without an optimizer."""


def step_of(
    network: Network,
    used_parameters: Array | None = None,
    optimizer: Optimizer | None = None,
    learning_rate: float | None = None,
) -> Step:
    """Return what the network's last step left, after a forward pass in training and a backward pass.

    used_parameters: the flat vector that the forward pass used; without it the present one, which is right until
    the optimizer's step. optimizer: the one that took the step; updates and penalties need it. learning_rate: the
    eta of that step, where the optimizer's was changed since. Raises ValueError where used_parameters or the
    optimizer's memories are not as long as the network's vector, and AttributeError before the first batch.
    """
    parameters = network.parameters if used_parameters is None else used_parameters
    if parameters.shape != network.parameters.shape:
        raise ValueError(
            f"used_parameters: shape {parameters.shape} found, {network.parameters.shape} expected by the network"
        )
    for name, vector in optimizer.state.items() if optimizer else ():
        if vector.shape != network.parameters.shape:
            size = network.parameters.size
            raise ValueError(f"optimizer: {vector.size} numbers of {name} found, {size} expected by the network")
    inputs = [network.x, *(layer.a for layer in network.layers[:-1])]
    rate = float("nan") if optimizer is None else optimizer.learning_rate
    return Step(
        layers=tuple(
            _layer_step(layer, places, x, parameters)
            for layer, places, x in zip(network.layers, network.slices, inputs, strict=True)
        ),
        y=network.y,
        weights=_weights(network),
        rule=network.rule,
        reduction=network.reduction,
        smoothing=network.targets.label_smoothing,
        gradients=network.gradients,
        penalties=network.penalties,
        frozen=network.frozen,
        optimizer=optimizer,
        learning_rate=rate if learning_rate is None else learning_rate,
    )


def _layer_step(layer: Layer[Any], places: Mapping[str, slice], x: Array, parameters: Array) -> LayerStep:
    arrays: dict[str, Array] = {name: getattr(layer, name) for name in layer.arrays if name != "slope"}
    for name, place in places.items():
        arrays[name] = parameters[place].reshape(getattr(layer, name).shape)
        arrays |= {prefix + name: getattr(layer, prefix + name) for prefix in ("d", "update_")}
    arrays |= {f"penalty_{name}": getattr(layer, f"penalty_{name}") for name in layer.penalised}
    return LayerStep(
        kind=layer.kind,
        activation=layer.activation if isinstance(layer, OutputLayer) else None,
        x=x,
        arrays=arrays,
        places=places,
        penalised=layer.penalised,
        epsilon=layer.epsilon if isinstance(layer, BatchNorm | LayerNorm) else 0.0,
    )


def _weights(network: Network) -> Array | None:
    """Return the weight of every example by its class, (m,), from its target before smoothing."""
    of_class, y, smoothing = network.targets.class_weights, network.y, network.targets.label_smoothing
    if of_class is None:
        return None
    weights: Array
    if y.shape[1] == 1:
        zero, one = of_class
        weights = y[:, 0] * (one - zero) + zero
    else:
        weights = ((y - smoothing / y.shape[1]) / (1.0 - smoothing)).dot(of_class)
    return weights
