"""When a layer passes on what it gets unchanged, so that it can come or go without the network noticing."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lab.core import activations
from lab.core.layer_kinds.dense import Dense
from lab.core.layer_kinds.dropout import Dropout
from lab.core.layer_kinds.layer import Layer
from lab.core.layer_kinds.normalisation import BatchNorm
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.surgery.surgery_result import Sameness

NON_NEGATIVE = ("relu", "sigmoid", "softplus", "softmax")
"""Activations that are never negative. All others keep the sign of z."""

IDENTITY_FROM_ZERO = ("relu", "leaky_relu", "elu")
"""Activations with a = z wherever z is not negative."""

_ROUNDING = 8
"""How many steps of the dtype a BatchNorm's scale and shift may be away from 1 and 0."""

UNDONE_BATCH_NORM = Sameness(True, False, "in training a batch norm goes by the mean and variance of the batch")
"""What a batch norm does whose gamma and beta undo its running statistics."""


def never_negative(layers: Sequence[Layer[Any]]) -> bool:
    """Tell whether what these layers put out cannot be negative, whatever goes in."""
    for layer in reversed(layers):
        if isinstance(layer, OutputLayer):
            if layer.activation.name in NON_NEGATIVE:
                return True
            if isinstance(layer, Dense):
                return False
        elif not isinstance(layer, Dropout):
            return False
    return False


def activation_sameness(activation: activations.Activation, non_negative: bool) -> Sameness:
    """Tell whether the activation leaves z as it is, where z may be known to be never negative."""
    if activation.name == "linear" or (non_negative and activation.name in IDENTITY_FROM_ZERO):
        return Sameness()
    known = "" if non_negative or activation.name not in IDENTITY_FROM_ZERO else ", which may be negative here"
    return Sameness(False, False, f"{activation.name} does not leave its z as it is{known}")


def layer_sameness(layer: Layer[Any], non_negative: bool) -> Sameness:
    """Tell whether a built layer, with the parameters that it has, passes on its inputs unchanged.

    non_negative: whether the inputs are known to be never negative.
    """
    if isinstance(layer, Dense):
        square = layer.inputs == layer.outputs
        if not (square and np.array_equal(layer.W, np.eye(layer.inputs)) and not layer.b.any()):
            return Sameness(False, False, "the Dense layer's W is not the identity with b = 0")
    if isinstance(layer, OutputLayer):
        return activation_sameness(layer.activation, non_negative)
    if isinstance(layer, Dropout):
        return Sameness() if not layer.rate else Sameness(True, False, "dropout silences units in training only")
    if isinstance(layer, BatchNorm):
        return _batch_norm_sameness(layer)
    return Sameness(False, False, "a layer norm brings every example to a mean and variance of its own")


def _batch_norm_sameness(layer: BatchNorm) -> Sameness:
    scale = layer.gamma / np.sqrt(layer.running_variance + layer.epsilon)
    shift = layer.beta - layer.running_mean * scale
    near = _ROUNDING * np.finfo(layer.dtype).eps
    undone = np.abs(scale - 1.0).max() <= near and (np.abs(shift) <= near * (1.0 + np.abs(layer.running_mean))).all()
    if not undone:
        return Sameness(False, False, "the batch norm's gamma and beta do not undo its running statistics")
    return UNDONE_BATCH_NORM
