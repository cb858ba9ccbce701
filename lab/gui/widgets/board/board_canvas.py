"""The image that a board keeps: texts and links drawn once, the pixels of tiles written over them as values come."""

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPainterPath, QPen

from lab.gui.theme import Theme, sans
from lab.gui.widgets.board.board_layout import (
    NAME_HEIGHT,
    NAMES_HEIGHT,
    PADDING,
    SHAPE_HEIGHT,
    BoardLayout,
    PlacedRow,
    PlacedTile,
    names_font,
    operator_font,
    shape_font,
    shows_shapes,
)
from lab.gui.widgets.board.board_row import BoardRow, BoardTile
from lab.gui.widgets.board.tile_pixels import PlainTile, TileColours, TileValues, cells_with_numbers, plain_pixels
from lab.gui.widgets.drawing.glyph_atlas import Pixels
from lab.gui.widgets.drawing.text_align import CENTER, LEFT, RIGHT


class BoardCanvas:
    """Draws what does not move into one image, and tiles into their places in it."""

    def __init__(self, rows: Sequence[BoardRow], layout: BoardLayout, theme: Theme, ratio: float) -> None:
        self._theme, self._ratio = theme, ratio
        self._colours = TileColours(theme)
        size = QSize(max(layout.width, 1), max(layout.height, 1)) * ratio
        self._pixels = np.zeros((size.height(), size.width()), np.uint32)
        self.image = QImage(
            self._pixels.data, size.width(), size.height(), 4 * size.width(), QImage.Format.Format_RGB32
        )
        self.image.setDevicePixelRatio(ratio)
        self.image.fill(QColor(theme.panel))
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        for line in layout.lines:
            painter.setPen(QColor(theme.line))
            painter.drawLine(line.bottomLeft(), line.bottomRight())
        for placed in layout.rows:
            self._draw_label(painter, rows[placed.row], placed)
        for before, tile in zip([None, *layout.tiles], layout.tiles, strict=False):
            self._draw_texts(painter, tile)
            self._draw_names(painter, tile, rows[tile.place.row].tiles[tile.place.tile])
            if tile.tile.is_tied and before is not None:
                self._draw_link(painter, before, tile)
        painter.end()

    def draw_tiles(self, tiles: Iterable[tuple[PlacedTile, TileValues | None, bool]]) -> None:
        """Write the values of tiles into the image; of each also whether it is blank, which has a question mark.

        One without values has nothing.
        """
        plain: list[tuple[PlacedTile, PlainTile]] = []
        for placed, shown, is_blank in tiles:
            if shown is None or is_blank:
                self._draw_empty(placed, "?" if is_blank else "")
            elif placed.has_numbers and shown.values.shape == placed.tile.shape:
                pixels = cells_with_numbers(shown.values, placed.rect.size(), self._ratio, self._colours)
                self._write_pixels(placed, pixels)
            else:
                height, width = (round(side * self._ratio) for side in (placed.rect.height(), placed.rect.width()))
                plain.append((placed, PlainTile(shown, placed.tile.shape, height, width)))
        images = plain_pixels([tile for _, tile in plain], self._colours)
        for (placed, _), pixels in zip(plain, images, strict=True):
            self._write_pixels(placed, pixels)

    def _write_pixels(self, placed: PlacedTile, pixels: Pixels) -> None:
        top, left = round(placed.rect.y() * self._ratio), round(placed.rect.x() * self._ratio)
        place = self._pixels[top : top + pixels.shape[0], left : left + pixels.shape[1]]
        place[:] = pixels[: place.shape[0], : place.shape[1]]

    def draw_names(self, placed: PlacedTile, tile: BoardTile) -> None:
        """Write the names of a tile's rows and columns anew."""
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        back = QColor(self._theme.panel)
        painter.fillRect(placed.row_names, back)
        if placed.has_column_names:
            painter.fillRect(placed.rect.x(), placed.rect.y() - NAMES_HEIGHT, placed.rect.width(), NAMES_HEIGHT, back)
        if tile.is_example:
            painter.fillRect(_room_of_name(placed), back)
        self._draw_names(painter, placed, tile)
        painter.end()

    def _draw_names(self, painter: QPainter, placed: PlacedTile, tile: BoardTile) -> None:
        rect = placed.rect
        painter.setFont(names_font())
        painter.setPen(QColor(self._theme.dim))
        metrics = painter.fontMetrics()
        if tile.is_example:
            room = _room_of_name(placed)
            painter.drawText(room, CENTER, metrics.elidedText(tile.name, Qt.TextElideMode.ElideRight, room.width()))
        if placed.row_names.isValid():
            for number, name in enumerate(tile.row_names):
                line = _part(placed.row_names, number, tile.shape[0])
                painter.drawText(line, RIGHT, metrics.elidedText(name, Qt.TextElideMode.ElideRight, line.width()))
        if placed.has_column_names:
            for number, name in enumerate(tile.column_names):
                left = rect.x() + rect.width() * number // tile.shape[1]
                right = rect.x() + rect.width() * (number + 1) // tile.shape[1]
                line = QRect(left, rect.y() - NAMES_HEIGHT, right - left, NAMES_HEIGHT)
                painter.drawText(line, CENTER, metrics.elidedText(name, Qt.TextElideMode.ElideRight, line.width() - 2))

    def _draw_empty(self, placed: PlacedTile, text: str) -> None:
        painter = QPainter(self.image)
        painter.fillRect(placed.rect, QColor(self._theme.inset))
        if text:
            painter.fillRect(placed.rect, QBrush(QColor(self._theme.edge), Qt.BrushStyle.BDiagPattern))
        painter.setPen(QColor(self._theme.edge))
        painter.drawRect(placed.rect.adjusted(0, 0, -1, -1))
        if text and min(placed.rect.width(), placed.rect.height()) >= 14:
            painter.setFont(sans(13))
            painter.setPen(QColor(self._theme.ink))
            painter.drawText(placed.rect, CENTER, text)
        painter.end()

    def _draw_label(self, painter: QPainter, row: BoardRow, placed: PlacedRow) -> None:
        """Write what an equation is called and its formula; its shapes only where all of them have room."""
        theme, line = self._theme, QRect(placed.label.x(), placed.label.y(), placed.label.width(), 14)
        self._write(painter, line, row.name, theme.dim, sans(11))
        self._write(painter, line.translated(0, 13).adjusted(0, 0, 0, 3), row.formula, theme.ink, sans(13))
        if shows_shapes(row, placed.label.width() + PADDING):
            self._write(painter, line.translated(0, 30), row.shapes, theme.dim, shape_font())

    def _write(self, painter: QPainter, rect: QRect, text: str, colour: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, LEFT, shown)

    def _draw_texts(self, painter: QPainter, placed: PlacedTile) -> None:
        rect, tile, theme = placed.rect, placed.tile, self._theme
        painter.setPen(QColor(theme.line))
        painter.drawRect(rect.adjusted(-1, -1, 0, 0))
        painter.setPen(QColor(theme.dim))
        if tile.operator:
            painter.setFont(operator_font())
            painter.drawText(placed.operator, CENTER, tile.operator)
        above = NAMES_HEIGHT if placed.has_column_names else 0
        if not tile.is_example:
            top = rect.y() - above - NAME_HEIGHT
            self._draw_centred(painter, top, NAME_HEIGHT, placed, [(tile.name, theme.ink)], True)
        rows, columns = _sizes(tile)
        tie = theme.warn if tile.is_tied else theme.dim
        shape = [(rows, tie), ("×", theme.dim), (columns, theme.dim)]
        self._draw_centred(painter, rect.bottom() + 2, SHAPE_HEIGHT, placed, shape, False)

    def _draw_centred(
        self, painter: QPainter, top: int, height: int, placed: PlacedTile, texts: list[tuple[str, str]], is_name: bool
    ) -> None:
        """Write texts in a row, centred above or below a tile; they may be wider than it."""
        font = sans(12) if is_name else shape_font()
        painter.setFont(font)
        metrics = painter.fontMetrics()
        at = placed.rect.center().x() - sum(metrics.horizontalAdvance(text) for text, _ in texts) // 2
        for text, colour in texts:
            painter.setPen(QColor(colour))
            painter.drawText(QRect(at, top, 400, height), LEFT, text)
            at += metrics.horizontalAdvance(text)

    def _draw_link(self, painter: QPainter, left: PlacedTile, right: PlacedTile) -> None:
        """Tie the columns of a left factor to the rows of the right one, and write both sizes in the same colour."""
        colour = QColor(self._theme.warn)
        rows, columns = _sizes(left.tile)
        painter.setFont(shape_font())
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(f"{rows}×{columns}")
        at = left.rect.center().x() - width // 2 + metrics.horizontalAdvance(f"{rows}×")
        box = QRect(at, left.rect.bottom() + 2, metrics.horizontalAdvance(columns), SHAPE_HEIGHT)
        painter.fillRect(box, QColor(self._theme.panel))
        painter.setPen(colour)
        painter.drawText(box, LEFT, columns)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.5))
        a, b = left.rect, right.rect
        path = QPainterPath(QPointF(a.left(), a.bottom() + 2.0))
        path.lineTo(QPointF(a.right() + 3.0, a.bottom() + 2.0))
        begin, end = a.right() + 3.0, (right.row_names if right.row_names.isValid() else b).left() - 3.0
        path.cubicTo(
            QPointF((begin + end) / 2, a.bottom() + 2.0),
            QPointF((begin + end) / 2, b.bottom() + 2.0),
            QPointF(end, b.bottom() + 2.0),
        )
        path.lineTo(QPointF(b.left() - 2.0, b.bottom() + 2.0))
        path.lineTo(QPointF(b.left() - 2.0, b.top()))
        painter.drawPath(path)
        painter.restore()


def _sizes(tile: BoardTile) -> tuple[str, str]:
    """Return the shape of a tile as it is written, question marks where it is hidden."""
    rows, columns = ("?", "?") if tile.hides_shape else (str(size) for size in tile.shape)
    return rows, columns


def _room_of_name(placed: PlacedTile) -> QRect:
    """Return the pixels for the name of an example above a tile: it may be a little wider than the tile."""
    above = NAMES_HEIGHT if placed.has_column_names else 0
    top = placed.rect.y() - above - NAME_HEIGHT
    return QRect(placed.rect.x(), top, placed.rect.width(), NAME_HEIGHT).adjusted(-10, 1, 10, 0)


def _part(rect: QRect, number: int, parts: int) -> QRect:
    """Return one of so many equal parts of a rectangle, from above to below."""
    top = rect.y() + rect.height() * number // parts
    bottom = rect.y() + rect.height() * (number + 1) // parts
    return QRect(rect.x(), top, rect.width(), bottom - top)
