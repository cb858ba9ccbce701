"""JSON as a table: a list of records, an object of columns, or a record on each line."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lab.data.cell_readings import CellFault, Spelling, Wanted
from lab.data.errors import DataError, quoted
from lab.data.readers.open_file import opened
from lab.data.readers.tables.frame_columns import located, name_columns, table_of
from lab.data.readers.tables.object_columns import column_of_cells
from lab.data.table import Table
from lab.data.text_layout import Findings

MOST_BYTES = 1 << 30
_NOTHING = Wanted()
_MOST_NAMED = 3


def _unheard(_share: float) -> None:
    """Ignore progress."""


def is_json(path: Path, head: bytes) -> bool:
    """Tell a text that begins as a list of records or an object does."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"[{", b'{"', b"[ {", b'{ "', b"{\n", b"{\r", b"[\n", b"[\r"))


def read_json(path: Path, on_progress: Callable[[float], None] = _unheard, wanted: Wanted = _NOTHING) -> Table:
    """Read records, columns or lines of JSON: numbers, texts and truth values; null and fields that lack are gaps.

    Columns stand in the order in which records first have them. What is nested is passed over and named. Raises
    DataError where the file is no such JSON or larger than 1 GB.
    """
    path = Path(path)
    on_progress(0.0)
    with opened(path) as stream:
        raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise DataError(f"{path.name} has more than {MOST_BYTES:,} bytes; save so much data as CSV or Parquet.")
    records = _records(path, raw)
    names = list(dict.fromkeys(name for record in records for name in record))
    nested = [name for name in names if any(isinstance(record.get(name), dict | list) for record in records)]
    kept = [name for name in names if name not in set(nested)]
    distinct, twins = name_columns(path.name, kept)
    spelling = Spelling(wanted=wanted)
    try:
        columns = [
            column_of_cells(shown, [_plain(record.get(name)) for record in records], spelling)
            for shown, name in zip(distinct, kept, strict=True)
        ]
    except CellFault as fault:
        raise located(path, None, None, fault) from fault
    notes = [twins] if twins else []
    if nested:
        shown = ", ".join(quoted(name) for name in nested[:_MOST_NAMED])
        notes.append(f"{len(nested):,} fields hold lists or objects and are passed over: {shown}.")
    on_progress(1.0)
    return table_of(path, kept, columns, None, None, Findings(tuple(notes)))


def _records(path: Path, raw: bytes) -> list[Mapping[str, Any]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name}: byte {error.start:,} is not UTF-8, as JSON must be; save it again.") from error
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _lines(path, text, error)
    if isinstance(found, dict):
        found = _of_columns(path, found)
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise DataError(
            f"{path.name} is JSON, but no table; a table is a list of records, an object of columns of one length, or "
            "a record on each line."
        )
    return found


def _lines(path: Path, text: str, error: Exception) -> list[Mapping[str, Any]]:
    """Return the records of a text with one on each line; raises DataError, naming the line, where one is none."""
    records: list[Mapping[str, Any]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as fault:
            told = error if number == 1 else fault
            reason = " ".join(str(told).split())
            raise DataError(f"{path.name}, line {number:,}: no JSON ({reason}); save the file again.") from fault
        if not isinstance(record, dict):
            raise DataError(f'{path.name}, line {number:,}: found no record; give every line one, as {{"a": 1}}.')
        records.append(record)
    return records


def _of_columns(path: Path, found: Mapping[str, Any]) -> Sequence[Mapping[str, Any]] | Mapping[str, Any]:
    """Return the records of columns that are lists of one length or, as pandas writes them, objects by index."""
    columns = {name: list(one.values()) if isinstance(one, dict) else one for name, one in found.items()}
    if not columns or not all(isinstance(one, list) for one in columns.values()):
        return [found] if not any(isinstance(one, dict | list) for one in found.values()) else found
    lengths = {name: len(one) for name, one in columns.items()}
    if len(set(lengths.values())) > 1:
        short, long = min(lengths, key=lengths.__getitem__), max(lengths, key=lengths.__getitem__)
        raise DataError(
            f"{path.name}: the column {quoted(long)} has {lengths[long]:,} values and {quoted(short)} has "
            f"{lengths[short]:,}; give all columns one length."
        )
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(cell: Any) -> Any:
    """Return a cell; a number too large for a float is the text that it is."""
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) > 2**53:
        return str(cell)
    return cell
