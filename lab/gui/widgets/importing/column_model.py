"""The columns of a table as rows to decide on: each is looked up when it comes into view, whatever their number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.choices import ChoiceEntry

Index = QModelIndex | QPersistentModelIndex


class Field(IntEnum):
    """What stands where in a row."""

    TARGET = 0
    NAME = 1
    KIND = 2
    SAMPLE = 3
    USE = 4
    GAPS = 5
    MISSING = 6
    BECOMES = 7


HEADS: dict[Field, tuple[str, str]] = {
    Field.TARGET: ("", "Target: the one column that the network learns to tell from the others. Space picks it."),
    Field.NAME: ("Column", "The column's name in the file"),
    Field.KIND: ("Found", "What the values were found to be: numbers, texts or dates"),
    Field.SAMPLE: ("First values", "The values of the first rows"),
    Field.USE: ("Use as", "What the column becomes. Select several rows to change them all at once."),
    Field.GAPS: ("Gaps", "How many rows have no value here"),
    Field.MISSING: ("Gaps become", "What is done where a row has no value. Select several rows to change them all."),
    Field.BECOMES: ("Becomes", "The inputs of the network that the column is turned into"),
}


@dataclass(frozen=True)
class ColumnState:
    """One column as a row shows it; where `uses` or `fills` are empty there is nothing to choose."""

    name: str
    kind: str
    sample: str
    use: str
    uses: tuple[ChoiceEntry, ...]
    gaps: int
    missing: str
    fills: tuple[ChoiceEntry, ...]
    becomes: str
    help: str = ""
    problem: str | None = None
    is_target: bool = False

    def options(self, field: Field) -> tuple[ChoiceEntry, ...]:
        """Return what can be chosen in a field."""
        return {Field.USE: self.uses, Field.MISSING: self.fills}.get(field, ())

    def chosen(self, field: Field) -> str:
        """Return the name of what is chosen in a field."""
        return self.use if field is Field.USE else self.missing

    def text(self, field: Field) -> str:
        """Return a field in words."""
        if field in (Field.USE, Field.MISSING):
            titles = {name: title for name, title, _ in self.options(field)}
            return titles.get(self.chosen(field), "Target" if field is Field.USE and self.is_target else "–")
        words = {
            Field.TARGET: "Target" if self.is_target else "",
            Field.NAME: self.name,
            Field.KIND: self.kind,
            Field.SAMPLE: self.sample,
            Field.GAPS: count_text(self.gaps) if self.gaps else "–",
            Field.BECOMES: self.problem or self.becomes,
        }
        return words[field]

    def hint(self, field: Field) -> str:
        """Return what a tooltip says of a field."""
        if field in (Field.USE, Field.MISSING):
            helps = {name: help_text for name, _, help_text in self.options(field)}
            return helps.get(self.chosen(field), HEADS[field][1])
        if field is Field.TARGET:
            return f"{self.name} is the target" if self.is_target else f"Make {self.name} the target"
        if field is Field.BECOMES:
            return "\n".join(line for line in (self.problem, self.becomes, self.help) if line)
        return self.text(field) if field in (Field.NAME, Field.SAMPLE) else HEADS[field][1]


class ColumnModel(QAbstractTableModel):
    """Rows that are asked for one by one; `state` takes the index of a column and returns what is shown of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ()
        self._state: Callable[[int], ColumnState] = _no_column
        self._columns: Sequence[int] = ()
        self._states: dict[int, ColumnState] = {}

    def set_columns(self, names: Sequence[str], state: Callable[[int], ColumnState]) -> None:
        """Show other columns, all of them."""
        self.beginResetModel()
        self._names, self._state = names, state
        self._columns = range(len(names))
        self._states.clear()
        self.endResetModel()

    def refresh(self) -> None:
        """Ask again for what is shown: a choice has changed."""
        self._states.clear()
        if self._columns:
            last = self.index(len(self._columns) - 1, len(Field) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def show_matching(self, text: str) -> None:
        """Show the columns whose names have `text` in them, upper and lower case alike."""
        wanted = text.strip().casefold()
        self.beginResetModel()
        self._columns = [column for column, name in enumerate(self._names) if wanted in name.casefold()]
        self.endResetModel()

    def state(self, row: int) -> ColumnState:
        """Return what a row shows."""
        column = self._columns[row]
        if column not in self._states:
            self._states[column] = self._state(column)
        return self._states[column]

    def name(self, row: int) -> str:
        """Return the name of a row's column."""
        return self._names[self._columns[row]]

    def row_of(self, name: str) -> int:
        """Return the row of a column, -1 where it is not on show."""
        return next((row for row, column in enumerate(self._columns) if self._names[column] == name), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Field)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        field = Field(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.state(index.row()).text(field)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.state(index.row()).hint(field)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = self.state(index.row())
            head = HEADS[field][0] or "Target"
            return f"{state.name}, {head}: {state.text(field) or 'no'}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        title, hint = HEADS[Field(section)]
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == Qt.ItemDataRole.ToolTipRole:
            return hint
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return title or "Target"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == Field.GAPS else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


def _no_column(column: int) -> ColumnState:
    raise IndexError(f"there is no column {column}")
