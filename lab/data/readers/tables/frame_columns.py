"""A column as a library read it (numbers, texts, dates) becomes a Column; columns become a Table."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lab.data.as_number import as_number
from lab.data.errors import DataError, quoted
from lab.data.table import Column, Table

if TYPE_CHECKING:
    import pandas as pd

MOST_COLUMNS = 10_000
# What stands for "no value", in small letters; the last line is what a spreadsheet writes where it cannot compute.
MISSING = (
    *("", "na", "n/a", "n.a.", "<na>", "#n/a", "#na", "nan", "nat", "null", "none", "-", "--", "?", "."),
    *("#div/0!", "#name?", "#null!", "#num!", "#ref!", "#value!"),
)
_MISSING = frozenset(MISSING)
# Libraries read these as truth values and forget how they were written, so all spellings are one.
_TRUTH = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false"}
_TIME = r"(?P<time>[ T]\d{1,2}:\d\d(?P<seconds>:\d\d)?)?"
# How a date may be written, and how it is then parsed: where two ways are possible the first one wins a tie.
_DATES = (
    (r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", ("ISO8601",)),
    (r"\d{4}/\d{1,2}/\d{1,2}" + _TIME, ("%Y/%m/%d",)),
    (r"\d{1,2}\.\d{1,2}\.\d{4}" + _TIME, ("%d.%m.%Y",)),
    (r"\d{1,2}/\d{1,2}/\d{4}" + _TIME, ("%d/%m/%Y", "%m/%d/%Y")),
)
_DATE_FORMS = tuple((re.compile(pattern), formats) for pattern, formats in _DATES)
_LOOKED_AT = 50
_UNREADABLE_DATES = 0.01


def is_missing(text: str) -> bool:
    """Whether a cell's text stands for no value."""
    return text.strip().lower() in _MISSING


def number_in(text: str, decimal: str = ".") -> float | None:
    """Return the number that a cell spells with this decimal sign, or None where it is a text."""
    if decimal == ",":
        return None if "." in text else as_number(text.replace(",", "."))
    return as_number(text)


def is_date(text: str) -> bool:
    """Whether a cell is written like a date."""
    return any(form.fullmatch(text) for form, _ in _DATE_FORMS)


def refuse_width(where: str, columns: int) -> None:
    """Raise DataError where a table has more columns than can be worked with."""
    if columns > MOST_COLUMNS:
        raise DataError(
            f"{where} has {columns:,} columns; a table may have {MOST_COLUMNS:,}, so save wider data as NPY or libsvm."
        )


def name_columns(where: str, fields: Sequence[str]) -> list[str]:
    """Return the columns' names, "column 3" where the third has none; raises DataError where two are the same."""
    refuse_width(where, len(fields))
    names = [field.strip() or f"column {number}" for number, field in enumerate(fields, start=1)]
    first: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if first.setdefault(name, number) != number:
            raise DataError(
                f"{where}: columns {first[name]} and {number} are both called {quoted(name)}; "
                "give every column a name of its own."
            )
    return names


def column_of(name: str, series: "pd.Series[Any]", decimal: str = ".") -> Column:
    """Make a Column of a pandas series of numbers, truth values, texts or dates; None and NaN are gaps."""
    kind = series.dtype.kind
    if kind in "iuf":
        return Column(name, "number", series.to_numpy(np.float64))
    if kind == "M":
        return Column(name, "date", series.to_numpy().astype("datetime64[s]"))
    codes, found = series.factorize()
    return text_column(name, codes, [str(text) for text in found], decimal)


def text_column(
    name: str, codes: NDArray[np.integer[Any]], texts: Sequence[str], decimal: str = ".", stays_text: bool = False
) -> Column:
    """Make a Column of texts: of numbers where all spell one, of dates where 99 in 100 rows are one, else of texts.

    `codes` (rows,) point into `texts`, which are in the order of their first rows; -1 is a gap. Texts lose the
    blanks around them, those in MISSING become gaps, and in a date column those that are no date. `stays_text` is
    for a file that tells numbers and dates from texts.
    """
    place_of, categories = _categories(texts)
    places = place_of[codes]
    if stays_text:
        return Column(name, "text", places, tuple(categories))
    numbers = _numbers(categories, decimal)
    if numbers is not None:
        return Column(name, "number", numbers[places])
    dates = _dates(categories, np.bincount(places[places >= 0], minlength=len(categories)))
    if dates is not None:
        return Column(name, "date", dates[places])
    return Column(name, "text", places, tuple(categories))


def _categories(texts: Iterable[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Return the place of every text among the different ones, and those; the place -1 is put last, for gaps."""
    number: dict[str, int] = {}
    places = []
    for text in texts:
        plain = text.strip()
        plain = _TRUTH.get(plain, plain)
        missing = len(plain) < 8 and plain.lower() in _MISSING
        places.append(-1 if missing else number.setdefault(plain, len(number)))
    return np.array([*places, -1], np.int32), list(number)


def _numbers(texts: Iterable[str], decimal: str) -> NDArray[np.float64] | None:
    """Return the texts' numbers and NaN behind them, or None where one is no number."""
    numbers = []
    for text in texts:
        number = number_in(text, decimal)
        if number is None:
            return None
        numbers.append(number)
    return np.array([*numbers, np.nan])


def _dates(texts: list[str], rows: NDArray[np.intp]) -> NDArray[np.datetime64] | None:
    """Return the texts' dates, (texts + 1,) with NaT last, or None where too many of the rows hold no date.

    `rows` tells how many rows have each text. Of day and month the one that makes more valid dates comes first.
    """
    import pandas as pd

    some = texts[:_LOOKED_AT]
    for form, formats in _DATE_FORMS:
        matches = [match for text in some if (match := form.fullmatch(text))]
        if 2 * len(matches) < max(len(some), 1):
            continue
        best: tuple[int, NDArray[np.datetime64]] | None = None
        for day in formats:
            whole = day if day == "ISO8601" else day + _time_format(matches[0])
            parsed = pd.to_datetime(pd.Index(texts), format=whole, errors="coerce", utc=True).tz_localize(None)
            dates = parsed.to_numpy().astype("datetime64[s]")
            lost = int(rows[np.isnat(dates)].sum())
            if best is None or lost < best[0]:
                best = lost, dates
        if best is not None and best[0] <= _UNREADABLE_DATES * rows.sum():
            return np.append(best[1], np.datetime64("NaT", "s"))
    return None


def _time_format(match: re.Match[str]) -> str:
    time = match["time"]
    if not time:
        return ""
    return time[0] + ("%H:%M:%S" if match["seconds"] else "%H:%M")


def table_of(path: Path, fields: Sequence[str], columns: Sequence[Column], first_line: int | None) -> Table:
    """Make the Table; a column without a name among `fields` and without a value is left out.

    Raises DataError where there are no rows or no columns, or a number is infinite.
    """
    kept = tuple(column for field, column in zip(fields, columns, strict=True) if field.strip() or not _empty(column))
    table = Table(path, kept, first_line)
    if table.rows == 0:
        raise DataError(f"{path.name} has a header but no rows; add a line for each example.")
    for column in kept:
        if column.kind == "number" and np.isinf(column.values).any():
            row = int(np.isinf(column.values).argmax())
            raise DataError(
                f"{table.place(row, column.name)}: the number is infinite or too large; write a finite number or "
                "leave the cell empty."
            )
    return table


def _empty(column: Column) -> bool:
    return bool(column.gaps.all())
