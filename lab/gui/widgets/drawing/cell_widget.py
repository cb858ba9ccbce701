"""A widget made of equal cells: the pointer, the keys, the cell cursor and the tooltip, whatever is painted in them."""

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from lab.gui.theme import Theme, current, follow
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.painted_area import paint_focus

_PAGE = 10
_SMALLEST_OUTLINE = 5
KEYS_HELP: Final = KeysHelp(
    "Cells of a matrix or of the confusion",
    (
        ("arrows", "the next cell; the sum beneath follows"),
        ("Page Up, Page Down", f"{_PAGE} rows on"),
        ("Home, End", "the first and the last cell of the row; with Ctrl of all"),
        ("Enter, space", "choose the cell again"),
    ),
)

Cell = tuple[int, int]
Part = tuple[int, int, int, int]
"""The first row and column of a part of a matrix, and how many of each it has."""


def cell_after_key(key: int, whole: bool, cell: Cell, shape: Cell) -> Cell | None:
    """Return the cell that an arrow, Home, End or Page key leads to, or None for another key.

    `whole` (Ctrl) takes Home and End to the first and last cell of all. The result stays inside `shape`.
    """
    (row, column), (rows, columns) = cell, shape
    moves: dict[int, Cell] = {
        Qt.Key.Key_Left: (row, column - 1),
        Qt.Key.Key_Right: (row, column + 1),
        Qt.Key.Key_Up: (row - 1, column),
        Qt.Key.Key_Down: (row + 1, column),
        Qt.Key.Key_PageUp: (row - _PAGE, column),
        Qt.Key.Key_PageDown: (row + _PAGE, column),
        Qt.Key.Key_Home: (0 if whole else row, 0),
        Qt.Key.Key_End: (rows - 1 if whole else row, columns - 1),
    }
    if key not in moves:
        return None
    row, column = moves[key]
    return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)


class CellWidget(QWidget):
    """Rows and columns of cells in a plot rectangle; subclasses paint them and say what a cell holds.

    A click, arrow keys, Home, End, Page Up and Page Down put the cell cursor on a cell and choose it.
    """

    cell_hovered = Signal(int, int)
    cell_chosen = Signal(int, int)
    """A click or a key put the cursor there."""
    cursor_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = current()
        self._shape: Cell = (0, 0)
        self._cursor: Cell | None = None
        self._hovered: Cell | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        follow(self._on_theme_changed)

    def plot_rect(self) -> QRect:
        """Return the rectangle of the cells in the widget's own pixels."""
        raise NotImplementedError

    def cell_text(self, row: int, column: int) -> str:
        """Return what a tooltip and a screen reader say of one cell."""
        raise NotImplementedError

    def part_in_view(self) -> Part:
        """Return the first row and column in view, and how many of each: all of them unless a subclass looks closer."""
        return 0, 0, *self._shape

    def set_cursor(self, row: int, column: int) -> None:
        """Outline a cell; one that is outside takes the outline away."""
        inside = 0 <= row < self._shape[0] and 0 <= column < self._shape[1]
        self._cursor = (row, column) if inside else None
        self.update()

    def cursor_cell(self) -> Cell | None:
        """Return the outlined cell."""
        return self._cursor

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return the cell under a point, or None beside the cells."""
        plot, (first_row, first_column, rows, columns) = self.plot_rect(), self.part_in_view()
        if not rows or not columns or not plot.contains(point):
            return None
        # a pixel belongs to the cell under its middle, as in Qt's unsmoothed scaling of an image
        row = int((point.y() - plot.y() + 0.5) * rows / plot.height())
        return first_row + row, first_column + int((point.x() - plot.x() + 0.5) * columns / plot.width())

    def cell_rect(self, row: int, column: int) -> QRect:
        """Return the pixels of a cell, at least one each way; those of one that is out of view lie beside the plot."""
        plot, (first_row, first_column, rows, columns) = self.plot_rect(), self.part_in_view()
        left, right = (round(plot.width() * (c - first_column) / columns) for c in (column, column + 1))
        top, bottom = (round(plot.height() * (r - first_row) / rows) for r in (row, row + 1))
        return QRect(plot.x() + left, plot.y() + top, max(right - left, 1), max(bottom - top, 1))

    def _set_shape(self, shape: Cell) -> None:
        if shape != self._shape:
            self._shape = shape
            self._hovered = None
            self.set_cursor(*(self._cursor or (-1, -1)))

    def _is_in_view(self, cell: Cell) -> bool:
        first_row, first_column, rows, columns = self.part_in_view()
        return 0 <= cell[0] - first_row < rows and 0 <= cell[1] - first_column < columns

    def _paint_cursor(self, painter: QPainter) -> None:
        """Outline the cursor's cell in ink with the background around it, so that it is seen on any colour."""
        if self._cursor is not None and self._is_in_view(self._cursor):
            cell = QRectF(self.cell_rect(*self._cursor))
            grow = max(0.0, (_SMALLEST_OUTLINE - min(cell.width(), cell.height())) / 2)
            cell = cell.adjusted(0.5 - grow, 0.5 - grow, grow - 0.5, grow - 0.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.background), 1))
            painter.drawRect(cell.adjusted(-1, -1, 1, 1))
            painter.setPen(QPen(QColor(self._theme.ink), 1))
            painter.drawRect(cell)
        if self.hasFocus():
            paint_focus(painter, self.rect(), self._theme)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos())
            if cell is not None:
                QToolTip.showText(event.globalPos(), self.cell_text(*cell), self, self.cell_rect(*cell))
                return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell == self._hovered:
            return
        self._hovered = cell
        if cell is None:
            self.cursor_left.emit()
        else:
            self.cell_hovered.emit(*cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._choose(cell)

    def leaveEvent(self, event: QEvent) -> None:
        if self._hovered is not None:
            self._hovered = None
            self.cursor_left.emit()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not all(self._shape):
            super().keyPressEvent(event)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._cursor or (0, 0))
            return
        whole = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        cell = cell_after_key(event.key(), whole, self._cursor or (0, 0), self._shape)
        if cell is None:
            super().keyPressEvent(event)
            return
        # the first key of all shows where the cursor is
        self._choose(cell if self._cursor is not None else (0, 0))

    def _choose(self, cell: Cell) -> None:
        self.set_cursor(*cell)
        self.setAccessibleDescription(self.cell_text(*cell))
        self.cell_chosen.emit(*cell)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 18)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self._dress(theme)
        self.update()

    def _dress(self, theme: Theme) -> None:
        """Take a theme's colours; subclasses fill this, for a slot that is overridden stays connected for ever."""
