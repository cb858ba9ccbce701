"""The axes along which inputs can be moved, by name: a number, a category, or a principal component of all columns.

An axis finds where rows lie on it, in the units that the data has before any scaling, and moves rows along it: what
a map of the network needs to ask what it makes of places that no example has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lab.data.dataset import Dataset
from lab.data.sets.features import PLANE
from lab.experiment.browse.browse import Directions, Numbers

_PADDING: Final = 0.04
Span = tuple[float, float]


@dataclass(frozen=True, eq=False)
class InputAxis(ABC):
    """One axis of data with n `inputs`.

    `names` are what the places 0, 1, 2, … on it are called where it counts categories, else empty.
    """

    inputs: int
    name: str
    names: tuple[str, ...]

    @abstractmethod
    def places(self, x: NDArray[Any]) -> Numbers:
        """Return where rows x (m, n) lie, (m,); NaN for a gap."""

    @abstractmethod
    def move(self, x: Numbers, places: Numbers) -> None:
        """Move rows x (m, n), in place, to these places (m,); what they are elsewhere stays."""

    def span(self, x: NDArray[Any]) -> Span:
        """Return the ends of the axis: a little beyond all rows x (m, n), or half a step beyond the categories."""
        if self.names:
            return -0.5, len(self.names) - 0.5
        places = self.places(x)
        known = places[np.isfinite(places)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        pad = (high - low) * _PADDING or abs(high) * _PADDING or 0.5
        return low - pad, high + pad

    def grid(self, span: Span, side: int) -> Numbers:
        """Return the middles of `side` equal cells between the ends, or one place a category."""
        if self.names:
            return np.arange(len(self.names), dtype=np.float64)
        low, high = span
        return np.asarray(low + (np.arange(side) + 0.5) * ((high - low) / side), np.float64)


@dataclass(frozen=True, eq=False)
class ColumnAxis(InputAxis):
    """The numbers of one column; of an ordinal column the places of its values."""

    column: int

    def places(self, x: NDArray[Any]) -> Numbers:
        return np.asarray(x[:, self.column], np.float64)

    def move(self, x: Numbers, places: Numbers) -> None:
        x[:, self.column] = places


@dataclass(frozen=True, eq=False)
class CategoryAxis(InputAxis):
    """The columns from `start` on of which one is 1 and the others are 0."""

    start: int

    def places(self, x: NDArray[Any]) -> Numbers:
        group = np.asarray(x[:, self.start : self.start + len(self.names)], np.float64)
        found: Numbers = group.argmax(axis=1).astype(np.float64)
        found[~(np.nan_to_num(group).max(axis=1) > 0)] = np.nan  # a category that is not known is none of them
        return found

    def move(self, x: Numbers, places: Numbers) -> None:
        stop = self.start + len(self.names)
        x[:, self.start : stop] = np.arange(len(self.names)) == places[:, None]


@dataclass(frozen=True, eq=False)
class DirectionAxis(InputAxis):
    """A principal component, by its number 0 or 1: moving along it changes all columns."""

    directions: Directions
    number: int

    def places(self, x: NDArray[Any]) -> Numbers:
        return self.directions.places(x)[:, self.number]

    def move(self, x: Numbers, places: Numbers) -> None:
        found, weights = self.directions, self.directions.weights[:, self.number]
        reads = weights / found.scales  # x has no gaps here: where a row lies is one product
        x += np.outer(places - (x @ reads - found.means @ reads), weights * found.scales)


def input_axes(dataset: Dataset, features: Collection[str]) -> tuple[InputAxis, ...]:
    """Return the axes of a dataset in the order of its columns; features: what its inputs were extended by.

    Those follow from x1 and x2, so they are no axes of their own.
    """
    n = dataset.inputs
    if features or dataset.encoding is None:
        names = PLANE if features else dataset.feature_names
        return tuple(ColumnAxis(n, name, (), column) for column, name in enumerate(names))
    axes: list[InputAxis] = []
    start = 0
    for made in dataset.encoding.columns:
        names = made.feature_names
        if made.values and made.width > 1:
            axes.append(CategoryAxis(n, made.name, tuple(name.removeprefix(f"{made.name}=") for name in names), start))
        else:
            values = made.values if made.use == "ordinal" and made.missing != "own_class" else ()
            axes += [ColumnAxis(n, name, values, start + place) for place, name in enumerate(names)]
        start += made.width
    return tuple(axes)


def direction_axes(directions: Directions) -> tuple[InputAxis, ...]:
    """Return the two principal components as axes."""
    shares = (f"Principal component {number + 1} ({100 * share:.0f} % of the variance)"
              for number, share in enumerate(directions.shares))  # fmt: skip
    n = len(directions.means)
    return tuple(DirectionAxis(n, name, (), directions, number) for number, name in enumerate(shares))
