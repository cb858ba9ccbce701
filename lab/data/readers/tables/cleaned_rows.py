"""The rows of a text table without what stands around and between them: titles, comments, footers, trailing signs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.data.cell_readings import number_in
from lab.data.errors import quoted
from lab.data.readers.tables.csv_rows import Row, rows_of_one_width
from lab.data.readers.tables.date_forms import is_date
from lab.data.readers.tables.frame_columns import is_missing
from lab.data.text_layout import LayoutQuestion

_MOST_BELOW = 20
_SHOWN = 3
_ABOVE, _MOSTLY = 200, 0.8
_MOST_SHORT = 0.1
"""Where more of the rows are short than this share, they are no slips: the file is another table than it seems."""
_TOTAL = re.compile(
    r"(grand |sub)?totals?|sum|summe|gesamt|gesamtsumme|averages?|mean|mittelwert|durchschnitt|somme|moyenne|totale|"
    r"suma|media|итого|всего|合计|总计|合計",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CleanedRows:
    """Rows of one width with their lines, notes on what was passed over, and whether the last one may be a total."""

    rows: list[list[str]]
    lines: list[int]
    notes: tuple[str, ...]
    question: LayoutQuestion | None


def cleaned_rows(
    path: Path, records: Iterator[Row], width: int, skip_below: int | None, asks: bool, trailing: bool
) -> CleanedRows:
    """Return the rows of `width` fields; rows at the end that are none, or `skip_below` of them, are passed over.

    Of a few rows that end early the fields that are missing are gaps, which is told.
    `asks`: a last row of totals is left out, and asked about. Raises DataError, naming the line, at another row that
    has not `width` fields.
    """
    found = list(records)
    if trailing:
        found = [(line, row[:-1] if len(row) == width + 1 and not row[-1].strip() else row) for line, row in found]
    below = _footers(found, width, asks) if skip_below is None else found[len(found) - min(skip_below, len(found)) :]
    found = found[: len(found) - len(below)]
    notes = [passed_over("below", [(line, " ".join(filter(None, row))) for line, row in below])] if below else []
    question = None
    padded = [place for place, (_, row) in enumerate(below) if len(row) == width]
    if asks and skip_below is None and padded:
        question, notes = _padded_question(notes[0], len(below), len(below) - 1 - padded[-1]), []
    elif asks and skip_below is None and found and is_total(found[-1][1]):
        line, row = found.pop()
        question = total_question(path, line, row, "1")
    elif asks and skip_below is not None and is_total((below or found or [(0, [""])])[-1][1]):
        line, row = (below or found)[-1]
        question, notes = total_question(path, line, row, str(skip_below)), []
    found, filled = _filled(found, width)
    notes += filled
    rows = list(rows_of_one_width(path, iter(found), width))
    return CleanedRows([row for _, row in rows], [line for line, _ in rows], tuple(notes), question)


def is_total(row: Sequence[str]) -> bool:
    """Whether a row begins with a word for a sum or a mean over the rows above it."""
    first = next((cell.strip() for cell in row if cell.strip()), "")
    return _TOTAL.fullmatch(first.rstrip(":").strip()) is not None


def total_question(path: Path, line: int, row: Sequence[str], chosen: str) -> LayoutQuestion:
    """Return what is asked about a last row that looks like totals."""
    shown = quoted(", ".join(row))
    done = "is left out, for it looks like a total" if chosen != "0" else "is read as an example"
    return LayoutQuestion(
        "skip_below",
        f"{path.name}, line {line:,}: the last row {shown} {done}.",
        (("1", "Leave out", "The last row is no example."), ("0", "Keep", "The last row is an example.")),
        chosen,
    )


def _padded_question(passed: str, count: int, sure: int) -> LayoutQuestion:
    """Return what is asked where rows at the end are as wide as the table; only the last `sure` ones are surely none.

    What is written down of it holds for the file as it is read again.
    """
    return LayoutQuestion(
        "skip_below",
        f"{passed} Rows there are as wide as the table, but half empty.",
        (
            (str(count), "Leave out", f"The last {count:,} lines are no examples."),
            (str(sure), "Keep", "They are examples with gaps."),
        ),
        str(count),
    )


def passed_over(where: str, lines: Sequence[tuple[int, str]], word: str = "Line") -> str:
    """Say which lines `where` the table were passed over, at most three of them; of a sheet they are rows."""
    shown = ", ".join(quoted(text.strip()) for _, text in lines[:_SHOWN])
    more = f" and {len(lines) - _SHOWN:,} more" if len(lines) > _SHOWN else ""
    numbers = ", ".join(f"{line:,}" for line, _ in lines[:_SHOWN])
    one = len(lines) == 1
    return (
        f"{word}{'' if one else 's'} {numbers}{more} {where} the table {'was' if one else 'were'} passed over: {shown}."
    )


def _filled(rows: list[Row], width: int) -> tuple[list[Row], list[str]]:
    """Return the rows with gaps for the fields that a few of them lack, and what to say of these."""
    short = [(line, row) for line, row in rows if len(row) < width]
    if not short or len(short) > _MOST_SHORT * len(rows):
        return rows, []
    shown = ", ".join(f"{line:,} ({len(row)})" for line, row in short[:_SHOWN])
    more = f" and {len(short) - _SHOWN:,} more" if len(short) > _SHOWN else ""
    one = len(short) == 1
    told = (
        f"Line{'' if one else 's'} {shown}{more} {'has' if one else 'have'} fewer fields than the {width} columns; "
        f"what is missing at {'its' if one else 'their'} end is taken for gaps."
    )
    return [(line, [*row, *[""] * (width - len(row))]) for line, row in rows], [told]


def _footers(rows: Sequence[Row], width: int, asks: bool) -> Sequence[Row]:
    """Return the last rows where they have fewer filled fields than the table and begin with a text.

    Some are as wide as the table, as a spreadsheet writes them: `asks` counts these in, where their text stands in a
    column of numbers or dates.
    """
    count = 0
    while count < min(len(rows), _MOST_BELOW) and (
        _is_footer(row := rows[-count - 1][1], width) or (asks and _is_padded_footer(row, rows, width))
    ):
        count += 1
    return rows[len(rows) - count :] if 0 < count < min(len(rows), _MOST_BELOW) else []


def is_sparse(row: Sequence[str]) -> bool:
    """Whether no more than half of a row's fields are filled and the first of these is a text, as in a footer."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return 0 < 2 * len(filled) <= len(row) and not _is_value(filled[0])


def _is_padded_footer(row: Sequence[str], rows: Sequence[Row], width: int) -> bool:
    if len(row) != width or not is_sparse(row) or is_total(row):
        return False
    place = next(place for place, cell in enumerate(row) if cell.strip())
    cells = [fields[place].strip() for _, fields in rows[:_ABOVE] if place < len(fields) and fields[place].strip()]
    return bool(cells) and sum(map(_is_value, cells)) >= _MOSTLY * len(cells)


def _is_value(text: str) -> bool:
    return is_date(text) or any(number_in(text, sign) is not None for sign in ".,")


def _is_footer(row: Sequence[str], width: int) -> bool:
    filled = [cell.strip() for cell in row if cell.strip()]
    if not filled:
        return len(row) != width
    return len(row) != width and len(filled) < width and not is_missing(filled[0]) and number_in(filled[0]) is None
