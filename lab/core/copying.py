"""Another network like a given one: the same settings, the same numbers or new layers, and nothing shared."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from lab.core.layer_kinds.layer import Layer
from lab.core.network import Network


def network_like(
    network: Network, layers: Sequence[Layer[Any]], dtype: DTypeLike | None = None, drawn: bool = True
) -> Network:
    """Return a network of these new layers with the inputs, loss, reduction, seed and targets of `network`.

    Its weights are drawn anew, or 0 where they are not to be `drawn`; its dropouts go on from where those of
    `network` are. Raises ValueError for an impossible stack, as `Network` does.
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
        drawn=drawn,
    )
    made.dropout_stream.bit_generator.state = network.dropout_stream.bit_generator.state
    return made


def copy_network(network: Network, dtype: DTypeLike | None = None) -> Network:
    """Return a network with the same settings, parameters, buffers and dropouts to come, that shares nothing.

    dtype: float32 or float64, that of `network` unless given. The copy has seen no batch yet. Raises ValueError for
    another dtype.
    """
    copy = network_like(network, [layer.copy() for layer in network.layers], dtype, drawn=False)
    np.copyto(copy.parameters, network.parameters)
    np.copyto(copy.buffers, network.buffers)
    return copy
