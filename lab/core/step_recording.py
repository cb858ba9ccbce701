"""What a network's last step left, gathered for explanations: every array by its name, layer by layer."""

import numpy as np

from lab.core.explain.step_record import Before, DataOrigin, LayerStep, Step
from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import Optimizer
from lab.core.types import Array


def step_of(
    network: Network,
    used_parameters: Array | None = None,
    optimizer: Optimizer | None = None,
    learning_rate: float | None = None,
    before: Before | None = None,
    origin: DataOrigin | None = None,
) -> Step:
    """Return what the network's last step left, after a forward pass in training and a backward pass.

    used_parameters: the flat vector that the forward pass used; without it the present one, which is right until
    the optimizer's step. optimizer: the one that took the step; updates and penalties need it. learning_rate: the
    eta of that step, where the optimizer's was changed since. before: the vectors of the step before; origin: where
    the batch comes from. Raises ValueError where used_parameters or the optimizer's memories are not as long as the
    network's vector, and AttributeError before the first batch.
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
    known = before or Before()
    layers = [_layer_step(network, number, x, parameters, known) for number, x in enumerate(inputs)]
    return Step(
        layers=tuple(layers),
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
        origin=origin,
    )


def _layer_step(network: Network, number: int, x: Array, parameters: Array, before: Before) -> LayerStep:
    layer, slices = network.layers[number], network.slices[number]
    arrays: dict[str, Array] = {name: getattr(layer, name) for name in layer.arrays}
    arrays |= {name: getattr(layer, name) for name in layer.buffers}
    for name, span in slices.items():
        arrays[name] = parameters[span].reshape(getattr(layer, name).shape)
        arrays |= {prefix + name: getattr(layer, prefix + name) for prefix in ("d", "update_")}
    arrays |= {f"penalty_{name}": getattr(layer, f"penalty_{name}") for name in layer.penalised}
    arrays["error"] = error_of_output(network, number)
    if number == 0:
        arrays["x"] = network.x
    if number == len(network.layers) - 1:
        weights = example_weights(network)
        arrays |= {} if weights is None else {"weights": weights[:, None]}
        arrays |= {"y": network.y, "terms": network.terms}
        arrays |= {"losses": losses_of(network), "loss": np.array([loss_of(network)])}
    known: dict[str, Array] = {}
    for vector, spans in ((before.parameters, slices), (before.buffers, network.buffer_slices[number])):
        if vector is not None:
            known |= {name: vector[span].reshape(arrays[name].shape) for name, span in spans.items()}
    return LayerStep(layer, x, arrays, slices, layer.penalised, known)


def error_of_output(network: Network, number: int) -> Array:
    """Return the derivative of the summed loss by a of a layer: what the layer above hands down, or the loss's own."""
    if number + 1 < len(network.layers):
        return network.layers[number + 1].error_of_input
    error = np.empty_like(network.y)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        network.rule.loss.error(network.layers[number].a, network.y, error, np.empty_like(error))
    return error


def losses_of(network: Network) -> Array:
    """Return the loss of every example of the last batch, (m, 1)."""
    losses: Array = np.add.reduce(network.terms, axis=1, dtype=np.float64, keepdims=True)
    return losses


def loss_of(network: Network) -> float:
    """Return the loss of the last batch under the network's reduction."""
    total = float(np.add.reduce(network.terms, axis=None, dtype=np.float64))
    return total / len(network.terms) if network.reduction == "mean" else total


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
