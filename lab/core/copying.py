"""Another network like a given one: the same settings, the same numbers or new layers, and nothing shared."""

from collections.abc import Sequence
from inspect import signature
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.initializers import INITIALIZERS
from lab.core.layer_kinds.layer import Layer
from lab.core.network import Network

L = TypeVar("L", bound=Layer[Any])


def layer_settings(layer: Layer[Any]) -> dict[str, Any]:
    """Return the arguments that make a layer like this one: `type(layer)(**layer_settings(layer))`.

    Every kind keeps its arguments as attributes of the same names; only an activation is kept as its table's entry.
    """
    names = signature(type(layer)).parameters
    settings: dict[str, Any] = {name: getattr(layer, name, None) for name in names}
    if "activation" in settings:
        settings |= {"activation": settings["activation"].name, "temperature": settings["activation"].temperature}
    if "initializer" in settings and INITIALIZERS[settings["initializer"]].scale is None:
        settings["scale"] = None
    return settings


def copy_layer(layer: L, **changes: Any) -> L:
    """Return a new layer of the same kind and settings but for `changes`, which belongs to no network yet."""
    return type(layer)(**layer_settings(layer) | changes)


def network_like(network: Network, layers: Sequence[Layer[Any]], dtype: DTypeLike | None = None) -> Network:
    """Return a network of these new layers with the inputs, loss, reduction, seed and targets of `network`.

    Its weights are drawn anew; its dropouts go on from where those of `network` are. Raises ValueError for an
    impossible stack, as `Network` does.
    """
    made = Network(
        network.inputs,
        layers,
        network.loss,
        network.reduction,
        network.seed,
        network.dtype if dtype is None else dtype,
        label_smoothing=network.targets.label_smoothing,
        class_weights=network.targets.class_weights,
    )
    made.dropout_stream.bit_generator.state = network.dropout_stream.bit_generator.state
    return made


def copy_network(network: Network, dtype: DTypeLike | None = None) -> Network:
    """Return a network with the same settings, parameters, buffers and dropouts to come, that shares nothing.

    dtype: float32 or float64, that of `network` unless given. The copy has seen no batch yet. Raises ValueError for
    another dtype.
    """
    copy = network_like(network, [copy_layer(layer) for layer in network.layers], dtype)
    np.copyto(copy.parameters, network.parameters)
    np.copyto(copy.buffers, network.buffers)
    return copy
