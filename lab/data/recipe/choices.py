"""What a person decides about a table: one table of names per choice, read by files, combo boxes and sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab.data.table import ColumnKind


@dataclass(frozen=True)
class Choice:
    """One possible decision: its name in files, its title on screen, what it does, and the columns it is for."""

    name: str
    title: str
    help: str
    kinds: tuple[ColumnKind, ...] = ("number", "text", "date")


def _table(*choices: Choice) -> dict[str, Choice]:
    return {choice.name: choice for choice in choices}


TASKS = _table(
    Choice("classes", "Classes", "Each different value of the target is a class; the network tells which."),
    Choice("numbers", "Numbers", "The target is a number that the network comes near to (regression).", ("number",)),
)

USES = _table(
    Choice("number", "Number", "The value is one input; a text that spells no number is a gap.", ("number", "text")),
    Choice("one_hot", "One-hot", "One input for each different value: 1 for the value of the row, 0 for all others."),
    Choice("ordinal", "Ordinal", "One input: the place of the value in its order, from 0.", ("number", "text")),
    Choice("date", "Date parts", "One input for each chosen part of the date.", ("date",)),
    Choice("drop", "Leave out", "The column is no input."),
)

GAPS = _table(
    Choice("refuse", "None expected", "A gap is an error, named with its row."),
    Choice("drop_rows", "Leave out rows", "Rows with a gap here are left out of all three parts."),
    Choice("mean", "Mean", "A gap becomes the mean of the training rows.", ("number", "date")),
    Choice("median", "Median", "A gap becomes the median of the training rows.", ("number", "date")),
    Choice("most_frequent", "Most frequent", "A gap becomes the value that most training rows have."),
    Choice("own_class", "Own class", "A gap is a value of its own: one more one-hot input.", ("text", "number")),
)

DATE_FIELDS = _table(
    Choice("year", "Year", "The year, as 2026."),
    Choice("month", "Month", "The month, 1 to 12."),
    Choice("weekday", "Weekday", "The day of the week, 0 for Monday to 6."),
    Choice("seconds", "Seconds since", "Seconds since the earliest date of the column in this file."),
)


@dataclass(frozen=True)
class ColumnChoice:
    """What one input column becomes; `use` None is number for a number column and drop for a date.

    `order` are the values of an ordinal column from its 0 on (empty: sorted, numbers by value); own_class needs
    one_hot or ordinal.
    """

    use: str | None = None
    missing: str = "refuse"
    parts: tuple[str, ...] = ("year", "month", "weekday", "seconds")
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """How a table becomes inputs and targets: `target` None is the last column; columns not named have no choice."""

    target: str | None = None
    task: str = "classes"
    columns: Mapping[str, ColumnChoice] = field(default_factory=dict)
