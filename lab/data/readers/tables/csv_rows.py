"""Lines of CSV text as rows of fields, each with its line number; the line of a broken row is named."""

import csv
from collections.abc import Iterator
from pathlib import Path

from lab.data.errors import DataError, location

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


def csv_records(path: Path, before: int, lines: Iterator[str], delimiter: str) -> Iterator[Row]:
    """Yield each record that is not blank, with the number of its first line; `before` lines came earlier.

    Raises DataError, naming the line, where the quotation marks are wrong or a field is too long.
    """
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
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
