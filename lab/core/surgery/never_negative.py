"""Whether what a stack of layers puts out cannot be negative, so that a ReLU after it changes nothing."""

from collections.abc import Sequence
from typing import Any

from lab.core.layer_kinds.layer import Layer


def never_negative(layers: Sequence[Layer[Any]]) -> bool:
    """Return whether what these layers put out cannot be negative, whatever goes in."""
    non_negative = False
    for layer in layers:
        non_negative = layer.output_never_negative(non_negative)
    return non_negative
