"""Several optimizers raced over a loss surface: each has the same start, the same batches and a network of its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.core.copying import copy_network
from lab.core.network import Network
from lab.core.optimizers import OPTIMIZERS
from lab.core.types import Floats
from lab.experiment.surface.loss_surface import GoesOn, SurfaceMaterial
from lab.experiment.surface.plane import Plane

RACERS: Final = ("sgd", "momentum", "rmsprop", "adam")
STEPS: Final = 200


@dataclass(frozen=True, eq=False)
class RacePath:
    """How one optimizer went: its places as α and β, (k, 2), and the loss of the batch at each, (k,)."""

    kind: str
    rate: float
    places: Floats
    losses: Floats
    """NaN at the end of one that went to infinity."""


def race(
    material: SurfaceMaterial,
    plane: Plane,
    start: tuple[float, float],
    kinds: Sequence[str] = RACERS,
    steps: int = STEPS,
    goes_on: GoesOn = lambda _done, _total: True,
) -> list[RacePath] | None:
    """Return the paths of these optimizers from a point of the plane; None where `goes_on` ended it.

    Each has the learning rate that is usual for it. On a plane of two cells only those learn, so that every path lies
    on the surface; elsewhere all weights learn, and what is returned is the nearest point of the plane.
    """
    paths: list[RacePath] = []

    def goes_on_here(step: int) -> bool:
        return goes_on(len(paths) * steps + step, len(kinds) * steps)

    for kind in kinds:
        path = _path(material, plane, start, kind, steps, goes_on_here)
        if path is None:
            return None
        paths.append(path)
    return paths


def _path(
    material: SurfaceMaterial,
    plane: Plane,
    start: tuple[float, float],
    kind: str,
    steps: int,
    goes_on: Callable[[int], bool],
) -> RacePath | None:
    network = _network_at(material, plane, start)
    optimizer = OPTIMIZERS[kind].make(OPTIMIZERS[kind].usual_rate)
    places, losses = np.full((steps + 1, 2), np.nan), np.full(steps + 1, np.nan)
    batches = _batches(len(material.x), material.batch_size)
    for step in range(steps + 1):
        if not goes_on(step):
            return None
        places[step] = plane.coordinates(network.parameters[None])[0]
        rows = next(batches)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            network.forward(material.x[rows])
            loss = network.backward(material.y[rows])
            losses[step] = loss / len(rows) if network.reduction == "sum" else loss
            if not np.isfinite(losses[step]):
                return RacePath(kind, optimizer.learning_rate, places[: step + 1], losses[: step + 1])
            optimizer.step(network)
    return RacePath(kind, optimizer.learning_rate, places, losses)


def _network_at(material: SurfaceMaterial, plane: Plane, start: tuple[float, float]) -> Network:
    """Return a copy of the network with the weights of the start; what may not learn is frozen."""
    network = copy_network(material.network)
    np.copyto(network.parameters, plane.at(*start), casting="same_kind")
    frozen = material.network.frozen
    if plane.cells is not None:
        frozen = np.ones(network.parameters.shape, bool)
        frozen[list(plane.cells)] = False
    network.freeze(frozen)
    return network


def _batches(examples: int, size: int) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of batches for ever, shuffled anew for each epoch, the same ones for every optimizer."""
    random = np.random.default_rng(0)
    while True:
        order = random.permutation(examples)
        for begin in range(0, examples, size):
            yield order[begin : begin + size]
