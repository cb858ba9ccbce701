"""An array as a table of numbers: only the cells in view are ever formatted, tinted or told to change."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHeaderView, QWidget

from lab.gui.theme import Theme, blend, diverging_lut, follow, mono
from lab.gui.widgets.drawing.array_types import Matrix
from lab.gui.widgets.drawing.colour_index import ZERO, as_matrix, colour_index, largest_finite
from lab.gui.widgets.drawing.glyph_atlas import GlyphAtlas, Pixels, shaded
from lab.gui.widgets.drawing.number_text import NUMBER_CHARACTERS, number_text
from lab.gui.widgets.drawing.plain_table import Index, NumberHeader, PlainTable
from lab.gui.widgets.drawing.text_align import RIGHT

_ROW_HEIGHT = 18
_PADDING = 4
_TINT = 1 / 3
_ZERO, _SELECTED = 256, 257
"""After the tints of numbers, what is behind an exact zero, whose ink is dim, and behind what is selected."""


class MatrixModel(QAbstractTableModel):
    """Any array with one axis or two as rows and columns of text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._matrix: Matrix = np.zeros((0, 0))
        self._level: float | None = None
        self.row_name: Callable[[int], str] = str
        self.column_name: Callable[[int], str] = str
        self.hidden: frozenset[tuple[int, int]] = frozenset()
        """Cells that somebody is asked for."""

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

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)  # whether a cell is opened to be typed into is the table's matter
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(RIGHT)
        return None

    def text(self, row: int, column: int) -> str:
        """Return the number of a cell, a question mark where somebody is asked for it."""
        return "?" if (row, column) in self.hidden else number_text(float(self._matrix[row, column]))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.DisplayRole:
            return self.column_name(section) if across else str(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.column_name(section) if across else self.row_name(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(RIGHT)
        return None


class MatrixTable(PlainTable):
    """Shows one array; position and selection stay while the shape stays. Ctrl+C copies all digits."""

    header_type = NumberHeader
    current_cell_changed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_ROW_HEIGHT, parent)
        self._model = MatrixModel(self)
        self.setModel(self._model)
        self.setAccessibleName("Matrix as numbers")
        self.setToolTip("Rows and columns count from 0. Ctrl+C copies the selected cells for a spreadsheet.")
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._width = QFontMetrics(mono(10)).horizontalAdvance("0") * NUMBER_CHARACTERS + 2 * _PADDING
        header.setMinimumSectionSize(self._width)
        header.setDefaultSectionSize(self._width)
        header.setFixedHeight(_ROW_HEIGHT)
        self._atlas: GlyphAtlas | None = None
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        follow(self._on_theme_changed)

    def set_matrix(self, values: ArrayLike | None) -> None:
        """Show an array with one axis (as one row) or two, kept and not copied; None shows nothing."""
        self._model.set_matrix(values, self._cells_in_view())

    def set_cell_names(self, row: Callable[[int], str] = str, column: Callable[[int], str] = str) -> None:
        """Say how rows and columns are called by number: columns in the header, rows when they are pointed at."""
        self._model.row_name, self._model.column_name = row, column
        self.horizontalHeader().viewport().update()

    def set_hidden(self, cells: frozenset[tuple[int, int]]) -> None:
        """Show question marks in these cells."""
        if cells != self._model.hidden:
            self._model.hidden = cells
            self.viewport().update()

    def set_current(self, row: int, column: int) -> None:
        """Make a cell the current one and scroll to it; one that is outside is ignored."""
        index = self._model.index(row, column)
        if index.isValid():
            self.setCurrentIndex(index)

    def copied_text(self, chosen: QRect) -> str:
        """Return the chosen numbers with all their digits."""
        numbers = self._model.matrix()[chosen.top() : chosen.bottom() + 1, chosen.left() : chosen.right() + 1]
        texts = numbers.astype(str).tolist()
        for row, column in self._model.hidden:
            if chosen.contains(column, row):
                texts[row - chosen.top()][column - chosen.left()] = "?"
        return "\n".join("\t".join(row) for row in texts)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all cells in view as one image; those that are only partly in view have no numbers."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._back)
        part = self._cells_in_view()
        if self._model.matrix().size and part.isValid():
            corner = QPoint(self.columnViewportPosition(part.left()), self.rowViewportPosition(part.top()))
            pixels = self._pixels(part, self.devicePixelRatioF())
            height, width = pixels.shape
            image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
            painter.drawImage(QRect(corner, QSize(part.width() * self._width, part.height() * _ROW_HEIGHT)), image)
            if self.hasFocus() and self.currentIndex().isValid():
                painter.setPen(self._outline)
                painter.drawRect(self.visualRect(self.currentIndex()).adjusted(0, 0, -1, -1))
        painter.end()

    def _pixels(self, part: QRect, ratio: float) -> Pixels:
        """Return the image of some cells in pixels of the screen."""
        if self._atlas is None or self._atlas.ratio != ratio:
            self._atlas = GlyphAtlas(mono(10), self._width, _ROW_HEIGHT, _PADDING, ratio)
        shown = self._model.matrix()[part.top() : part.bottom() + 1, part.left() : part.right() + 1]
        texts = [number_text(value) for value in shown.ravel().tolist()]
        whole_rows, whole_columns = self._whole(part)
        if (whole_rows, whole_columns) != shown.shape:
            for number in range(len(texts)):
                if number // shown.shape[1] >= whole_rows or number % shown.shape[1] >= whole_columns:
                    texts[number] = ""
        backs = colour_index(shown, self._model.level()).astype(np.int64)
        backs[shown == 0] = _ZERO
        for row, column in self._model.hidden:
            if part.contains(column, row):
                texts[(row - part.top()) * shown.shape[1] + column - part.left()] = "?"
                backs[row - part.top(), column - part.left()] = _ZERO
        selection = self.selectionModel().selection()
        for chosen in (selection.at(number) for number in range(selection.size())):
            inside = QRect(chosen.left(), chosen.top(), chosen.width(), chosen.height()) & part
            inside.translate(-part.topLeft())
            backs[inside.top() : inside.bottom() + 1, inside.left() : inside.right() + 1] = _SELECTED
        return self._atlas.pixels(texts, backs, self._shades)

    def _whole(self, part: QRect) -> tuple[int, int]:
        """Return how many rows and columns of the cells in view are in view from end to end."""
        view = self.viewport()
        rows = (view.height() - self.rowViewportPosition(part.top())) // _ROW_HEIGHT
        columns = (view.width() - self.columnViewportPosition(part.left())) // self._width
        return min(rows, part.height()), min(columns, part.width())

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

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        lut = diverging_lut(theme).tolist()
        tints = [blend(theme.panel, f"#{r:02x}{g:02x}{b:02x}", _TINT) for r, g, b, _ in lut]
        tints[0] = blend(theme.panel, theme.invalid, _TINT)
        ink, dim = QColor(theme.ink), QColor(theme.dim)
        backs = [*tints, tints[ZERO], QColor(theme.selection)]
        self._shades = shaded(backs, [*(ink for _ in tints), dim, ink])
        self._back, self._outline = QColor(theme.panel), QPen(QColor(theme.accent), 1)
        self.viewport().update()
