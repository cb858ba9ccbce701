"""Turns the columns that pandas or a spreadsheet library read into Columns, and the Columns into a Table."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lab.data.cell_readings import (
    OF_DECIMAL,
    READINGS,
    CellFault,
    SecondReading,
    Spelling,
    UnfitText,
    Wanted,
    choose_decimal,
    number_in,
    proven_decimal,
    second_date,
)
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
# How a date may be written, and how it is then parsed, by the name of the reading where there are two.
_DATES: tuple[tuple[str, dict[str, str]], ...] = (
    (r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", {"": "ISO8601"}),
    (r"\d{4}/\d{1,2}/\d{1,2}" + _TIME, {"": "%Y/%m/%d"}),
    (r"\d{1,2}\.\d{1,2}\.\d{4}" + _TIME, {"": "%d.%m.%Y"}),
    (r"\d{1,2}/\d{1,2}/\d{4}" + _TIME, {"day_first": "%d/%m/%Y", "month_first": "%m/%d/%Y"}),
)
_USUAL = Spelling()
_COMMA = OF_DECIMAL[","]
_DATE_FORMS = tuple((re.compile(pattern), formats) for pattern, formats in _DATES)
_LOOKED_AT = 50
_UNREADABLE_DATES = 0.01

Lines = NDArray[np.int64]
"""The line of each row, (rows,), where rows do not follow one another without a break."""


def is_missing(text: str) -> bool:
    """Whether a cell's text stands for no value."""
    return text.strip().lower() in _MISSING


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


def column_of(name: str, series: "pd.Series[Any]", spelling: Spelling = _USUAL) -> Column:
    """Make a Column of a pandas series of numbers, truth values, texts or dates; None and NaN are gaps."""
    kind = series.dtype.kind
    if kind in "iuf":
        return Column(name, "number", series.to_numpy(np.float64), (), _COMMA if spelling.decimal == "," else "")
    if kind == "M":
        return Column(name, "date", series.to_numpy().astype("datetime64[s]"))
    codes, found = series.factorize()
    return text_column(name, codes, [str(text) for text in found], spelling)


def text_column(
    name: str,
    codes: NDArray[np.integer[Any]],
    texts: Sequence[str],
    spelling: Spelling = _USUAL,
    stays_text: bool = False,
) -> Column:
    """Make a Column of texts: of numbers where all spell one, of dates where 99 in 100 rows are one, else of texts.

    `codes` (rows,) point into `texts`, which are in the order of their first rows; -1 is a gap. Texts lose the
    blanks around them, those in MISSING become gaps, and in a date column those that are no date. `stays_text` is
    for a file that tells numbers and dates from texts. Raises CellFault for a cell that cannot be read in the way that
    was chosen for the column, or that a network has learnt with, but could be in another.
    """
    place_of, categories = _categories(texts)
    places = place_of[codes]
    rows = np.bincount(places[places >= 0], minlength=len(categories))
    try:
        reading, second, numbers = choose_decimal(name, categories, rows.tolist(), spelling)
        if not stays_text:
            if None not in numbers:
                return Column(name, "number", np.array([*numbers, np.nan], np.float64)[places], (), reading, second)
            dated = _dates(name, categories, rows, spelling.wanted)
            if dated is not None:
                return Column(name, "date", dated[0][places], (), *dated[1:])
    except UnfitText as fault:
        row = int(np.argmax(places == fault.number))
        raise CellFault(name, row, categories[fault.number], fault.reading) from fault
    return Column(name, "text", places, tuple(categories), reading, second)


def proven_in(series: "pd.Series[Any]", decimal: str) -> str | None:
    """Return the decimal sign that a column proves, None where it proves none; numbers were read with `decimal`."""
    if series.dtype.kind == "f":
        values = series.to_numpy()
        has_fraction = bool((values[np.isfinite(values)] % 1 != 0).any())
        return decimal if has_fraction and not may_be_grouped(values) else None
    if series.dtype != object:
        return None
    texts = [plain for text in series.unique() if isinstance(text, str) and not is_missing(plain := text.strip())]
    if any(all(number_in(text, sign) is not None for text in texts) for sign in ".,"):
        return proven_decimal(texts)
    return None


def may_be_grouped(values: NDArray[np.float64]) -> bool:
    """Whether numbers may be whole ones whose groups of thousands were taken for fractions: 1.05 for 1,050."""
    fractions = np.abs(values[np.isfinite(values) & (values % 1 != 0)])
    if not len(fractions) or fractions.min() < 1 or fractions.max() >= 1000:
        return False
    thousands = fractions * 1000
    return bool((np.abs(thousands - np.rint(thousands)) < 1e-6).all())


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


def _dates(
    name: str, texts: list[str], rows: NDArray[np.intp], wanted: Wanted
) -> tuple[NDArray[np.datetime64], str, SecondReading | None] | None:
    """Return the texts' dates, (texts + 1,) with NaT last, their reading and a second one; None where they are none.

    They are none where too many of the rows hold no date; `rows` tells how many have each text. Of day and month the
    one that was chosen or learnt with comes first, else the one that makes more valid dates; where both make as many
    there are two readings.
    """
    some = texts[:_LOOKED_AT]
    for form, formats in _DATE_FORMS:
        matches = [match for text in some if (match := form.fullmatch(text))]
        if 2 * len(matches) < max(len(some), 1):
            continue
        tries = {reading: _parsed(texts, day, matches[0]) for reading, day in formats.items()}
        lost = {reading: int(rows[np.isnat(dates)].sum()) for reading, dates in tries.items()}
        known = wanted.either.get(name)
        taken = known if known in tries else min(tries, key=lost.__getitem__)
        others = [reading for reading in tries if reading != taken]
        for other in others if known == taken else []:
            unfit = np.isnat(tries[taken]) & ~np.isnat(tries[other])
            if unfit.any():
                raise UnfitText(int(unfit.argmax()), taken)
        if lost[taken] > _UNREADABLE_DATES * rows.sum():
            continue
        fitting = [reading for reading in others if lost[reading] <= lost[taken]]
        second = None
        if fitting and name not in wanted.usual:
            second = second_date(fitting[0], texts, _spelled(tries[taken]), _spelled(tries[fitting[0]]))
        return np.append(tries[taken], np.datetime64("NaT", "s")), taken, second
    return None


def _parsed(texts: list[str], day: str, match: re.Match[str]) -> NDArray[np.datetime64]:
    import pandas as pd

    whole = day if day == "ISO8601" else day + _time_format(match)
    parsed = pd.to_datetime(pd.Index(texts), format=whole, errors="coerce", utc=True).tz_localize(None)
    return parsed.to_numpy().astype("datetime64[s]")


def _spelled(dates: NDArray[np.datetime64]) -> list[str]:
    return ["no date" if np.isnat(date) else str(date).removesuffix("T00:00:00") for date in dates]


def _time_format(match: re.Match[str]) -> str:
    time = match["time"]
    if not time:
        return ""
    return time[0] + ("%H:%M:%S" if match["seconds"] else "%H:%M")


def located(path: Path, first_line: int | None, lines: Lines | None, fault: CellFault) -> DataError:
    """Return the error for a cell that cannot be read as its column is."""
    where = f"line {fault.row + first_line:,}" if first_line is not None else f"row {fault.row + 1:,}"
    if lines is not None:
        where = f"line {int(lines[fault.row]):,}"
    return DataError(
        f"{path.name}, {where}, column {quoted(fault.column)}: found {quoted(fault.text)}, which cannot be read "
        f"{READINGS[fault.reading].words}, as the column is; correct the cell, or choose another reading."
    )


def table_of(
    path: Path, fields: Sequence[str], columns: Sequence[Column], first_line: int | None, lines: Lines | None = None
) -> Table:
    """Make the Table; a column without a name among `fields` and without a value is left out.

    Raises DataError where there are no rows or no columns, or a number is infinite.
    """
    kept = tuple(column for field, column in zip(fields, columns, strict=True) if field.strip() or not _empty(column))
    table = Table(path, kept, first_line, lines=lines if kept else None)
    if table.rows == 0:
        raise DataError(f"{path.name} has a header but no rows; add a line for each example.")
    for column in kept:
        if column.kind == "number" and np.isinf(column.values).any():
            row = int(np.isinf(column.values).argmax())
            raise DataError(
                f"{table.location(row, column.name)}: the number is infinite or too large; write a finite number or "
                "leave the cell empty."
            )
    return table


def _empty(column: Column) -> bool:
    return bool(column.gaps.all())
