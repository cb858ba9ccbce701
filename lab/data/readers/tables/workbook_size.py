"""Estimates how much memory a zipped workbook (xlsx, ods) needs, before a library reads it."""

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO
from xml.parsers import expat

from lab.data.errors import DataError

# More than any sheet that is worked with by hand; the library takes about a hundred bytes for each cell.
MOST_CELLS = 20_000_000
MOST_UNPACKED = 1 << 29
# What names a cell may be damaged too, and is then followed as far as it goes.
_CELL = re.compile(rb'r="([A-Z]{1,9})(\d{1,10})"')
_LONGEST_CELL = 24
_BLOCK = 1 << 20
_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    # An encoding that nobody knows is a LookupError.
    *(expat.ExpatError, LookupError, ValueError),
)


def refuse_bomb(path: Path, stream: BinaryIO) -> None:
    """Look at what a workbook unpacks to, and at the farthest cells of its sheets.

    Raises DataError where that is too much, or where it is damaged.
    """
    try:
        with zipfile.ZipFile(stream) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
            if unpacked > MOST_UNPACKED:
                raise DataError(
                    f"{path.name} unpacks to {unpacked:,} bytes; a workbook may have {MOST_UNPACKED:,}, so save the "
                    "sheet as CSV."
                )
            for entry in packed.infolist():
                _refuse_part(path, packed, entry)
    except _FAULTS as error:
        if isinstance(error, DataError):
            raise
        raise damaged(path, error) from error


def refuse_size(where: str, rows: int, columns: int) -> None:
    """Raise DataError where a sheet reaches too far: room is made for all cells up to its last."""
    if rows * columns > MOST_CELLS:
        raise DataError(
            f"{where} reaches to row {rows:,} and column {columns:,}, which is more than {MOST_CELLS:,} cells; "
            "delete what stands far away, or save the sheet as CSV."
        )


def damaged(path: Path, error: Exception) -> DataError:
    """Return the error for a workbook that cannot be read."""
    reason = " ".join(str(error).split())
    return DataError(f"{path.name} is no workbook that can be read ({reason}); save it again as xlsx, or as CSV.")


def _refuse_part(path: Path, packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    where = f"{path.name}, {entry.filename}"
    if entry.filename == "content.xml":
        with packed.open(entry) as part:
            _Sheets(where).read(part)
    elif entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
        with packed.open(entry) as part:
            refuse_size(where, *_far_corner(part))


def _far_corner(sheet: IO[bytes]) -> tuple[int, int]:
    """Return the last row and the last column that a cell of an xlsx sheet names."""
    letters, last = {b"A"}, 1
    rest = b""
    while block := sheet.read(_BLOCK):
        cells = _CELL.findall(rest + block)
        letters.update(column for column, _ in cells)
        last = max(last, max((int(row) for _, row in cells), default=1))
        rest = block[-_LONGEST_CELL:]
    column = max(letters, key=lambda name: (len(name), name))
    number = 0
    for letter in column:
        number = number * 26 + letter - ord("A") + 1
    return last, number


class _Sheets:
    """Follows the tables of an ods file, whose rows and cells are told once with how often they stand there."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._row = self._column = self._widest = 0

    def read(self, part: IO[bytes]) -> None:
        """Read all tables; raises DataError where one is too large, ExpatError where the file is ill-formed."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        while block := part.read(_BLOCK):
            parser.Parse(block)
        parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "table":
            self._row = self._column = self._widest = 0
        elif kind == "table-row":
            self._row += int(attributes.get("table:number-rows-repeated", 1))
            self._column = 0
        elif kind in ("table-cell", "covered-table-cell"):
            self._column += int(attributes.get("table:number-columns-repeated", 1))
            if any(key.endswith("value-type") for key in attributes):
                self._widest = max(self._widest, self._column)
                refuse_size(self._where, self._row, self._widest)
