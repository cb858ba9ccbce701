"""Which units a layer has after its width has changed: copies in a wider one, the most influential in a narrower.

A `Units` says where every new unit comes from; the layers between and the one that reads them follow it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.exactness import Exactness, not_exact
from lab.core.layer_kinds.layer import Layer
from lab.core.layer_kinds.mixing import Mixing
from lab.core.types import Array, Floats, Numbers


@dataclass(frozen=True, eq=False)
class Units:
    """The units of a layer after a change of width.

    source: (new,) the old unit that each new one is; share: (new,) the part of that unit's outgoing weights that it
    takes; merged: pairs (new unit, old unit) where an old unit's outgoing weights are added to those of a new unit
    that computes the same; gone: how many others are gone, of which `lost` had outgoing weights.
    """

    source: Numbers
    share: Floats
    merged: tuple[tuple[int, int], ...] = ()
    gone: int = 0
    lost: int = 0

    @property
    def copies(self) -> NDArray[np.bool_]:
        """(new,) whether the old unit stands at an earlier place already."""
        copies: NDArray[np.bool_] = np.ones(len(self.source), bool)
        copies[np.unique(self.source, return_index=True)[1]] = False
        return copies

    @property
    def changed(self) -> NDArray[np.bool_]:
        """(new,) whether the outgoing weights are others than the old unit's."""
        changed: NDArray[np.bool_] = self.share != 1.0
        changed[[new for new, _ in self.merged]] = True
        return changed

    @property
    def even(self) -> bool:
        """Whether every old unit is there equally often, so that means over the units are what they were."""
        times = np.bincount(self.source)[self.source]
        for new, _ in self.merged:
            times[new] += 1
        return not self.gone and np.ptp(times) == 0


def widened(outgoing: Array, units: int, rng: np.random.Generator) -> Units:
    """Return the old units followed by copies of some, drawn by `rng`, with their shares of `outgoing`, (old, next).

    No unit is copied twice before all have been once, and those whose outgoing weights are all 0 come last: their
    copies could not part. This is Net2WiderNet (Chen, Goodfellow and Shlens 2016) with unequal shares in the place
    of equal ones with noise: those of k copies are spaced evenly from 2/3 to 4/3 of 1/k.
    """
    width = len(outgoing)
    order = rng.permutation(width)
    silent = np.linalg.norm(outgoing, axis=1) == 0.0
    order = order[np.argsort(silent[order], kind="stable")]
    source = np.concatenate([np.arange(width), np.resize(order, units - width)])
    share = np.ones(units)
    for unit in np.unique(source[width:]):
        copies = np.flatnonzero(source == unit)
        spread = np.linspace(1.0, 2.0, len(copies))
        share[copies] = rng.permutation(spread / spread.sum())
    return Units(source, share)


def narrowed(activity: Floats, outgoing: Array, twins: Numbers, units: int) -> Units:
    """Return the `units` units with the most influence, in their old order.

    activity: (old,); outgoing: (old, next); twins: (old,) the first unit that computes the same as each. First go
    units with a twin before them, which loses nothing, for the twin takes their outgoing weights over. Then go those
    with the least influence: activity times the length of the outgoing weights.
    """
    rows = outgoing.astype(np.float64)
    out_of = len(rows) - units
    by_influence = np.argsort(activity * np.linalg.norm(rows, axis=1), kind="stable")
    double = [int(unit) for unit in by_influence if twins[unit] != unit][:out_of]
    for unit in double:
        rows[twins[unit]] += rows[unit]
    influence = activity * np.linalg.norm(rows, axis=1)
    influence[double] = -1.0
    stay = np.sort(np.argsort(influence, kind="stable")[out_of:])
    number = {int(unit): new for new, unit in enumerate(stay)}
    merged = tuple((number[int(twins[unit])], unit) for unit in double if int(twins[unit]) in number)
    gone = np.setdiff1d(np.arange(len(rows)), [*stay, *double])
    return Units(stay, np.ones(units), merged, len(gone), int(rows[gone].any(axis=1).sum()))


def root_mean_square(a: Array) -> Floats:
    """Return how loud every unit of a, (m, units), is over the examples: the activity that `narrowed` wants.

    Influence is then the root mean square of all that a unit adds to the next z (for one weight this is the score
    |W| |a| of Sun et al. 2024).
    """
    size: Floats = np.sqrt(np.square(a, dtype=np.float64).mean(axis=0))
    return size


def twins_of(layers: Sequence[Layer[Any]]) -> Numbers:
    """Return for every unit of a Dense and the layers after it the first unit that computes bit for bit the same."""
    arrays = [
        np.atleast_2d(getattr(layer, name))
        for layer in layers
        for name in (*layer.parameter_shapes(layer.inputs), *layer.buffer_shapes(layer.inputs))
    ]
    units = np.ascontiguousarray(np.vstack(arrays).T)
    first: dict[bytes, int] = {}
    return np.array([first.setdefault(unit.tobytes(), number) for number, unit in enumerate(units)], np.int64)


def next_mixing(layers: Sequence[Layer[Any]], start: int) -> int | None:
    """Return the number of the first layer from `start` on that mixes its inputs, or None.

    Up to it the layers follow the width of the one before them.
    """
    return next((number for number in range(start, len(layers)) if isinstance(layers[number], Mixing)), None)


def width_exactness(units: Units, layers: Sequence[Layer[Any]]) -> Exactness:
    """Return what becomes of the function when a layer and those that follow its width take these units."""
    exactness = Exactness()
    if units.lost:
        exactness &= not_exact(f"{units.lost} of the units that are gone had a say in the next layer")
    for layer in layers:
        exactness &= layer.width_exactness(units.even)
    return exactness
