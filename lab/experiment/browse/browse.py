"""What a person sees of the data in use: its rows in an order, a column in figures, the two widest directions."""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lab.array_summary import summary_of
from lab.data.subsets.split import SUBSETS, Split

MOST_POINTS: Final = 5000
_MOST_NUMBERS: Final = 4_000_000
"""For the directions: rows times columns, 32 MB."""
_WIDEST_EXACT: Final = 200
_WIDEST_SQUARE: Final = 1000
FEW_ROWS: Final = 300
"""Up to so many rows are taken apart exactly, however many columns they have."""
_LEAST_ROWS: Final = 3
_ROUNDING_OF_ROOTS: Final = 1e-6
_EXTRA_DIRECTIONS: Final = 10
_MOST_ROUNDS: Final = 20
_SETTLED: Final = 1e-5
_ROUNDING: Final = 1e-12

FIGURES: Final = {
    "min": "The smallest value",
    "max": "The largest value",
    "mean": "The sum of all values divided by their number",
    "std": "How far the values lie from their mean: the root of the mean squared distance",
    "gaps": "Rows without a value here; training fills them from the training rows",
    "different": "How many different values there are: two mean yes or no, a few mean kinds rather than sizes",
}
"""The figures of a column, in their order, and what each is."""

Rows = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RowView:
    """The rows on show in their order, (k,) row numbers of the dataset, and perhaps what a network makes of them.

    `losses` is (k,); `predicted` (k,) class numbers, or of a regression numbers for the first target.
    """

    rows: Rows
    losses: Numbers | None = None
    predicted: NDArray[Any] | None = None


def part_rows(split: Split, part: str, examples: int) -> Rows:
    """Return the rows of "train", "validation" or "test", or of "all", in the order of the dataset."""
    if part == "all":
        return np.arange(examples)
    rows: Rows = getattr(split, part)
    return rows


def parts_of_rows(split: Split, examples: int) -> NDArray[np.uint8]:
    """Return for every row the place of its subset in SUBSETS, (N,)."""
    places = np.zeros(examples, np.uint8)
    for place, part in enumerate(SUBSETS):
        places[getattr(split, part)] = place
    return places


def wrong_rows(y: NDArray[Any], rows: Rows, losses: Numbers, predicted: NDArray[Any]) -> RowView:
    """Return what the network gets wrong, the largest loss first; of a regression all rows are more or less wrong.

    y: (N,) classes or (N, k) numbers; rows, losses, predicted: (m,).
    """
    kept = np.arange(len(rows)) if y.ndim == 2 else np.flatnonzero(y[rows] != predicted)
    order = kept[np.argsort(-losses[kept], kind="stable")]
    return RowView(rows[order], losses[order], predicted[order])


def sampled(rows: Rows, most: int, seed: int) -> Rows:
    """Return at most so many of the rows, in a random order so that none are always drawn over others."""
    return np.random.default_rng(seed).choice(rows, min(most, len(rows)), replace=False)


@dataclass(frozen=True)
class ColumnSummary:
    """A column in figures; gaps (NaN) are left out of all but their own count. Without values the figures are NaN."""

    minimum: float
    maximum: float
    mean: float
    std: float
    """Of the population."""
    gaps: int
    different: int
    size: int


def column_summary(values: NDArray[Any]) -> ColumnSummary:
    """Return the figures of a column, (k,) real numbers; sums are taken in float64."""
    known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    gaps = len(values) - len(known)
    if not len(known):
        return ColumnSummary(math.nan, math.nan, math.nan, math.nan, gaps, 0, len(values))
    ordered = np.sort(known).astype(np.float64)
    different = 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))
    one = summary_of(ordered)
    return ColumnSummary(one.minimum, one.maximum, one.mean, one.std, gaps, different, len(values))


@dataclass(frozen=True, eq=False)
class Directions:
    """The two directions in which the data is spread most, `weights` (n, 2), with the share of the variance of each."""

    means: Numbers
    scales: Numbers
    weights: Numbers
    shares: tuple[float, float]

    def places(self, x: NDArray[Any]) -> Numbers:
        """Return where rows, (m, n), lie along the two directions, (m, 2); a gap counts as the column's mean."""
        return _centred(x, self.means, self.scales) @ self.weights


def rows_for_directions(inputs: int) -> int:
    """Return of how many rows the directions are taken at the most."""
    return max(min(MOST_POINTS, _MOST_NUMBERS // max(inputs, 1)), 2)


def principal_directions(x: NDArray[Any], standardised: bool) -> Directions:
    """Return the first two principal components of rows, (m, n); the largest weight of each is positive.

    `standardised` divides each column by its standard deviation first. Up to 200 columns the covariance is taken
    apart, or that of up to 300 rows; beyond that by subspace iteration from random directions (Halko, Martinsson,
    Tropp 2011, algorithm 4.4).
    """
    known = x.astype(np.float64)
    gaps = ~np.isfinite(known)
    counts = np.maximum(len(known) - np.count_nonzero(gaps, axis=0), 1)
    known[gaps] = 0.0
    means = (known / counts).sum(axis=0)
    known[gaps] = np.nan
    scales = np.ones(x.shape[1])
    centred = _centred(known, means, scales)
    if standardised:
        highest = np.abs(centred).max(axis=0)
        highest[highest == 0] = 1.0  # divided by it, so that squares neither overflow nor vanish
        sizes = np.sqrt((np.square(centred / highest) / counts).sum(axis=0)) * highest
        # a constant column is as far from its mean as that was rounded
        scales = np.where(sizes > _ROUNDING * np.abs(means), sizes, 1.0)
        centred /= scales
    centred /= np.abs(centred).max() or 1.0
    total = float(np.square(centred).sum())
    if x.shape[1] <= _WIDEST_EXACT:
        weights, variances = _exact(centred)
    else:
        found = _by_rows(centred) if _LEAST_ROWS <= len(centred) <= FEW_ROWS else None
        weights, variances = found or _iterated(centred)
    weights = weights * np.where(weights[np.abs(weights).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    first, second = (float(v) / total if total else 0.0 for v in variances)
    return Directions(means, scales, weights, (first, second))


def _centred(x: NDArray[Any], means: Numbers, scales: Numbers) -> Numbers:
    with np.errstate(over="ignore"):
        centred: Numbers = (x - means) / scales
    centred[~np.isfinite(centred)] = 0.0
    return centred


def _exact(centred: Numbers) -> tuple[Numbers, Numbers]:
    variances, weights = np.linalg.eigh(centred.T @ centred)
    if len(variances) == 1:
        return np.hstack([weights, np.zeros((1, 1))]), np.array([variances[0], 0.0])
    return weights[:, :-3:-1], variances[:-3:-1]


def _by_rows(centred: Numbers) -> tuple[Numbers, Numbers] | None:
    """Return the same of few rows: their products with each other have the same variances as those of the columns.

    None where they lie on one line, which has no second direction.
    """
    variances, mixes = np.linalg.eigh(centred @ centred.T)
    weights = centred.T @ mixes[:, :-3:-1]
    lengths = np.sqrt(np.square(weights).sum(axis=0))
    if not lengths[1] > _ROUNDING_OF_ROOTS * lengths[0]:
        return None
    return weights / lengths, variances[:-3:-1]


def _iterated(centred: Numbers) -> tuple[Numbers, Numbers]:
    """Return weights and squared sizes of the two widest directions, to about five digits of the size."""
    narrow = centred.shape[1] <= _WIDEST_SQUARE
    square = centred.T @ centred if narrow else None

    def applied(directions: Numbers) -> Numbers:
        found: Numbers = centred.T @ (centred @ directions) if square is None else square @ directions
        return found

    start = np.random.default_rng(0).standard_normal((centred.shape[1], 2 + _EXTRA_DIRECTIONS))
    basis = np.linalg.qr(start)[0]
    before = np.zeros(2)
    for _ in range(_MOST_ROUNDS):
        basis, upper = np.linalg.qr(applied(basis))
        sizes = np.abs(np.diagonal(upper)[:2])
        if np.all(np.abs(sizes - before) <= _SETTLED * sizes):
            break
        before = sizes
    variances, turn = np.linalg.eigh(basis.T @ applied(basis))
    return (basis @ turn)[:, :-3:-1], variances[:-3:-1]
