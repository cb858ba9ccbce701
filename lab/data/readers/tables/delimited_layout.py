"""How a table of text is laid out (encoding, delimiter, decimal sign, header), found from the file's first bytes."""

import codecs
import io
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lab.data.cell_readings import number_in, proven_decimal
from lab.data.errors import DataError
from lab.data.readers.tables.csv_rows import csv_records
from lab.data.readers.tables.frame_columns import is_date, is_missing, refuse_width

HEAD = 1 << 16
# In the order of how seldom they stand in a text by chance; a comma may be a decimal sign.
_DELIMITERS = "\t;|,"
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<sign>[,;|:\t])"?', re.IGNORECASE)
_QUOTED = re.compile('"[^"]*("|$)')
_LINES_LOOKED_AT = 200
_DECIMAL = {sign: re.compile(rf"[+-]?\d*{re.escape(sign)}\d+([eE][+-]?\d+)?") for sign in ",."}
_FEWEST_COUNTED = 4


@dataclass(frozen=True)
class Layout:
    """How the file is written; `first_line` is the line of the header or, without one, of the first example.

    The encoding is a codec's name; "ascii" means that nothing beyond it was met so far. `decimal` is the likely decimal
    sign, `proven` the one that numbers among the first lines prove; None where they prove none, or both.
    """

    encoding: str
    delimiter: str
    decimal: str
    header: bool
    first_line: int
    proven: str | None = None


@dataclass(frozen=True)
class Opening:
    """What stands before the examples: the fields of the first row, the text above the examples, and their line."""

    fields: list[str]
    text: str
    body_line: int


def sniff(path: Path, head: bytes, whole: bool = True, names: Collection[str] = ()) -> Layout:
    """Find the layout from the first bytes; `whole` where they are all there are.

    A first row that holds all of `names` is the header. Raises DataError where the file is empty, is no text, or is
    wider than a table may be.
    """
    encoding = _encoding(head)
    lines = _lines(path, head, encoding, whole)
    before = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    forced = _SEPARATOR_LINE.fullmatch(lines[before].strip(" \n")) if before < len(lines) else None
    sample = lines[before + bool(forced) :][:_LINES_LOOKED_AT]
    if not any(line.strip() for line in sample):
        raise DataError(f"{path.name} is empty; a table has a line of column names and one for each example.")
    delimiter = forced["sign"] if forced else _delimiter(sample)
    rows = _rows(path, before + bool(forced), sample, delimiter)
    line, fields = rows[0]
    refuse_width(f"{path.name}, line {line:,}", len(fields))
    texts = [fields for _, fields in rows]
    numbers = _numbers_among(texts[1:] or texts)
    proven = proven_decimal(numbers)
    decimal = "." if delimiter == "," else proven or _decimal(numbers)
    is_named = bool(names) and set(names) <= {field.strip() for field in fields}
    return Layout(encoding, delimiter, decimal, is_named or has_header(texts, decimal), line, proven)


def opening(path: Path, head: bytes, layout: Layout, whole: bool = True) -> Opening:
    """Return the first row and where the examples begin; raises DataError where its quotation marks are wrong."""
    lines = _lines(path, head, layout.encoding, whole)
    rest = iter(lines[layout.first_line - 1 :])
    _, fields = next(csv_records(path, layout.first_line - 1, rest, layout.delimiter))
    above = len(lines) - sum(1 for _ in rest) if layout.header else layout.first_line - 1
    text = "".join(lines[:above])
    if text.count('"') % 2:
        raise DataError(
            f"{path.name}, line {layout.first_line:,}: a quotation mark is opened and never closed; correct it or "
            "save the table again."
        )
    return Opening(fields, text, above + 1)


def has_header(rows: list[list[str]], decimal: str) -> bool:
    """Whether the first of these rows holds names: it does unless it looks like the rows below it.

    It looks like them where it is all numbers (or dates) over columns of such, or has a number among texts
    that come again below. Numbers that count the columns, 0 1 2 3 or 1 2 3 4, are names all the same.
    """
    first, below = [field.strip() for field in rows[0]], rows[1:]
    values = [place for place, field in enumerate(first) if _is_value(field, decimal)]
    texts = [place for place, field in enumerate(first) if place not in set(values) and not is_missing(field)]
    if not values or _counts_columns(first):
        return True
    if any(not _is_value(cell, decimal) and not is_missing(cell) for cell in _cells(below, values)):
        return True
    return bool(texts) and not any(first[place] in set(_cells(below, [place])) for place in texts)


def _is_value(text: str, decimal: str) -> bool:
    number = number_in(text, decimal)
    return (number is not None and not math.isnan(number)) or is_date(text)


def _counts_columns(fields: list[str]) -> bool:
    return len(fields) >= _FEWEST_COUNTED and any(
        fields == [str(number) for number in range(start, start + len(fields))] for start in (0, 1)
    )


def _cells(rows: list[list[str]], places: list[int]) -> list[str]:
    return [row[place].strip() for row in rows for place in places if place < len(row)]


def _encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > 0.4 * (len(head) // 2) and min(even, odd) < 0.1 * (len(head) // 2):
        # Latin letters, digits and signs have a zero as their upper byte.
        return "utf-16-le" if odd > even else "utf-16-be"
    if head.isascii():
        return "ascii"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _lines(path: Path, head: bytes, encoding: str, whole: bool) -> list[str]:
    """Return the first lines, each with its end as a line feed; one that is cut off only where it is the only one."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head, final=whole)
    except UnicodeDecodeError as error:
        raise undecodable(path, head, len(head) - len(error.object) + error.start, encoding) from error
    if "\0" in text:
        raise undecodable(path, head, nul_at(head, text, encoding), encoding)
    lines = list(io.StringIO(text, newline=None))
    return lines if whole or len(lines) == 1 or text.endswith("\n") else lines[:-1]


def nul_at(data: bytes, text: str, encoding: str) -> int:
    """Return the place in `data` of the first zero sign of the `text` that was decoded from all but its beginning."""
    if not encoding.startswith("utf-16"):
        return data.index(0)
    after = text[text.index("\0") :].encode("utf-16-le", "surrogatepass")
    return len(data) - len(data) % 2 - len(after)


def undecodable(path: Path, data: bytes, at: int, encoding: str, offset: int = 0) -> DataError:
    """Return the error for the byte `at` of `data`, which begins `offset` bytes into the file."""
    name = {"ascii": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "UTF-8 or Latin-1"}.get(encoding, encoding.upper())
    return DataError(
        f"{path.name}: byte {offset + at:,} of the file (counted from 0) is 0x{data[at]:02x}, which is not {name} "
        "text; save the table as CSV with the encoding UTF-8."
    )


def _delimiter(lines: list[str]) -> str:
    """Return the sign that stands as often in nearly every line as in the first, else most often in the first."""
    # Quoted fields may hold delimiters, and line ends.
    bare = [line for line in _QUOTED.sub("", "".join(lines)).split("\n") if line.strip(" ")]
    first = bare[0] if bare else ""
    for sign in _DELIMITERS:
        count = first.count(sign)
        if count and sum(line.count(sign) == count for line in bare) >= 0.9 * len(bare):
            return sign
    return max(reversed(_DELIMITERS), key=first.count)


def _rows(path: Path, before: int, lines: list[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the rows of the sample up to a broken one, which is for the reader to name; the first must be whole."""
    records = csv_records(path, before, iter(lines), delimiter)
    rows = list(islice(records, 1))
    if not rows:
        raise DataError(f"{path.name} is empty; a table has a line of column names and one for each example.")
    try:
        rows.extend(records)
    except DataError:
        return rows
    return rows


def _numbers_among(rows: list[list[str]]) -> list[str]:
    """Return the fields that are numbers with a decimal or a grouping sign, of one kind or the other."""
    fields = (field.strip() for row in rows for field in row)
    return [field for field in fields if any(form.fullmatch(field) for form in _DECIMAL.values())]


def _decimal(numbers: list[str]) -> str:
    """Return the sign that most of the numbers have."""
    commas = sum("," in number for number in numbers)
    return "," if 2 * commas > len(numbers) else "."
