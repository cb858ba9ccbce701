"""The reading of which neurons a picture of the network shows: all of a narrow layer, the strongest of a wide one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.readings.reading import Reading
from lab.experiment.step_arrays import step_array

INPUTS = -1
"""The layer of a column that is the inputs."""


@dataclass(frozen=True)
class Column:
    """The neurons of a layer that are shown: `units` by their numbers, in order, of `width` in all."""

    layer: int
    width: int
    units: tuple[int, ...]


@dataclass(frozen=True)
class NetworkUnits(Reading[tuple[Column, ...]]):
    """The inputs and every layer with a matrix W, at most so many neurons of each.

    Of a wide layer those with the largest outgoing weights are shown, by the sum of |W|; of a wide output those with
    the largest incoming ones. It looks at every weight, and neurons that changed places all the time could not be
    followed: so it is asked every two seconds.
    """

    most: int

    interval: ClassVar[float] = 2.0

    def read(self, session: Session) -> tuple[Column, ...]:
        """Return the columns from the inputs to the output."""
        network = session.network
        weighted = [index for index, places in enumerate(network.slices) if "W" in places]
        matrices = [step_array(session, index, "W") for index in weighted]
        columns = []
        for place, layer in enumerate([INPUTS, *weighted]):
            leaving = matrices[place] if place < len(matrices) else None
            arriving = matrices[place - 1] if place else None
            width = network.inputs if arriving is None else arriving.shape[1]
            if width <= self.most:
                units = np.arange(width)
            else:
                strength = np.zeros(width)
                if leaving is not None:
                    strength = np.abs(leaving).sum(axis=1, dtype=np.float64)
                elif arriving is not None:
                    strength = np.abs(arriving).sum(axis=0, dtype=np.float64)
                units = np.sort(np.argsort(-strength, kind="stable")[: self.most])
            columns.append(Column(layer, width, tuple(units.tolist())))
        return tuple(columns)
