"""The few columns of pixels in which a curve has grown, one by one: for these, NumPy's calls take longer than numbers.

The same as `pixel_columns` for what it covers; that one is for whole plots and for curves with gaps.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.curves.view import View

MOST: Final = 24
"""Columns up to which this is the faster way."""
_MOST_POINTS = 4096
_FAR = 1e200
"""Heights from which a row of pixels may be no number any more."""

Line = tuple[int, int, int, int]
"""An upright line of pixels: column, first row, the same column, last row."""


def few_columns(series: Series, view: View, first: int, last: int, width: int) -> list[Line] | None:
    """Return the lines of a curve of this width in the columns from `first` to before `last`.

    None where it takes more than that: gaps, points alone in a gap, too many points, or a logarithmic x axis.
    """
    if view.log_x:
        return None
    edges = view.edges[first : last + 1].tolist()
    after = [series.x.count_before(edge) for edge in edges]
    values = series.y[max(after[0] - 1, 0) : after[-1] + 1]
    lowest_place = 0.0 if view.log else -_FAR  # a logarithmic axis has no place for zero
    if not 0 < len(values) <= _MOST_POINTS or not lowest_place < values.min() <= values.max() < _FAR:
        return None
    begin = max(after[0] - 1, 0)
    place = _placing(view)
    heights = values.tolist()
    crossings = [_crossing(series, place, heights, begin, edge, k) for edge, k in zip(edges, after, strict=True)]
    covered = []
    for column, (k, end) in enumerate(pairwise(after)):
        rows = [row for row in crossings[column : column + 2] if row is not None]
        if end > k:
            if not rows:
                return None  # a point alone, which is a dot
            inside = heights[k - begin : end - begin]
            rows += (place(max(inside)), place(min(inside)))
        covered.append((min(rows), max(rows)) if rows else None)
    return _lines(covered, first, width, view.rows)


def _placing(view: View) -> Callable[[float], float]:
    """Return what gives a finite height its row of pixels, with fractions, 0 at the top."""
    high, scale = view.high, (view.rows - 1) / (view.high - view.low)
    if view.log:
        return lambda y: (high - math.log10(y)) * scale
    return lambda y: (high - y) * scale


def _crossing(
    series: Series, place: Callable[[float], float], heights: list[float], begin: int, edge: float, after: int
) -> float | None:
    """Return the row in which the curve crosses a border, None where it begins right of it or ends left of it."""
    if after == 0 or after == len(series):
        return None
    left, right = series.x.position(after - 1), series.x.position(after)
    share = (edge - left) / (right - left)
    # a row is linear in the place on the axis, so the rows can be mixed as the places would be
    return place(heights[after - 1 - begin]) * (1 - share) + place(heights[after - begin]) * share


def _lines(covered: list[tuple[float, float] | None], first: int, width: int, rows: int) -> list[Line]:
    """Return what is in view, `width` pixels wide both ways, cut off a little outside of it."""
    above, more = (width - 1) // 2, width - 1
    lines: list[Line] = []
    for column in range(len(covered) + more):
        near = [both for both in covered[max(column - more, 0) : column + 1] if both is not None]
        if not near:
            continue
        top = min(both[0] for both in near) - above
        bottom = max(both[1] for both in near) + (more - above)
        if bottom >= 0 and top < rows:
            at = first - above + column
            lines.append((at, round(max(top, -1.0)), at, round(min(bottom, float(rows)))))
    return lines
