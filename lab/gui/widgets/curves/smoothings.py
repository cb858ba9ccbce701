"""How the noisy curve of a run can be smoothed: the table of what is offered, each with what makes its curve."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from lab.gui.widgets.curves.moving_average import MovingAverage
from lab.gui.widgets.curves.smoothing import Smoothing
from lab.gui.widgets.drawing.array_types import Floats

Smoothed = tuple[Floats, Floats, bool]
"""Places, counting values from 1, their heights, and whether they replace all earlier ones."""
Smoother = Callable[[Floats], Smoothed]
"""Is given the values, (n,), that come after those so far."""


@dataclass(frozen=True)
class SmoothingKind:
    """One row of the table; `make` begins a curve."""

    name: str
    title: str
    help: str
    make: Callable[[], Smoother] | None
    """None: no smoothed curve is drawn."""


def _windows() -> Smoother:
    smoothing = Smoothing()

    def extend(values: Floats) -> Smoothed:
        length, windows = smoothing.length, len(smoothing.means)
        smoothing.append(values)
        if smoothing.length == length:
            return smoothing.middles()[windows:], smoothing.means[windows:], False
        return smoothing.middles(), smoothing.means, True  # two windows each have become one

    return extend


def _average(beta: float) -> Callable[[], Smoother]:
    def make() -> Smoother:
        average, count = MovingAverage(beta), 0

        def extend(values: Floats) -> Smoothed:
            nonlocal count
            count += len(values)
            return np.arange(count - len(values) + 1, count + 1, dtype=np.float64), average.append(values), False

        return extend

    return make


def _exponential(name: str, title: str, beta: float) -> SmoothingKind:
    told = f"Exponential moving average with β = {beta:g}: about the last {1 / (1 - beta):.0f} values count"
    return SmoothingKind(name, title, told, _average(beta))


SMOOTHINGS: Final = {
    kind.name: kind
    for kind in (
        SmoothingKind("off", "Off", "The values as they are", None),
        SmoothingKind("windows", "Automatic", "Means over windows that grow with the run: 32 to 63 of them", _windows),
        _exponential("light", "Light", 0.8),
        _exponential("medium", "Medium", 0.95),
        _exponential("strong", "Strong", 0.99),
        _exponential("strongest", "Strongest", 0.998),
    )
}
"""Name to how a curve is smoothed, in the order of the menu."""
USUAL_SMOOTHING: Final = "windows"
