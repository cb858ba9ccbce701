"""Fewer points for the same picture of a curve: the lowest and the highest of each stretch."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def reduce_min_max(x: Points, y: Points, buckets: int) -> tuple[Points, Points]:
    """Keep the first and last point and each bucket's lowest and highest, in their order; (n,) each, in and out.

    What is not finite is a gap: it is left out, but one of it stays wherever it parts two points that are kept, so
    that a line drawn through the result has the same gaps. Up to two points a bucket come back as they are. Raises
    ValueError where x and y differ in length.
    """
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"curve: x has the shape {x.shape} and y {y.shape}; both must have one axis of one length.")
    if len(y) <= 2 * max(buckets, 1):
        return x, y
    finite = np.isfinite(y)
    whole = bool(finite.all())
    kept = _extremes(y, finite, whole, max(buckets, 1))
    if not whole:
        kept = _with_gaps(kept[finite[kept]], finite)
    return x[kept], y[kept]


def _extremes(y: Points, finite: NDArray[np.bool_], whole: bool, buckets: int) -> NDArray[np.intp]:
    """Return the places of the extremes of each bucket and of both ends, sorted and once each."""
    step = -(-len(y) // buckets)
    full = len(y) // step
    starts = np.arange(full) * step
    low = y if whole else np.where(finite, y, np.inf)
    high = y if whole else np.where(finite, y, -np.inf)
    ends = np.flatnonzero(finite)[[0, -1]] if finite.any() else np.zeros(0, dtype=np.intp)
    places = [ends, starts + low[: full * step].reshape(full, step).argmin(axis=1)]
    places.append(starts + high[: full * step].reshape(full, step).argmax(axis=1))
    if full * step < len(y):
        rest = full * step
        places.append(np.array([rest + low[rest:].argmin(), rest + high[rest:].argmax()]))
    return _sorted_once(np.concatenate(places), len(y))


def _with_gaps(kept: NDArray[np.intp], finite: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Add the first gap between every two places that have one between them."""
    missing = np.cumsum(~finite)
    before, after = missing[kept[:-1]], missing[kept[1:]]
    gaps = np.searchsorted(missing, before[after > before] + 1)
    return _sorted_once(np.concatenate([kept, gaps]), len(finite))


def _sorted_once(places: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    marks = np.zeros(size, dtype=np.bool_)
    marks[places] = True
    return np.flatnonzero(marks)
