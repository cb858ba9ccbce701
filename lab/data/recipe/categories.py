"""The categories of a column: its different values in order, and how each is spelled; found once for each column."""

import math
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lab.data.as_number import as_number
from lab.data.cell_readings import READINGS, Spelling, choose_decimal, numbers_in
from lab.data.table import Column

T = TypeVar("T")

_MIDNIGHT = "T00:00:00"


def number_name(value: float) -> str:
    """Spell a number such that float() reads the same again, a whole one without a point: "3", "0.5"."""
    whole = math.isfinite(value) and value == int(value) and abs(value) < 2**53
    return str(int(value)) if whole else repr(float(value))


def date_name(value: np.datetime64) -> str:
    """Spell a date, "2026-01-31", with its time where that is not midnight: "2026-01-31T12:00:00"."""
    return str(value).removesuffix(_MIDNIGHT)


def spelled_number(text: str) -> float:
    """Return the number that a person typed, with a decimal point or comma, and NaN where it is none."""
    number = as_number(text)
    if number is None and text.count(",") == 1 and "." not in text:
        number = as_number(text.replace(",", "."))
    return math.nan if number is None else number


def _once(find: Callable[[Column], T]) -> Callable[[Column], T]:
    """Keep what was found as long as the column lives: choices change far more often than columns."""
    kept: WeakKeyDictionary[Column, T] = WeakKeyDictionary()

    def found(column: Column) -> T:
        if column not in kept:
            kept[column] = find(column)
        return kept[column]

    return found


@_once
def text_numbers(column: Column) -> NDArray[np.float64]:
    """Return what number each category of a text column spells; the NaN at the end is for the code -1.

    All are read with one decimal sign: that of the column, or the one with which more rows are numbers.
    """
    decimal = READINGS[column.reading].decimal if column.reading else ""
    if decimal:
        numbers = numbers_in(column.categories, decimal)
    else:
        rows = np.bincount(column.values[column.values >= 0], minlength=len(column.categories)).tolist()
        numbers = choose_decimal(column.name, column.categories, rows, Spelling())[2]
    return np.array([math.nan if number is None else number for number in [*numbers, None]])


@_once
def ordered_categories(column: Column) -> NDArray[Any]:
    """Return the different values of a column in their order; of a text column their codes.

    Texts are sorted as texts, by value where every one spells a number.
    """
    if column.kind != "text":
        return np.unique(column.values[~column.gaps])
    numbers = text_numbers(column)[:-1]
    by_value = bool(np.isfinite(numbers).all())
    texts = column.categories
    order = sorted(range(len(texts)), key=lambda code: (numbers[code] if by_value else 0.0, texts[code]))
    return np.array(order, np.int32)


@_once
def category_names(column: Column) -> tuple[str, ...]:
    """Return how the categories of a column are spelled, in their order."""
    return tuple(names_of(column, ordered_categories(column)))


@_once
def gap_count(column: Column) -> int:
    """Return how many rows of a column have no value."""
    return int(np.count_nonzero(column.gaps))


def names_of(column: Column, values: NDArray[Any]) -> list[str]:
    """Spell some of a column's values; none of them is a gap."""
    if column.kind == "text":
        return [column.categories[code] for code in values]
    if column.kind == "date":
        return [date_name(value) for value in values]
    return [number_name(value) for value in values.tolist()]
