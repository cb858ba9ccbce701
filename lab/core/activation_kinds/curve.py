"""The curve of an activation over a range of z, with its slope, and the zones where no gradient passes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from lab.core.types import Floats

SATURATED_SLOPE: Final = 0.01
"""A unit's cell counts as saturated where |sigma'(z)| is below this, at zero slope as for a silent ReLU too."""

DEAD, SATURATED = "dead", "saturated"


@dataclass(frozen=True)
class Zone:
    """A stretch of z: DEAD where the slope is 0, SATURATED where it is not 0 but below SATURATED_SLOPE in size."""

    kind: str
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Curve:
    """a = sigma(z) and sigma'(z) at places z (k,), all three (k,), and the zones in their order."""

    z: Floats
    a: Floats
    slope: Floats
    zones: tuple[Zone, ...]


def zones_of(z: Floats, slope: Floats) -> tuple[Zone, ...]:
    """Return the zones of a slope at places z (k,) in ascending order; each reaches to the middle of the next place."""
    return tuple(_runs(z, slope))


def _runs(z: Floats, slope: Floats) -> Iterator[Zone]:
    kinds = np.where(slope == 0, 2, np.abs(slope) < SATURATED_SLOPE)
    starts = np.flatnonzero(np.diff(kinds, prepend=-1))
    middles = (z[1:] + z[:-1]) / 2
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(z)], strict=True):
        if kinds[start]:
            low = float(z[0] if start == 0 else middles[start - 1])
            high = float(z[-1] if stop == len(z) else middles[stop - 1])
            yield Zone(DEAD if kinds[start] == 2 else SATURATED, low, high)
