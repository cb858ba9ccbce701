"""One curve of a plot: how it looks, all of its points, and what of them the axes must know."""

import math

import numpy as np

from lab.gui.widgets.curves.positions import Positions
from lab.gui.widgets.curves.pyramid import Pyramid
from lab.gui.widgets.drawing.array_types import Floats


class Series:
    """Floats with x ascending, their extremes kept while the curve grows; `role` names a colour of the theme."""

    def __init__(self) -> None:
        self.title = ""
        self.role = "ink"
        self.width = 1
        self.dim = False
        self.beginnings = 0
        """How often the curve was started anew."""
        self.clear()

    def clear(self) -> None:
        """Forget all points."""
        self.beginnings += 1
        self.x = Positions()
        self.pyramid = Pyramid()
        self.first, self.last = math.inf, -math.inf
        """The places of the first and the last point; the wrong way round where there is none."""
        self.lowest, self.highest = math.inf, -math.inf
        """The extremes of what is finite; the wrong way round where nothing is."""
        self.least_positive = math.inf
        self.not_positive = 0
        """How many finite heights are zero or below: a logarithmic axis has no place for them."""
        self._positive = self.pyramid

    def extremes_of(self, log: bool) -> Pyramid:
        """Return the extremes of the heights that an axis has a place for; log: of those above zero."""
        return self._positive if log else self.pyramid

    @property
    def y(self) -> Floats:
        """The heights, (n,); what is not finite is a gap."""
        return self.pyramid.values

    def __len__(self) -> int:
        return self.x.size

    def append(self, x: Floats, y: Floats) -> None:
        """Add points after the last one; there must be some."""
        if not len(self):
            self.first = float(x[0])
        self.last = float(x[-1])
        self.x.append(x)
        low, high = float(y.min()), float(y.max())  # NaN where there is one
        if low > 0 and high < math.inf:  # as nearly all curves are
            self.lowest, self.highest = min(self.lowest, low), max(self.highest, high)
            self.least_positive = min(self.least_positive, low)
            self._append_heights(y, 0)
            return
        finite = y[np.isfinite(y)]
        positive = finite[finite > 0]
        if len(finite):
            self.lowest = min(self.lowest, float(finite.min()))
            self.highest = max(self.highest, float(finite.max()))
        if len(positive):
            self.least_positive = min(self.least_positive, float(positive.min()))
        self._append_heights(y, len(finite) - len(positive))

    def _append_heights(self, y: Floats, not_positive: int) -> None:
        """Keep the extremes of all heights; those of the positive ones apart, from the first on that is not."""
        self.not_positive += not_positive
        if self.not_positive and self._positive is self.pyramid:
            self._positive = Pyramid()
            self._positive.append(self.y)
        self.pyramid.append(y)
        if self._positive is not self.pyramid:
            self._positive.append(np.where(y > 0, y, np.nan))
