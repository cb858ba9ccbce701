"""A plane through the weights of a network: two chosen cells, two random directions, or the two along its path.

Random directions are normalised filter by filter and principal ones come from the path, both as in Li, Xu, Taylor,
Studer and Goldstein, "Visualizing the Loss Landscape of Neural Nets", 2018, sections 4 and 7.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.core.explain.matrices import MATRICES
from lab.core.network import Network
from lab.core.types import Floats

_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_CELL: Final = re.compile(r"\s*([^\W\d]+)\s*(\d+)\s*\[\s*(\d+)\s*(?:,\s*(\d+)\s*)?\]\s*")
FEWEST_ON_PATH: Final = 3


@dataclass(frozen=True, eq=False)
class Plane:
    """The points centre + α u + β v; `u` and `v` are (size,) in float64 and not parallel."""

    centre: Floats
    u: Floats
    v: Floats
    names: tuple[str, str]
    """What the axes are called."""
    origin: tuple[float, float] = (0.0, 0.0)
    """What the axes say at the centre: a cell's own value where an axis is a cell."""
    reach: tuple[tuple[float, float], tuple[float, float]] = ((-1.0, 1.0), (-1.0, 1.0))
    """From where to where α and β go, unless another range is asked for."""
    cells: tuple[int, int] | None = None
    """The places of the two cells in the flat vector, None for other directions."""
    told: str = ""
    """What there is to say of the directions, a sentence."""

    def at(self, alpha: float, beta: float) -> Floats:
        """Return the weights at a point, (size,)."""
        point: Floats = self.centre + alpha * self.u + beta * self.v
        return point

    def coordinates(self, weights: NDArray[np.floating]) -> Floats:
        """Return α and β of the points of the plane that are nearest to these weights, (k, size) -> (k, 2)."""
        directions = np.stack([self.u, self.v])
        away = weights.astype(np.float64) - self.centre
        found = np.linalg.solve(directions @ directions.T, directions @ away.T).T
        return found.astype(np.float64)


def cell_at(text: str, network: Network) -> tuple[int, str]:
    """Return the place of a cell in the flat vector, and how it is written, from "W1[0, 2]" or "b²[3]".

    Raises ValueError with one sentence where there is no such cell.
    """
    match = _CELL.fullmatch(text.translate(_SUPERSCRIPTS))
    if match is None:
        raise ValueError(f"{text!r} names no cell; write it as W1[0, 2] or b2[3], counted from 0")
    symbol, number = match[1], int(match[2])
    if not 1 <= number <= len(network.slices):
        raise ValueError(f"{text!r}: there is no layer {number}; the network has {len(network.slices)}")
    spans = network.slices[number - 1]
    name = next((each for each in spans if symbol in (each, MATRICES[each].symbol)), None)
    if name is None:
        has = ", ".join(MATRICES[each].symbol for each in spans) or "no parameters"
        raise ValueError(f"{text!r}: layer {number} has {has}")
    shape = getattr(network.layers[number - 1], name).shape
    index = tuple(int(part) for part in match.groups()[2:] if part is not None)
    if len(index) == 2 and len(shape) == 1 and index[0] == 0:
        index = index[1:]  # as the inspector counts: a vector is one row
    if len(index) != len(shape) or any(at >= size for at, size in zip(index, shape, strict=True)):
        raise ValueError(f"{text!r}: {MATRICES[name].at(number)} is {'×'.join(map(str, shape))}, counted from 0")
    place = spans[name].start + int(np.ravel_multi_index(index, shape))
    return place, f"{MATRICES[name].at(number)}[{', '.join(map(str, index))}]"


def plane_of_cells(network: Network, first: str, second: str, path: NDArray[np.float32]) -> Plane:
    """Return the plane of two cells, wide enough for where they have been; ValueError where it is none."""
    (one, name), (other, other_name) = cell_at(first, network), cell_at(second, network)
    if one == other:
        raise ValueError(f"{name} was chosen twice; a surface needs two different weights")
    centre = network.parameters.astype(np.float64)
    directions = np.zeros((2, centre.size))
    directions[0, one] = directions[1, other] = 1.0
    reaches = []
    for place in (one, other):
        been = np.append(path[:, place].astype(np.float64), centre[place]) if len(path) else centre[[place]]
        least = max(2.0, 1.5 * abs(float(centre[place])))
        spread = max(least, 1.5 * float(np.abs(been - centre[place]).max()))
        reaches.append((-spread, spread))
    return Plane(
        centre,
        directions[0],
        directions[1],
        (name, other_name),
        (float(centre[one]), float(centre[other])),
        (reaches[0], reaches[1]),
        (one, other),
        "all other weights stay as they are",
    )


def random_plane(network: Network, seed: int) -> Plane:
    """Return a plane of two random directions with the norms of the network's filters.

    A filter is what leads to one unit: a column of W. Each direction has there the norm that the weights have
    (d ← d ‖θ‖ / ‖d‖); it is 0 in vectors, as biases, scales and shifts (Li et al. 2018, section 4).
    """
    random = np.random.default_rng(seed)
    directions = np.zeros((2, network.parameters.size))
    for layer, spans in zip(network.layers, network.slices, strict=True):
        for name, span in spans.items():
            weights = getattr(layer, name).astype(np.float64)
            if weights.ndim == 2:
                for direction in directions:
                    drawn = random.standard_normal(weights.shape)
                    norms = np.linalg.norm(weights, axis=0) / np.linalg.norm(drawn, axis=0)
                    direction[span] = (drawn * norms).reshape(-1)
    if not directions.any():
        raise ValueError("the network has no matrix of weights, or all of them are 0: random directions have no length")
    return Plane(
        network.parameters.astype(np.float64),
        directions[0],
        directions[1],
        ("random direction α", "random direction β"),
        told="each column of W is as long in both directions as it is in the network",
    )


def principal_plane(network: Network, path: NDArray[np.float32]) -> Plane:
    """Return the plane in which the path of a run spreads most, around the weights of now.

    u and v are the first two principal directions of the differences between the path and its end (Li et al. 2018,
    section 7), found through the (k, k) matrix of their products. Raises ValueError for a path that is no plane.
    """
    if len(path) < FEWEST_ON_PATH:
        raise ValueError(
            f"the path of the weights has {len(path)} points, {FEWEST_ON_PATH} are needed: train some steps first"
        )
    centre = network.parameters.astype(np.float64)
    away = path.astype(np.float64) - centre
    values, vectors = np.linalg.eigh(away @ away.T)
    largest, second = values[-1], values[-2]
    if not (second > 0 and second > 1e-12 * largest):
        raise ValueError("the weights have moved along a line so far, which is no plane: train some steps more")
    directions = [vectors[:, -1 - n] @ away for n in range(2)]
    directions = [direction / np.linalg.norm(direction) for direction in directions]
    plane = Plane(centre, directions[0], directions[1], ("", ""))
    places = np.vstack([plane.coordinates(path), np.zeros(2)])
    low, high = places.min(axis=0), places.max(axis=0)
    pad = 0.25 * np.maximum(high - low, 1e-3 * (high - low).max())
    reach = ((float(low[0] - pad[0]), float(high[0] + pad[0])), (float(low[1] - pad[1]), float(high[1] + pad[1])))
    shares = values[[-1, -2]] / values.clip(min=0).sum()
    names = (f"1st direction of the path ({shares[0]:.0%})", f"2nd direction ({shares[1]:.0%})")
    return Plane(
        centre, directions[0], directions[1], names, reach=reach,
        told=f"the two directions hold {shares.sum():.0%} of how far the path went",
    )  # fmt: skip
