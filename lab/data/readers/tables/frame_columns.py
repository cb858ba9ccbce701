"""Turns the columns that pandas or a spreadsheet library read into Columns, and the Columns into a Table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lab.data.cell_readings import (
    OF_DECIMAL,
    READINGS,
    TEXT,
    CellFault,
    SecondReading,
    Spelling,
    UnfitText,
    choose_amount,
    choose_decimal,
    number_in,
    proven_decimal,
)
from lab.data.errors import DataError, quoted
from lab.data.readers.tables.date_forms import DateColumn, all_dates, dates_of
from lab.data.table import Column, Table
from lab.data.text_layout import NOTHING_FOUND, Findings

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
# What stands for "no value" among numbers, in small letters; among texts these are values.
GAP_WORDS = frozenset(
    ("missing", "unknown", "unk", "n.d.", "nd", "nil", "not available", "not applicable", "no data", "tbd", "void",
     "not recorded", "not measured", "k.a.", "k. a.", "s/d", "*", "---", "…", "...")
)  # fmt: skip
_USUAL = Spelling()
_COMMA = OF_DECIMAL[","]
# 007 and 7 are two texts and one number.
_LEADING_ZERO = re.compile(r"[+-]?0\d+")
_SURELY_EXACT = 15
_MOST_EXAMPLES = 3
_FIRST_ROWS, _STRETCH = 100, 1 << 14

Lines = NDArray[np.int64]
"""The line of each row, (rows,), where rows do not follow one another without a break."""


def is_missing(text: str) -> bool:
    """Whether a cell's text stands for no value."""
    return text.strip().lower() in _MISSING


def refuse_width(where: str, columns: int) -> None:
    """Raise DataError where a table has more columns than can be worked with."""
    if columns > MOST_COLUMNS:
        raise DataError(
            f"{where} has {columns:,} columns; a table may have {MOST_COLUMNS:,}, so save wider data as NPY or libsvm."
        )


def name_columns(where: str, fields: Sequence[str]) -> tuple[list[str], str]:
    """Return the columns' names, "column 3" where the third has none, and a sentence where twins were told apart.

    Of two columns with one name the second is called "a (2)".
    """
    refuse_width(where, len(fields))
    names, twins = distinct_names([field.strip() or f"column {place}" for place, field in enumerate(fields, start=1)])
    if not twins:
        return names, ""
    shown = ", ".join(quoted(name) for name in twins[:_MOST_EXAMPLES])
    more = f" and {len(twins) - _MOST_EXAMPLES:,} more" if len(twins) > _MOST_EXAMPLES else ""
    return names, f"{where}: names stand there twice; the later columns are called {shown}{more}."


def distinct_names(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return names of which no two are the same, "a" and "a (2)", and those that had to be changed."""
    taken, seen = set(names), set[str]()
    distinct, changed = [], []
    for plain in names:
        name, number = plain, 1
        while name in (seen if number == 1 else seen | taken):
            number += 1
            name = f"{plain} ({number})"
        if name != plain:
            changed.append(name)
        seen.add(name)
        distinct.append(name)
    return distinct, changed


def column_of(name: str, series: "pd.Series[Any]", spelling: Spelling = _USUAL) -> Column:
    """Make a Column of a pandas series of numbers, truth values, texts or dates; None and NaN are gaps."""
    kind = series.dtype.kind
    if kind in "iuf":
        return Column(name, "number", series.to_numpy(np.float64), (), _COMMA if spelling.decimal == "," else "")
    if kind == "M":
        return Column(name, "date", series.to_numpy().astype("datetime64[s]"))
    codes, found = series.factorize()
    return text_column(name, codes, list(map(str, found.tolist())), spelling)


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
    reading, second = "", None
    try:
        found: _Numbers | DateColumn | _Text | None = None
        if not stays_text and spelling.wanted.either.get(name) != TEXT:
            found = all_dates(name, categories, rows, spelling.wanted)
        if found is None:
            reading, second, numbers = choose_decimal(name, categories, rows.tolist(), spelling)
        if found is None and not stays_text:
            found = _of_texts(name, categories, rows, spelling, (reading, second, numbers))
    except UnfitText as fault:
        row = int(np.argmax(places == fault.number))
        raise CellFault(name, row, categories[fault.number], fault.reading) from fault
    if found is None:
        return Column(name, "text", places, tuple(categories), reading, second)
    if isinstance(found, _Text):
        return Column(name, "text", places, tuple(categories), TEXT, found.second)
    if isinstance(found, DateColumn):
        offsets = None if found.offsets is None else found.offsets[places]
        return Column(name, "date", found.values[places], (), found.reading, found.second, offsets, found.told)
    values = np.array([*found.values, np.nan], np.float64)[places]
    return Column(name, "number", values, (), found.reading, found.second, None, found.told)


@dataclass(frozen=True)
class _Text:
    """That a column's texts stay as they are, though they could be read as numbers."""

    second: SecondReading | None


@dataclass(frozen=True)
class _Numbers:
    """The numbers of a column's texts, NaN for a word that stands for a gap."""

    values: list[float]
    reading: str
    second: SecondReading | None
    told: str = ""


def _of_texts(
    name: str,
    texts: list[str],
    rows: NDArray[np.intp],
    spelling: Spelling,
    decimal: tuple[str, SecondReading | None, list[float | None]],
) -> _Numbers | DateColumn | _Text | None:
    """Return the numbers or dates that a column's texts are; None for what can only be texts."""
    wanted, (reading, second, numbers) = spelling.wanted, decimal
    known, is_plain = wanted.either.get(name, ""), name in wanted.plain
    if known == TEXT:
        # It may be chosen back, but what a network has learnt with is not asked for.
        amounts = choose_amount(name, texts, rows.tolist(), spelling) if name in wanted.chosen else None
        if amounts is None or amounts[1] is None:
            return _Text(None)
        examples = tuple((text, quoted(text), here) for text, here, _ in amounts[1].examples)
        return _Text(SecondReading(amounts[0], examples))
    if None not in numbers:
        spelled = [number for number in numbers if number is not None]
        keeps = is_plain or known or not _loses_names(texts, spelled)
        return _Numbers(spelled, reading, second) if keeps else _Text(None)
    if not is_plain and (amounts := choose_amount(name, texts, rows.tolist(), spelling)) is not None:
        values = [np.nan if number is None else number for number in amounts[2]]
        return _Numbers(values, amounts[0], None if name in wanted.usual else amounts[1])
    dated = dates_of(name, texts, rows, wanted)
    if dated is not None or is_plain:
        return dated
    return _with_words(name, texts, rows, reading or OF_DECIMAL[spelling.decimal], second, numbers)


def _loses_names(texts: Sequence[str], numbers: Sequence[float]) -> bool:
    """Whether texts have zeros before their numbers, or are whole numbers of which two would become one."""
    if any(_LEADING_ZERO.fullmatch(text) for text in texts):
        return True
    if not any(len(text) > _SURELY_EXACT for text in texts):
        return False
    long = [text for text in texts if text.lstrip("+-").isdecimal()]
    return len(long) == len(texts) and len(set(numbers)) < len({int(text) for text in long})


def _with_words(
    name: str,
    texts: Sequence[str],
    rows: NDArray[np.intp],
    reading: str,
    second: SecondReading | None,
    numbers: Sequence[float | None],
) -> _Numbers | None:
    """Return numbers with gaps where the other texts are words for one; None where one is another text."""
    words = []
    for place, number in enumerate(numbers):
        if number is None:
            if texts[place].lower() not in GAP_WORDS:
                return None
            words.append(place)
    if len(words) == len(texts):
        return None
    shown = ", ".join(quoted(texts[place]) for place in words[:_MOST_EXAMPLES])
    told = f"In the column {quoted(name)} {shown} among numbers is a gap ({int(rows[words].sum()):,} rows)."
    return _Numbers([np.nan if number is None else number for number in numbers], reading, second, told)


def proven_in(series: "pd.Series[Any]", decimal: str) -> str | None:
    """Return the decimal sign that a column proves, None where it proves none; numbers were read with `decimal`."""
    if series.dtype.kind == "f":
        values = series.to_numpy()
        return decimal if not _are_whole(values) and not may_be_grouped(values) else None
    if series.dtype.kind != "O":
        return None
    some = _different_texts(series[:_FIRST_ROWS])
    if all(any(number_in(text, sign) is None for text in some) for sign in ".,"):
        return None
    texts = _different_texts(series)
    if any(all(number_in(text, sign) is not None for text in texts) for sign in ".,"):
        return proven_decimal(texts)
    return None


def _different_texts(series: "pd.Series[Any]") -> list[str]:
    return [plain for text in series.unique() if isinstance(text, str) and not is_missing(plain := text.strip())]


def is_whole(series: "pd.Series[Any]") -> bool:
    """Whether the parser took a column for whole numbers, gaps or none."""
    if series.dtype.kind in "iu":
        return True
    if series.dtype.kind != "f":
        return False
    values = series.to_numpy()
    return _are_whole(values) and not bool(np.isnan(values).all())


def _are_whole(values: NDArray[np.float64]) -> bool:
    """Whether no number has a fraction; mostly the first few have one, and the others are not looked at."""
    return not any(len(fractions) for fractions in _fractions(values))


def _fractions(values: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Yield the numbers that are not whole, as many as there are in each stretch of rows."""
    for part in _stretches(values):
        yield part[np.isfinite(part) & (part != np.rint(part))]


def _stretches(values: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Yield all values: the first rows, then stretches that fit into the processor's cache."""
    start, size = 0, _FIRST_ROWS
    while start < len(values):
        yield values[start : start + size]
        start, size = start + size, _STRETCH


def is_beyond_exact(series: "pd.Series[Any]") -> bool:
    """Whether some whole numbers are so large that two of them may become one."""
    values = series.to_numpy()
    return bool((values >= 2**53).any() or (values <= -(2**53)).any())


def keeps_names(texts: "pd.Series[Any]") -> bool:
    """Whether the texts of whole numbers are told apart by the numbers: no zeros before them, none too large."""
    different = [text.strip() for text in texts.unique() if isinstance(text, str)]
    spelled = [number for text in different if (number := number_in(text)) is not None]
    return len(spelled) == len(different) and not _loses_names(different, spelled)


def index_of(fields: Sequence[str], columns: Sequence[Column], row_names: bool) -> str:
    """Return the name of a first column that has none and only tells the rows apart, "" where it does more."""
    if not columns or (fields[0].strip() and not row_names) or len(columns) < 3:
        return ""
    first = columns[0]
    known = first.values[~first.gaps]
    apart = len(known) == len(first.values) and len(np.unique(known)) == len(known) > 1
    if first.kind == "number" and not row_names:
        apart = apart and bool((np.diff(known) == 1).all()) and known[0] in (0, 1)
    return first.name if apart or row_names else ""


def may_be_grouped(values: NDArray[np.float64]) -> bool:
    """Whether numbers may be whole ones whose groups of thousands were taken for fractions: 1.05 for 1,050."""
    found = False
    for fractions in map(np.abs, _fractions(values)):
        thousands = fractions * 1000
        if ((fractions < 1) | (fractions >= 1000) | (np.abs(thousands - np.rint(thousands)) >= 1e-6)).any():
            return False
        found = found or len(fractions) > 0
    return found


def _categories(texts: Sequence[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Return the place of every text among the different ones, and those; the place -1 is put last, for gaps."""
    plain = list(map(str.strip, texts))
    if _MISSING.isdisjoint(map(str.lower, plain)) and _TRUTH.keys().isdisjoint(plain) and len(set(plain)) == len(plain):
        return np.append(np.arange(len(plain), dtype=np.int32), np.int32(-1)), plain
    number: dict[str, int] = {}
    places = []
    for text in plain:
        known = _TRUTH.get(text, text)
        missing = len(known) < 8 and known.lower() in _MISSING
        places.append(-1 if missing else number.setdefault(known, len(number)))
    return np.array([*places, -1], np.int32), list(number)


def located(path: Path, first_line: int | None, lines: Lines | None, fault: CellFault, word: str = "line") -> DataError:
    """Return the error for a cell that cannot be read as its column is; `word` is what a line of the file is called."""
    where = f"{word} {fault.row + first_line:,}" if first_line is not None else f"row {fault.row + 1:,}"
    if lines is not None:
        where = f"{word} {int(lines[fault.row]):,}"
    return DataError(
        f"{path.name}, {where}, column {quoted(fault.column)}: found {quoted(fault.text)}, which cannot be read "
        f"{READINGS[fault.reading].words}, as the column is; correct the cell, or choose another reading."
    )


def table_of(
    path: Path,
    fields: Sequence[str],
    columns: Sequence[Column],
    first_line: int | None,
    lines: Lines | None = None,
    found: Findings = NOTHING_FOUND,
) -> Table:
    """Make the Table; a column without a name among `fields` and without a value is left out.

    Raises DataError where there are no rows or no columns.
    """
    kept = tuple(column for field, column in zip(fields, columns, strict=True) if field.strip() or not _empty(column))
    table = Table(path, kept, first_line, lines=lines if kept else None, found=found)
    if table.rows == 0:
        raise DataError(f"{path.name} has a header but no rows; add a line for each example.")
    return table


def _empty(column: Column) -> bool:
    return bool(column.gaps.all())
