"""The board itself: rows of tiles that can be pointed at, lit, left blank and walked over with the keys.

`set_rows` says what there is, `set_values` what the tiles hold now; only that is painted anew for a picture. What is
lit lies over the image and costs no tile. Cells are meant as they are drawn, by the `Place` of their tile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from lab.gui.theme import Theme
from lab.gui.widgets.board.board_canvas import BoardCanvas
from lab.gui.widgets.board.board_layout import BoardLayout, PlacedTile, lay_out
from lab.gui.widgets.board.board_row import BoardRow, Light, Place
from lab.gui.widgets.board.tile_pixels import TileValues
from lab.gui.widgets.drawing.cell_marks import FrozenMarks, Mask, frozen_marks, paint_question
from lab.gui.widgets.drawing.cell_widget import cell_after_key
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.widgets.drawing.painted_area import PaintedArea

_SMALLEST_LIGHT = 3
KEYS_HELP: Final = KeysHelp(
    "The backprop board",
    (
        ("arrows", "the next cell, at the edge of a tile the next tile; with Ctrl the next tile at once"),
        ("Page Up, Page Down, Home, End", "as among the cells of a matrix"),
        ("Enter", "show the tile's matrix in the inspector"),
        ("Ctrl+Shift+C", "copy the chosen cell as the sum that it is"),
    ),
)
_KEPT = 2
"""Layouts: that of whole batches and that of the last one of an epoch."""


@dataclass(frozen=True)
class DrawnCell:
    """A cell of a tile as it is drawn."""

    place: Place
    row: int
    column: int


class BoardView(PaintedArea):
    """Paints rows of tiles; scrolls where they need more room."""

    cell_hovered = Signal(object, int, int)  # Place, row, column
    cursor_left = Signal()
    cell_clicked = Signal(object, int, int)  # Place, row, column: a click, or a key put the cursor there
    tile_opened = Signal(object)  # Place: a double click, or Enter
    row_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._rows: tuple[BoardRow, ...] = ()
        self._layout = BoardLayout()
        self._values: Mapping[Place, TileValues] = {}
        self._blank: frozenset[Place] = frozenset()
        self._lights: tuple[Light, ...] = ()
        self._questions: frozenset[DrawnCell] = frozenset()
        self._frozen: dict[Place, FrozenMarks] = {}
        self._current_row: int | None = None
        self._cursor: DrawnCell | None = None
        self._hovered: DrawnCell | None = None
        self._canvas: BoardCanvas | None = None
        self._kept: dict[tuple[object, ...], tuple[BoardLayout, BoardCanvas | None]] = {}
        """The last layouts by rows and size, the newest last."""
        self._stale: set[Place] = set()
        super().__init__(parent)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Backprop board")

    # what it shows

    def set_rows(self, rows: Sequence[BoardRow]) -> None:
        """Show these equations; the values of the old ones are forgotten where they are others."""
        wanted, before = tuple(rows), self._rows
        if wanted == before:
            return
        self._rows = wanted
        if [row.frame for row in wanted] == [row.frame for row in before]:
            self._rename(before)
            return
        self._values, self._lights, self._cursor, self._hovered = {}, (), None, None
        self._questions, self._frozen = frozenset(), {}
        self._lay_out()

    def _rename(self, before: tuple[BoardRow, ...]) -> None:
        """Write only the names of rows and columns anew: they change with every batch."""
        canvas = self._canvas
        for placed in self._layout.tiles if canvas is not None else ():
            row, tile = placed.place
            if canvas is not None and self._rows[row].tiles[tile] != before[row].tiles[tile]:
                canvas.draw_names(placed, self._rows[row].tiles[tile])
        self.viewport().update()

    def names_change(self) -> bool:
        """Return whether a name that changes with every batch has room somewhere."""
        return any(
            placed.tile.is_example
            or (placed.tile.widest_name and (placed.row_names.isValid() or placed.has_column_names))
            for placed in self._layout.tiles
        )

    def rows(self) -> tuple[BoardRow, ...]:
        """Return the equations on show."""
        return self._rows

    def set_values(self, values: Mapping[Place, TileValues]) -> None:
        """Show what the tiles hold now; a tile without values is empty. The arrays are kept, not copied."""
        self._values = values
        self._stale = {placed.place for placed in self._layout.tiles}
        self.viewport().update()

    def values(self, place: Place) -> TileValues | None:
        """Return what a tile shows, None where it is empty."""
        return self._values.get(place)

    def set_blank(self, places: Iterable[Place]) -> None:
        """Leave these tiles blank, as not yet computed."""
        blank = frozenset(places)
        self._stale |= blank ^ self._blank
        self._blank = blank
        self.viewport().update()

    def set_questions(self, cells: Iterable[DrawnCell]) -> None:
        """Cover these cells: somebody is asked for them."""
        found = frozenset(cells)
        if found != self._questions:
            self._questions = found
            self.viewport().update()

    def set_frozen(self, masks: Mapping[Place, Mask]) -> None:
        """Mark the frozen cells of these tiles, each by a mask in its shape as it is drawn; no others are marked."""
        found = {place: frozen_marks(mask, self._frozen.get(place)) for place, mask in masks.items()}
        frozen = {place: marks for place, marks in found.items() if marks is not None}
        if frozen != self._frozen:
            self._frozen = frozen
            self.viewport().update()

    def is_frozen(self, cell: DrawnCell) -> bool:
        """Return whether a cell is marked as frozen."""
        marks = self._frozen.get(cell.place)
        shape = self._rows[cell.place.row].tiles[cell.place.tile].shape
        return marks is not None and marks.mask.shape == shape and bool(marks.mask[cell.row, cell.column])

    def set_lights(self, lights: Iterable[Light]) -> None:
        """Light these rows, columns and cells of tiles, and nothing else."""
        found = tuple(lights)
        if found != self._lights:
            self._lights = found
            self.viewport().update()

    def lights(self) -> tuple[Light, ...]:
        """Return what is lit."""
        return self._lights

    def set_current_row(self, row: int | None) -> None:
        """Mark one equation as the one that is spoken of."""
        if row != self._current_row:
            self._current_row = row
            self.viewport().update()

    def set_cursor(self, cell: DrawnCell | None) -> None:
        """Outline a cell."""
        if cell != self._cursor:
            self._cursor = cell
            self.viewport().update()

    def cursor_cell(self) -> DrawnCell | None:
        """Return the outlined cell."""
        return self._cursor

    def board_layout(self) -> BoardLayout:
        """Return where everything lies in the content."""
        return self._layout

    # where it lies

    def content_height(self) -> int:
        return self._layout.height

    def step_height(self) -> int:
        return 40

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 80)

    def _lay_out(self) -> None:
        """Lay the rows out beside a scroll bar, whether there is one or not: else a narrower board would need it."""
        beside = self.verticalScrollBar().sizeHint().width()
        size = QSize(self.width() - beside, self.viewport().height())
        key = (tuple(row.frame for row in self._rows), size.toTuple())
        kept = self._kept.pop(key, None)
        self._layout, self._canvas = kept if kept is not None else (lay_out(self._rows, size), None)
        self._keep(key)
        for placed in self._layout.tiles if self._canvas is not None else ():
            tile = self._rows[placed.place.row].tiles[placed.place.tile]
            if self._canvas is not None and (tile.widest_name or tile.is_example):
                self._canvas.draw_names(placed, tile)
        self._stale = {placed.place for placed in self._layout.tiles}
        self._fit()
        needed = self._layout.height > self.viewport().height()
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if needed else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)  # "as needed" is not looked at within a resize

    def _keep(self, key: tuple[object, ...]) -> None:
        """Keep the layout and what is drawn of it: the last batch of an epoch is a smaller one, again and again."""
        self._kept[key] = self._layout, self._canvas
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        super().resizeEvent(event)

    def _dress(self, theme: Theme) -> None:
        self._canvas = None
        self._kept.clear()

    def _shift(self) -> QPoint:
        return QPoint(0, self.verticalScrollBar().value())

    def _tile_at(self, point: QPoint) -> PlacedTile | None:
        return next((placed for placed in self._layout.tiles if placed.rect.contains(point)), None)

    def cell_at(self, point: QPoint) -> DrawnCell | None:
        """Return the cell under a point of the viewport, None beside the tiles."""
        there = point + self._shift()
        placed = self._tile_at(there)
        if placed is None:
            return None
        rows, columns = placed.tile.shape
        inside = there - placed.rect.topLeft()
        row, column = inside.y() * rows // placed.rect.height(), inside.x() * columns // placed.rect.width()
        return DrawnCell(placed.place, row, column)

    def placed(self, place: Place) -> PlacedTile | None:
        """Return where a tile lies; None for one that is not drawn, as it repeats the one before it."""
        return next((placed for placed in self._layout.tiles if placed.place == place), None)

    def cell_rect(self, cell: DrawnCell) -> QRectF:
        """Return the pixels of a cell in the content, at least three each way."""
        placed = self.placed(cell.place)
        return QRectF() if placed is None else _part_of(placed, cell.row, cell.column)

    def cell_text(self, cell: DrawnCell) -> str:
        """Return what a tooltip says of a cell: its names and its number."""
        tile = self._rows[cell.place.row].tiles[cell.place.tile]
        names = [
            names[number] if number < len(names) else str(number)
            for names, number in ((tile.row_hints or tile.row_names, cell.row), (tile.column_names, cell.column))
        ]
        where = f"{tile.name}  [{', '.join(names)}]"
        shown = self._values.get(cell.place)
        if shown is None or cell.place in self._blank or cell in self._questions:
            return where
        where += " frozen" if self.is_frozen(cell) else ""
        value = float(shown.values[cell.row // shown.row_step, cell.column // shown.column_step])
        whole = shown.row_step == shown.column_step == 1
        return f"{where} = {number_text(value)}" if whole else f"{where}: up to {number_text(value)} in these cells"

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        ratio = self.devicePixelRatioF()
        if self._canvas is None:
            self._canvas = BoardCanvas(self._rows, self._layout, self._theme, ratio)
            self._stale = {placed.place for placed in self._layout.tiles}
            if self._kept:
                self._keep(next(reversed(self._kept)))
        shift = self._shift()
        view = QRect(shift, self.viewport().size())
        outdated = [
            placed for placed in self._layout.tiles if placed.place in self._stale and placed.rect.intersects(view)
        ]
        self._canvas.draw_tiles(
            (placed, self._values.get(placed.place), placed.place in self._blank) for placed in outdated
        )
        self._stale.difference_update(placed.place for placed in outdated)
        if self._layout.height < view.bottom():
            painter.fillRect(self.viewport().rect(), QColor(self._theme.panel))
        painter.drawImage(QRectF(event.rect()), self._canvas.image, _scaled(event.rect().translated(shift), ratio))
        painter.translate(-shift)
        self._paint_marks(painter)
        self._paint_lights(painter)
        painter.resetTransform()
        self._paint_focus(painter)
        painter.end()

    def _paint_marks(self, painter: QPainter) -> None:
        for place, marks in self._frozen.items():
            placed = self.placed(place)
            if placed is not None and marks.mask.shape == placed.tile.shape and place not in self._blank:
                image = marks.image(placed.rect.size(), self.devicePixelRatioF(), self._theme.accent)
                painter.drawImage(placed.rect, image)
        for cell in self._questions:
            if self.placed(cell.place) is not None:
                paint_question(painter, self.cell_rect(cell), self._theme)

    def _paint_lights(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for placed in self._layout.rows:
            if placed.row == self._current_row:
                painter.fillRect(
                    QRect(placed.rect.x(), placed.label.y(), 3, placed.label.height()), QColor(self._theme.accent)
                )
        for light in self._lights:
            placed_tile = self.placed(light.place)
            if placed_tile is not None:
                _outline(painter, _part_of(placed_tile, light.row, light.column), self._theme.warn, self._theme)
        if self._cursor is not None and self.placed(self._cursor.place) is not None:
            _outline(painter, self.cell_rect(self._cursor), self._theme.ink, self._theme)

    # the pointer and the keys

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos())
            text = "" if cell is None else self.cell_text(cell)
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.cell_at(event.position().toPoint()))

    def _hover(self, cell: DrawnCell | None) -> None:
        if cell == self._hovered:
            return
        self._hovered = cell
        if cell is None:
            self.cursor_left.emit()
        else:
            self.cell_hovered.emit(cell.place, cell.row, cell.column)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        cell = self.cell_at(point)
        if cell is not None:
            self._choose(cell)
            return
        there = point + self._shift()
        row = next((placed.row for placed in self._layout.rows if placed.label.contains(there)), None)
        if row is not None:
            self.row_clicked.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell is not None:
            self.tile_opened.emit(cell.place)

    def _choose(self, cell: DrawnCell) -> None:
        self.set_cursor(cell)
        self.setAccessibleDescription(self.cell_text(cell))
        self._show_cell(cell)
        self.cell_clicked.emit(cell.place, cell.row, cell.column)

    def _show_cell(self, cell: DrawnCell) -> None:
        """Scroll until the cell's tile is in view, as far as it fits."""
        placed = self.placed(cell.place)
        bar = self.verticalScrollBar()
        if placed is not None and not (
            bar.value() <= placed.rect.top() and placed.rect.bottom() <= bar.value() + self.viewport().height()
        ):
            bar.setValue(placed.rect.top() - 40)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._layout.tiles:
            super().keyPressEvent(event)
            return
        first = self._layout.tiles[0].place
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.tile_opened.emit(first if self._cursor is None else self._cursor.place)
            return
        if self._cursor is None or self.placed(self._cursor.place) is None:
            if event.key() in _ARROWS:
                self._choose(DrawnCell(first, 0, 0))
            else:
                super().keyPressEvent(event)
            return
        cell = self._after_key(event, self._cursor)
        if cell is None:
            super().keyPressEvent(event)
        else:
            self._choose(cell)

    def _after_key(self, event: QKeyEvent, now: DrawnCell) -> DrawnCell | None:
        """Return the cell that a key leads to: at the edge of a tile into the next one, with Ctrl at once."""
        placed = self.placed(now.place)
        assert placed is not None
        whole = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        moved = cell_after_key(event.key(), whole, (now.row, now.column), placed.tile.shape)
        if moved is None:
            return None
        step = _ARROWS.get(event.key())
        if step is not None and (whole or moved == (now.row, now.column)):
            beyond = self._neighbour(placed, step)
            return DrawnCell(beyond.place, 0, 0) if beyond is not None else now
        return DrawnCell(now.place, *moved)

    def _neighbour(self, placed: PlacedTile, step: QPoint) -> PlacedTile | None:
        """Return the next tile across, or the nearest one in the line above or below."""
        tiles, at = self._layout.tiles, placed.rect.center()
        if step.x():
            number = tiles.index(placed) + step.x()
            return tiles[number] if 0 <= number < len(tiles) else None
        lines = [line for line in self._layout.lines if (line.center().y() - at.y()) * step.y() > 0]
        near = [line for line in lines if not line.contains(at)]
        if not near:
            return None
        line = min(near, key=lambda each: abs(each.center().y() - at.y()))
        there = [tile for tile in tiles if line.contains(tile.rect.center())]
        return min(there, key=lambda tile: abs(tile.rect.center().x() - at.x()), default=None)


_ARROWS: dict[int, QPoint] = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}


def _part_of(placed: PlacedTile, row: int | None, column: int | None) -> QRectF:
    """Return the pixels of a row, a column or a cell of a tile, at least three each way."""
    rect, (rows, columns) = QRectF(placed.rect), placed.tile.shape
    if row is not None:
        height = rect.height() / rows
        rect = QRectF(rect.x(), rect.y() + row * height, rect.width(), height)
    if column is not None:
        width = rect.width() / columns
        rect = QRectF(rect.x() + column * width, rect.y(), width, rect.height())
    grow_x, grow_y = (max(0.0, (_SMALLEST_LIGHT - side) / 2) for side in (rect.width(), rect.height()))
    return rect.adjusted(-grow_x, -grow_y, grow_x, grow_y)


def _outline(painter: QPainter, rect: QRectF, colour: str, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.background), 1))
    painter.drawRect(rect.adjusted(-1.5, -1.5, 0.5, 0.5))
    painter.setPen(QPen(QColor(colour), 2))
    painter.drawRect(rect.adjusted(0.5, 0.5, -1, -1))


def _scaled(rect: QRect, ratio: float) -> QRectF:
    return QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
