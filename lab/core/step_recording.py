"""What a network's last step left, gathered for explanations: every array by its name, layer by layer."""

from collections.abc import Mapping
from typing import Any

from lab.core.explain.step_record import LayerStep, Step
from lab.core.layer_kinds.layer import Layer
from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import Optimizer
from lab.core.types import Array


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
            _layer_step(layer, slices, x, parameters)
            for layer, slices, x in zip(network.layers, network.slices, inputs, strict=True)
        ),
        y=network.y,
        weights=example_weights(network),
        rule=network.rule,
        reduction=network.reduction,
        smoothing=network.targets.label_smoothing,
        gradients=network.gradients,
        penalties=network.penalties,
        frozen=network.frozen,
        optimizer=optimizer,
        learning_rate=rate if learning_rate is None else learning_rate,
    )


def _layer_step(layer: Layer[Any], slices: Mapping[str, slice], x: Array, parameters: Array) -> LayerStep:
    arrays: dict[str, Array] = {name: getattr(layer, name) for name in layer.arrays}
    for name, span in slices.items():
        arrays[name] = parameters[span].reshape(getattr(layer, name).shape)
        arrays |= {prefix + name: getattr(layer, prefix + name) for prefix in ("d", "update_")}
    arrays |= {f"penalty_{name}": getattr(layer, f"penalty_{name}") for name in layer.penalised}
    return LayerStep(layer, x, arrays, slices, layer.penalised)


def example_weights(network: Network) -> Array | None:
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
