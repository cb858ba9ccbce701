"""ARFF, the format of Weka and OpenML: attributes with their kinds, then rows; the last attribute is the target.

Grammar: https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lab.data.as_number import as_number
from lab.data.cell_readings import CellFault, Spelling, Wanted
from lab.data.errors import DataError, location, quoted
from lab.data.readers.open_file import opened
from lab.data.readers.tables.csv_rows import LONGEST_LINE
from lab.data.readers.tables.encodings import is_broken_utf8
from lab.data.readers.tables.frame_columns import located, name_columns, table_of, text_column
from lab.data.table import Column, Table
from lab.data.text_layout import Findings

_ATTRIBUTE = re.compile(
    r"@attribute\s+(?P<name>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\S+)\s+(?P<kind>.+)", re.IGNORECASE
)
_NUMBERS = ("numeric", "real", "integer")
_NOTHING = Wanted()
_LOOKED_AT = 1 << 16


@dataclass(frozen=True)
class Attribute:
    """One column: its name, and "number", "text" or "date"."""

    name: str
    kind: str


def _unheard(_share: float) -> None:
    """Ignore progress."""


def is_arff(path: Path, head: bytes) -> bool:
    """Tell a text whose first line that is no comment names a relation."""
    lines = (line.strip() for line in head[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").splitlines())
    return next((line for line in lines if line and not line.startswith(b"%")), b"").lower().startswith(b"@relation")


def read_arff(path: Path, on_progress: Callable[[float], None] = _unheard, wanted: Wanted = _NOTHING) -> Table:
    """Read the rows of an ARFF file, dense ones; `?` is a gap. Numbers and texts are what the attributes say.

    Raises DataError, naming the line, where an attribute or a row is none, and for sparse rows.
    """
    path = Path(path)
    on_progress(0.0)
    with opened(path) as stream:
        lines = _lines(path, stream.read())
    attributes, at = _attributes(path, lines)
    names, twins = name_columns(path.name, [one.name for one in attributes])
    rows = list(_rows(path, lines, at, len(attributes)))
    numbers = np.array([line for line, _ in rows], np.int64)
    try:
        columns = [
            _column(path, name, one, [(line, row[place]) for line, row in rows], wanted)
            for place, (name, one) in enumerate(zip(names, attributes, strict=True))
        ]
    except CellFault as fault:
        raise located(path, None, numbers, fault) from fault
    on_progress(1.0)
    found = Findings((twins,) if twins else (), target=names[-1])
    return table_of(path, names, columns, None, numbers, found)


def _lines(path: Path, raw: bytes) -> list[str]:
    if max(map(len, raw.splitlines()), default=0) > LONGEST_LINE:
        raise DataError(f"{path.name} has a line of more than {LONGEST_LINE:,} bytes; give each example its own line.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if is_broken_utf8(raw):
            raise DataError(f"{path.name}: byte {error.start:,} is not UTF-8, as others are; correct it.") from error
        text = raw.decode("latin-1")
    return text.splitlines()


def _attributes(path: Path, lines: list[str]) -> tuple[list[Attribute], int]:
    """Return the attributes and the number of lines before the first row."""
    found: list[Attribute] = []
    for number, line in enumerate((each.strip() for each in lines), start=1):
        word = line.split(None, 1)[0].lower() if line else ""
        if word == "@data":
            if not found:
                raise DataError(f"{location(path, number)}: @data stands before any @attribute; name columns first.")
            return found, number
        if word == "@attribute":
            match = _ATTRIBUTE.fullmatch(line)
            if match is None:
                raise DataError(f"{location(path, number)}: an attribute has a name and a kind: @attribute a numeric.")
            found.append(Attribute(_unquoted(match["name"]), _kind(path, number, match["kind"].strip())))
        elif line and not line.startswith("%") and word != "@relation":
            raise DataError(f"{location(path, number)}: found {quoted(line)} before @data; attributes stand there.")
    raise DataError(f"{path.name} has no line @data, below which the rows stand; save it again.")


def _kind(path: Path, line: int, text: str) -> str:
    word = text.split(None, 1)[0].lower()
    if word in _NUMBERS:
        return "number"
    if word == "date":
        return "date"
    if word == "string" or text.startswith("{"):
        return "text"
    raise DataError(
        f"{location(path, line)}: the kind {quoted(text)} is not numeric, real, integer, string, date or a list of "
        "values in braces."
    )


def _rows(path: Path, lines: list[str], at: int, width: int) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines[at:], start=at + 1):
        text = line.strip()
        if not text or text.startswith("%"):
            continue
        if text.startswith("{"):
            raise DataError(f"{location(path, number)}: sparse rows are not read; save the data with all its values.")
        row = _fields(path, number, text)
        if len(row) != width:
            raise DataError(f"{location(path, number)}: {len(row)} values found for {width} attributes; give each one.")
        yield number, row


def _fields(path: Path, line: int, text: str) -> list[str]:
    """Return the values of a row; of the two quotation marks a row uses the one that it has first."""
    marks = [mark for mark in "'\"" if mark in text]
    quote = min(marks, key=text.index) if marks else '"'
    sign = "\t" if "\t" in text and "," not in text else ","
    reader = csv.reader([text], delimiter=sign, quotechar=quote, escapechar="\\", skipinitialspace=True, strict=True)
    try:
        return [field.strip() for field in next(reader)]
    except csv.Error as error:
        raise DataError(f"{location(path, line)}: a quotation mark is not closed; correct the row.") from error


def _column(path: Path, name: str, one: Attribute, cells: list[tuple[int, str]], wanted: Wanted) -> Column:
    if one.kind == "number":
        values = [np.nan if text in ("?", "") else as_number(text) for _, text in cells]
        if None in values:
            line, text = cells[values.index(None)]
            raise DataError(f"{location(path, line, name)}: found {quoted(text)} in an attribute of numbers.")
        return Column(name, "number", np.array(values, np.float64))
    places: dict[str, int] = {}
    codes = [-1 if text == "?" else places.setdefault(text, len(places)) for _, text in cells]
    stays = one.kind == "text"
    return text_column(name, np.array(codes, np.int64), list(places), Spelling(wanted=wanted), stays)


def _unquoted(text: str) -> str:
    if text[0] in "'\"" and len(text) > 1:
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text
