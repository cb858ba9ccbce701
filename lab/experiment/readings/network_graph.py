"""The reading of the network as neurons and edges: W and a on the way forward, gradients and δ on the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.core.types import Array
from lab.experiment.step_arrays import step_array

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.readings.reading import Reading, read_only

Units = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class NetworkGraph:
    """One number a neuron and one an edge: `nodes[k]` (units,), None where there is none; `edges[k]` (units, next)."""

    step: int
    m: int
    """Examples that the nodes are the mean of; 0 before the first step."""
    nodes: tuple[Array | None, ...]
    edges: tuple[Array | None, ...]


@dataclass(frozen=True)
class GraphNumbers(Reading[NetworkGraph]):
    """The numbers of the chosen neurons: `columns` are pairs of a layer, -1 for the inputs, and its units.

    Forward a node is a and an edge W, both as the last step used them; backward a node is δ and an edge the gradient
    of W. A node is the mean over the batch, or, where `example` is given, what that example of the batch has; the
    edges are those of the batch either way. None where the session has other layers than these.
    """

    columns: tuple[tuple[int, Units], ...]
    backward: bool
    example: int | None = None

    def read(self, session: Session) -> NetworkGraph | None:
        """Return copies, as the last step left them."""
        nodes = [self._node(session, layer, units) for layer, units in self.columns]
        edges = []
        for (_, before), (layer, units) in zip(self.columns, self.columns[1:], strict=False):
            W = step_array(session, layer, "dW" if self.backward else "W")
            if W is not None and (max(before) >= W.shape[0] or max(units) >= W.shape[1]):
                return None
            edges.append(None if W is None else read_only(_chosen(W, before, units)))
        return NetworkGraph(session.steps, len(session.used_rows), tuple(nodes), tuple(edges))

    def _node(self, session: Session, layer: int, units: Units) -> Array | None:
        """Return the number of each unit; of the inputs there is no δ."""
        if layer < 0:
            found = None if self.backward else step_array(session, 0, "x")
        else:
            found = step_array(session, layer, "delta" if self.backward else "a")
        if found is None or max(units) >= found.shape[1]:
            return None
        if self.example is not None:
            return read_only(found[min(self.example, len(found) - 1), list(units)])
        chosen = found if len(units) == found.shape[1] else found[:, list(units)]
        return read_only(chosen.mean(axis=0))


def _chosen(W: Array, rows: Units, columns: Units) -> Array:
    if (len(rows), len(columns)) == W.shape:
        return W.copy()
    return W[np.ix_(rows, columns)]
