"""A table to read and copy from: set up, scrolled and copied in one way, with never a part of a number on show."""

from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPen
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

from lab.gui.theme import Theme, current, follow
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.number_text import count_text

Index = QModelIndex | QPersistentModelIndex

_MOST_COPIED = 1_000_000
KEYS_HELP: Final = KeysHelp(
    "Tables",
    (
        ("arrows, Page Up, Page Down, Home, End", "another cell; with Shift select as well"),
        ("Ctrl+A, Ctrl+C", "select all; copy what is selected"),
    ),
)


class Header(QHeaderView):
    """Names or numbers of sections, without those that are only partly in view: half of 123 reads 12."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        if self.viewport().rect().contains(rect):
            super().paintSection(painter, rect, section)
        else:
            painter.fillRect(rect, QColor(current().panel))


class NumberHeader(Header):
    """Counts the sections; its size is that of the last number, where Qt would ask for two hundred of them."""

    def sizeHint(self) -> QSize:
        return self.sectionSizeFromContents(max(self.count() - 1, 0))


class PlainTable(QTableView):
    """A table view in which nothing is typed; Ctrl+C copies, Tab leaves, and it scrolls by whole rows and columns.

    A row or column that is only partly in view has no texts (see CellPainter): half of −0.001350 reads 1350.
    """

    header_type: ClassVar[type[Header]] = Header
    """Of the names of rows and columns."""
    copy_refused = Signal(str)
    """Why the selection is not copied, in a sentence."""

    def __init__(self, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalHeader(self.header_type(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(self.header_type(Qt.Orientation.Vertical, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(row_height)
        rows.setDefaultSectionSize(row_height)

    def shows_whole(self, box: QRect) -> bool:
        """Return whether a cell's rectangle is in view from end to end."""
        view = self.viewport()
        inside = box.left() >= 0 and box.right() < view.width()
        return inside and box.top() >= 0 and box.bottom() < view.height()

    def copied_text(self, chosen: QRect) -> str:
        """Return what Ctrl+C copies of some cells, columns across and rows down: here what the table shows."""
        model = self.model()
        return "\n".join(
            "\t".join(model.index(row, column).data() for column in range(chosen.left(), chosen.right() + 1))
            for row in range(chosen.top(), chosen.bottom() + 1)
        )

    def copy_selection(self) -> None:
        """Put the selected cells on the clipboard, a tab between columns; not more than a million of them."""
        selection = self.selectionModel().selection()
        if selection.isEmpty():
            return
        chosen = QRect()
        for part in (selection.at(number) for number in range(selection.size())):
            chosen |= QRect(part.left(), part.top(), part.width(), part.height())
        if chosen.width() * chosen.height() > _MOST_COPIED:
            self.copy_refused.emit(f"Too many cells to copy: select at most {count_text(_MOST_COPIED)}.")
            return
        QApplication.clipboard().setText(self.copied_text(chosen))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        else:
            super().keyPressEvent(event)


class CellPainter(QStyledItemDelegate):
    """Paints the cells of a PlainTable, one Python call a cell; subclasses paint what a cell holds."""

    def __init__(self, table: PlainTable) -> None:
        super().__init__(table)
        self._table = table
        follow(self._on_theme_changed)

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours; subclasses take theirs as well."""
        self._theme = theme
        self._backs = (QColor(theme.panel), QColor(theme.inset))
        self._ink, self._dim, self._selected = QColor(theme.ink), QColor(theme.dim), QColor(theme.selection)
        self._outline = QPen(QColor(theme.accent), 1)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        self._paint_back(painter, box, index, selected)
        if self._table.shows_whole(box):
            self._paint_cell(painter, box, index)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._outline)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0, 0, -1, -1))

    def _paint_back(self, painter: QPainter, box: QRect, index: Index, selected: bool) -> None:
        """Fill a cell: rows take turns between two colours, the selection has its own."""
        painter.fillRect(box, self._selected if selected else self._backs[index.row() & 1])

    def _paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        """Paint what a cell holds; it is wholly in view."""
        raise NotImplementedError

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self.set_theme(theme)
        self._table.viewport().update()
