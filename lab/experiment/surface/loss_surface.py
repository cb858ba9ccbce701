"""The loss of a network over a plane of its weights, on a grid, with the path of the run so far.

`take_material` copies what is needed between two steps; `compute_surface` then takes its time elsewhere and says after
every row how far it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.core.copying import copy_network
from lab.core.network import Network
from lab.core.types import Array, Floats
from lab.experiment.session import Session
from lab.experiment.surface.plane import Plane, plane_of_cells, principal_plane, random_plane

MOST_ROWS: Final = 512
"""Training examples that the loss is measured on: some of a large set, evenly chosen, always the same."""

GoesOn = Callable[[int, int], bool]
"""(points done, points in all): is told how far it is, and returns whether it is still wanted."""


@dataclass(frozen=True, eq=False)
class SurfaceMaterial:
    """A copy of the network with its weights of now, examples to measure it on, and where its weights have been."""

    network: Network
    x: Array
    y: Array
    step: int
    batch_size: int
    examples: int
    """How many training examples there are in all."""
    path_steps: NDArray[np.int64]
    path: NDArray[np.float32]
    """The weights after `path_steps`, (k, size)."""
    has_path: bool
    """Whether a path is kept at all: not of a network that is too large for it."""


@dataclass(frozen=True)
class SurfaceChoice:
    """Which surface: "cells" (named), "random" (by a seed) or "principal"; on how many points, and how far."""

    directions: str = "random"
    cells: tuple[str, str] = ("", "")
    seed: int = 1
    points: int = 31
    zoom: float = 1.0
    """How many times the usual range is shown."""


@dataclass(frozen=True, eq=False)
class Surface:
    """Losses per example at the points of a grid, (points of β, points of α); NaN where they are not finite."""

    plane: Plane
    alphas: Floats
    betas: Floats
    losses: Floats
    step: int
    loss_here: float
    """The loss at the weights of that step."""
    path_steps: NDArray[np.int64]
    path: Floats
    """Where the run has been, as α and β, (k, 2)."""
    path_bytes: int
    rows: int
    examples: int
    settles: bool
    """Whether the network has statistics that were taken anew at every point."""


def take_material(session: Session) -> SurfaceMaterial:
    """Return copies of what a surface is made from; to be called between two steps."""
    network = copy_network(session.network)
    network.freeze(None if session.network.frozen is None else session.network.frozen.copy())
    train = session.parts["train"]
    rows = np.unique(np.linspace(0, train.examples - 1, min(MOST_ROWS, train.examples)).astype(np.int64))
    x, y = train.gather(rows)
    path = session.weight_path
    steps, weights = (np.zeros(0, np.int64), np.zeros((0, 0), np.float32)) if path is None else path.taken()
    if weights.shape[1:] != network.parameters.shape:
        steps, weights = steps[:0], np.zeros((0, network.parameters.size), np.float32)
    return SurfaceMaterial(
        network,
        x.copy(),
        y.copy(),
        session.steps,
        session.experiment.training.batch_size,
        train.examples,
        steps,
        weights,
        path is not None and path.room_for(network.parameters.size) > 0,
    )


def plane_of(material: SurfaceMaterial, choice: SurfaceChoice) -> Plane:
    """Return the plane that was chosen; ValueError, one sentence, where there is none."""
    if choice.directions == "cells":
        return plane_of_cells(material.network, *choice.cells, material.path)
    if choice.directions == "principal":
        if not material.has_path:
            raise ValueError("the network has too many weights for its path to be kept: take random directions")
        return principal_plane(material.network, material.path)
    return random_plane(material.network, choice.seed)


def loss_at(material: SurfaceMaterial, weights: Floats) -> float:
    """Return the loss per example with these weights, (size,); NaN where it is not finite.

    What a normalisation keeps of its inputs is taken anew from the examples, for it belongs to other weights.
    """
    network = material.network
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        np.copyto(network.parameters, weights, casting="same_kind")
        if network.buffers.size:
            network.settle(material.x)
        summed, _ = network.evaluate(material.x, material.y)
    loss = summed / len(material.x)
    return loss if np.isfinite(loss) else float("nan")


def compute_surface(
    material: SurfaceMaterial, choice: SurfaceChoice, goes_on: GoesOn = lambda _done, _total: True
) -> Surface | None:
    """Return the surface that was chosen, None where `goes_on` ended it; ValueError where there is no such plane."""
    plane = plane_of(material, choice)
    alphas, betas = (np.linspace(*_zoomed(reach, choice.zoom), choice.points) for reach in plane.reach)
    losses = np.full((len(betas), len(alphas)), np.nan)
    here = loss_at(material, plane.centre)
    for row, beta in enumerate(betas.tolist()):
        for column, alpha in enumerate(alphas.tolist()):
            if not goes_on(row * len(alphas) + column, losses.size):
                return None
            losses[row, column] = loss_at(material, plane.at(alpha, beta))
    path = plane.coordinates(material.path) if len(material.path) else np.zeros((0, 2))
    return Surface(
        plane, alphas, betas, losses, material.step, here, material.path_steps, path, material.path.nbytes,
        len(material.x), material.examples, bool(material.network.buffers.size),
    )  # fmt: skip


def _zoomed(reach: tuple[float, float], zoom: float) -> tuple[float, float]:
    middle, half = (reach[0] + reach[1]) / 2, (reach[1] - reach[0]) / 2
    return middle - zoom * half, middle + zoom * half
