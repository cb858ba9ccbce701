"""All matrices of all layers as chips with their shapes, of which one is chosen by pointer or keys."""

from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip, QWidget

from lab.gui.theme import Theme, follow, mono, sans
from lab.gui.widgets.drawing.cell_widget import Cell
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.text_align import LEFT
from lab.gui.widgets.matrix.grid_content import (
    HEAD_HEIGHT,
    LEAST_ROW_HEIGHT,
    ROW_HEIGHT,
    Cells,
    GridContent,
    GridGeometry,
    GridRow,
    next_present,
)

_CHIP = 17
_ROWS_AT_LEAST = 6
KEYS_HELP: Final = KeysHelp(
    "Matrices of all layers",
    (("arrows", "the next matrix that there is"), ("Home, End", "the first and the last matrix of the layer")),
)


class ShapeGrid(QAbstractScrollArea):
    """Shows a chip with the shape where a layer has the matrix; arrow keys, Home and End go from chip to chip.

    Many layers scroll sideways under the first column, many matrices up and down under the heads; both stay.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = GridContent([], [], [])
        self._current: Cell | None = None
        self.setAccessibleName("Matrices by layer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        follow(self._on_theme_changed)

    def set_grid(self, rows: list[GridRow], columns: list[str], cells: Cells) -> None:
        """Show rows of (symbol as rich text, word, tooltip), columns of names, and cells[row][column].

        A cell of None is absent. The current cell stays where it is still there, otherwise none is current.
        Raises ValueError where the cells do not fit the rows and columns.
        """
        self._content = GridContent(rows, columns, cells)
        if self._current is not None and not self._content.present(self._current):
            self._current = None
        self._describe()
        self._update_scroll()
        self.updateGeometry()
        self.viewport().update()

    def current(self) -> Cell | None:
        """Return the chosen cell."""
        return self._current

    def set_current(self, row: int, column: int) -> None:
        """Choose a cell without a signal; raises IndexError for one that is absent."""
        if not self._content.present((row, column)):
            raise IndexError(f"shape grid: there is no cell ({row}, {column}).")
        self._current = (row, column)
        self._describe()
        self._scroll_to(row, column)
        self.viewport().update()

    def _describe(self) -> None:
        self.setAccessibleDescription("" if self._current is None else self._content.text(self._current))

    def geometry_of_cells(self) -> GridGeometry:
        """Return where the cells lie now."""
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        return self._content.geometry(self.viewport().width(), self.viewport().height(), across, down)

    def sizeHint(self) -> QSize:
        bar = self.horizontalScrollBar()
        room = bar.sizeHint().height() if bar.maximum() else 0
        return QSize(360, HEAD_HEIGHT + ROW_HEIGHT * len(self._content.rows) + room + 2)

    def minimumSizeHint(self) -> QSize:
        rows = min(len(self._content.rows), _ROWS_AT_LEAST)
        return QSize(200, HEAD_HEIGHT + LEAST_ROW_HEIGHT * rows + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        geometry, panel = self.geometry_of_cells(), QColor(self._theme.panel)
        painter.fillRect(event.rect(), panel)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(mono(11))
        for row, line in enumerate(self._content.cells):
            for column, text in enumerate(line):
                box = geometry.rect(row, column)
                if box.right() > geometry.first and box.left() < self.viewport().width():
                    self._paint_cell(painter, box, text, (row, column) == self._current)
        painter.fillRect(0, 0, geometry.first, self.viewport().height(), panel)
        self._paint_names(painter, geometry)
        painter.fillRect(0, 0, self.viewport().width(), HEAD_HEIGHT, panel)
        painter.setClipRect(geometry.first, 0, self.viewport().width() - geometry.first, HEAD_HEIGHT)
        self._paint_heads(painter, geometry)
        painter.end()

    def _paint_cell(self, painter: QPainter, box: QRect, text: str | None, chosen: bool) -> None:
        theme = self._theme
        if text is None:
            painter.setPen(QColor(theme.edge))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "·")
            return
        chip = QRect(box.x() + 3, box.y() + (box.height() - _CHIP) // 2, box.width() - 6, _CHIP)
        ring = QPen(QColor(theme.accent), 2 if self.hasFocus() else 1)
        painter.setPen(ring if chosen else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.selection if chosen else theme.chip))
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(QColor(theme.ink if chosen else theme.chip_ink))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_heads(self, painter: QPainter, geometry: GridGeometry) -> None:
        painter.setFont(sans(11))
        metrics = painter.fontMetrics()
        for column, name in enumerate(self._content.columns):
            box = geometry.rect(0, column)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width() - 6)
            chosen = self._current is not None and self._current[1] == column
            painter.setPen(QColor(self._theme.ink if chosen else self._theme.dim))
            head = QRect(box.x(), 0, box.width(), HEAD_HEIGHT)
            painter.drawText(head, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_names(self, painter: QPainter, geometry: GridGeometry) -> None:
        content, middle = self._content, LEFT
        for row, ((_, word, _), symbol) in enumerate(zip(content.rows, content.symbols, strict=True)):
            box = geometry.rect(row, 0)
            box = QRect(4, box.y(), geometry.first, box.height())
            chosen = self._current is not None and self._current[0] == row
            painter.setFont(sans(13))
            painter.setPen(QColor(self._theme.ink))
            top = box.y() + round((box.height() - symbol.size().height()) / 2)
            painter.drawStaticText(box.x(), top, symbol)
            painter.setFont(sans(11))
            painter.setPen(QColor(self._theme.ink if chosen else self._theme.dim))
            painter.drawText(box.adjusted(content.symbol_room, 0, 0, 0), middle, word)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_scroll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, Cell] = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Home: (0, 1), Qt.Key.Key_End: (0, -1),
        }  # fmt: skip
        if event.key() not in steps:
            super().keyPressEvent(event)
            return
        row, column = self._current or (0, -1)
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            column = -1 if event.key() == Qt.Key.Key_Home else len(self._content.columns)
        self._choose(next_present(self._content.cells, (row, column), *steps[event.key()]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.geometry_of_cells().at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None and self._content.present(cell):
            self._choose(cell)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.geometry_of_cells().at(event.pos())
            if cell is not None and cell[0] < len(self._content.rows):
                QToolTip.showText(event.globalPos(), self._content.rows[cell[0]][2], self)
                return True
        return super().viewportEvent(event)

    def _choose(self, cell: Cell | None) -> None:
        if cell is not None and cell != self._current:
            self.set_current(*cell)
            self.cell_chosen.emit(*cell)

    def _update_scroll(self) -> None:
        geometry, bar = self.geometry_of_cells(), self.horizontalScrollBar()
        before = bar.maximum()
        room = self.viewport().width() - geometry.first
        bar.setPageStep(max(room, 1))
        bar.setSingleStep(geometry.column)
        bar.setRange(0, max(geometry.column * len(self._content.columns) - room, 0))
        down, page = self.verticalScrollBar(), self.viewport().height() - HEAD_HEIGHT
        down.setPageStep(max(page, 1))
        down.setSingleStep(geometry.row)
        down.setRange(0, max(geometry.row * len(self._content.rows) - page, 0))
        if bool(before) != bool(bar.maximum()):
            self.updateGeometry()

    def _scroll_to(self, row: int, column: int) -> None:
        geometry, bar = self.geometry_of_cells(), self.horizontalScrollBar()
        left = column * geometry.column
        room = self.viewport().width() - geometry.first
        bar.setValue(min(max(bar.value(), left + geometry.column - room), left))
        down, top = self.verticalScrollBar(), row * geometry.row
        page = self.viewport().height() - HEAD_HEIGHT
        down.setValue(min(max(down.value(), top + geometry.row - page), top))

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self.viewport().update()
