"""An array as a table of numbers: only the cells in view are ever formatted, tinted or told to change."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from lab.gui.theme import Theme, blend, current, diverging_lut, follow, mono
from lab.gui.widgets.drawing.colour_index import ZERO, Matrix, as_matrix, largest_finite
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.widgets.drawing.text_align import RIGHT

_ROW_HEIGHT = 18
_CHARACTERS = 9  # −0.001234; smaller numbers have the room of their own zeros
_TINT = 1 / 3

Index = QModelIndex | QPersistentModelIndex


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


class _NumberDelegate(QStyledItemDelegate):
    """Paints a cell straight from the array: one Python call a cell, where the styled delegate makes eight."""

    def __init__(self, model: MatrixModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._font = mono(10)
        self.set_theme(current())

    def set_theme(self, theme: Theme) -> None:
        self._ink, self._dim = QColor(theme.ink), QColor(theme.dim)
        self._selected = QColor(theme.selection)
        self._outline = QPen(QColor(theme.accent), 1)
        share = _TINT
        self._tints = [
            blend(theme.panel, f"#{r:02x}{g:02x}{b:02x}", share) for r, g, b, _ in diverging_lut(theme).tolist()
        ]
        self._tints[0] = blend(theme.panel, theme.invalid, share)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        value = float(self._model.matrix()[index.row(), index.column()])
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, self._selected if selected else self._tints[self._place(value)])
        painter.setFont(self._font)
        painter.setPen(self._ink if value else self._dim)
        painter.drawText(
            box.adjusted(0, 0, -4, 0),
            RIGHT,
            number_text(value),
        )
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._outline)
            painter.drawRect(box.adjusted(0, 0, -1, -1))

    def _place(self, value: float) -> int:
        """Return the place in the table of tints, as `colour_index` does for whole arrays."""
        level = self._model.level()
        if not np.isfinite(value):
            return 0
        return int(value / level * 127 + ZERO + 0.5) if level else ZERO


class MatrixTable(QTableView):
    """Shows one array, with Ctrl+C for the selection; position and selection live on while the shape stays."""

    current_cell_changed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = MatrixModel(self)
        self._delegate = _NumberDelegate(self._model, self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Matrix as numbers")
        self.setToolTip("Rows and columns count from 0. Ctrl+C copies the selected cells for a spreadsheet.")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        character = QFontMetrics(mono(10)).horizontalAdvance("0")
        self._set_sections(self.horizontalHeader(), _CHARACTERS * character + 6)
        self._set_sections(self.verticalHeader(), _ROW_HEIGHT)
        self.horizontalHeader().setFixedHeight(_ROW_HEIGHT)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        follow(self._on_theme_changed)

    def set_matrix(self, values: ArrayLike | None) -> None:
        """Show an array with one axis (as one row) or two, kept and not copied; None shows nothing."""
        self._model.set_matrix(values, self._cells_in_view())

    def set_current(self, row: int, column: int) -> None:
        """Make a cell the current one and scroll to it; one that is outside is ignored."""
        index = self._model.index(row, column)
        if index.isValid():
            self.setCurrentIndex(index)

    def copy_selection(self) -> None:
        """Put the selected cells on the clipboard, a tab between columns, each number with all its digits."""
        selection = self.selectionModel().selection()
        parts = [selection.at(place) for place in range(selection.size())]
        if not parts:
            return
        rows = slice(min(p.top() for p in parts), max(p.bottom() for p in parts) + 1)
        columns = slice(min(p.left() for p in parts), max(p.right() for p in parts) + 1)
        chosen = self._model.matrix()[rows, columns]
        QApplication.clipboard().setText("\n".join("\t".join(row) for row in chosen.astype(str).tolist()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        else:
            super().keyPressEvent(event)

    def _cells_in_view(self) -> QRect:
        """Return the cells in view: columns across, rows down."""
        rows, columns = self._model.rowCount(), self._model.columnCount()
        view = self.viewport().rect()
        top, left = max(self.rowAt(0), 0), max(self.columnAt(0), 0)
        bottom, right = self.rowAt(view.bottom()), self.columnAt(view.right())
        bottom, right = (rows - 1 if bottom < 0 else bottom), (columns - 1 if right < 0 else right)
        return QRect(left, top, right - left + 1, bottom - top + 1)

    def _set_sections(self, header: QHeaderView, size: int) -> None:
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(size)
        header.setDefaultSectionSize(size)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.current_cell_changed.emit(index.row(), index.column())

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._delegate.set_theme(theme)
        self.viewport().update()
