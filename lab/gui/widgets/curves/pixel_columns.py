"""A curve as the pixels that it covers: one upright stretch in each column, thousands of points or two points alike.

Upright lines of one pixel are what Qt's painter draws fastest: 440 of them take 0.1 ms, a path of as many noisy
points in a pen of two pixels 10 ms.
"""

import numpy as np
from numpy.typing import NDArray

from lab.gui.widgets.curves.few_columns import MOST, few_columns
from lab.gui.widgets.curves.pyramid import Pyramid
from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.curves.view import View
from lab.gui.widgets.drawing.array_types import Floats, Integers

_PIECE = 16
"""Columns of a logarithmic axis that are looked up together: their stretches are about as long."""

Stretches = NDArray[np.float64]
"""Upright lines of pixels as Qt's QLineF has them, (k, 4): column, first row, the same column, last row."""


def pixel_columns(series: Series, view: View, first: int, width: int, dot: float) -> Stretches:
    """Return what a curve covers in a view: its points, the lines between neighbours, dots where no line leads.

    Only columns from `first` on are looked at. `width` is the line's and `dot` half the dot's, in pixels. A line is
    broken where a value between two points is not finite. The work grows with the pixels, not with the points.
    """
    last = int(min(max(view.column_of(series.last), -2.0) + 2, view.columns))  # beyond, the curve has nothing
    if last <= first:
        return np.empty((0, 4))
    if last - first <= MOST and last < view.columns:
        few = few_columns(series, view, first, last, width)
        if few is not None:
            return np.array(few, dtype=np.float64).reshape(-1, 4)
    if view.log_x:
        first, last = first - first % _PIECE, view.columns
    edges = view.edges[first : last + 1]
    bounds = series.x.before(edges)
    after = bounds.copy()
    if last == view.columns:
        bounds[-1] = series.x.count_before(np.nextafter(edges[-1], np.inf))  # a point on the right border is in view
    top, bottom, crossings = _rows(series, view, edges, bounds, after)
    open_left, open_right = np.isnan(crossings[:-1]), np.isnan(crossings[1:])
    alone = np.flatnonzero((top <= bottom) & open_left & open_right)
    dots = _dots(alone + first, top[alone], bottom[alone], dot, view.rows) if len(alone) else None
    for side in (crossings[1:], crossings[:-1]):
        np.fmin(top, side, out=top)
        np.fmax(bottom, side, out=bottom)
    lines = _lines(*_thickened(top, bottom, width), first - (width - 1) // 2, view.rows)
    return lines if dots is None else np.concatenate([lines, dots])


def _rows(
    series: Series, view: View, edges: Floats, bounds: Integers, after: Integers
) -> tuple[Floats, Floats, Floats]:
    """Return the pixel rows of the highest and lowest points between the borders, and where the curve crosses those.

    after: (k,), the place of the first point that is not left of each border. NaN where there is nothing. All heights
    go through the view at once: for the few columns of a picture, calls take longer than numbers.
    """
    columns, crossings = len(edges) - 1, len(edges)
    low, high = _extremes(series.extremes_of(view.log), bounds, view.log_x)
    right = np.minimum(np.maximum(after, 1), len(series) - 1)
    left = np.maximum(right - 1, 0)
    placed = view.placed(np.concatenate([high, low, series.y[left], series.y[right]]))
    y_left, y_right = placed[2 * columns : 2 * columns + crossings], placed[2 * columns + crossings :]
    x_left, x_right = view.across(series.x.at(left)), view.across(series.x.at(right))
    outside = (after == 0) | (after == len(series))
    share = (view.across(edges) - x_left) / np.where(outside, 1.0, x_right - x_left)
    crossed = y_left * (1 - share) + y_right * share
    crossed[outside] = np.nan
    rows = view.pixel_rows(np.concatenate([placed[: 2 * columns], crossed]))
    return rows[:columns], rows[columns : 2 * columns], rows[2 * columns :]


def _extremes(pyramid: Pyramid, bounds: Integers, log_x: bool) -> tuple[Floats, Floats]:
    """Return the extremes between the bounds; on a logarithmic axis piece by piece, for its stretches grow."""
    if not log_x:
        return pyramid.extremes(bounds)
    pieces = [pyramid.extremes(bounds[start : start + _PIECE + 1]) for start in range(0, len(bounds) - 1, _PIECE)]
    return np.concatenate([low for low, _ in pieces]), np.concatenate([high for _, high in pieces])


def _thickened(top: Floats, bottom: Floats, width: int) -> tuple[Floats, Floats]:
    """Return the stretches of a line so many pixels wide both ways; width - 1 columns are added at the right."""
    more = width - 1
    if more:
        top, bottom = (np.concatenate([side, np.full(more, np.nan)]) for side in (top, bottom))
        thin_top, thin_bottom = top.copy(), bottom.copy()
        for shift in range(1, width):
            np.fmin(top[shift:], thin_top[:-shift], out=top[shift:])
            np.fmax(bottom[shift:], thin_bottom[:-shift], out=bottom[shift:])
        top -= more // 2
        bottom += more - more // 2
    return top, bottom


def _lines(top: Floats, bottom: Floats, first_column: int, rows: int) -> Stretches:
    """Return the stretches that are in view, cut off a little outside of it."""
    drawn = np.flatnonzero((bottom >= 0) & (top < rows))  # a comparison with NaN is false
    lines = np.empty((len(drawn), 4))
    lines[:, 0] = lines[:, 2] = drawn + first_column
    lines[:, 1] = np.rint(np.maximum(top[drawn], -1.0))
    lines[:, 3] = np.rint(np.minimum(bottom[drawn], float(rows)))
    return lines


def _dots(columns: Integers, top: Floats, bottom: Floats, radius: float, rows: int) -> Stretches:
    """Return discs around the points that are in view or near it."""
    near = (bottom > -radius) & (top < rows + radius)
    columns, top, bottom = columns[near], top[near], bottom[near]
    across = np.arange(-int(radius), int(radius) + 1)
    half = np.sqrt(radius * radius - across * across)
    lines = np.empty((len(columns), len(across), 4))
    lines[:, :, 0] = lines[:, :, 2] = columns[:, None] + across
    lines[:, :, 1] = np.rint(top[:, None] - half)
    lines[:, :, 3] = np.rint(bottom[:, None] + half)
    return lines.reshape(-1, 4)
