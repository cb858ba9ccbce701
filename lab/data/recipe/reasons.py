"""Why a column is proposed as it is: it only tells the rows apart, has texts among its numbers, or tells the target.

All of it is said in sentences, for a person to decide otherwise.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import quoted
from lab.data.recipe.categories import gap_count, text_numbers
from lab.data.recipe.column_plan import mostly_numbers
from lab.data.table import Column, Table

_NAME_OF_ROWS = re.compile(
    r"(.*[_ .-])?(id|ids|key|index|idx|row|rows|nr|no|num|number|uuid|guid|record|serial|rowid|"
    r"row[_ ]?names?|row[_ ]?number|unnamed.*)",
    re.IGNORECASE,
)
_ID_AT_END = re.compile(r".*[a-z](Id|ID|Key|No|Nr)")
_NAME_OF_TIME = re.compile(
    r".*(year|month|week|day|date|time|hour|minute|second|step|age|epoch|jahr|monat|tag|zeit)", re.IGNORECASE
)
_FEWEST_COUNTED = 20
_FEWEST_TELLING = 8
_NEARLY_ALL = 0.95
_MOST_EXAMPLES = 3


@dataclass(frozen=True)
class Reason:
    """What is said of a column's proposal; `choices` are the uses that are offered, the proposed one first."""

    column: str
    sentence: str
    choices: tuple[str, ...] = ()


def identifier_reason(table: Table, column: Column) -> Reason | None:
    """Return why a column is proposed as left out that only tells the rows apart, None where it does more.

    It counts up without a gap, or nearly all its texts are different. A name such as id strengthens that, one of a
    time weakens it.
    """
    rows = len(column.values)
    if column.name == table.found.index:
        return Reason(
            column.name,
            f"{quoted(column.name)} has no name and tells the rows apart; it is left out.",
            ("drop", "number"),
        )
    named = bool(_NAME_OF_ROWS.fullmatch(column.name) or _ID_AT_END.fullmatch(column.name))
    if column.kind == "number" and rows > 1 and np.isfinite(column.values).all():
        counts = bool((np.diff(column.values) == 1).all()) and float(column.values[0]).is_integer()
        if counts and (named or (rows >= _FEWEST_COUNTED and not _NAME_OF_TIME.fullmatch(column.name))):
            first, last = f"{column.values[0]:.0f}", f"{column.values[-1]:.0f}"
            sentence = f"{quoted(column.name)} counts the rows, {first} to {last}, which tells nothing of new ones"
            return Reason(column.name, f"{sentence}; it is left out.", ("drop", "number"))
        if named and len(np.unique(column.values)) == rows >= _FEWEST_COUNTED:
            sentence = f"{quoted(column.name)} is different in every row, as an identifier is; it is left out."
            return Reason(column.name, sentence, ("drop", "number"))
    if column.kind == "text":
        known, different = rows - gap_count(column), len(column.categories)
        if known > 1 and different >= _NEARLY_ALL * known:
            shown = ", ".join(quoted(text) for text in column.categories[:_MOST_EXAMPLES])
            words = f"{quoted(column.name)} has {different:,} different texts in {known:,} rows ({shown}, …)"
            return Reason(column.name, f"{words}, which tell nothing of new rows; it is left out.", ())
    return None


def mixed_reason(column: Column, use: str) -> Reason | None:
    """Return what is said of a column with texts among its numbers, which `use` is proposed for; None for others."""
    if not mostly_numbers(column):
        return None
    unreadable = np.isnan(text_numbers(column)[:-1])
    if not unreadable.any():
        return None
    places = np.flatnonzero(unreadable)
    rows = int(np.isin(column.values, places).sum())
    shown = ", ".join(quoted(column.categories[place]) for place in places[:_MOST_EXAMPLES])
    done = "left out" if use == "drop" else "used as it is, one input for each value"
    return Reason(
        column.name,
        f"{quoted(column.name)} has {rows:,} texts among its numbers ({shown}); it is {done}. As a number it would "
        "have gaps there.",
        (use, "number"),
    )


def leak_reasons(table: Table, target: Column, inputs: list[Column]) -> list[Reason]:
    """Return a warning for each input that splits the rows exactly as the target does."""
    goal = _groups(target)
    if len(target.values) < _FEWEST_TELLING or goal is None:
        return []
    found = []
    for column in inputs:
        groups = _groups(column)
        if groups is not None and _same_partition(groups, goal):
            sentence = (
                f"{quoted(column.name)} tells {quoted(target.name)} exactly: each of its values stands beside one "
                "value of the target. Leave it out unless it is known before the target is."
            )
            found.append(Reason(column.name, sentence))
    return found


def _groups(column: Column) -> NDArray[np.int64] | None:
    """Return a number for the value of each row; None where there is one value, or nearly as many as rows."""
    values = column.values.astype(np.int64) if column.kind == "date" else column.values
    different, places = np.unique(values, return_inverse=True, equal_nan=True)
    groups: NDArray[np.int64] = places.astype(np.int64)
    return None if len(different) < 2 or 2 * len(different) > len(values) else groups


def _same_partition(one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    width = int(other.max()) + 1
    if int(one.max()) + 1 != width:
        return False
    return len(np.unique(one * width + other)) == width
