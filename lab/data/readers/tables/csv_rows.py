"""Lines of text as rows of fields, each with its line number: between signs, between blanks or in fixed widths.

The line of a broken row is named.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lab.data.errors import DataError, location
from lab.data.text_layout import FIXED, SPACES

if TYPE_CHECKING:
    from _csv import Reader as _Reader

# A line of this many bytes is no table row; reading on could fill the memory with one line.
LONGEST_LINE = 1 << 24
# What csv.Error says, by a part of its text, and how a person would say it.
_FAULTS = {
    "unexpected end": "a quotation mark is opened and never closed",
    "expected after": "text follows a closing quotation mark",
    "larger than field limit": f"a field is longer than {csv.field_size_limit():,} characters, "
    "perhaps because a quotation mark is not closed",
    "new-line character": "a carriage return stands without a line feed",
}

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Fields:
    """How a line is taken apart: at a sign, SPACES or by FIXED `widths`; `comment` begins lines that are none."""

    delimiter: str
    quote: str = '"'
    widths: tuple[int, ...] = ()
    comment: str = ""


def csv_records(path: Path, before: int, lines: Iterator[str], fields: Fields) -> Iterator[Row]:
    """Yield each record that is not blank, with the number of its first line; `before` lines came earlier.

    Raises DataError, naming the line, where the quotation marks are wrong or a field is too long.
    """
    if fields.comment:
        # A blank line in its place keeps the lines' numbers.
        lines = ("\n" if line.lstrip().startswith(fields.comment) else line for line in lines)
    if fields.delimiter == FIXED:
        yield from _fixed(before, lines, fields.widths)
        return
    sign = fields.delimiter
    if sign == SPACES:
        lines, sign = (line.replace("\t", " ").strip() + "\n" for line in lines), " "
    reader = csv.reader(lines, delimiter=sign, quotechar=fields.quote or None, skipinitialspace=True, strict=True,
                        quoting=csv.QUOTE_MINIMAL if fields.quote else csv.QUOTE_NONE)  # fmt: skip
    yield from _records(path, before, reader)


def _fixed(before: int, lines: Iterator[str], widths: tuple[int, ...]) -> Iterator[Row]:
    ends = [sum(widths[:number]) for number in range(1, len(widths))]
    for number, line in enumerate(lines, start=before + 1):
        if line.strip():
            text = line.rstrip("\n").expandtabs()
            yield number, [text[start:end].strip() for start, end in zip([0, *ends], [*ends, None], strict=True)]


def _records(path: Path, before: int, reader: "_Reader") -> Iterator[Row]:
    while True:
        line = before + reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = next((plain for sign, plain in _FAULTS.items() if sign in str(error)), str(error))
            raise DataError(f"{location(path, line)}: {fault}; correct it or save the table again.") from error
        if len(fields) > 1 or "".join(fields).strip():
            yield line, fields


def rows_of_one_width(path: Path, records: Iterator[Row], width: int) -> Iterator[Row]:
    """Yield the rows; raises DataError, naming the line, at one that has another number of fields than `width`."""
    for line, fields in records:
        if len(fields) != width:
            raise DataError(
                f"{location(path, line)}: {len(fields)} fields found, but the header has {width} columns; "
                f"give every line {width} fields."
            )
        yield line, fields
