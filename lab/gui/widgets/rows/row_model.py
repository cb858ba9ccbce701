"""The rows of a large array for a table: a cell is looked up when it is asked for, and gaps are told apart."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from lab.gui.widgets.drawing.array_types import Integers, Values
from lab.gui.widgets.drawing.number_text import NUMBER_CHARACTERS, count_text, number_text
from lab.gui.widgets.drawing.plain_table import Index
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT

GAP = "–"


@dataclass(frozen=True, eq=False)
class LeadColumn:
    """A column before the array: `values` (k,), numbers as they are or, with `names`, numbers of names.

    `roles` are colours of the theme for a dot before the name, taken in turn; `ink` is the colour of the text.
    """

    title: str
    help: str
    values: Values
    names: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    ink: str = "ink"


@dataclass(frozen=True, eq=False)
class RowLabels:
    """What rows are called: `numbers` (k,) stand before them, `place` says in words where the i-th on show stands."""

    numbers: Integers
    place: Callable[[int], str]


class RowModel(QAbstractTableModel):
    """The rows `rows` (k,) of an array x (N, n), with the names of its columns and the columns before them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.x: Values = np.zeros((0, 0))
        self.rows: Integers = np.zeros(0, np.int64)
        self.names: tuple[str, ...] = ()
        self.lead: tuple[LeadColumn, ...] = ()
        self.labels: RowLabels | None = None

    def set_rows(
        self,
        x: Values,
        rows: Integers,
        names: tuple[str, ...],
        lead: tuple[LeadColumn, ...],
        labels: RowLabels | None = None,
    ) -> None:
        """Show rows of an array, kept and not copied; without labels they have their numbers in the array, from 1."""
        self.beginResetModel()
        self.x, self.rows, self.names, self.lead, self.labels = x, rows, names, lead, labels
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lead) + len(self.names)

    def text(self, row: int, column: int) -> str:
        """Return a cell as it is shown; a gap is a dash."""
        if column < len(self.lead):
            lead = self.lead[column]
            value = lead.values[row]
            return lead.names[value] if lead.names else _value_text(value)
        return _value_text(self.x[self.rows[row], column - len(self.lead)])

    def is_gap(self, row: int, column: int) -> bool:
        """Return whether a cell of the array has no value."""
        if column < len(self.lead):
            return False
        return bool(np.isnan(self.x[self.rows[row], column - len(self.lead)]))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            told = "a gap: there is no value" if self.is_gap(row, column) else self.text(row, column)
            return f"{self._place(row)}, {self.title(column)}: {told}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.DisplayRole:
                return count_text(self.number(section))
            if role == Qt.ItemDataRole.ToolTipRole:
                return self._place(section)
            return int(RIGHT) if role == Qt.ItemDataRole.TextAlignmentRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            lead = section < len(self.lead)
            return self.lead[section].help if lead else f"{self.title(section)}: an input, before any scaling"
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def number(self, row: int) -> int:
        """Return the number that stands before a row."""
        return int(self.rows[row]) + 1 if self.labels is None else int(self.labels.numbers[row])

    def _place(self, row: int) -> str:
        return f"row {count_text(self.number(row))}" if self.labels is None else self.labels.place(row)

    def _alignment(self, column: int) -> int:
        named = column < len(self.lead) and self.lead[column].names
        return int(LEFT if named else RIGHT)

    def title(self, column: int) -> str:
        """Return the name of a column."""
        lead = len(self.lead)
        return self.lead[column].title if column < lead else self.names[column - lead]


_WHOLE = 1e9
"""Whole numbers below this are written as they are counted, not with digits after the point."""


def number_room(values: Values) -> int:
    """Return how many characters the longest number of an array may have, whatever rows are on show."""
    if values.dtype.kind in "iu":
        limits = np.iinfo(values.dtype)
        return max(len(count_text(int(limits.min))), len(count_text(int(limits.max))))
    return max(NUMBER_CHARACTERS, len(count_text(1 - int(_WHOLE))))


def _value_text(value: Any) -> str:
    if isinstance(value, np.integer):
        return count_text(int(value))
    number = float(value)
    if math.isnan(number):
        return GAP
    return count_text(int(number)) if number.is_integer() and abs(number) < _WHOLE else number_text(number)
