"""Columns of cells that are Python's own values: numbers, texts, dates and times, as workbooks and JSON have them."""

import datetime as dt
from typing import Any

import numpy as np

from lab.data.cell_readings import Spelling
from lab.data.readers.tables.frame_columns import text_column
from lab.data.table import Column

Cell = Any


def column_of_cells(name: str, cells: list[Cell], spelling: Spelling) -> Column:
    """Make a Column of the cells of all rows; None is a gap, and cells of several kinds are texts."""
    kinds = {type(cell) for cell in cells} - {type(None)}
    if kinds <= {int, float}:
        return Column(name, "number", np.array([np.nan if cell is None else cell for cell in cells], np.float64))
    if kinds <= {dt.date, dt.datetime}:
        return Column(name, "date", np.array([np.datetime64(cell or "NaT", "s") for cell in cells], "datetime64[s]"))
    if kinds <= {dt.time, dt.timedelta}:
        return Column(name, "number", np.array([np.nan if cell is None else _seconds(cell) for cell in cells]))
    places: dict[str, int] = {}
    codes = [-1 if cell is None else places.setdefault(cell_text(cell), len(places)) for cell in cells]
    return text_column(name, np.array(codes, np.int64), list(places), spelling)


def _seconds(cell: dt.time | dt.timedelta) -> float:
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds()
    return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6


def cell_text(cell: Cell) -> str:
    """Return a cell as it would stand in a CSV file."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)
