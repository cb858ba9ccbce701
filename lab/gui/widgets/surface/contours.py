"""Contour lines of numbers on a grid: straight pieces through each square of four neighbours (marching squares)."""

import numpy as np
from numpy.typing import NDArray

from lab.gui.widgets.drawing.array_types import Floats


def contour_lines(heights: Floats, level: float) -> Floats:
    """Return the pieces of the line at a level, (k, 4): column and row of both ends, with fractions.

    heights: (rows, columns). Squares with a corner that is not finite have no line. In a square whose diagonals lie on
    different sides the mean of its corners decides which corners belong together.
    """
    above = heights - level
    corners = above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]
    whole = np.isfinite(np.stack(corners)).all(axis=0)
    row, column = np.nonzero(whole)
    tl, tr, br, bl = (corner[whole] for corner in corners)
    if not len(row):
        return np.zeros((0, 4))
    ends = np.stack(
        [
            np.stack([column + _share(tl, tr), row], axis=1),
            np.stack([column + 1.0, row + _share(tr, br)], axis=1),
            np.stack([column + _share(bl, br), row + 1.0], axis=1),
            np.stack([column, row + _share(tl, bl)], axis=1),
        ]
    )
    crossed = np.stack([_differ(tl, tr), _differ(tr, br), _differ(bl, br), _differ(tl, bl)])
    crossings = crossed.sum(axis=0)
    two = np.flatnonzero(crossings == 2)
    first, last = crossed.argmax(axis=0), 3 - crossed[::-1].argmax(axis=0)
    pieces = [np.concatenate([ends[first[two], two], ends[last[two], two]], axis=1)]
    four = np.flatnonzero(crossings == 4)
    joined = (tl[four] > 0) == ((tl + tr + br + bl)[four] > 0)  # the first corner and the one across from it
    for chosen, pairs in ((four[joined], ((0, 1), (2, 3))), (four[~joined], ((0, 3), (1, 2)))):
        pieces += [np.concatenate([ends[one, chosen], ends[other, chosen]], axis=1) for one, other in pairs]
    return np.concatenate(pieces)


def levels_of(heights: Floats, most: int) -> tuple[Floats, float, float]:
    """Return levels for contour lines, and the lowest and highest height that colours tell apart.

    Evenly spaced in factors where all heights are above zero, as losses are seen best; the highest twentieth has one
    colour, for a surface often ends in a cliff. Empty where there is no slope.
    """
    finite = heights[np.isfinite(heights)]
    if not finite.size:
        return np.zeros(0), 0.0, 1.0
    low, high = float(finite.min()), float(np.quantile(finite, 0.95))
    if not high > low:
        high = float(finite.max())
    if not high > low:
        return np.zeros(0), low, low
    if low <= 0:
        return np.linspace(low, high, most + 2)[1:-1], low, high
    low = max(low, high * 1e-6)
    return np.geomspace(low, high, most + 2)[1:-1], low, high


def shades(heights: Floats, low: float, high: float) -> Floats:
    """Return how far each height is from low (0) to high (1), by factors where low is above zero; NaN stays NaN."""
    if not high > low:
        return np.where(np.isfinite(heights), 0.0, np.nan)
    inside = np.clip(heights, low, high)
    shade: Floats = (inside - low) / (high - low)
    if low > 0:
        shade = np.log(inside / low) / np.log(high / low)
    return np.where(np.isfinite(heights), shade, np.nan)


def _differ(one: Floats, other: Floats) -> NDArray[np.bool_]:
    return np.not_equal(one > 0, other > 0)


def _share(one: Floats, other: Floats) -> Floats:
    """Return how far the level is on the way from one corner to the other, where it is crossed."""
    step = one - other
    return np.where(_differ(one, other), one / np.where(step == 0, 1.0, step), 0.5)
