"""What a scatter plot shows: places, classes or numbers, names; and how far its axes and its colours reach."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.gui.widgets.drawing.array_types import Floats, Integers

View = tuple[tuple[float, float], tuple[float, float]]
Flags = NDArray[np.bool_]
_PADDING: Final = 0.04


def _none() -> Floats:
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class ScatterPoints:
    """What is plotted: coordinates x, y (m,), all finite, row numbers (m,), and a class or a number for each (m,).

    With `names` the `values` are numbers of names; without they are numbers, called `value_name`.
    """

    x: Floats = field(default_factory=_none)
    y: Floats = field(default_factory=_none)
    rows: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    values: Integers | Floats = field(default_factory=_none)
    names: tuple[str, ...] = ()
    value_name: str = ""
    x_name: str = ""
    y_name: str = ""
    place: Callable[[int], str] | None = None
    """Says in words where the i-th point comes from; its row where there is none."""
    x_places: tuple[str, ...] = ()
    y_places: tuple[str, ...] = ()
    """What 0, 1, 2, … on an axis are called, where it counts categories."""
    view: View | None = None
    """The ends of both axes; None: a little beyond the points."""
    scale: tuple[float, float] | None = None
    """The number in the middle of the colours and how far they reach from it; None: that of the points."""
    rimmed: Flags | None = None
    """Which marks have a rim, such as those that are not trained on, (m,); None: none of them."""


def stretch(values: Floats) -> tuple[float, float]:
    """Return the ends of an axis that holds all values, a little beyond them."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    pad = (high - low) * _PADDING or abs(high) * _PADDING or 0.5
    return low - pad, high + pad


def scale_of(values: Integers | Floats) -> tuple[float, float]:
    """Return the middle of the colours and how far they reach on both sides."""
    if not len(values):
        return 0.0, 1.0
    centre = float(values.mean())
    return centre, max(float(np.abs(values - centre).max()), 1e-12)
