"""Decides with which encoding a file is read, and says so: what proves itself, what is likely, and what is broken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lab.data.errors import location, quoted
from lab.data.readers.tables.csv_rows import LONGEST_LINE
from lab.data.readers.tables.encodings import (
    ENCODINGS,
    UTF8_REPLACED,
    differing_cells,
    is_broken_utf8,
    ranked,
)
from lab.data.text_layout import LayoutQuestion

_EVIDENCE = 1 << 16
_MOST_LINES = 3
_BLOCK = 1 << 20
_HIGH_LINE = re.compile(rb"[^\n]*[\x80-\xff][^\n]*")


@dataclass(frozen=True)
class EncodingChoice:
    """The encodings that a file may have, the one that is taken first; `is_broken` UTF-8 waits for a decision.

    `evidence` are its first lines with bytes beyond ASCII, at most 64 KB of them.
    """

    names: tuple[str, ...]
    evidence: bytes
    is_broken: bool = False


def choose_encoding(stream: BinaryIO, settled: bool) -> EncodingChoice:
    """Return the encodings of a file that is not proven to be UTF-8 or UTF-16; the whole file may be looked through.

    `settled` files stay with Western European, as they were read before others were known.
    """
    evidence = b"\n".join(_lines_beyond_ascii(stream))
    names = tuple(ranked(evidence))
    western = next((name for name in names if name in ("cp1252", "latin-1")), "cp1252")
    if settled:
        return EncodingChoice((western,), evidence)
    if is_broken_utf8(evidence):
        return EncodingChoice((UTF8_REPLACED, western), evidence, is_broken=True)
    return EncodingChoice(names, evidence)


def encoding_words(path: Path, stream: BinaryIO, choice: EncodingChoice, taken: str, delimiter: str,
                   names: list[str]) -> tuple[str, LayoutQuestion | None, str]:  # fmt: skip
    """Return a note on the encoding that was taken, what is asked about it, and why nothing may be trained yet.

    `names` are the names of the columns. The note is empty where there is a question.
    """
    if choice.is_broken:
        where = _bad_bytes(path, stream, delimiter, names)
        # What a person chose is no longer open.
        asked = f"{where} Read them as �, or the file as {ENCODINGS[choice.names[1]].title}?"
        return "", _question(choice, asked, taken), where
    if len(choice.names) > 1:
        cells = differing_cells(choice.evidence, delimiter, list(choice.names))
        shown = "; ".join(
            f"{quoted(cell[choice.names.index(taken)])} would be "
            + " or ".join(quoted(other) for number, other in enumerate(cell) if choice.names[number] != taken)
            for cell in cells
        ) if taken in choice.names else ""  # fmt: skip
        others = " or ".join(ENCODINGS[name].title for name in choice.names if name != taken)
        sentence = f"{path.name} is read as {ENCODINGS[taken].title}. It could also be {others}: {shown}."
        return "", _question(choice, sentence, taken), ""
    return f"{path.name} is no UTF-8; it is read as {ENCODINGS[taken].title}.", None, ""


def _question(choice: EncodingChoice, sentence: str, taken: str) -> LayoutQuestion:
    names = dict.fromkeys((*choice.names, taken)) if taken else choice.names
    answers = tuple((name, ENCODINGS[name].title, f"Read the file with the encoding {name}.") for name in names)
    return LayoutQuestion("encoding", sentence, answers, taken)


def _lines_beyond_ascii(stream: BinaryIO) -> Iterator[bytes]:
    """Yield whole lines with bytes beyond ASCII, until there are enough of them."""
    stream.seek(0)
    rest, size = b"", 0
    while block := stream.read(_BLOCK):
        whole, end, rest = (rest + block).rpartition(b"\n")
        if not end and len(rest) < LONGEST_LINE:
            continue
        for match in _HIGH_LINE.finditer(whole or rest):
            yield match[0]
            size += len(match[0])
            if size > _EVIDENCE:
                return
    yield from (match[0] for match in _HIGH_LINE.finditer(rest))


def _bad_bytes(path: Path, stream: BinaryIO, delimiter: str, names: list[str]) -> str:
    """Say where the bytes stand that are not UTF-8."""
    stream.seek(0)
    sign = delimiter.encode() if len(delimiter) == 1 else b" "
    bad: list[tuple[int, int, int]] = []  # line, column, byte
    for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), start=1):
        start = 0
        while not line.isascii():
            try:
                line[start:].decode()
                break
            except UnicodeDecodeError as error:
                at = start + error.start
                bad.append((number, line[:at].count(sign), line[at]))
                start = at + 1
    line_number, column, byte = bad[0]
    name = names[column] if column < len(names) else None
    lines = list(dict.fromkeys(each for each, *_ in bad))
    more = f" and {len(lines) - _MOST_LINES:,} more" if len(lines) > _MOST_LINES else ""
    listed = ", ".join(f"{each:,}" for each in lines[:_MOST_LINES])
    where = "" if len(bad) == 1 else f" ({len(bad):,} such bytes, in line{'s' * (len(lines) > 1)} {listed}{more})"
    return (
        f"{location(path, line_number, name)}: the byte 0x{byte:02x} is not UTF-8, as the rest of the file is{where}."
    )
