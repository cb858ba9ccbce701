"""How the points of each made set with classes are drawn: (random stream, class of each point) to x (N, 2)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_GAP = 0.05
_CLOUD = 0.18
_BLOBS_AT = 0.65


def circle(rng: np.random.Generator, y: Integers) -> Floats:
    """Spread a disc of radius 0.5 (class 0) and a ring from 0.7 to 1 evenly over their areas."""
    low, high = np.array([0.0, 0.7])[y], np.array([0.5, 1.0])[y]
    # Evenly over an area is evenly in the squared radius.
    radius = np.sqrt(rng.uniform(low**2, high**2))
    return _polar(radius, rng.uniform(0, 2 * np.pi, len(y)))


def xor(rng: np.random.Generator, y: Integers) -> Floats:
    """Fill the quadrants where x1 and x2 have one sign (class 0) and the other two, 0.05 away from the axes."""
    distance = rng.uniform(_GAP, 1, (len(y), 2))
    sign = rng.choice([-1.0, 1.0], len(y))
    x: Floats = distance * np.stack([sign, np.where(y == 0, sign, -sign)], axis=1)
    return x


def gaussians(rng: np.random.Generator, y: Integers) -> Floats:
    """Draw two normal clouds of standard deviation 0.18, at (-0.4, -0.4) and at (0.4, 0.4)."""
    centre = np.where(y == 0, -0.4, 0.4)[:, None]
    x: Floats = centre + _CLOUD * rng.normal(size=(len(y), 2))
    return x


def spiral(rng: np.random.Generator, y: Integers, arms: int, turns: float) -> Floats:
    """Wind each arm from radius 0.05 to 1; every arm is the one before it, turned by 1/arms of a circle.

    y counts through the classes, so that the k-th points of all arms lie equally far along them.
    """
    along = rng.uniform(size=-(-len(y) // arms))[np.arange(len(y)) // arms]
    return _polar(0.05 + 0.95 * along, 2 * np.pi * (turns * along + y / arms))


def moons(rng: np.random.Generator, y: Integers) -> Floats:
    """Draw two half circles of radius 2/3, each with an end inside the other."""
    angle = rng.uniform(0, np.pi, len(y)) + np.pi * y
    centre = np.array([[-1 / 3, -1 / 6], [1 / 3, 1 / 6]])[y]
    return centre + _polar(np.full(len(y), 2 / 3), angle)


def blobs(rng: np.random.Generator, y: Integers, classes: int) -> Floats:
    """Draw normal clouds evenly around a circle of radius 0.65, smaller where many of them must find room."""
    angle = 2 * np.pi * y / classes
    neighbours = 2 * _BLOBS_AT * np.sin(np.pi / classes)
    spread = min(0.12, 0.2 * neighbours)
    x: Floats = _polar(np.full(len(y), _BLOBS_AT), angle) + spread * rng.normal(size=(len(y), 2))
    return x


def rings(rng: np.random.Generator, y: Integers, classes: int) -> Floats:
    """Draw circles around the middle with the radii 1/classes, 2/classes, … 1."""
    return _polar((y + 1) / classes, rng.uniform(0, 2 * np.pi, len(y)))


def checkerboard(rng: np.random.Generator, y: Integers, cells: int) -> Floats:
    """Put each point into a random square of its colour, of cells × cells; the lower left one is of class 0."""
    column, row = np.divmod(np.arange(cells**2), cells)
    squares = [np.flatnonzero((column + row) % 2 == colour) for colour in (0, 1)]
    chosen = np.where(y == 0, *(rng.choice(each, len(y)) for each in squares))
    corner = np.stack([column[chosen], row[chosen]], axis=1)
    x: Floats = (corner + rng.uniform(size=corner.shape)) / cells * 2 - 1
    return x


def _polar(radius: Floats, angle: Floats) -> Floats:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
