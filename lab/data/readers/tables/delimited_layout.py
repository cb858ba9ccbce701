"""How a table of text is laid out (encoding, delimiter, decimal sign, header), found from the file's first bytes."""

import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from lab.data.cell_readings import proven_decimal
from lab.data.errors import DataError
from lab.data.readers.tables.csv_rows import Fields, Row, csv_records
from lab.data.readers.tables.delimiters import comment_sign, delimiter_of, quote_of, widths_of
from lab.data.readers.tables.encodings import ENCODINGS, decoder_of, ranked, unicode_of
from lab.data.readers.tables.frame_columns import refuse_width
from lab.data.readers.tables.header_rows import (
    first_row,
    has_header,
    has_kinds,
    header_lines,
    is_named,
    joined_names,
    lacks_a_name,
    title_rows,
)
from lab.data.text_layout import DELIMITER_NAMES, FIXED, NOTHING_SET, ROW_NAMES, TextLayout

HEAD = 1 << 16
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<sign>[,;|:\t])"?', re.IGNORECASE)
_LINES_LOOKED_AT = 200
_DECIMAL = {sign: re.compile(rf"[+-]?\d*{re.escape(sign)}\d+([eE][+-]?\d+)?") for sign in ",."}


@dataclass(frozen=True)
class Layout:
    """How the file is written; `first_line` is the line of the header or, without one, of the first example.

    The encoding is a name in ENCODINGS; "ascii" means that nothing beyond it was met so far. `decimal` is the likely
    decimal sign, `proven` the one that numbers among the first lines prove; None where they prove none, or both.
    `rest` is how many fields a row has beyond those of the header: one at the front where `row_names`, else at the end.
    """

    encoding: str
    delimiter: str
    decimal: str
    header: bool
    first_line: int
    proven: str | None = None
    quote: str = '"'
    widths: tuple[int, ...] = ()
    comment: str = ""
    header_lines: int = 1
    row_names: bool = False
    trailing: bool = False

    @property
    def fields(self) -> Fields:
        """How its lines are taken apart."""
        return Fields(self.delimiter, self.quote, self.widths, self.comment)

    @property
    def is_plain(self) -> bool:
        """Whether the rows are what stands between one sign, so that a parser can read the file as it is."""
        return len(self.delimiter) == 1 and self.quote != "" and not self.comment and not self.trailing


@dataclass(frozen=True)
class Opening:
    """What stands before the examples: the fields of the first row, the text above the examples, and their line.

    `kinds` and `flags` are those of Orange's second and third line, empty where there are none.
    """

    fields: list[str]
    text: str
    body_line: int
    flags: list[str]


def sniff(
    path: Path,
    head: bytes,
    whole: bool = True,
    names: Collection[str] = (),
    wish: TextLayout = NOTHING_SET,
    encoding: str | None = None,
) -> Layout:
    """Find the layout from the first bytes, `whole` where they are all there are; what is set in `wish` is taken.

    A first row that holds all of `names` is the header. Raises DataError where the file is empty, is no text, or is
    wider than a table may be.
    """  # fmt: skip
    encoding = wish.encoding or encoding or unicode_of(head) or ranked(head)[0]
    lines = _lines(path, head, encoding, whole)
    before = wish.skip_above or 0
    before += next((number for number, line in enumerate(lines[before:]) if line.strip()), len(lines[before:]))
    forced = _SEPARATOR_LINE.fullmatch(lines[before].strip(" \n")) if before < len(lines) else None
    before += bool(forced)
    sample = lines[before:][:_LINES_LOOKED_AT]
    if not any(line.strip() for line in sample):
        raise DataError(f"{path.name} is empty; a table has a line of column names and one for each example.")
    taken = _taken_apart(sample, names, wish, forced["sign"] if forced else None)
    rows = _rows(path, before, sample, taken)
    if wish.skip_above is None:
        rows = rows[first_row([fields for _, fields in rows]) :]
        if not is_named(rows[0][1], names):
            rows = rows[title_rows([fields for _, fields in rows]) :]
    refuse_width(f"{path.name}, line {rows[0][0]:,}", len(rows[0][1]))
    return _layout_of(rows, encoding, taken, names, wish)


def is_separator_line(line: str) -> bool:
    """Whether a line only names the delimiter, as "sep=;" does."""
    return _SEPARATOR_LINE.fullmatch(line.strip(" \r\n")) is not None


def _taken_apart(sample: Sequence[str], names: Collection[str], wish: TextLayout, forced: str | None) -> Fields:
    """Return how the lines of the sample are taken apart."""
    comment = comment_sign(sample) if wish.comment is None else wish.comment
    body = [line for line in sample if not (comment and line.lstrip().startswith(comment))]
    first = next((line.strip() for line in body if line.strip()), "")
    delimiter = forced or (FIXED if wish.widths else None) or DELIMITER_NAMES.get(wish.delimiter or "", wish.delimiter)
    if delimiter is None:
        delimiter = "," if len(names) == 1 and first in names else delimiter_of(body)
    quote = quote_of(body, delimiter) if wish.quote is None else wish.quote
    widths = (wish.widths or widths_of(body)) if delimiter == FIXED else ()
    return Fields(delimiter, quote, widths, comment)


def _layout_of(rows: list[Row], encoding: str, taken: Fields, names: Collection[str], wish: TextLayout) -> Layout:
    """Return the layout of rows whose first one is the header or the first example."""
    (line, first), texts = rows[0], [fields for _, fields in rows]
    width = len(texts[1]) if len(texts) > 1 else len(first)
    row_names = lacks_a_name(texts, width)
    others = [len(fields) for fields in texts[1:]]
    trailing = bool(others) and set(others) == {len(first) + 1} and not any(fields[-1].strip() for fields in texts[1:])
    numbers = _numbers_among(texts[1:] or texts)
    set_sign = wish.decimal or {",": ".", ".": ","}.get(wish.thousands or "")
    proven = set_sign or proven_decimal(numbers)
    decimal = set_sign or ("." if taken.delimiter == "," else proven or _decimal(numbers))
    if wish.header is not None:
        header, deep = wish.header > 0, max(wish.header, 1)
    else:
        named = is_named(first, names)
        header = (row_names or has_header(texts, decimal)) if named is None else named
        deep = header_lines(texts) if header else 1
    return Layout(
        encoding, taken.delimiter, decimal, header, line, proven, taken.quote, taken.widths, taken.comment, deep,
        row_names, trailing and not row_names,
    )  # fmt: skip


def opening(path: Path, head: bytes, layout: Layout, whole: bool = True) -> Opening:
    """Return the first row and where the examples begin; raises DataError where its quotation marks are wrong."""
    lines = _lines(path, head, layout.encoding, whole)
    rest = iter(lines[layout.first_line - 1 :])
    records = csv_records(path, layout.first_line - 1, rest, replace(layout.fields, comment=""))
    deep = layout.header_lines if layout.header else 1
    rows = [fields for _, fields in islice(records, deep)]
    above = len(lines) - sum(1 for _ in rest) if layout.header else layout.first_line - 1
    text = "".join(lines[:above])
    in_header = "".join(lines[layout.first_line - 1 : above])
    if layout.quote and in_header.count(layout.quote) % 2:
        raise DataError(
            f"{path.name}, line {layout.first_line:,}: a quotation mark is opened and never closed; correct it or "
            "save the table again."
        )
    has_flags = layout.header and deep == 3 and has_kinds(rows)
    fields = rows[0] if has_flags else joined_names(rows)
    if layout.row_names:
        fields = [ROW_NAMES, *fields]
    return Opening(fields, text, above + 1, rows[2] if has_flags else [])


def _lines(path: Path, head: bytes, encoding: str, whole: bool) -> list[str]:
    """Return the first lines, each with its end as a line feed; one that is cut off only where it is the only one."""
    try:
        text = decoder_of(encoding).decode(head, final=whole)
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
    name = "UTF-8" if encoding == "ascii" else ENCODINGS[encoding].title
    return DataError(
        f"{path.name}: byte {offset + at:,} of the file (counted from 0) is 0x{data[at]:02x}, which is not {name} "
        "text; save the table as CSV with the encoding UTF-8."
    )


def _rows(path: Path, before: int, lines: list[str], fields: Fields) -> list[Row]:
    """Return the rows of the sample up to a broken one, which is for the reader to name; the first must be whole."""
    records = csv_records(path, before, iter(lines), fields)
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
