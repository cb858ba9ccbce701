"""Made sets with a number to predict: surfaces over x1 and x2, and curves over x1 alone."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SLOPES = np.array([0.6, -0.3])
_HEIGHT = 0.1
# Two hills and two hollows that reach into one another: where each stands, and which way it points.
_CENTRES = np.array([[-0.5, 0.5], [0.4, 0.2], [0.5, -0.6], [-0.4, -0.4]])
_SIGNS = np.array([1.0, -1.0, 1.0, -1.0])
_WIDTH = 0.35


def plane(x: Floats) -> Floats:
    """Return 0.6 x1 - 0.3 x2 + 0.1 for x (N, 2), as (N,): what one linear unit can learn."""
    height: Floats = x @ _SLOPES + _HEIGHT
    return height


def gaussian_sum(x: Floats) -> Floats:
    """Return the sum of four bells ±exp(-d² / (2·0.35²)) for x (N, 2), as (N,); d is the distance to a centre."""
    squares = ((x[:, None, :] - _CENTRES) ** 2).sum(axis=2)
    height: Floats = np.exp(-squares / (2 * _WIDTH**2)) @ _SIGNS
    return height


def sine(x: Floats, waves: int) -> Floats:
    """Return sin(π·waves·x1) for x (N, 1), as (N,): so many whole waves from -1 to 1."""
    return np.sin(np.pi * waves * x[:, 0])


def step(x: Floats, steps: int) -> Floats:
    """Return a staircase from -1 up to 1 for x (N, 1), as (N,): `steps` jumps of one height, evenly spaced."""
    floor: Floats = np.minimum(np.floor((x[:, 0] + 1) / 2 * (steps + 1)), steps)
    return 2 * floor / steps - 1
