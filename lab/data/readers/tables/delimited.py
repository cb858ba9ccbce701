"""Reader of CSV, TSV and other delimited text: pandas parses the file at once; odd rows are found line by line."""

import os
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from lab.data.cell_readings import CellFault, Spelling, Wanted
from lab.data.errors import DataError, location
from lab.data.readers.open_file import opened
from lab.data.readers.tables.csv_rows import LONGEST_LINE, Row, csv_records, rows_of_one_width
from lab.data.readers.tables.delimited_layout import HEAD, Layout, Opening, opening, sniff
from lab.data.readers.tables.delimited_text import WatchedText, long_line
from lab.data.readers.tables.frame_columns import (
    MISSING,
    Lines,
    column_of,
    located,
    may_be_grouped,
    name_columns,
    proven_in,
    table_of,
)
from lab.data.table import Table

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
) -> Table:
    """Read a table of text: columns of numbers, of dates, or else of texts; MISSING tells what a gap is.

    A first row that holds all of `names` is the header; `wanted` is how columns are to be read. `on_progress` gets
    shares from 0 to 1, of files below 1 GB only a few; what it raises ends the reading.
    Raises DataError, naming the line where there is one, where the file is no table or a row is not of its width.
    """
    path = Path(path)
    on_progress(0.0)
    with opened(path) as stream:
        head, whole = _head(path, stream)
        layout = sniff(path, head, whole, names)
        above = opening(path, head, layout, whole)
        try:
            return _Reading(path, stream, layout, above, wanted, on_progress).table()
        except UnicodeDecodeError:
            # The first sign beyond ASCII came late, and was none of UTF-8.
            layout = replace(layout, encoding="cp1252")
            return _Reading(path, stream, layout, above, wanted, on_progress).table()


def _head(path: Path, stream: BinaryIO) -> tuple[bytes, bool]:
    """Return the first bytes, two lines at the least, and whether they are the whole file."""
    head = stream.read(HEAD)
    while head.count(b"\n") < 2 and (more := stream.readline(LONGEST_LINE)):
        if len(more) == LONGEST_LINE:
            raise long_line(path, head.count(b"\n") + 1)
        head += more
    return head, not stream.read(1)


class _Reading:
    """One file with its layout, on the way to a Table."""

    def __init__(
        self,
        path: Path,
        stream: BinaryIO,
        layout: Layout,
        above: Opening,
        wanted: Wanted,
        on_progress: Callable[[float], None],
    ) -> None:
        self._path = path
        self._stream = stream
        self._layout = layout
        self._above = above
        self._wanted = wanted
        self._on_progress = on_progress
        width = len(above.fields)
        self._fields = above.fields if layout.header else [f"column {number}" for number in range(1, width + 1)]
        self._names = name_columns(location(path, layout.first_line), self._fields)
        size = os.fstat(stream.fileno()).st_size
        self._size = max(size, 1)
        self._by_path = size <= _MOST_UNHEARD and layout.encoding in _UTF8

    def table(self) -> Table:
        """Read it; raises UnicodeDecodeError where an "ascii" file is neither that nor UTF-8."""
        try:
            text, series = self._parsed()
        except (ValueError, OverflowError, Warning) as error:
            if isinstance(error, DataError):
                raise
            self._look_again()
            reason = " ".join(str(error).split())
            raise DataError(
                f"{self._path.name} cannot be read as a table ({reason}); save it as CSV, a line for each example."
            ) from error
        rows = len(series[0])
        lines = text.lines - text.trailing_lines - self._above.text.count("\n")
        if self._is_odd(text, series[-1], lines):
            self._look_again()
        first_line = self._above.body_line if lines == rows else None
        numbers = None if first_line is not None else self._lines_of(rows)
        spelling = Spelling(self._layout.decimal, self._proven(series), self._wanted)
        try:
            columns = [column_of(name, one, spelling) for name, one in zip(self._names, series, strict=True)]
        except CellFault as fault:
            raise located(self._path, first_line, numbers, fault) from fault
        table = table_of(self._path, self._fields, columns, first_line, numbers)
        self._on_progress(1.0)
        return table

    def _parsed(self) -> tuple[WatchedText, "list[pd.Series[Any]]"]:
        """Return the text, counted, and the columns; a column that pandas took for many types is read as text."""
        import pandas as pd

        text = self._text(_SHARE_WATCHING if self._by_path else 1.0)
        if self._by_path:
            text.watch_rest()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.DtypeWarning)
            # This one says that values were lost because the first row is longer than the header.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = self._read_csv(text)
            series = [frame[number] for number in range(len(self._names))]
            mixed = [number for number, one in enumerate(series) if _is_mixed(one) or self._is_doubtful(number, one)]
            if mixed:
                texts = self._read_csv(text if self._by_path else self._text(0.0), mixed)
                for number in mixed:
                    series[number] = texts[number]
        return text, series

    def _read_csv(self, text: WatchedText, as_text: list[int] | None = None) -> "pd.DataFrame":
        """Parse all columns by what they hold, or those `as_text` as they are written."""
        import pandas as pd

        layout = self._layout
        source: Any = str(self._path.absolute()) if self._by_path else text
        frame: pd.DataFrame = pd.read_csv(
            source,
            sep=layout.delimiter,
            decimal=layout.decimal,
            header=None,
            names=range(len(self._names)),
            index_col=False,
            skiprows=layout.first_line - (not layout.header),
            na_values=_SPELLINGS,
            keep_default_na=False,
            # Only a quotation mark behind a blank needs this; it costs a tenth of the time.
            skipinitialspace=not self._by_path or self._has_quotes(text),
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
        return text.quotes > self._above.text.count('"')

    def _look_again(self) -> None:
        """Read row by row to find the line that is wrong; raises DataError there."""
        for _ in self._records():
            pass

    def _records(self) -> Iterator[Row]:
        """Yield row after row with its line; raises DataError at one that is not of the table's width."""
        lines = iter(self._text(0.0))
        above = self._above.body_line - 1
        for _ in range(above):
            next(lines, None)
        records = csv_records(self._path, above, lines, self._layout.delimiter)
        return rows_of_one_width(self._path, records, len(self._names))

    def _lines_of(self, rows: int) -> Lines | None:
        """Return the line in which each row begins, where blank lines or line breaks inside fields lie between them."""
        lines = np.fromiter((line for line, _ in self._records()), np.int64)
        return lines if len(lines) == rows else None


def _is_mixed(series: "pd.Series[Any]") -> bool:
    """Whether pandas found numbers among texts: then it has not kept how the numbers were written."""
    import pandas as pd

    if series.dtype != object:
        return False
    return pd.api.types.infer_dtype(series, skipna=True) not in ("string", "boolean", "empty")
