"""The first rows of a file as they were read: only the cells in view are ever written out."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from lab.gui.theme import Theme, current, follow, mono, sans
from lab.gui.widgets.drawing.text_align import RIGHT

_ROW_HEIGHT = 20
_COLUMN_WIDTH = 96
_PADDING = 6
_GAP = "–"

Index = QModelIndex | QPersistentModelIndex


class SampleModel(QAbstractTableModel):
    """Rows of text that are asked for cell by cell; None is a gap."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ()
        self._right: frozenset[int] = frozenset()
        self._rows = 0
        self._cell: Callable[[int, int], str | None] = _no_cell
        self._gap_colour = QColor(current().warn)

    def set_rows(
        self, names: Sequence[str], rows: int, cell: Callable[[int, int], str | None], right: frozenset[int]
    ) -> None:
        """Show other rows; `cell` takes row and column to what stands there, `right` are the columns of numbers."""
        self.beginResetModel()
        self._names, self._rows, self._cell, self._right = names, rows, cell, right
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._gap_colour = QColor(theme.warn)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        if role == Qt.ItemDataRole.FontRole:
            return mono(11)
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole)
        if role not in roles:
            return None
        text = self._cell(index.row(), index.column())
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._gap_colour if text is None else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return "A gap: the file has no value here" if text is None else text
        return _GAP if text is None else text.replace("\n", " ")

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        across = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section) if across else int(RIGHT)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._names[section] if across else str(section + 1)
        return None

    def _side(self, column: int) -> int:
        side = Qt.AlignmentFlag.AlignRight if column in self._right else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)


class _Cells(QStyledItemDelegate):
    """Keeps a number's last digit away from the text of the next column."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        option.rect.adjust(2, 0, -_PADDING, 0)
        super().paint(painter, option, index)


class SampleTable(QTableView):
    """Shows the first rows of a file, numbered from 1; nothing can be changed in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = SampleModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName("First rows of the file")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        for header, size in ((self.horizontalHeader(), _COLUMN_WIDTH), (self.verticalHeader(), _ROW_HEIGHT)):
            header.setDefaultSectionSize(size)
            header.setHighlightSections(False)
            header.setFont(sans(11))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumHeight(_ROW_HEIGHT * 4)
        follow(self._on_theme_changed)

    def set_rows(
        self,
        names: Sequence[str],
        rows: int,
        cell: Callable[[int, int], str | None],
        right: frozenset[int] = frozenset(),
    ) -> None:
        """Show other rows, as SampleModel has them."""
        self._model.set_rows(names, rows, cell, right)

    def go_to(self, column: int) -> None:
        """Bring a column into view."""
        index = self._model.index(max(self.rowAt(0), 0), column)
        if index.isValid():
            self.scrollTo(index)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._model.set_theme(theme)
        self.viewport().update()


def _no_cell(row: int, column: int) -> str | None:
    raise IndexError(f"there is no cell ({row}, {column})")
