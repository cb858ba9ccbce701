"""What the points of a dataset can be drawn by: its columns, its targets, or the two directions of most variance."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from lab.data.dataset import Dataset
from lab.data.sets.features import PLANE
from lab.experiment.browse.browse import (
    MOST_POINTS,
    Directions,
    Numbers,
    Rows,
    principal_directions,
    rows_for_directions,
    sampled,
)
from lab.experiment.browse.input_axes import ColumnAxis, DirectionAxis, InputAxis

_SEED = 0


@dataclass(frozen=True, eq=False)
class Cloud:
    """The rows that are drawn, (m,), with their places on two axes, both finite, and what is left out of `total`."""

    rows: Rows
    x: Numbers
    y: Numbers
    sampled: int
    """Rows of the sample, with those that have a gap."""
    total: int

    @property
    def gaps(self) -> int:
        """Rows of the sample that have no place, as they have a gap."""
        return self.sampled - len(self.rows)


class BrowseAxes:
    """The axes of one dataset by number; the directions are found when they are first needed.

    A set of one or two columns has no use for directions. The targets of a regression are axes too.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._directions: Directions | None = None
        self.names = list(dataset.feature_names)
        if self._mixed:
            self.names = ["Principal component 1", "Principal component 2", *self.names]
        if dataset.is_regression:
            self.names += [f"{name} (target)" for name in dataset.target_names]
        last = len(self.names) - 1
        self.first = (0, last if dataset.is_regression and dataset.inputs == 1 else min(1, last))
        """The axes to begin with, to the right and upwards."""

    @property
    def _mixed(self) -> int:
        """How many axes are mixes of columns."""
        return 2 if self._dataset.inputs > 2 else 0

    def is_mixed(self, axis: int) -> bool:
        """Return whether an axis is a principal component."""
        return axis < self._mixed

    def title(self, axis: int) -> str:
        """Return what is written beside an axis: its name, and the share of the variance that a component has."""
        if not self.is_mixed(axis):
            return self.names[axis]
        return f"{self.names[axis]} ({100 * self.directions().shares[axis]:.0f} % of the variance)"

    def values(self, axis: int, rows: Rows) -> Numbers:
        """Return where rows (k,) lie on an axis, (k,); NaN for a gap."""
        dataset, column = self._dataset, axis - self._mixed
        if self.is_mixed(axis):
            return self.directions().places(dataset.x[rows])[:, axis]
        if column < dataset.inputs:
            return np.asarray(dataset.x[rows, column], np.float64)
        return np.asarray(dataset.y[rows, column - dataset.inputs], np.float64)

    def input_axis(self, axis: int, features: Collection[str]) -> InputAxis | None:
        """Return the axis as one along which inputs move; None for a target, and for what follows from other inputs.

        features: what the inputs were extended by.
        """
        column, inputs = axis - self._mixed, self._dataset.inputs
        if self.is_mixed(axis):
            return None if features else DirectionAxis(inputs, self.names[axis], (), self.directions(), axis)
        moves = column < (len(PLANE) if features else inputs)
        return ColumnAxis(inputs, self.names[axis], (), column) if moves else None

    def cloud(self, rows: Rows, across: int, up: int) -> Cloud:
        """Return at most 5,000 of the rows, chosen at random, in a random order, at their places on two axes."""
        chosen = sampled(rows, MOST_POINTS, _SEED)
        x, y = self.values(across, chosen), self.values(up, chosen)
        there = np.isfinite(x) & np.isfinite(y)
        return Cloud(chosen[there], x[there], y[there], len(chosen), len(rows))

    def directions(self) -> Directions:
        """Return the two directions, taken from a sample of all rows; a table's columns are standardised first."""
        if self._directions is None:
            dataset = self._dataset
            rows = sampled(np.arange(dataset.examples), rows_for_directions(dataset.inputs), _SEED)
            self._directions = principal_directions(dataset.x[rows], dataset.image_shape is None)
        return self._directions
