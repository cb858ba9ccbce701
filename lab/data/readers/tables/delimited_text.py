"""Decodes a text file block by block for the parser, counts lines and delimiters, and refuses what no table holds."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lab.data.errors import DataError, location
from lab.data.readers.tables.csv_rows import LONGEST_LINE
from lab.data.readers.tables.delimited_layout import Layout, nul_at, undecodable
from lab.data.readers.tables.encodings import ENCODINGS, decoder_of

# Above 128 KB memory comes from the system anew for each block, which costs more than looking at it.
_BLOCK = 1 << 16
_DIGIT, _IN_DATES = (np.isin(np.arange(256), [ord(sign) for sign in signs]) for signs in ("0123456789", "-/.:"))


class WatchedText:
    """Reads a binary stream from its beginning, as a text file does, and counts what went by.

    `lines`, `delimiters` and `quotes` are those so far. Every read raises DataError at a zero byte, a line that is
    too long for a table, or a byte that is not in the layout's encoding; the last is a UnicodeDecodeError where
    the layout is "ascii" or UTF-8, for which another encoding may be tried.
    """

    def __init__(self, path: Path, stream: BinaryIO, layout: Layout, on_bytes: Callable[[int], None]) -> None:
        self.lines = self.delimiters = self.quotes = 0
        self._path = path
        self._stream = stream
        self._on_bytes = on_bytes
        self._delimiter = layout.delimiter.encode()[0]
        self._quote = (layout.quote or '"').encode()[0]
        self._may_differ = layout.encoding in ("ascii", "utf-8", "utf-8-sig")
        self._encoding = layout.encoding
        self._decoder = decoder_of(layout.encoding)
        self._offset = 0
        self._line_length = 0
        self._last = b""

    def __iter__(self) -> Iterator[str]:
        """Yield the lines with their ends."""
        rest = ""
        while text := self.read():
            first, *others = text.split("\n")
            rest += first
            for line in others:
                yield rest + "\n"
                rest = line
        if rest:
            yield rest

    def read(self, _size: int = -1) -> str:
        """Return the next block of text, of a size of our own, empty at the end."""
        while raw := self._stream.read(_BLOCK):
            text = self._decoded(raw, final=False)
            self._watch(raw, text)
            if text:
                return text
        return self._decoded(b"", final=True)

    def watch_rest(self) -> None:
        """Look at all that is left without decoding it: for a file in UTF-8, whose parser finds wrong bytes."""
        while raw := self._stream.read(_BLOCK):
            if 0 in raw:
                raise undecodable(self._path, raw, raw.index(0), self._encoding, self._offset)
            self._count(raw)
            self._moved(len(raw))

    @property
    def trailing_lines(self) -> int:
        """How many blank lines end the text; -1 where its last line has no end."""
        blank = self._last[len(self._last.rstrip(b"\r\n ")) :]
        return blank.count(b"\n") - 1

    def _decoded(self, raw: bytes, final: bool) -> str:
        try:
            return self._decoder.decode(raw, final)
        except UnicodeDecodeError as error:
            if self._may_differ:
                raise
            # What the decoder kept of the block before comes first in the object.
            start = self._offset + len(raw) - len(error.object)
            raise undecodable(self._path, error.object, error.start, self._encoding, start) from error

    def _watch(self, raw: bytes, text: str) -> None:
        if "\0" in text:
            at = nul_at(raw, text, self._encoding)
            raise undecodable(self._path, raw, at, self._encoding, self._offset)
        self._count(raw if ENCODINGS[self._encoding].is_ascii_below else text.encode())
        self._moved(len(raw))

    def _count(self, data: bytes) -> None:
        values = np.frombuffer(data, np.uint8)
        self.delimiters += int(np.count_nonzero(values == self._delimiter))
        self.quotes += int(np.count_nonzero(values == self._quote))
        firsts = [at for at in (data.find(b"\n"), data.find(b"\r")) if at >= 0]
        # No line within the block is too long, only one that reaches into it.
        if self._line_length + min(firsts, default=len(data)) >= LONGEST_LINE:
            raise long_line(self._path, self.lines + 1)
        last = max(data.rfind(b"\n"), data.rfind(b"\r"))
        self._line_length = len(data) - last - 1 if firsts else self._line_length + len(data)
        self.lines += int(np.count_nonzero(values == ord("\n")))
        self._last = data or self._last

    def _moved(self, size: int) -> None:
        self._offset += size
        self._on_bytes(self._offset)


def has_leading_zero(stream: BinaryIO, layout: Layout) -> bool:
    """Whether a field of a file begins with 0 and a digit, as 007 does, and no sign of a date or a time is next."""
    delimiter, quote = layout.delimiter.encode()[0], (layout.quote or '"').encode()[0]
    decoder = None if ENCODINGS[layout.encoding].is_ascii_below else decoder_of(layout.encoding)
    stream.seek(0)
    last, raw = b"\n", stream.read(_BLOCK)
    while raw:
        data = raw if decoder is None else decoder.decode(raw).encode()
        raw = stream.read(_BLOCK)
        # A field may be cut in two by the end of a block, and be the last of the file.
        values = np.frombuffer(last + data + (b"" if raw else b"\n\n"), np.uint8)
        last = (last + data)[-3:]
        begins = (values == delimiter) | (values == quote) | (values == ord("\n")) | (values == ord(" "))
        zeros = np.flatnonzero(begins[:-3] & (values[1:-2] == ord("0"))) + 1
        if (_DIGIT[values[zeros + 1]] & ~_IN_DATES[values[zeros + 2]]).any():
            return True
    return False


def long_line(path: Path, line: int) -> DataError:
    """Return the error for a line that is too long to be a row of a table."""
    return DataError(
        f"{location(path, line)} has more than {LONGEST_LINE:,} bytes, so this is no table; choose a file with "
        "one line for each example."
    )
