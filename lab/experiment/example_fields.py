"""The fields in which a person sets one example: a number for each input in its unit, a choice for each category."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.dataset import Dataset
from lab.data.sets.features import PLANE, extended

Row = NDArray[np.float64]

OTHER = "(none of these)"
"""The choice of a category that the training has not seen: no input of its group is 1."""


@dataclass(frozen=True)
class ExampleField:
    """One field: `start` is its first input; with `options` it is a choice, without it a number.

    is_group: whether every option has an input of its own, which is 1 for the chosen one; else the input is its number.
    """

    name: str
    start: int
    options: tuple[str, ...] = ()
    is_group: bool = False

    def value(self, x: Row) -> float:
        """Return what the field shows of an example: the number, or the number of the option."""
        if not self.options:
            return float(x[self.start])
        if not self.is_group:
            found = x[self.start]
            return float(found) if found in range(len(self.options)) else 0.0
        group = x[self.start : self.start + len(self.options) - 1]
        return float(np.argmax(group)) if (group == 1).any() else float(len(group))

    def write(self, x: Row, value: float) -> None:
        """Write what the field shows into an example."""
        if not self.is_group:
            x[self.start] = value
            return
        group = x[self.start : self.start + len(self.options) - 1]
        group[:] = 0.0
        if value < len(group):
            group[int(value)] = 1.0


def example_fields(dataset: Dataset, features: Collection[str] = ()) -> list[ExampleField]:
    """Return the fields of an example, in the order of the columns; inputs that are computed from others have none."""
    if features:
        return [ExampleField(name, place) for place, name in enumerate(PLANE)]
    if dataset.encoding is None:
        return [ExampleField(name, place) for place, name in enumerate(dataset.feature_names)]
    fields, start = [], 0
    for column in dataset.encoding.columns:
        options = {"one_hot": (*_options(column), OTHER), "ordinal": _options(column)}.get(column.use)
        if options:
            fields.append(ExampleField(column.name, start, options, column.use == "one_hot"))
        else:
            fields += [ExampleField(name, start + place) for place, name in enumerate(column.feature_names)]
        start += column.width
    return fields


def _options(column: Any) -> tuple[str, ...]:
    """Return the categories of a column, with the class of missing ones where it has one."""
    names = column.feature_names if column.use == "one_hot" else column.values
    before = len(column.name) + 1 if column.use == "one_hot" else 0
    found = tuple(name[before:] for name in names)
    return found if column.use == "one_hot" or column.missing != "own_class" else (*found, "(missing)")


def completed(x: Row, features: Collection[str]) -> Row:
    """Return an example with the inputs that are computed from its first two; DataError where these are too large."""
    return extended(x[None, : len(PLANE)], features)[0] if features else x
