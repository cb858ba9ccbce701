"""The reading of what every neuron answers to: its a at each place of the plane, for data with two inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from lab.core.types import Array
from lab.data.errors import DataError
from lab.data.sets.features import PLANE, extended

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.browse.input_axes import ColumnAxis
from lab.experiment.readings.reading import Reading, read_only


@dataclass(frozen=True)
class NeuronMaps(Reading[tuple[Array, ...]]):
    """a of each chosen unit on a grid of side × side places over the data: (units, side, side) for each column.

    columns: pairs of a layer, -1 for the inputs themselves, and its units. The first row of a map lies at the bottom.
    None for data that is not a plane. It sends side² examples through all layers.
    """

    columns: tuple[tuple[int, tuple[int, ...]], ...]
    side: int

    interval: ClassVar[float] = 0.4

    def read(self, session: Session) -> tuple[Array, ...] | None:
        """Return the maps with the weights of this moment."""
        dataset, features = session.dataset, session.experiment.data.features
        if dataset.inputs != 2 and not features:
            return None
        axes = [ColumnAxis(dataset.inputs, name, (), column) for column, name in enumerate(PLANE)]
        right, up = (axis.grid(axis.span(dataset.x), self.side) for axis in axes)
        x = np.column_stack([np.tile(right, self.side), np.repeat(up, self.side)])
        try:
            x = session.prepared.scaling.apply(extended(x, features), session.network.dtype)
        except DataError:
            return None
        outputs: dict[int, Array] = {-1: x}
        wanted = {layer for layer, _ in self.columns}
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for number, layer in enumerate(session.network.layers):
                x = layer.infer(x)
                if number in wanted:
                    outputs[number] = x.copy()
        if any(layer not in outputs or max(units) >= outputs[layer].shape[1] for layer, units in self.columns):
            return None
        shape = (-1, self.side, self.side)
        return tuple(read_only(outputs[layer][:, list(units)].T.reshape(shape)) for layer, units in self.columns)
