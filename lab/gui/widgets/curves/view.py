"""What part of the numbers a plot has in view, and which pixels they lie on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.gui.widgets.drawing.array_types import Floats

_LEFT_OF_ALL = -400.0
"""Below log10 of the smallest number that there is."""


@dataclass(frozen=True)
class View:
    """What part of the numbers is in view and on how many pixels; on a logarithmic axis the ends are log10."""

    left: float
    right: float
    low: float
    high: float
    columns: int
    rows: int
    log: bool
    log_x: bool = False

    @cached_property
    def edges(self) -> Floats:
        """The borders of the pixel columns as values of x, (columns + 1,)."""
        edges: Floats = self.left + (self.right - self.left) * (np.arange(self.columns + 1) / self.columns)
        return np.power(10.0, edges) if self.log_x else edges

    def placed(self, y: Floats) -> Floats:
        """Return the heights' places on the y axis, NaN for what is not finite; a log axis has none for zero."""
        has_place = np.isfinite(y) & (y > 0) if self.log else np.isfinite(y)
        inside = np.where(has_place, y, np.nan)
        placed: Floats = np.log10(inside) if self.log else inside
        return placed

    def across(self, x: Floats) -> Floats:
        """Return the places of values on the x axis; on a log axis what is not above zero lies left of all."""
        return log_places(x) if self.log_x else x

    def columns_of(self, x: Floats) -> Floats:
        """Return the pixel columns of values of x, with fractions; those out of view are beyond the ends."""
        columns: Floats = (self.across(x) - self.left) * (self.columns / (self.right - self.left))
        return columns

    def column_of(self, x: float) -> float:
        """Return the pixel column of one value."""
        place = float(log_places(np.array([x]))[0]) if self.log_x else x
        return (place - self.left) * (self.columns / (self.right - self.left))

    def pixel_rows(self, placed: Floats) -> Floats:
        """Return the pixel rows of places on the y axis, 0 at the top; NaN stays NaN."""
        with np.errstate(over="ignore"):  # what is that far away is out of view anyway
            rows: Floats = (self.high - placed) * ((self.rows - 1) / (self.high - self.low))
        return rows


def log_places(x: Floats) -> Floats:
    """Return log10 of each value; what is not above zero lies further left than any number."""
    places = np.full(x.shape, _LEFT_OF_ALL)
    np.log10(x, out=places, where=x > 0)
    return places
