"""How one column of a table is encoded in x, kept so that new rows are encoded in the same way."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.cell_readings import READINGS
from lab.data.recipe.categories import ordered_categories, spelled_number, text_numbers
from lab.data.recipe.choices import DATE_FIELDS, GAPS, USES
from lab.data.recipe.gaps import FILLS, Gap
from lab.data.table import Column, ColumnKind

Floats = NDArray[np.float64]
Rows = slice | NDArray[np.int64]
Write = Callable[[Rows, Floats], None]
"""Takes some of a column's rows and fills their part of x, (m, inputs), which holds zeros before."""

_GAPS_OF_USE = {
    "number": ("mean", "median", "most_frequent"),
    "one_hot": ("most_frequent", "own_class"),
    "ordinal": ("most_frequent", "own_class"),
    "date": ("mean", "median", "most_frequent"),
    "drop": (),
}
# Places of a value among those that the column is known to have: none, and one that is not among them.
_GAP, _UNKNOWN = -1, -2
_MISSING = "(missing)"
_DATE = re.compile(r"-?\d{3,12}-\d\d-\d\d(T\d\d:\d\d:\d\d)?", re.ASCII)


def uses_for(kind: ColumnKind) -> tuple[str, ...]:
    """Return the names of USES that a column of this kind can have."""
    return tuple(use.name for use in USES.values() if kind in use.kinds)


def gaps_for(kind: ColumnKind, use: str) -> tuple[str, ...]:
    """Return the names of GAPS that a column of this kind can have with this use; a text read as number is one."""
    read_as = "number" if use == "number" else kind
    fits = ("refuse", "drop_rows", *_GAPS_OF_USE[use]) if use != "drop" else ("refuse",)
    return tuple(gap.name for gap in GAPS.values() if gap.name in fits and read_as in gap.kinds)


@dataclass(frozen=True)
class InputColumn:
    """One column and the inputs it becomes.

    `kind` is what the column was when this was decided, `values` its categories (one_hot) or their order (ordinal)
    as they are spelled, `parts` those of a date and `origin` its earliest date in seconds since 1970. `reading` is how
    its texts were read (a name in READINGS), "" where that made no difference.
    Raises ValueError where these do not fit together.
    """

    name: str
    kind: ColumnKind
    use: str
    missing: str = "refuse"
    values: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    origin: int = 0
    reading: str = ""

    def __post_init__(self) -> None:
        if self.use not in uses_for(self.kind) or self.use == "drop":
            raise ValueError(f"{self.name}: {self.use!r} is no use of a {self.kind} column that is an input")
        if self.missing not in gaps_for(self.kind, self.use):
            raise ValueError(f"{self.name}: {self.missing!r} does not fit the use {self.use} of a {self.kind} column")
        if bool(self.values) != (self.use in ("one_hot", "ordinal")) or bool(self.parts) != (self.use == "date"):
            raise ValueError(f"{self.name}: one_hot and ordinal have values, a date has parts, and nothing else has")
        if len(set(map(self._key, self.values))) < len(self.values):
            raise ValueError(f"{self.name}: a value is there twice")
        if not set(self.parts) <= set(DATE_FIELDS) or len(set(self.parts)) < len(self.parts):
            raise ValueError(f"{self.name}: the parts {list(self.parts)} are not different ones of {list(DATE_FIELDS)}")
        if self.reading and self.reading not in READINGS:
            raise ValueError(f"{self.name}: the reading {self.reading!r} is not one of {', '.join(READINGS)}")
        if not -(2**63) <= self.origin < 2**63:
            raise ValueError(f"{self.name}: the origin {self.origin} is no date")

    @property
    def width(self) -> int:
        """The number of inputs."""
        if self.use == "one_hot":
            return len(self.values) + self._own_class
        return len(self.parts) if self.use == "date" else 1

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the inputs: "age", "colour=red", "born year"."""
        if self.use == "one_hot":
            return tuple(f"{self.name}={value}" for value in (*self.values, *[_MISSING] * self._own_class))
        return tuple(f"{self.name} {part}" for part in self.parts) if self.use == "date" else (self.name,)

    def gaps(self, start: int) -> tuple[Gap, ...]:
        """Return the gaps to be filled later, where this column's inputs begin at column `start` of x.

        There are some even where the file has no gap: new rows may.
        """
        if self.missing not in FILLS:
            return ()
        if self.use == "one_hot":
            return (Gap(start, start + self.width, self.missing, self.name),)
        return tuple(Gap(start + n, start + n + 1, self.missing, name) for n, name in enumerate(self.feature_names))

    def gap_rows(self, column: Column) -> NDArray[np.bool_]:
        """Return where `column` has a gap for this use, (rows,).

        A text that spells no number is one for a number, and a value outside the order for an ordinal.
        """
        if self.use == "number" and column.kind == "text":
            return np.isnan(text_numbers(column)).take(column.values, mode="wrap")
        if self.use == "ordinal":
            places = self.places_of(column)
            # There are far fewer categories than rows, and mostly the order has them all.
            if (places(ordered_categories(column)) < 0).any():
                return np.less(places(column.values), 0)
        return column.gaps

    def writer(self, column: Column) -> Write:
        """Return what writes rows of `column` into x; gaps that are filled later become NaN."""
        if self.use == "date":
            return self._date_writer(column)
        if self.use == "number":
            return _number_writer(column)
        places, known = self.places_of(column), len(self.values)

        def write_ordinal(some: Rows, out: Floats) -> None:
            found = places(column.values[some])
            out[:, 0] = np.where(found < 0, known if self._own_class else np.nan, found)

        def write_one_hot(some: Rows, out: Floats) -> None:
            found = places(column.values[some])
            rows = np.flatnonzero(found >= 0)
            out[rows, found[rows]] = 1
            gaps = np.flatnonzero(found == _GAP)
            out[gaps, known if self._own_class else slice(None)] = 1 if self._own_class else np.nan

        return write_ordinal if self.use == "ordinal" else write_one_hot

    @property
    def _own_class(self) -> bool:
        return self.missing == "own_class"

    def _date_writer(self, column: Column) -> Write:
        """Return what writes parts as they stand in the cells, and seconds from the origin to the instant."""

        def write(some: Rows, out: Floats) -> None:
            values = column.values[some]
            gaps = np.isnat(values)
            for number, part in enumerate(self.parts):
                if part == "seconds":
                    out[:, number] = column.instants_of(some) - float(self.origin)
                else:
                    out[:, number] = _DATE_NUMBERS[part](values)
                out[gaps, number] = np.nan

        return write

    def _key(self, spelled: str) -> object:
        """Return what makes two spellings the same value: "1" and "1.0" are one number."""
        if self.kind == "text":
            return spelled
        key = _finite(spelled) if self.kind == "number" else _seconds(spelled)
        if key is None:
            raise ValueError(f"{self.name}: {spelled!r} is no {self.kind}")
        return key

    def places_of(self, column: Column) -> Callable[[NDArray[Any]], NDArray[np.int64]]:
        """Return what finds the place in `values` of each of the column's own values."""
        if column.kind == "text":
            known = {self._key(value): place for place, value in enumerate(self.values)}
            keys = column.categories if self.kind == "text" else text_numbers(column)[:-1].tolist()
            of_code = np.array([*(known.get(key, _UNKNOWN) for key in keys), _GAP], np.int64)
            return lambda codes: of_code[codes]
        if column.kind == "date":
            return _finder([_seconds(value) for value in self.values], np.int64)
        return _finder([_finite(value) for value in self.values], np.float64)


def _finder(keys: list[Any], dtype: type) -> Callable[[NDArray[Any]], NDArray[np.int64]]:
    """Return what finds values among `keys`; a key that is None is none of them."""
    places = np.array([place for place, key in enumerate(keys) if key is not None], np.int64)
    numbers: NDArray[Any] = np.array([key for key in keys if key is not None], dtype)
    order = np.argsort(numbers, kind="stable")
    # The last one is above all others, so that a search never ends behind it.
    ordered: NDArray[Any] = np.array([*numbers[order], np.nan if dtype is np.float64 else 2**63 - 1], dtype)
    place_of = np.append(places[order], _UNKNOWN)

    def find(values: NDArray[Any]) -> NDArray[np.int64]:
        gaps = np.isnan(values) if dtype is np.float64 else np.isnat(values)
        values = values if dtype is np.float64 else values.astype(np.int64)
        at = np.searchsorted(ordered, values)
        found = np.where(ordered[at] == values, place_of[at], _UNKNOWN)
        found[gaps] = _GAP
        return found

    return find


def _number_writer(column: Column) -> Write:
    if column.kind == "number":

        def write(some: Rows, out: Floats) -> None:
            out[:, 0] = column.values[some]

        return write
    numbers = text_numbers(column)

    def write_spelled(some: Rows, out: Floats) -> None:
        out[:, 0] = numbers[column.values[some]]

    return write_spelled


def _finite(spelled: str) -> float | None:
    number = spelled_number(spelled)
    return number if np.isfinite(number) else None


def _seconds(spelled: str) -> int | None:
    if not _DATE.fullmatch(spelled):
        return None
    try:
        date = np.datetime64(spelled, "s")
    except ValueError:
        return None
    return None if np.isnat(date) else int(date.astype(np.int64))


_DATE_NUMBERS: dict[str, Callable[[NDArray[Any]], NDArray[np.int64]]] = {
    "year": lambda dates: dates.astype("datetime64[Y]").astype(np.int64) + 1970,
    "month": lambda dates: dates.astype("datetime64[M]").astype(np.int64) % 12 + 1,
    # The first of January 1970 was a Thursday.
    "weekday": lambda dates: (dates.astype("datetime64[D]").astype(np.int64) + 3) % 7,
}
