"""A network as neurons and edges: blue below zero, orange above, the thicker the larger; neurons can be chosen.

What stays while a run goes on, texts and places, is painted once; each picture draws the edges of a gap in one pass
and stamps the neurons.
"""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from lab.gui.theme import Theme, diverging_lut, follow, mono, sans
from lab.gui.widgets.drawing.array_types import Matrix, Values
from lab.gui.widgets.drawing.colour_index import ZERO, colour_index, largest_finite
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.drawing.painted_area import paint_focus
from lab.gui.widgets.drawing.text_align import CENTER, LEFT, RIGHT
from lab.gui.widgets.network.edge_picture import EdgePicture
from lab.gui.widgets.network.graph_layout import NAMES, NARROWEST, SIDE, GraphColumn, GraphLayout

_NAME_LINE: Final = 11.0
_NO_NUMBER: Final = -1
KEYS_HELP: Final = KeysHelp(
    "Picture of the network",
    (
        ("↑, ↓", "the next neuron of the layer"),
        ("←, →", "the nearest neuron of the layer before or after"),
        ("Enter, space", "open the neuron in the inspector"),
    ),
)


class GraphView(QWidget):
    """Paints columns of neurons with the numbers that it was given last; says which neuron is looked at or chosen."""

    neuron_pointed = Signal(int, int)
    """The pointer or the keys are on a neuron now, by its column and its place in it."""
    neuron_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[GraphColumn, ...] = ()
        self._nodes: Sequence[Values | None] = ()
        self._edges: Sequence[Matrix | None] = ()
        self._maps: list[list[QImage]] = []
        self._layout: GraphLayout | None = None
        self._ground: QPixmap | None = None
        self._gaps: list[EdgePicture] = []
        self._discs: dict[int, QPixmap] = {}
        self._empty = ""
        self._current: tuple[int, int] | None = None
        self._describe: Callable[[int, int], str] = lambda column, place: f"{self._columns[column].title}, {place}"
        self.setAccessibleName("Network")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow(self._on_theme_changed)

    def set_columns(self, columns: Sequence[GraphColumn], empty: str = "") -> None:
        """Show other layers, without numbers until they come; `empty` is written where there are none."""
        self._columns, self._empty = tuple(columns), empty
        self._nodes, self._edges, self._maps = (), (), []
        self._forget_layout()
        if self._current is not None and not self._is_there(*self._current):
            self._current = None
        self.setMinimumWidth(NARROWEST * max(len(columns) - 1, 1) + 4 * SIDE + 2 * NAMES)
        self.update()

    def columns(self) -> tuple[GraphColumn, ...]:
        """Return the layers on show."""
        return self._columns

    def set_numbers(self, nodes: Sequence[Values | None], edges: Sequence[Matrix | None]) -> None:
        """Show a number for each neuron, (units,) a column, and each edge, (units, units of the next) a gap."""
        self._nodes, self._edges = nodes, edges
        self.update()

    def set_maps(self, maps: Sequence[Matrix]) -> None:
        """Show in each neuron a small picture, (units, rows, columns) a column; none where there are no columns."""
        had = bool(self._maps)
        self._maps = [[self._map_image(each) for each in column] for column in maps]
        if had != bool(self._maps):
            self._forget_layout()
        self.update()

    def set_description(self, describe: Callable[[int, int], str]) -> None:
        """Say how a neuron is read out, by its column and place."""
        self._describe = describe

    def current(self) -> tuple[int, int] | None:
        """Return the column and place of the neuron that the pointer or the keys are on."""
        return self._current

    def set_current(self, column: int, place: int) -> None:
        """Put the ring on a neuron, and tell of it where it is another one."""
        if (column, place) != self._current and self._is_there(column, place):
            self._current = (column, place)
            self.setAccessibleDescription(self._describe(column, place))
            self.update()
            self.neuron_pointed.emit(column, place)

    def _is_there(self, column: int, place: int) -> bool:
        return 0 <= column < len(self._columns) and 0 <= place < len(self._columns[column].units)

    def _forget_layout(self) -> None:
        self._layout = self._ground = None

    def layout_now(self) -> GraphLayout:
        """Return where everything lies at the present size."""
        if self._layout is None:
            self._layout = GraphLayout(self._columns, self.width(), self.height(), bool(self._maps))
        return self._layout

    def sizeHint(self) -> QSize:
        return QSize(560, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._columns:
            painter.fillRect(self.rect(), QColor(self._theme.panel))
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(self.rect(), CENTER | Qt.TextFlag.TextWordWrap, self._empty)
        else:
            layout = self.layout_now()
            painter.drawPixmap(0, 0, self._ground_now(layout))
            self._paint_edges(painter, layout)
            self._paint_nodes(painter, layout)
            if self._current is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_current(painter, layout.box(*self._current))
        if self.hasFocus():
            paint_focus(painter, self.rect(), self._theme)
        painter.end()

    def _ground_now(self, layout: GraphLayout) -> QPixmap:
        """Return the texts, which stay as they are while a run moves the numbers."""
        ratio = self.devicePixelRatioF()
        if self._ground is None or self._ground.devicePixelRatio() != ratio:
            self._ground = QPixmap(self.size() * ratio)
            self._ground.setDevicePixelRatio(ratio)
            self._ground.fill(QColor(self._theme.panel))
            painter = QPainter(self._ground)
            self._paint_titles(painter, layout)
            if layout.step >= _NAME_LINE:
                self._paint_names(painter, layout)
            painter.end()
            self._gaps = [self._gap(layout, place, ratio) for place in range(len(self._columns) - 1)]
            self._discs = {}
        return self._ground

    def _gap(self, layout: GraphLayout, place: int, ratio: float) -> EdgePicture:
        box = layout.gap_box(place)
        before, after = ((heights - box.top()) * ratio for heights in layout.y[place : place + 2])
        return EdgePicture(before, after, round(box.width() * ratio), round(box.height() * ratio))

    def _paint_edges(self, painter: QPainter, layout: GraphLayout) -> None:
        """Paint each gap with a scale of its own."""
        for place, matrix in enumerate(self._edges):
            if matrix is not None and place < len(self._gaps):
                picture = self._gaps[place].draw(matrix, self._table)
                picture.setDevicePixelRatio(self.devicePixelRatioF())
                painter.drawImage(layout.gap_box(place).topLeft().toPoint(), picture)

    def _paint_nodes(self, painter: QPainter, layout: GraphLayout) -> None:
        discs, draw = self._discs, painter.drawPixmap
        for column, chosen in enumerate(self._columns):
            if self._maps:
                for place, picture in enumerate(self._maps[column]):
                    painter.drawImage(layout.box(column, place), picture)
                continue
            values = self._nodes[column] if column < len(self._nodes) else None
            rows = [_NO_NUMBER] * len(chosen.units)
            if values is not None:
                row = np.atleast_2d(values)
                rows = _coarse(colour_index(row, largest_finite(row))[0]).tolist()
            for corner, colour in zip(layout.corners[column], rows, strict=True):
                draw(corner, discs[colour] if colour in discs else self._disc(colour, layout.radius))

    def _disc(self, colour: int, radius: float) -> QPixmap:
        """Return a neuron in a colour of the table: stamping it is far cheaper than drawing a circle."""
        ratio = self.devicePixelRatioF()
        side = 2 * radius + 2
        disc = QPixmap(ceil(side * ratio), ceil(side * ratio))
        disc.setDevicePixelRatio(ratio)
        disc.fill(Qt.GlobalColor.transparent)
        painter = QPainter(disc)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.edge), 1))
        fill = QColor(self._theme.field) if colour == _NO_NUMBER else QColor.fromRgba(self._table_of_nodes[colour])
        painter.setBrush(fill)
        painter.drawEllipse(QPointF(side / 2, side / 2), radius - 0.5, radius - 0.5)
        painter.end()
        self._discs[colour] = disc
        return disc

    def _paint_current(self, painter: QPainter, box: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for grown, colour, width in ((2.5, self._theme.panel, 3.5), (2.5, self._theme.ink, 1.8)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRoundedRect(box.adjusted(-grown, -grown, grown, grown), 4, 4)

    def _paint_titles(self, painter: QPainter, layout: GraphLayout) -> None:
        room = max(int(layout.gap) - 6, 40)
        for column, at in zip(self._columns, layout.x, strict=True):
            left = min(max(round(at - room / 2), 2), max(self.width() - room - 2, 2))
            shown = len(column.units)
            more = f"{shown} of {count_text(column.width)}" if shown < column.width else count_text(column.width)
            for top, font, text, colour in (
                (2, sans(11), column.title, self._theme.ink), (17, mono(10), more, self._theme.dim),
            ):  # fmt: skip
                painter.setFont(font)
                painter.setPen(QColor(colour))
                elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
                painter.drawText(QRect(left, top, room, 15), CENTER, elided)

    def _paint_names(self, painter: QPainter, layout: GraphLayout) -> None:
        """Write beside the first and the last layer what its neurons stand for."""
        painter.setFont(sans(11))
        painter.setPen(QColor(self._theme.dim))
        for column, flags in ((0, RIGHT), (len(self._columns) - 1, LEFT)):
            for place, name in enumerate(self._columns[column].names):
                box = layout.box(column, place)
                left = box.left() - NAMES - 6 if flags == RIGHT else box.right() + 6
                line = QRect(round(left), round(box.center().y()) - 7, NAMES, 15)
                text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, NAMES)
                painter.drawText(line, flags, text)

    def _map_image(self, matrix: Matrix) -> QImage:
        index = colour_index(matrix, largest_finite(matrix))[::-1]
        pixels = np.ascontiguousarray(self._packed[index])
        rows, columns = pixels.shape
        return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()

    # pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.layout_now().neuron_at(event.position().x(), event.position().y()) if self._columns else None
        if found is not None:
            self.set_current(*found)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.layout_now().neuron_at(event.position().x(), event.position().y()) if self._columns else None
        if found is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.set_current(*found)
        self.neuron_chosen.emit(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._columns:
            super().keyPressEvent(event)
        elif self._current is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.neuron_chosen.emit(*self._current)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.set_current(*self._after(key))
        else:
            super().keyPressEvent(event)

    def _after(self, key: Qt.Key) -> tuple[int, int]:
        if self._current is None:
            return 0, 0
        column, place = self._current
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            last = len(self._columns[column].units) - 1
            return column, min(max(place + (1 if key == Qt.Key.Key_Down else -1), 0), last)
        other = min(max(column + (1 if key == Qt.Key.Key_Right else -1), 0), len(self._columns) - 1)
        heights = self.layout_now().y
        return other, int(np.abs(heights[other] - heights[column][place]).argmin())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._columns:
            at = QPointF(event.pos())
            found = self.layout_now().neuron_at(at.x(), at.y())
            if found is not None:
                QToolTip.showText(event.globalPos(), self._describe(*found), self)
                return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._forget_layout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        rgba = diverging_lut(theme).astype(np.uint32)
        self._packed = ((rgba[:, 3] << 24) | (rgba[:, 0] << 16) | (rgba[:, 1] << 8) | rgba[:, 2]).astype(np.uint32)
        self._packed[0] = QColor(theme.invalid).rgb()
        self._table_of_nodes = self._packed.tolist()
        self._table = self._packed.copy()
        self._table[ZERO] = QColor(theme.panel).rgb()
        self._maps = []
        self._forget_layout()
        self.update()


def _coarse(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return every fourth row of the colour table, so that a disc of each is soon made; zero and NaN stay."""
    fourths = rows & np.uint8(0xFC)
    fourths[(fourths == 0) & (rows > 0)] = 4  # row 0 is that of NaN, and these are the largest negatives
    return fourths
