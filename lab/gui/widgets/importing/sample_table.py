"""The first rows of a file as they were read: only the cells in view are ever written out."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from lab.gui.theme import Theme, mono, sans
from lab.gui.widgets.drawing.plain_table import CellPainter, Index, PlainTable
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT

_ROW_HEIGHT = 20
_COLUMN_WIDTH, _WIDEST = 96, 260
_PADDING = 6
_MOST_MEASURED = 256

GAP = "–"

CellText = Callable[[int, int], str | None]
"""From row and column to what stands there, None for a gap."""


class SampleModel(QAbstractTableModel):
    """Rows of text that are asked for cell by cell; None is a gap."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ()
        self._right: frozenset[int] = frozenset()
        self._rows = 0
        self._cell: CellText = _no_cell

    def set_rows(self, names: Sequence[str], rows: int, cell: CellText, right: frozenset[int]) -> None:
        """Show other rows; `cell` takes row and column to what stands there, `right` are the columns of numbers."""
        self.beginResetModel()
        self._names, self._rows, self._cell, self._right = names, rows, cell, right
        self.endResetModel()

    def text(self, row: int, column: int) -> str | None:
        """Return a cell on one line, None for a gap."""
        text = self._cell(row, column)
        return None if text is None else text.replace("\n", " ")

    def is_number(self, column: int) -> bool:
        """Return whether a column holds numbers."""
        return column in self._right

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            text = self.text(index.row(), index.column())
            return GAP if text is None else text
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self._cell(index.row(), index.column())
            return "A gap: the file has no value here" if text is None else text
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        across = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section) if across else int(RIGHT)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._names[section] if across else str(section + 1)
        return None

    def _side(self, column: int) -> int:
        return int(RIGHT if self.is_number(column) else LEFT)


class _TextCells(CellPainter):
    """Writes what stands in the file; a number that is longer than its column is a row of dots, a text is cut."""

    def __init__(self, table: "SampleTable", model: SampleModel) -> None:
        self._model = model
        self._font = mono(11)
        super().__init__(table)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._gap = QColor(theme.warn)

    def _paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        number = self._model.is_number(index.column())
        room = box.adjusted(_PADDING, 0, -_PADDING, 0)
        text = self._model.text(index.row(), index.column())
        painter.setFont(self._font)
        painter.setPen(self._gap if text is None else self._ink)
        shown = painter.fontMetrics().elidedText(text or GAP, Qt.TextElideMode.ElideRight, room.width())
        if number and text is not None and shown != text:
            shown = "…"
        painter.drawText(room, RIGHT if number else LEFT, shown)


class SampleTable(PlainTable):
    """Shows the first rows of a file, numbered from 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_ROW_HEIGHT, parent)
        self._model = SampleModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_TextCells(self, self._model))
        self.setAccessibleName("First rows of the file")
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setFont(sans(11))
        self.horizontalHeader().setDefaultSectionSize(_COLUMN_WIDTH)
        self.setMinimumHeight(_ROW_HEIGHT * 4)

    def set_rows(
        self,
        names: Sequence[str],
        rows: int,
        cell: CellText,
        right: frozenset[int] = frozenset(),
    ) -> None:
        """Show other rows, as SampleModel has them."""
        self._model.set_rows(names, rows, cell, right)
        self._fit_columns(len(names), rows)

    def _fit_columns(self, columns: int, rows: int) -> None:
        """Give the first columns of numbers the room that their longest number needs."""
        digit = QFontMetrics(mono(11)).horizontalAdvance("0")
        for column in range(min(columns, _MOST_MEASURED)):
            longest = 0
            if self._model.is_number(column):
                longest = max((len(self._model.text(row, column) or GAP) for row in range(rows)), default=0)
            width = digit * longest + 2 * _PADDING + 1
            self.horizontalHeader().resizeSection(column, min(max(width, _COLUMN_WIDTH), _WIDEST))

    def go_to(self, column: int) -> None:
        """Bring a column into view."""
        index = self._model.index(max(self.rowAt(0), 0), column)
        if index.isValid():
            self.scrollTo(index)


def _no_cell(row: int, column: int) -> str | None:
    raise IndexError(f"there is no cell ({row}, {column})")
