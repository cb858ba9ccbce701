"""A pale band between two curves, such as the mean of several seeds and its spread on both sides."""

from dataclasses import dataclass

import numpy as np

from lab.gui.widgets.curves.pixel_columns import Stretches
from lab.gui.widgets.curves.view import View
from lab.gui.widgets.drawing.array_types import Floats


@dataclass(frozen=True, eq=False)
class Band:
    """The room from `low` to `high`, (n,) each, over `x`, (n,) ascending; `role` names a colour of the theme."""

    x: Floats
    low: Floats
    high: Floats
    role: str


def band_columns(band: Band, view: View, first: int) -> Stretches:
    """Return the upright lines that fill a band in a view from a column on; none where a height has no place.

    A band of no points has none: no run has come so far.
    """
    if not len(band.x):
        return np.empty((0, 4))
    edges = view.edges[first:]
    middles = (edges[:-1] + edges[1:]) / 2
    ends = [np.interp(middles, band.x, side, left=np.nan, right=np.nan) for side in (band.high, band.low)]
    top, bottom = view.pixel_rows(view.placed(ends[0])), view.pixel_rows(view.placed(ends[1]))
    if view.log:  # a lower end that has no place lies below all that is in view
        bottom = np.where(np.isfinite(ends[1]) & np.isnan(bottom), float(view.rows), bottom)
    drawn = np.flatnonzero((bottom >= 0) & (top < view.rows))
    lines = np.empty((len(drawn), 4))
    lines[:, 0] = lines[:, 2] = drawn + first
    lines[:, 1] = np.rint(np.maximum(top[drawn], 0.0))
    lines[:, 3] = np.rint(np.minimum(bottom[drawn], view.rows - 1.0))
    return lines
