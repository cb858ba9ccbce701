"""An array as a table of numbers: only the cells in view are ever formatted, tinted or told to change."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from lab.gui.theme import Theme, blend, diverging_lut, mono
from lab.gui.widgets.drawing.array_types import Matrix
from lab.gui.widgets.drawing.colour_index import ZERO, as_matrix, largest_finite
from lab.gui.widgets.drawing.number_text import NUMBER_CHARACTERS, number_text
from lab.gui.widgets.drawing.plain_table import CellPainter, Index, PlainTable
from lab.gui.widgets.drawing.text_align import RIGHT

_ROW_HEIGHT = 18
_PADDING = 4
_TINT = 1 / 3


class MatrixModel(QAbstractTableModel):
    """Any array with one axis or two as rows and columns of text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._matrix: Matrix = np.zeros((0, 0))
        self._level: float | None = None

    def matrix(self) -> Matrix:
        """Return the array shown, (rows, columns)."""
        return self._matrix

    def set_matrix(self, values: ArrayLike | None, shown: QRect | None = None) -> None:
        """Show an array, kept and not copied; None shows nothing. Raises ValueError as `as_matrix` does.

        Where the shape stays the same only the cells in `shown` (columns across, rows down; all if it is None) are
        said to have changed.
        """
        matrix = np.zeros((0, 0)) if values is None else as_matrix(values)
        if matrix.shape != self._matrix.shape:
            self.beginResetModel()
            self._matrix, self._level = matrix, None
            self.endResetModel()
            return
        self._matrix, self._level = matrix, None
        if matrix.size:
            rows, columns = matrix.shape
            part = QRect(0, 0, columns, rows) if shown is None else shown
            self.dataChanged.emit(self.index(part.top(), part.left()), self.index(part.bottom(), part.right()))

    def level(self) -> float:
        """Return the largest finite |value|, the end of the colour scale."""
        if self._level is None:
            self._level = largest_finite(self._matrix)
        return self._level

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._matrix.shape[0]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._matrix.shape[1]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return number_text(float(self._matrix[index.row(), index.column()]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(RIGHT)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return str(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(RIGHT)
        return None


class _NumberCells(CellPainter):
    """Tints each cell by its number, and writes the number straight from the array."""

    def __init__(self, table: "MatrixTable", model: MatrixModel) -> None:
        self._model = model
        self._font = mono(10)
        super().__init__(table)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._tints = [
            blend(theme.panel, f"#{r:02x}{g:02x}{b:02x}", _TINT) for r, g, b, _ in diverging_lut(theme).tolist()
        ]
        self._tints[0] = blend(theme.panel, theme.invalid, _TINT)

    def _paint_back(self, painter: QPainter, box: QRect, index: Index, selected: bool) -> None:
        painter.fillRect(box, self._selected if selected else self._tints[self._tint(self._value(index))])

    def _paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        value = self._value(index)
        painter.setFont(self._font)
        painter.setPen(self._ink if value else self._dim)
        painter.drawText(box.adjusted(0, 0, -_PADDING, 0), RIGHT, number_text(value))

    def _value(self, index: Index) -> float:
        return float(self._model.matrix()[index.row(), index.column()])

    def _tint(self, value: float) -> int:
        """Return the number of a value's tint, as `colour_index` does for whole arrays."""
        level = self._model.level()
        if not np.isfinite(value):
            return 0
        return int(value / level * 127 + ZERO + 0.5) if level else ZERO


class MatrixTable(PlainTable):
    """Shows one array; position and selection stay while the shape stays. Ctrl+C copies all digits."""

    current_cell_changed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_ROW_HEIGHT, parent)
        self._model = MatrixModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_NumberCells(self, self._model))
        self.setAccessibleName("Matrix as numbers")
        self.setToolTip("Rows and columns count from 0. Ctrl+C copies the selected cells for a spreadsheet.")
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        width = QFontMetrics(mono(10)).horizontalAdvance("0") * NUMBER_CHARACTERS + 2 * _PADDING
        header.setMinimumSectionSize(width)
        header.setDefaultSectionSize(width)
        header.setFixedHeight(_ROW_HEIGHT)
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    def set_matrix(self, values: ArrayLike | None) -> None:
        """Show an array with one axis (as one row) or two, kept and not copied; None shows nothing."""
        self._model.set_matrix(values, self._cells_in_view())

    def set_current(self, row: int, column: int) -> None:
        """Make a cell the current one and scroll to it; one that is outside is ignored."""
        index = self._model.index(row, column)
        if index.isValid():
            self.setCurrentIndex(index)

    def copied_text(self, chosen: QRect) -> str:
        """Return the chosen numbers with all their digits."""
        numbers = self._model.matrix()[chosen.top() : chosen.bottom() + 1, chosen.left() : chosen.right() + 1]
        return "\n".join("\t".join(row) for row in numbers.astype(str).tolist())

    def _cells_in_view(self) -> QRect:
        """Return the cells in view: columns across, rows down."""
        rows, columns = self._model.rowCount(), self._model.columnCount()
        view = self.viewport().rect()
        top, left = max(self.rowAt(0), 0), max(self.columnAt(0), 0)
        bottom, right = self.rowAt(view.bottom()), self.columnAt(view.right())
        bottom, right = (rows - 1 if bottom < 0 else bottom), (columns - 1 if right < 0 else right)
        return QRect(left, top, right - left + 1, bottom - top + 1)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.current_cell_changed.emit(index.row(), index.column())
