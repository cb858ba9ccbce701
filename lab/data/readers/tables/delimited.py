"""Reader of CSV, TSV and other delimited text: pandas parses the file at once; odd rows are found line by line."""

import os
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from csv import writer
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from lab.data.cell_readings import CellFault, Spelling, Wanted
from lab.data.errors import DataError, location, quoted
from lab.data.readers.open_file import opened
from lab.data.readers.tables.cleaned_rows import CleanedRows, cleaned_rows, is_sparse, is_total, passed_over
from lab.data.readers.tables.csv_rows import LONGEST_LINE, Row, csv_records
from lab.data.readers.tables.delimited_layout import HEAD, Layout, is_separator_line, opening, sniff
from lab.data.readers.tables.delimited_text import WatchedText, has_leading_zero, long_line
from lab.data.readers.tables.encoding_choice import EncodingChoice, choose_encoding, encoding_words
from lab.data.readers.tables.encodings import UTF8_REPLACED, decoder_of, unicode_of
from lab.data.readers.tables.frame_columns import (
    MISSING,
    Lines,
    column_of,
    index_of,
    is_beyond_exact,
    is_whole,
    keeps_names,
    located,
    may_be_grouped,
    name_columns,
    proven_in,
    table_of,
)
from lab.data.table import Column, Table
from lab.data.text_layout import NOTHING_SET, Findings, LayoutQuestion, TextLayout

if TYPE_CHECKING:
    import pandas as pd

# pandas reads a path with several threads, but tells nobody how far it is; from here on that takes seconds.
_MOST_UNHEARD = 1 << 30
_SHARE_WATCHING = 0.2
# The usual ways to write them; the others make a column of texts, in which all are found.
_SPELLINGS = sorted({way for word in MISSING for way in (word, word.upper(), word.title(), word.capitalize())})
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1a\x1b"))
_NOTHING = Wanted()
_LOOKED_AT, _TAIL = 1000, 4096
# Stands in no text.
_SIGN = "\x1f"
_UTF8 = ("ascii", "utf-8", "utf-8-sig")


def _unheard(_share: float) -> None:
    """Ignore progress."""


def is_text(path: Path, head: bytes) -> bool:
    """Tell bytes without the control characters that no text has, or with a mark of their encoding before them."""
    return head.startswith(_BYTE_ORDER_MARKS) or head == head.translate(None, _CONTROLS) != b""


def read_delimited(
    path: Path,
    on_progress: Callable[[float], None] = _unheard,
    names: Collection[str] = (),
    wanted: Wanted = _NOTHING,
    wish: TextLayout = NOTHING_SET,
    settled: bool = False,
) -> Table:
    """Read a table of text: columns of numbers, of dates, or else of texts; MISSING tells what a gap is.

    A first row that holds all of `names` is the header; `wanted` is how columns are to be read, `wish` what is set of
    the layout. `settled`: an experiment has decided on the columns, so that nothing is proposed. `on_progress` gets
    shares from 0 to 1, of files below 1 GB only a few; what it raises ends the reading.
    Raises DataError, naming the line where there is one, where the file is no table or a row is not of its width.
    """
    path = Path(path)
    on_progress(0.0)
    with opened(path) as stream:
        head, whole = _head(path, stream)
        _refuse_page(path, head)
        asked = _Asked(path, names, wanted, wish, settled, on_progress)
        if unicode_of(head) is not None:
            try:
                return _Reading(asked, stream, sniff(path, head, whole, names, wish), head, whole).table()
            except UnicodeDecodeError:
                pass  # A sign beyond ASCII came late, and was none of UTF-8.
        choice = choose_encoding(stream, settled)
        layout = sniff(path, head, whole, names, wish, choice.names[0])
        return _Reading(asked, stream, layout, head, whole, choice).table()


def _refuse_page(path: Path, head: bytes) -> None:
    if head[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype html", b"<html", b"<table")):
        raise DataError(
            f"{path.name} is a web page (HTML), whatever its name ends in; open it in a spreadsheet program and save "
            "it as xlsx or CSV."
        )


def _head(path: Path, stream: BinaryIO) -> tuple[bytes, bool]:
    """Return the first bytes, two lines at the least, and whether they are the whole file."""
    head = stream.read(HEAD)
    while head.count(b"\n") < 2 and (more := stream.readline(LONGEST_LINE)):
        if len(more) == LONGEST_LINE:
            raise long_line(path, head.count(b"\n") + 1)
        head += more
    return head, not stream.read(1)


@dataclass(frozen=True)
class _Asked:
    """What read_delimited was asked for."""

    path: Path
    names: Collection[str]
    wanted: Wanted
    wish: TextLayout
    settled: bool
    on_progress: Callable[[float], None]


@dataclass
class _Parsed:
    """The columns of a file as the parser found them, and the lines of their rows."""

    series: "list[pd.Series[Any]]"
    first_line: int | None
    lines: Lines | None
    notes: tuple[str, ...] = ()
    question: LayoutQuestion | None = None


class _Reading:
    """One file with its layout, on the way to a Table."""

    def __init__(
        self,
        asked: _Asked,
        stream: BinaryIO,
        layout: Layout,
        head: bytes,
        whole: bool,
        choice: EncodingChoice | None = None,
    ) -> None:
        self._asked = asked
        self._path = asked.path
        self._stream = stream
        self._layout = layout
        self._choice = choice
        self._wanted = asked.wanted
        self._on_progress = asked.on_progress
        self._above = opening(self._path, head, layout, whole)
        width = len(self._above.fields)
        self._fields = self._above.fields if layout.header else [f"column {number}" for number in range(1, width + 1)]
        where = location(self._path, layout.first_line)
        self._names, self._twins = name_columns(where, self._set_names() or self._fields)
        size = os.fstat(stream.fileno()).st_size
        self._size = max(size, 1)
        self._by_path = size <= _MOST_UNHEARD and layout.encoding in _UTF8

    def _set_names(self) -> tuple[str, ...]:
        """Return the names that were set for the columns; raises DataError where they are not as many."""
        names = self._asked.wish.names
        if names and len(names) != len(self._fields):
            raise DataError(
                f"{location(self._path, self._layout.first_line)}: {len(self._fields)} columns found, and layout.names "
                f"has {len(names)} names; give a name for each column."
            )
        return names

    def table(self) -> Table:
        """Read it; raises UnicodeDecodeError where an "ascii" or UTF-8 file is none after all."""
        try:
            parsed = self._parsed()
        except (ValueError, OverflowError, Warning) as error:
            if isinstance(error, DataError | UnicodeDecodeError):
                raise
            # The line that is wrong is named there.
            self._cleaned()
            reason = " ".join(str(error).split())
            raise DataError(
                f"{self._path.name} cannot be read as a table ({reason}); save it as CSV, a line for each example."
            ) from error
        series = parsed.series
        spelling = Spelling(self._layout.decimal, self._proven(series), self._wanted)
        try:
            columns = [column_of(name, one, spelling) for name, one in zip(self._names, series, strict=True)]
        except CellFault as fault:
            raise located(self._path, parsed.first_line, parsed.lines, fault) from fault
        found = self._findings(parsed, columns)
        table = table_of(self._path, self._fields, columns, parsed.first_line, parsed.lines, found)
        self._on_progress(1.0)
        return table

    def _parsed(self) -> _Parsed:
        """Return the columns, as the parser reads the file itself or, where that is odd, row by row."""
        wish = self._asked.wish
        if self._layout.is_plain and wish.skip_below is None and not self._ends_in_total_or_footer():
            try:
                text, series = self._parse(None)
            except ValueError as error:
                if isinstance(error, DataError | UnicodeDecodeError):
                    raise
                return self._by_rows()
            rows = len(series[0])
            lines = text.lines - text.trailing_lines - self._above.text.count("\n")
            if not self._is_odd(text, series[-1], lines):
                first_line = self._above.body_line if lines == rows else None
                return _Parsed(series, first_line, None if first_line is not None else self._lines_of(rows))
        return self._by_rows()

    def _by_rows(self) -> _Parsed:
        """Read the rows one by one, and let the parser have what is left without all that is none."""
        cleaned = self._cleaned()
        lines = np.array(cleaned.lines, np.int64)
        _, series = self._parse(cleaned.rows)
        unbroken = len(lines) > 0 and lines[-1] - lines[0] == len(lines) - 1
        return _Parsed(series, int(lines[0]) if unbroken else None, None if unbroken else lines, cleaned.notes,
                       cleaned.question)  # fmt: skip

    def _cleaned(self) -> CleanedRows:
        """Return the rows of the table; raises DataError at one that is not of its width."""
        asked, layout = self._asked, self._layout
        return cleaned_rows(self._path, self._records(), len(self._names), asked.wish.skip_below, not asked.settled,
                            layout.trailing)  # fmt: skip

    def _ends_in_total_or_footer(self) -> bool:
        """Whether the last line looks like a row of totals, which is to be asked about, or like no example."""
        if self._asked.settled:
            return False
        self._stream.seek(0)
        mark = self._stream.read(2)
        encoding = {b"\xfe\xff": "utf-16-be", b"\xff\xfe": "utf-16-le"}.get(mark, self._layout.encoding)
        # Two bytes make a sign of UTF-16.
        self._stream.seek(max(0, self._size - _TAIL) // 2 * 2)
        tail = decoder_of(encoding)
        tail.errors = "replace"
        last = tail.decode(self._stream.read(), final=True).rstrip().rpartition("\n")[2]
        cells = [cell.strip(' "') for cell in last.split(self._layout.delimiter)]
        return is_total(cells) or is_sparse(cells)

    def _findings(self, parsed: _Parsed, columns: Sequence[Column]) -> Findings:
        """Return what is to be said of the file."""
        layout, wish = self._layout, self._asked.wish
        notes = [note for note in (*self._above_note(), *parsed.notes, self._twins) if note]
        questions = [parsed.question] if parsed.question is not None else []
        unsettled = ""
        if self._choice is not None:
            taken = layout.encoding if wish.encoding or not self._choice.is_broken else ""
            note, question, open_point = encoding_words(
                self._path, self._stream, self._choice, taken, layout.delimiter, self._names
            )
            notes += [f"{note} To choose another one, set data.layout.encoding."] if note and not wish.encoding else []
            questions += [question] if question is not None and not self._asked.settled else []
            if open_point and not taken:
                unsettled = (
                    f"{open_point} Set data.layout.encoding to {UTF8_REPLACED}, so that they become �, or to "
                    f"{self._choice.names[1]}."
                )
        index = index_of(self._fields, columns, layout.row_names) if wish.index is None else ""
        if wish.index:
            index = columns[0].name
        if index and wish.index is None:
            notes.append(f"The column {quoted(index)} has no name and only tells the rows apart.")
        targets = [name for name, flag in zip(self._names, self._above.flags, strict=False) if flag.strip() == "class"]
        return Findings(
            tuple(notes), tuple(questions), unsettled, self._found_layout(), index, targets[0] if targets else ""
        )

    def _found_layout(self) -> TextLayout:
        layout, wish = self._layout, self._asked.wish
        return TextLayout(
            layout.delimiter, layout.widths, layout.quote, layout.decimal, wish.thousands, layout.encoding,
            layout.first_line - 1, wish.skip_below, layout.comment, layout.header_lines if layout.header else 0,
            wish.names, wish.index,
        )  # fmt: skip

    def _above_note(self) -> list[str]:
        """Say which lines above the table were passed over."""
        lines = self._above.text.split("\n")[: self._layout.first_line - 1]
        filled = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
        filled = [(number, line) for number, line in filled if not is_separator_line(line)]
        return [passed_over("above", filled)] if filled else []

    def _parse(self, rows: list[list[str]] | None) -> tuple[WatchedText, "list[pd.Series[Any]]"]:
        """Return the text, counted, and the columns; a column that pandas took for many types is read as text.

        It is the file itself, or `rows` where they are given.
        """
        import pandas as pd

        text = self._text(_SHARE_WATCHING if self._by_path else 1.0)
        if self._by_path and rows is None:
            text.watch_rest()
        source = _written(rows) if rows is not None else text
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.DtypeWarning)
            # This one says that values were lost because the first row is longer than the header.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = self._read_csv(source)
            series = [frame[number] for number in range(len(self._names))]
            zeros = any(map(is_whole, series)) and (rows is not None or has_leading_zero(self._stream, self._layout))
            again = [number for number, one in enumerate(series) if self._is_read_again(number, one, zeros)]
            if again:
                texts = self._read_csv(_written(rows) if rows is not None else self._fresh(text), again)
                for number in again:
                    if not (is_whole(series[number]) and keeps_names(texts[number])):
                        series[number] = texts[number]
        return text, series

    def _fresh(self, text: WatchedText) -> WatchedText:
        return text if self._by_path else self._text(0.0)

    def _is_read_again(self, number: int, series: "pd.Series[Any]", zeros: bool) -> bool:
        """Whether a column must be read as it is written, too."""
        if is_whole(series):
            return zeros or is_beyond_exact(series)
        return _is_mixed(series) or self._is_doubtful(number, series)

    def _read_csv(self, text: WatchedText | StringIO, as_text: list[int] | None = None) -> "pd.DataFrame":
        """Parse all columns by what they hold, or those `as_text` as they are written."""
        import pandas as pd

        layout, is_file = self._layout, isinstance(text, WatchedText)
        by_path = self._by_path and is_file
        source: Any = str(self._path.absolute()) if by_path else text
        frame: pd.DataFrame = pd.read_csv(
            source,
            sep=layout.delimiter if is_file else _SIGN,
            quotechar=layout.quote if is_file else '"',
            decimal=layout.decimal,
            header=None,
            names=range(len(self._names)),
            index_col=False,
            skiprows=layout.first_line - 1 + layout.header * layout.header_lines if is_file else 0,
            na_values=_SPELLINGS,
            keep_default_na=False,
            # Only a quotation mark behind a blank needs this; it costs a tenth of the time.
            skipinitialspace=not by_path or not isinstance(text, WatchedText) or self._has_quotes(text),
            compression=None,
            encoding="utf-8-sig" if layout.encoding == "utf-8-sig" else "utf-8",
            engine="c",
            dtype=None if as_text is None else str,
            usecols=as_text,
            # Only then does pandas read with several threads.
            low_memory=as_text is None,
        )
        return frame

    def _text(self, share: float) -> WatchedText:
        self._stream.seek(0)
        report = self._on_progress if share else _unheard
        return WatchedText(self._path, self._stream, self._layout, lambda done: report(share * done / self._size))

    def _is_doubtful(self, number: int, series: "pd.Series[Any]") -> bool:
        """Whether the decimal sign of a column of numbers may have been one that groups thousands.

        Then all that have it are from 1 to 1,000 with at most three digits behind it. Not asked where the sign is
        proven, and where it is a point beside a delimiter that is a comma; always asked where a reading was chosen.
        """
        if series.dtype.kind != "f":
            return False
        if self._names[number] in self._wanted.chosen:
            return True
        settled = self._layout.proven is not None or self._layout.delimiter == ","
        return not settled and may_be_grouped(series.to_numpy())

    def _proven(self, series: "list[pd.Series[Any]]") -> str | None:
        """Return the decimal sign that the numbers of the file prove, None where they prove none or both."""
        signs = {self._layout.proven, *(proven_in(one, self._layout.decimal) for one in series)} - {None}
        return signs.pop() if len(signs) == 1 else None

    def _is_odd(self, text: WatchedText, last: "pd.Series[Any]", lines: int) -> bool:
        """Whether a row may be shorter than the others, which pandas fills with gaps, or a quotation mark be wrong."""
        if self._has_quotes(text):
            return lines != len(last) or bool(last.isna().any())
        delimiters = text.delimiters - self._above.text.count(self._layout.delimiter)
        return delimiters != len(last) * (len(self._names) - 1)

    def _has_quotes(self, text: WatchedText) -> bool:
        return text.quotes > self._above.text.count(self._layout.quote)

    def _records(self) -> Iterator[Row]:
        """Yield row after row below the header, with its line."""
        lines = iter(self._text(0.0))
        above = self._above.body_line - 1
        for _ in range(above):
            next(lines, None)
        return csv_records(self._path, above, lines, self._layout.fields)

    def _lines_of(self, rows: int) -> Lines | None:
        """Return the line in which each row begins, where blank lines or line breaks inside fields lie between them."""
        lines = np.fromiter((line for line, _ in self._records()), np.int64)
        return lines if len(lines) == rows else None


def _written(rows: list[list[str]]) -> StringIO:
    """Return rows as text that the parser reads."""
    text = StringIO(newline="")
    writer(text, delimiter=_SIGN, lineterminator="\n").writerows(rows)
    text.seek(0)
    return text


def _is_mixed(series: "pd.Series[Any]") -> bool:
    """Whether pandas found numbers among texts: then it has not kept how the numbers were written."""
    import pandas as pd

    if series.dtype != object:
        return False
    return pd.api.types.infer_dtype(series, skipna=True) not in ("string", "boolean", "empty")
