"""The noisy curve of a plot, pale, with its smoothed one over it: both grow with the values that come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.gui.widgets.curves.smoothings import SMOOTHINGS, Smoother
from lab.gui.widgets.drawing.array_types import Floats

if TYPE_CHECKING:
    from lab.gui.widgets.curves.curve_plot import CurvePlot

RAW, SMOOTHED = "raw", "smoothed"
"""The names of the two series."""


class SmoothedCurve:
    """Draws values that are counted from 1 on a plot; `role` names a colour of the theme."""

    def __init__(self, plot: CurvePlot, role: str) -> None:
        self._plot = plot
        self._role = role
        self._smoother: Smoother | None = None
        self._count = 0

    def begin(self, raw: str, smoothed: str, smoothing: str) -> None:
        """Begin without values: with these titles, smoothed as the table has it under that name."""
        make = SMOOTHINGS[smoothing].make
        self._smoother, self._count = (None if make is None else make()), 0
        self.remove()
        self._plot.set_series(RAW, raw, self._role, dim=self._smoother is not None)
        if self._smoother is not None:
            self._plot.set_series(SMOOTHED, smoothed, self._role, width=2)

    def remove(self) -> None:
        """Take both curves away."""
        for name in (RAW, SMOOTHED):
            self._plot.remove_series(name)

    def append(self, values: Floats) -> None:
        """Lengthen both curves by values, (n,), that come after those so far."""
        if self._smoother is not None:
            x, y, anew = self._smoother(values)
            if anew:
                self._plot.start_anew(SMOOTHED)
            self._plot.add_points(SMOOTHED, x, y)
        places = np.arange(self._count + 1, self._count + len(values) + 1, dtype=np.float64)
        self._count += len(values)
        self._plot.add_points(RAW, places, values)
        self._plot.show_new_points()
