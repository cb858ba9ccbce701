"""A CSV file's bytes as a header and rows of its width, each with its line number."""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from lab.data.as_number import as_number
from lab.data.errors import DataError, place, quoted, suggestion

_DELIMITERS = ",;\t"
# A line of this many bytes is no table row; reading on could fill the memory with one line.
LONGEST_LINE = 1 << 24
# What csv.Error says, by a part of its text, and how a person would say it.
_FAULTS = {
    "unexpected end": "a quotation mark is opened and never closed",
    "expected after": "text follows a closing quotation mark",
    "larger than field limit": f"a field is longer than {csv.field_size_limit():,} characters, "
    "perhaps for want of a closing quotation mark",
    "new-line character": "a carriage return stands without a line feed",
}

Row = tuple[int, list[str]]


def read_table(path: Path, stream: BinaryIO, wanted: Sequence[str] | None = None) -> tuple[list[str], Iterator[Row]]:
    """Return the column names and an iterator over (line number, fields), one field for each column.

    `wanted` are names that must be among them; where they are not known, two columns at least and a name that is
    no number tell a table from something else. The delimiter is whichever of comma, semicolon and tab divides
    the header into most columns (csv.Sniffer gives up on ragged files). Blank lines are passed over.
    Raises DataError, from the iterator too, where the bytes are no such table.
    """
    lines = _decoded_lines(path, stream)
    before, header = next(((n, line) for n, line in enumerate(lines) if line.strip()), (0, ""))
    # A quoted name may hold delimiters of its own.
    bare = re.sub('"[^"]*"', "", header)
    records = csv_records(path, before, chain([header], lines), max(_DELIMITERS, key=bare.count))
    first = next(records, None)
    if first is None:
        raise DataError(f"{path.name} is empty; a table has a line of column names and one for each example.")
    names = _column_names(path, *first, wanted)
    return names, rows_of_one_width(path, records, len(names))


def _decoded_lines(path: Path, stream: BinaryIO) -> Iterator[str]:
    offset = 0
    number = 1
    while raw := stream.readline(LONGEST_LINE):
        if len(raw) == LONGEST_LINE:
            raise DataError(
                f"{place(path, number)} has more than {LONGEST_LINE:,} bytes, so this is no table; "
                "choose a CSV file with one line for each example."
            )
        start = len(codecs.BOM_UTF8) if offset == 0 and raw.startswith(codecs.BOM_UTF8) else 0
        yield _decoded(path, raw, start, number, offset)
        offset += len(raw)
        number += 1


def _decoded(path: Path, raw: bytes, start: int, line: int, offset: int) -> str:
    """Decode one line that begins `offset` bytes into the file, from its byte `start` on."""
    try:
        text = raw[start:].decode("utf-8")
        at = raw.find(b"\0")
    except UnicodeDecodeError as error:
        at = start + error.start
    if at >= 0:
        raise DataError(
            f"{place(path, line)}: byte {offset + at:,} of the file (counted from 0) is 0x{raw[at]:02x}, "
            "which is not UTF-8 text; save the file as CSV with the encoding UTF-8."
        )
    return text


def csv_records(path: Path, before: int, lines: Iterator[str], delimiter: str) -> Iterator[Row]:
    """Yield each record that is not blank, with the number of its first line; `before` lines came earlier."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        line = before + reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = next((plain for sign, plain in _FAULTS.items() if sign in str(error)), str(error))
            raise DataError(f"{place(path, line)}: {fault}; correct it or save the table again.") from error
        if len(fields) > 1 or "".join(fields).strip():
            yield line, fields


def _column_names(path: Path, line: int, fields: list[str], wanted: Sequence[str] | None) -> list[str]:
    names = [field.strip() for field in fields]
    missing = [] if wanted is None else sorted(set(wanted) - set(names), key=wanted.index)
    if (missing or wanted is None) and all(as_number(name) is not None for name in names):
        raise DataError(
            f"{place(path, line)} holds only numbers ({quoted(', '.join(names))}), so there is no header; "
            "put a line of column names above the data."
        )
    if wanted is None and len(names) < 2:
        raise DataError(
            f"{place(path, line)} has the single column {quoted(names[0])}; a table needs an input column "
            "and a target at least, separated by commas, semicolons or tabs."
        )
    _refuse_nameless_and_twins(path, line, names)
    if missing:
        others = f" (and {len(missing) - 1:,} more)" if len(missing) > 1 else ""
        raise DataError(
            f"{place(path, line)}: the column {quoted(missing[0])} is missing{others}; the columns are "
            f"{suggestion(missing[0], names)}"
        )
    return names


def _refuse_nameless_and_twins(path: Path, line: int, names: list[str]) -> None:
    first: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if not name:
            raise DataError(f"{place(path, line)}: column {number} has no name; give every column its own.")
        if first.setdefault(name, number) != number:
            raise DataError(
                f"{place(path, line)}: columns {first[name]} and {number} are both called {quoted(name)}; "
                "give every column a name of its own, in a line above the data."
            )


def rows_of_one_width(path: Path, records: Iterator[Row], width: int) -> Iterator[Row]:
    for line, fields in records:
        if len(fields) != width:
            raise DataError(
                f"{place(path, line)}: {len(fields)} fields found, but the header has {width} columns; "
                f"give every line {width} fields."
            )
        yield line, fields
