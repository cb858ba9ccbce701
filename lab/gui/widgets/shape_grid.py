"""All matrices of all layers as a grid of their shapes: rows are matrices, columns are layers, one cell is chosen."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QStaticText,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip, QWidget

from lab.gui.theme import Theme, follow, mono, sans

_ROW = 22
_HEAD = 20
_CHIP = 17
_SYMBOL_GAP = 10
_NARROWEST = 56

GridRow = tuple[str, str, str]
Place = tuple[int, int]
Cells = list[list[str | None]]


@dataclass(frozen=True)
class GridGeometry:
    """Where the cells lie: the first column's width, the width of each other one, and how far they are scrolled."""

    first: int
    column: int
    scroll: int

    def rect(self, row: int, column: int) -> QRect:
        """Return the pixels of a cell."""
        return QRect(self.first + column * self.column - self.scroll, _HEAD + row * _ROW, self.column, _ROW)

    def at(self, point: QPoint) -> Place | None:
        """Return the row and the column under a point, -1 for the first column; None above the rows."""
        if point.y() < _HEAD:
            return None
        row = (point.y() - _HEAD) // _ROW
        if point.x() < self.first:
            return row, -1
        return row, (point.x() - self.first + self.scroll) // self.column


def next_present(cells: Cells, place: Place, down: int, right: int) -> Place | None:
    """Return the next cell that is there on the way from `place`, one step of (down, right) at a time, or None."""
    row, column = place[0] + down, place[1] + right
    while 0 <= row < len(cells) and 0 <= column < len(cells[row]):
        if cells[row][column] is not None:
            return row, column
        row, column = row + down, column + right
    return None


class ShapeGrid(QAbstractScrollArea):
    """Shows a chip with the shape where a layer has the matrix; arrow keys, Home and End go from chip to chip.

    Many layers scroll sideways under the first column, which stays.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[GridRow] = []
        self._columns: list[str] = []
        self._cells: Cells = []
        self._symbols: list[QStaticText] = []
        self._symbol_room = 0
        self._current: Place | None = None
        self.setAccessibleName("Matrices by layer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._on_theme_changed)

    def set_grid(self, rows: list[GridRow], columns: list[str], cells: Cells) -> None:
        """Show rows of (symbol as rich text, word, tooltip), columns of names, and cells[row][column].

        A cell of None is absent. The current cell stays where it is still there, otherwise none is current. Raises
        ValueError where the cells do not fit the rows and columns.
        """
        if len(cells) != len(rows) or any(len(line) != len(columns) for line in cells):
            raise ValueError(f"shape grid: the cells must be {len(rows)} rows of {len(columns)}.")
        self._rows, self._columns, self._cells = rows, columns, cells
        self._symbols = [QStaticText(symbol) for symbol, _, _ in rows]
        for symbol in self._symbols:
            symbol.setTextFormat(Qt.TextFormat.RichText)
            symbol.prepare(font=sans(13))
        widest = max((symbol.size().width() for symbol in self._symbols), default=0.0)
        self._symbol_room = round(widest) + _SYMBOL_GAP
        if self._current is not None and not self._present(self._current):
            self._current = None
        self._update_scroll()
        self.updateGeometry()
        self.viewport().update()

    def current(self) -> Place | None:
        """Return the chosen cell."""
        return self._current

    def set_current(self, row: int, column: int) -> None:
        """Choose a cell without a signal; raises IndexError for one that is absent."""
        if not self._present((row, column)):
            raise IndexError(f"shape grid: there is no cell ({row}, {column}).")
        self._current = (row, column)
        word = self._rows[row][1]
        self.setAccessibleDescription(f"{word}, {self._columns[column]}: {self._cells[row][column]}")
        self._scroll_to(column)
        self.viewport().update()

    def geometry_of_cells(self) -> GridGeometry:
        """Return where the cells lie now."""
        words, chips = QFontMetrics(sans(11)), QFontMetrics(mono(11))
        first = self._symbol_room + max((words.horizontalAdvance(word) for _, word, _ in self._rows), default=0) + 14
        texts = [text for line in self._cells for text in line if text is not None]
        widest = max((chips.horizontalAdvance(text) for text in texts), default=0) + 18
        share = (self.viewport().width() - first) // max(len(self._columns), 1)
        return GridGeometry(first, max(widest, _NARROWEST, share), self.horizontalScrollBar().value())

    def sizeHint(self) -> QSize:
        bar = self.horizontalScrollBar()
        room = bar.sizeHint().height() if bar.maximum() else 0
        return QSize(360, _HEAD + _ROW * len(self._rows) + room + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        geometry = self.geometry_of_cells()
        painter.fillRect(event.rect(), QColor(self._theme.panel))
        painter.setFont(mono(11))
        for row, line in enumerate(self._cells):
            for column, text in enumerate(line):
                box = geometry.rect(row, column)
                if box.right() > geometry.first and box.left() < self.viewport().width():
                    self._paint_cell(painter, box, text, (row, column) == self._current)
        self._paint_heads(painter, geometry)
        painter.fillRect(0, 0, geometry.first, self.viewport().height(), QColor(self._theme.panel))
        self._paint_names(painter, geometry)
        painter.end()

    def _paint_cell(self, painter: QPainter, box: QRect, text: str | None, chosen: bool) -> None:
        theme = self._theme
        middle = int(Qt.AlignmentFlag.AlignCenter)
        if text is None:
            painter.setPen(QColor(theme.edge))
            painter.drawText(box, middle, "·")
            return
        chip = QRect(box.x() + 3, box.y() + (_ROW - _CHIP) // 2, box.width() - 6, _CHIP)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent), 2 if self.hasFocus() else 1) if chosen else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.selection if chosen else theme.chip))
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(QColor(theme.ink if chosen else theme.chip_ink))
        painter.drawText(chip, middle, text)

    def _paint_heads(self, painter: QPainter, geometry: GridGeometry) -> None:
        painter.setFont(sans(11))
        metrics = painter.fontMetrics()
        for column, name in enumerate(self._columns):
            box = geometry.rect(0, column)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width() - 6)
            chosen = self._current is not None and self._current[1] == column
            painter.setPen(QColor(self._theme.ink if chosen else self._theme.dim))
            painter.drawText(QRect(box.x(), 0, box.width(), _HEAD), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_names(self, painter: QPainter, geometry: GridGeometry) -> None:
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for row, ((_, word, _), symbol) in enumerate(zip(self._rows, self._symbols, strict=True)):
            box = QRect(4, _HEAD + row * _ROW, geometry.first, _ROW)
            chosen = self._current is not None and self._current[0] == row
            painter.setFont(sans(13))
            painter.setPen(QColor(self._theme.ink))
            painter.drawStaticText(box.x(), box.y() + round((_ROW - symbol.size().height()) / 2), symbol)
            painter.setFont(sans(11))
            painter.setPen(QColor(self._theme.ink if chosen else self._theme.dim))
            painter.drawText(box.adjusted(self._symbol_room, 0, 0, 0), middle, word)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_scroll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, Place] = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Home: (0, 1), Qt.Key.Key_End: (0, -1),
        }  # fmt: skip
        if event.key() not in steps:
            super().keyPressEvent(event)
            return
        row, column = self._current or (0, -1)
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            column = -1 if event.key() == Qt.Key.Key_Home else len(self._columns)
        self._choose(next_present(self._cells, (row, column), *steps[event.key()]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.geometry_of_cells().at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place is not None and self._present(place):
            self._choose(place)
        else:
            super().mousePressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.geometry_of_cells().at(event.pos())
            if place is not None and place[0] < len(self._rows):
                QToolTip.showText(event.globalPos(), self._rows[place[0]][2], self)
                return True
        return super().viewportEvent(event)

    def _present(self, place: Place) -> bool:
        row, column = place
        inside = 0 <= row < len(self._rows) and 0 <= column < len(self._columns)
        return inside and self._cells[row][column] is not None

    def _choose(self, place: Place | None) -> None:
        if place is not None and place != self._current:
            self.set_current(*place)
            self.cell_chosen.emit(*place)

    def _update_scroll(self) -> None:
        geometry, bar = self.geometry_of_cells(), self.horizontalScrollBar()
        before = bar.maximum()
        room = self.viewport().width() - geometry.first
        bar.setPageStep(max(room, 1))
        bar.setSingleStep(geometry.column)
        bar.setRange(0, max(geometry.column * len(self._columns) - room, 0))
        if bool(before) != bool(bar.maximum()):
            self.updateGeometry()

    def _scroll_to(self, column: int) -> None:
        geometry, bar = self.geometry_of_cells(), self.horizontalScrollBar()
        left = column * geometry.column
        room = self.viewport().width() - geometry.first
        bar.setValue(min(max(bar.value(), left + geometry.column - room), left))

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self.viewport().update()
