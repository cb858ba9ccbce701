"""What a grid of shapes holds and where it lies: matrices down, layers across, a text where one has the other."""

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QStaticText

from lab.gui.theme import mono, sans
from lab.gui.widgets.drawing.cell_widget import Cell

ROW_HEIGHT, LEAST_ROW_HEIGHT = 22, 18
"""Pixels of a row where there is room, and where there is not."""
HEAD_HEIGHT = 20
_SYMBOL_GAP = 10
_CHIP_PADDING = 18
_NARROWEST = 56

GridRow = tuple[str, str, str]
Cells = list[list[str | None]]


@dataclass(frozen=True)
class GridGeometry:
    """Where the cells lie: the first column's width, that of each other one, the height of a row, what is scrolled."""

    first: int
    column: int
    row: int = ROW_HEIGHT
    scroll_x: int = 0
    scroll_y: int = 0

    def rect(self, row: int, column: int) -> QRect:
        """Return the pixels of a cell."""
        left = self.first + column * self.column - self.scroll_x
        return QRect(left, HEAD_HEIGHT + row * self.row - self.scroll_y, self.column, self.row)

    def at(self, point: QPoint) -> Cell | None:
        """Return the row and the column under a point, -1 for the first column; None above the rows."""
        if point.y() < HEAD_HEIGHT:
            return None
        row = (point.y() - HEAD_HEIGHT + self.scroll_y) // self.row
        if point.x() < self.first:
            return row, -1
        return row, (point.x() - self.first + self.scroll_x) // self.column


class GridContent:
    """Rows of (symbol as rich text, word, tooltip), names of columns, and cells[row][column], None where absent.

    Raises ValueError where the cells do not fit the rows and columns.
    """

    def __init__(self, rows: list[GridRow], columns: list[str], cells: Cells) -> None:
        if len(cells) != len(rows) or any(len(line) != len(columns) for line in cells):
            raise ValueError(f"shape grid: the cells must be {len(rows)} rows of {len(columns)}.")
        self.rows, self.columns, self.cells = rows, columns, cells
        self.symbols = [_symbol(symbol) for symbol, _, _ in rows]
        widest = max((symbol.size().width() for symbol in self.symbols), default=0.0)
        self.symbol_room = round(widest) + _SYMBOL_GAP
        words, chips = QFontMetrics(sans(11)), QFontMetrics(mono(11))
        self._word_room = max((words.horizontalAdvance(word) for _, word, _ in rows), default=0)
        texts = [text for line in cells for text in line if text is not None]
        self._chip_room = max((chips.horizontalAdvance(text) for text in texts), default=0) + _CHIP_PADDING

    def geometry(self, width: int, height: int, scroll_x: int = 0, scroll_y: int = 0) -> GridGeometry:
        """Return where the cells lie: wide ones share the room that is left, and rows are flat where it is low."""
        first = self.symbol_room + self._word_room + 14
        share = (width - first) // max(len(self.columns), 1)
        row = (height - HEAD_HEIGHT) // max(len(self.rows), 1)
        row = min(max(row, LEAST_ROW_HEIGHT), ROW_HEIGHT)
        return GridGeometry(first, max(self._chip_room, _NARROWEST, share), row, scroll_x, scroll_y)

    def present(self, cell: Cell) -> bool:
        """Return whether there is such a cell."""
        row, column = cell
        inside = 0 <= row < len(self.rows) and 0 <= column < len(self.columns)
        return inside and self.cells[row][column] is not None

    def text(self, cell: Cell) -> str:
        """Return a cell in words."""
        row, column = cell
        return f"{self.rows[row][1]}, {self.columns[column]}: {self.cells[row][column]}"


@cache
def _symbol(text: str) -> QStaticText:
    """Return a symbol as rich text, laid out once for all grids."""
    symbol = QStaticText(text)
    symbol.setTextFormat(Qt.TextFormat.RichText)
    symbol.prepare(font=sans(13))
    return symbol


def next_present(cells: Cells, cell: Cell, down: int, right: int) -> Cell | None:
    """Return the next cell that is there, going from `cell` by (down, right) at a time, or None."""
    row, column = cell[0] + down, cell[1] + right
    while 0 <= row < len(cells) and 0 <= column < len(cells[row]):
        if cells[row][column] is not None:
            return row, column
        row, column = row + down, column + right
    return None
