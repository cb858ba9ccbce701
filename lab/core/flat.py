"""One flat vector for all parameters, and others beside it, with every layer's matrices as views into them.

So an optimizer is a few ufuncs over a vector, a snapshot is one copy, and `layer.W` is still a matrix.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from lab.core.layer_kinds.layer import Layer
from lab.core.types import Array


class FlatVectors:
    """The vectors of a stack of layers, all 0 at first; building them also builds the layers.

    parameters, gradients, updates, penalties: (size,) each; buffers: what is no parameter but belongs to the
    state. slices[l][name] is where a parameter of layer l lies, buffer_slices the same for the buffers; penalised are
    the slices that a penalty pulls on.
    """

    def __init__(
        self, inputs: int, layers: Sequence[Layer[Any]], dtype: np.dtype[Any], dropout: np.random.Generator
    ) -> None:
        self._layers = layers
        width = inputs
        for layer in layers:
            layer.build(width, dtype, dropout)
            width = layer.outputs
        shapes = [layer.parameter_shapes(layer.inputs) for layer in layers]
        kept = [layer.buffer_shapes(layer.inputs) for layer in layers]
        self.slices = _spans(shapes)
        self.buffer_slices = _spans(kept)
        size = _size(shapes)
        self.parameters: Array = np.zeros(size, dtype)
        self.gradients: Array = np.zeros(size, dtype)
        self.updates: Array = np.zeros(size, dtype)
        self.penalties: Array = np.zeros(size, dtype)
        self.buffers: Array = np.zeros(_size(kept), dtype)
        prefixes = {"": self.parameters, "d": self.gradients, "update_": self.updates, "penalty_": self.penalties}
        self.penalised: list[slice] = []
        for layer, shape, spans, buffer_spans in zip(layers, shapes, self.slices, self.buffer_slices, strict=True):
            self.penalised += [spans[name] for name in layer.penalised]
            for prefix, vector in prefixes.items():
                names = layer.penalised if prefix == "penalty_" else shape
                layer.bind({prefix + name: vector[spans[name]].reshape(shape[name]) for name in names})
            layer.bind({name: self.buffers[span] for name, span in buffer_spans.items()})

    def draw(self, rng: np.random.Generator) -> None:
        """Fill parameters and buffers with those that every layer begins with."""
        for layer in self._layers:
            for name, value in layer.initial(layer.inputs, rng).items():
                getattr(layer, name)[...] = value


def _size(shapes: list[dict[str, tuple[int, ...]]]) -> int:
    return sum(prod(shape) for each in shapes for shape in each.values())


def _spans(shapes: list[dict[str, tuple[int, ...]]]) -> list[dict[str, slice]]:
    """Return where every named array of every layer begins and ends when all lie in a row."""
    spans: list[dict[str, slice]] = []
    begin = 0
    for each in shapes:
        here: dict[str, slice] = {}
        for name, shape in each.items():
            here[name] = slice(begin, begin + prod(shape))
            begin += prod(shape)
        spans.append(here)
    return spans
