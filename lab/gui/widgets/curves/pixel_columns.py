"""A curve as the pixels that it covers: one upright stretch in each column, thousands of points or two points alike.

Upright lines of one pixel are what Qt's painter draws fastest: 440 of them take 0.1 ms, a path of as many noisy
points in a pen of two pixels 10 ms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.drawing.array_types import Floats, Integers


@dataclass(frozen=True)
class View:
    """What part of the numbers is in view and on how many pixels; on a logarithmic axis low and high are log10."""

    left: float
    right: float
    low: float
    high: float
    columns: int
    rows: int
    log: bool
    floor: float = 0.0
    """On a logarithmic axis, which has no place for zero: where whatever is not above this is drawn."""

    def placed(self, y: Floats) -> Floats:
        """Return the heights' places on the y axis, NaN for what is not finite."""
        finite = np.where(np.isfinite(y), y, np.nan)
        placed: Floats = np.log10(np.maximum(finite, self.floor)) if self.log else finite
        return placed

    def columns_of(self, x: Floats) -> Floats:
        """Return the pixel columns of places on the x axis, with fractions; those out of view are beyond the ends."""
        columns: Floats = (x - self.left) * (self.columns / (self.right - self.left))
        return columns

    def pixel_rows(self, placed: Floats) -> Floats:
        """Return the pixel rows of places on the y axis, 0 at the top; NaN stays NaN."""
        with np.errstate(over="ignore"):  # what is that far away is out of view anyway
            rows: Floats = (self.high - placed) * ((self.rows - 1) / (self.high - self.low))
        return rows


Stretches = NDArray[np.float64]
"""Upright lines of pixels as Qt's QLineF has them, (k, 4): column, first row, the same column, last row."""


def pixel_columns(series: Series, view: View, first: int, width: int, dot: float) -> Stretches:
    """Return what a curve covers in a view: its points, the lines between neighbours, dots where no line leads.

    Only columns from `first` on are looked at. `width` is the line's and `dot` half the dot's, in pixels. A line is
    broken where a value between two points is not finite. The work grows with the pixels, not with the points.
    """
    edges = view.left + (view.right - view.left) * (np.arange(first, view.columns + 1) / view.columns)
    bounds = series.x.before(edges)
    crossings = view.pixel_rows(_crossings(series, view, edges, bounds))
    bounds[-1] = series.x.before(np.nextafter(edges[-1:], np.inf))[0]  # a point on the right border is in view
    top, bottom = view.pixel_rows(view.placed(np.stack(series.pyramid.extremes(bounds)[::-1])))
    alone = np.flatnonzero((top <= bottom) & np.isnan(crossings[1:]) & np.isnan(crossings[:-1]))
    dots = _dots(alone + first, top[alone], bottom[alone], dot, view.rows) if len(alone) else None
    for side in (crossings[1:], crossings[:-1]):
        np.fmin(top, side, out=top)
        np.fmax(bottom, side, out=bottom)
    lines = _lines(*_thickened(top, bottom, width), first - (width - 1) // 2, view.rows)
    return lines if dots is None else np.concatenate([lines, dots])


def _crossings(series: Series, view: View, edges: Floats, after: Integers) -> Floats:
    """Return where on the y axis the curve crosses the borders of the columns, NaN where it does not.

    after: (k,), the place of the first point that is not left of each border.
    """
    crossings = np.full(len(edges), np.nan)
    inside = (after > 0) & (after < len(series))
    right = after[inside]
    if len(right):
        neighbours = np.stack([right - 1, right])
        x_left, x_right = series.x.at(neighbours)
        y_left, y_right = view.placed(series.y[neighbours])
        share = (edges[inside] - x_left) / (x_right - x_left)
        crossings[inside] = y_left * (1 - share) + y_right * share
    return crossings


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
