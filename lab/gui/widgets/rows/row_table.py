"""Rows of a large array as a table, with columns of names and numbers before it: only what is in view is looked up."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from lab.gui.theme import Theme, mono, sans
from lab.gui.widgets.drawing.array_types import Integers, Values
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.drawing.plain_table import CellPainter, Index, PlainTable
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT
from lab.gui.widgets.rows.row_model import GAP, LeadColumn, RowLabels, RowModel, number_room

_ROW_HEIGHT = 20
_DOT = 8
_NARROWEST, _WIDEST = 78, 168
_PADDING = 18
_NUMBER_PADDING = 6
_MOST_MEASURED = 256


class _RowCells(CellPainter):
    """Paints names at the left, with a dot in their colour, numbers at the right, and hatches gaps."""

    def __init__(self, table: "RowTable", model: RowModel) -> None:
        self._model = model
        self._numbers, self._names = mono(11), sans(12)
        super().__init__(table)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._hatch = QBrush(QColor(theme.edge), Qt.BrushStyle.BDiagPattern)

    def _paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        row, column = index.row(), index.column()
        text = self._model.text(row, column)
        if column < len(self._model.lead):
            self._paint_lead(painter, box, text, row, self._model.lead[column])
        else:
            self._paint_number(painter, box, text, text == GAP)

    def _paint_number(self, painter: QPainter, box: QRect, text: str, gap: bool) -> None:
        if gap:
            painter.fillRect(box.adjusted(2, 2, -20, -2), self._hatch)
        painter.setFont(self._numbers)
        painter.setPen(self._dim if gap else self._ink)
        painter.drawText(box.adjusted(0, 0, -_NUMBER_PADDING, 0), RIGHT, text)

    def _paint_lead(self, painter: QPainter, box: QRect, text: str, row: int, lead: LeadColumn) -> None:
        if not lead.names:
            painter.setFont(self._numbers)
            painter.setPen(QColor(getattr(self._theme, lead.ink)))
            painter.drawText(box.adjusted(0, 0, -6, 0), RIGHT, text)
            return
        left = box.x() + 6
        if lead.roles:
            colour = QColor(getattr(self._theme, lead.roles[int(lead.values[row]) % len(lead.roles)]))
            painter.fillRect(left, box.center().y() - _DOT // 2 + 1, _DOT, _DOT, colour)
            left += _DOT + 6
        painter.setFont(self._names)
        painter.setPen(QColor(getattr(self._theme, lead.ink)))
        room = QRect(left, box.y(), box.right() - left, box.height())
        painter.drawText(room, LEFT, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width()))


class RowTable(PlainTable):
    """Shows rows of an array; it stays where it is while only the rows change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_ROW_HEIGHT, parent)
        self.rows = RowModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_RowCells(self, self.rows))
        self.setAccessibleName("Rows as a table")
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setFont(sans(11))
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().setToolTip("The number of the row in the whole set, from 1")

    def set_rows(
        self,
        x: Values,
        rows: Integers,
        names: tuple[str, ...],
        lead: tuple[LeadColumn, ...] = (),
        labels: RowLabels | None = None,
    ) -> None:
        """Show the rows `rows` (k,) of x (N, n), kept and not copied, whose columns have n names."""
        before = (self.rows.names, [column.title for column in self.rows.lead])
        scrolled, cell = self.verticalScrollBar().value(), self.currentIndex()
        cell_index = (cell.row(), cell.column())
        self.rows.set_rows(x, rows, names, lead, labels)
        numbers = rows + 1 if labels is None else labels.numbers
        digits = QFontMetrics(sans(11)).horizontalAdvance(count_text(int(numbers.max()) if len(numbers) else 1))
        self.verticalHeader().setFixedWidth(digits + _PADDING)
        if (names, [column.title for column in lead]) != before:
            self._fit_columns()
            return
        self.verticalScrollBar().setValue(scrolled)
        if self.rows.hasIndex(*cell_index):
            self.selectionModel().setCurrentIndex(
                self.rows.index(*cell_index), self.selectionModel().SelectionFlag.NoUpdate
            )

    def _fit_columns(self) -> None:
        """Give each of the first columns the room of its name and of its longest number; beyond them all are alike."""
        names, digit = QFontMetrics(sans(11)), QFontMetrics(mono(11)).horizontalAdvance("0")
        header, rows = self.horizontalHeader(), self.rows
        numbers = digit * number_room(rows.x) + 2 * _NUMBER_PADDING
        header.setDefaultSectionSize(max(_width(names, rows.names[0] if rows.names else ""), numbers))
        for column in range(min(rows.columnCount(), _MOST_MEASURED)):
            texts, least = [rows.title(column)], numbers
            if column < len(rows.lead):
                lead = rows.lead[column]
                room = "         " if lead.roles else "   "  # of the dot, and of letters larger than the header's
                texts += [f"{name}{room}" for name in lead.names[:_MOST_MEASURED]]
                least = 0 if lead.names else digit * number_room(lead.values) + 2 * _NUMBER_PADDING
            header.resizeSection(column, max(least, *(_width(names, text) for text in texts)))


def _width(metrics: QFontMetrics, text: str) -> int:
    return min(max(metrics.horizontalAdvance(text) + _PADDING, _NARROWEST), _WIDEST)
