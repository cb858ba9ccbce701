"""Rows of a large array as a table, with columns of names and numbers before it: only what is in view is looked up."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPen
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

from lab.gui.theme import Theme, current, follow, mono, sans
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT
from lab.gui.widgets.rows.row_model import GAP, Index, LeadColumn, RowModel, Values

_ROW_HEIGHT = 20
_DOT = 8
_NARROWEST, _WIDEST = 78, 168
_PADDING = 18
_MOST_MEASURED = 256
_MOST_COPIED = 1_000_000


class _RowDelegate(QStyledItemDelegate):
    """Paints a cell straight from the arrays: one Python call a cell, where the styled delegate makes eight."""

    def __init__(self, model: RowModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._numbers, self._names = mono(11), sans(12)
        self.set_theme(current())

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._backs = (QColor(theme.panel), QColor(theme.inset))
        self._hatch = QBrush(QColor(theme.edge), Qt.BrushStyle.BDiagPattern)
        self._ink, self._dim, self._selected = QColor(theme.ink), QColor(theme.dim), QColor(theme.selection)
        self._outline = QPen(QColor(theme.accent), 1)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, column, box, state = index.row(), index.column(), option.rect, option.state
        back = self._selected if state & QStyle.StateFlag.State_Selected else self._backs[row & 1]
        painter.fillRect(box, back)
        text = self._model.text(row, column)
        if column < len(self._model.lead):
            self._paint_lead(painter, box, text, row, self._model.lead[column])
        else:
            self._paint_number(painter, box, text, text == GAP)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._outline)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0, 0, -1, -1))

    def _paint_number(self, painter: QPainter, box: QRect, text: str, gap: bool) -> None:
        if gap:
            painter.fillRect(box.adjusted(2, 2, -20, -2), self._hatch)
        painter.setFont(self._numbers)
        painter.setPen(self._dim if gap else self._ink)
        painter.drawText(box.adjusted(0, 0, -6, 0), RIGHT, text)

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


class RowTable(QTableView):
    """Shows rows of an array, with Ctrl+C for the selection; it stays where it is while only the rows change."""

    copy_refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowModel(self)
        self._delegate = _RowDelegate(self.rows, self)
        self.setModel(self.rows)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Rows as a table")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(False)
            header.setFont(sans(11))
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setToolTip("The number of the row in the whole set, from 1")
        follow(self._on_theme_changed)

    def set_rows(
        self, x: Values, rows: NDArray[np.int64], names: tuple[str, ...], lead: tuple[LeadColumn, ...] = ()
    ) -> None:
        """Show the rows `rows` (k,) of x (N, n), kept and not copied, whose columns have n names."""
        before = (self.rows.names, [column.title for column in self.rows.lead])
        place, cell = self.verticalScrollBar().value(), self.currentIndex()
        cell_place = (cell.row(), cell.column())
        self.rows.set_rows(x, rows, names, lead)
        digits = QFontMetrics(sans(11)).horizontalAdvance(count_text(int(rows.max()) + 1 if len(rows) else 1))
        self.verticalHeader().setFixedWidth(digits + _PADDING)
        if (names, [column.title for column in lead]) != before:
            self._fit_columns()
            return
        self.verticalScrollBar().setValue(place)
        if self.rows.hasIndex(*cell_place):
            self.selectionModel().setCurrentIndex(
                self.rows.index(*cell_place), self.selectionModel().SelectionFlag.NoUpdate
            )

    def _fit_columns(self) -> None:
        """Give each of the first columns the room of its name; beyond them all are alike."""
        metrics = QFontMetrics(sans(11))
        header = self.horizontalHeader()
        header.setDefaultSectionSize(_width(metrics, self.rows.names[0] if self.rows.names else ""))
        for column in range(min(self.rows.columnCount(), _MOST_MEASURED)):
            texts = [self.rows.title(column)]
            if column < len(self.rows.lead):
                texts += [f"{name}   " for name in self.rows.lead[column].names[:_MOST_MEASURED]]
            header.resizeSection(column, max(_width(metrics, text) for text in texts))

    def copy_selection(self) -> None:
        """Put the selected cells on the clipboard as they are shown, a tab between columns; not more than a million."""
        selection = self.selectionModel().selection()
        if selection.isEmpty():
            return
        part = selection.at(0)
        if part.width() * part.height() > _MOST_COPIED:
            self.copy_refused.emit(f"Too many cells to copy: select at most {count_text(_MOST_COPIED)}.")
            return
        columns = range(part.left(), part.right() + 1)
        lines = (
            "\t".join(self.rows.text(row, column) for column in columns) for row in range(part.top(), part.bottom() + 1)
        )
        QApplication.clipboard().setText("\n".join(lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._delegate.set_theme(theme)
        self.viewport().update()


def _width(metrics: QFontMetrics, text: str) -> int:
    return min(max(metrics.horizontalAdvance(text) + _PADDING, _NARROWEST), _WIDEST)
