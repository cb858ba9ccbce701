"""Spreadsheets (xlsx, xls, ods): one sheet of them becomes a Table, its first row with content the header."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lab.data.cell_readings import CellFault, Spelling, Wanted
from lab.data.errors import DataError, quoted, suggestion
from lab.data.readers.open_file import opened
from lab.data.readers.tables.cleaned_rows import passed_over
from lab.data.readers.tables.compound_file import refuse_endless
from lab.data.readers.tables.frame_columns import is_missing, located, name_columns, table_of
from lab.data.readers.tables.header_rows import has_header, header_lines, joined_names, title_rows
from lab.data.readers.tables.object_columns import Cell, cell_text, column_of_cells
from lab.data.readers.tables.workbook_size import damaged, refuse_bomb, refuse_size
from lab.data.readers.zip_members import ZIP_MEMBER, zip_members
from lab.data.table import Table
from lab.data.text_layout import Findings

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_SHARE_OPENING = 0.6
_ROWS_LOOKED_AT = 200

_NOTHING = Wanted()

Row = tuple[int, list[Cell]]


def _unheard(_share: float) -> None:
    """Ignore progress."""


def is_excel(path: Path, head: bytes) -> bool:
    """Tell a zip archive with a workbook's folder or marked as a spreadsheet, or an old office file."""
    workbook = any(name.startswith(b"xl/") for name in zip_members(head))
    marked = head.startswith(ZIP_MEMBER) and _SPREADSHEET in head[:200]
    return workbook or marked or head.startswith(_OLD_OFFICE)


def read_excel(
    path: Path,
    sheet: str | None = None,
    on_progress: Callable[[float], None] = _unheard,
    wanted: Wanted = _NOTHING,
) -> Table:
    """Read the named sheet, or else the first with content: numbers, dates, or else texts; MISSING tells the gaps.

    Empty rows are passed over, times of day and durations become seconds. `first_line` is a row of the sheet.
    `wanted` is how columns of texts are to be read.
    Raises DataError where the file is no workbook, the sheet is not there, too large or empty, or two columns
    have one name.
    """
    path = Path(path)
    on_progress(0.0)
    with _workbook(path) as book:
        found, passed = _chosen(path, book, sheet)
        on_progress(_SHARE_OPENING)
        rows = list(_rows(found, on_progress))
        sheets = tuple(book.sheet_names)
    where = f"{path.name}, sheet {quoted(found.name)}"
    if not rows:
        raise DataError(f"{where} is empty; a table has a row of column names and one for each example.")
    table = replace(_table(path, where, rows, wanted), sheet=found.name, sheets=sheets)
    if passed:
        told = f"The first sheet, {quoted(passed)}, has no rows of a table, so {quoted(found.name)} is read."
        table = replace(table, found=replace(table.found, notes=(told, *table.found.notes)))
    on_progress(1.0)
    return table


def _workbook(path: Path) -> "CalamineWorkbook":
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    with opened(path) as stream:
        if zipfile.is_zipfile(stream):
            refuse_bomb(path, stream)
        else:
            refuse_endless(path, stream)
        try:
            return CalamineWorkbook.from_path(str(path))
        except PasswordError as error:
            raise DataError(f"{path.name} is protected by a password; save a copy without one.") from error
        except (CalamineError, ValueError) as error:
            raise damaged(path, error) from error


def _chosen(path: Path, book: "CalamineWorkbook", sheet: str | None) -> tuple["CalamineSheet", str]:
    """Return the named sheet, or the first that has rows below a header, with the name of the one passed over for it.

    Where none has any it is the first that is not empty, the last where all are.
    """
    from python_calamine import CalamineError

    if sheet is not None and sheet not in book.sheet_names:
        raise DataError(
            f"{path.name} has no sheet {quoted(sheet)}; its sheets are {suggestion(sheet, book.sheet_names)}"
        )
    try:
        found, filled = None, None
        for name in book.sheet_names if sheet is None else [sheet]:
            found = book.get_sheet_by_name(name)
            refuse_size(f"{path.name}, sheet {quoted(name)}", found.total_height, found.total_width)
            if found.height > 1 or (found.height and sheet is not None):
                return found, filled.name if filled is not None else ""
            filled = found if found.height and filled is None else filled
    except CalamineError as error:
        raise damaged(path, error) from error
    if found is None:
        raise DataError(f"{path.name} has no sheet; save the workbook again with one.")
    return filled or found, ""


def _rows(sheet: "CalamineSheet", on_progress: Callable[[float], None]) -> Iterator[Row]:
    """Yield the rows with content, numbered from 1 as in the sheet; a gap is None."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [None if isinstance(cell, str) and is_missing(cell) else cell for cell in row]
        if any(cell is not None for cell in cells):
            yield number, cells
        if number % 1000 == 0:
            on_progress(_SHARE_OPENING + (1 - _SHARE_OPENING) * number / max(sheet.total_height, number))


def _table(path: Path, where: str, rows: list[Row], wanted: Wanted) -> Table:
    texts = [[cell_text(cell) for cell in cells] for _, cells in rows[:_ROWS_LOOKED_AT]]
    titles = title_rows(texts)
    above, rows, texts = rows[:titles], rows[titles:], texts[titles:]
    header = has_header(texts, ".")
    deep = header_lines(texts) if header else 0
    width = 1 + max(place for _, cells in rows for place, cell in enumerate(cells) if cell is not None)
    fields = joined_names(texts[:deep])[:width] if header else [f"column {number}" for number in range(1, width + 1)]
    names, twins = name_columns(f"{where}, row {rows[0][0]:,}", fields)
    body = rows[deep:]
    unbroken = body and body[-1][0] - body[0][0] == len(body) - 1
    first_line = body[0][0] if unbroken else None
    lines = None if unbroken else np.array([number for number, _ in body], np.int64)
    lost = [(number, " ".join(filter(None, map(cell_text, cells)))) for number, cells in above]
    notes = [passed_over("above", lost, "Row")] if lost else []
    notes += [twins] if twins else []
    spelling = Spelling(wanted=wanted)
    try:
        columns = [
            column_of_cells(name, [cells[place] for _, cells in body], spelling) for place, name in enumerate(names)
        ]
    except CellFault as fault:
        raise located(path, first_line, lines, fault, "row") from fault
    return table_of(path, fields, columns, first_line, lines, Findings(tuple(notes)))
