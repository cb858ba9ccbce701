"""A table of columns to decide on: one is the target, and each of the others is used in a way of its own."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QWidget

from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.plain_table import PlainTable
from lab.gui.widgets.importing.column_cells import ColumnCells
from lab.gui.widgets.importing.column_model import ColumnModel, ColumnState, Field

_ROW_HEIGHT = 26
KEYS_HELP: Final = KeysHelp(
    "Columns of an import",
    (
        ("arrows", "another column or another of its choices; with Shift and ↑ or ↓ select several"),
        ("Enter, space", "open the choice, for all that are selected"),
    ),
)
_ROOM_FOR_SAMPLES = 640
_ROWS_AT_LEAST, _ROWS_AT_BEST, _ROWS_AT_MOST = 5, 14, 1000
_FRAME = 6
_WIDTHS = {
    Field.TARGET: 28, Field.NAME: 106, Field.KIND: 62, Field.USE: 98, Field.GAPS: 44, Field.MISSING: 118,
}  # fmt: skip


class ColumnChoices(PlainTable):
    """Shows columns with their choices; only those in view are ever looked at.

    Space, Return or a click opens the list of a choice; what is chosen in one of several selected rows is meant for
    all of them that can have it. The choices themselves belong to the caller, who calls `refresh` when they changed.
    """

    target_chosen = Signal(str)
    choice_made = Signal(object, str, str)
    """Names of columns, "use" or "missing", and the name of the choice."""
    column_changed = Signal(str)
    """The column that the keyboard is at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_ROW_HEIGHT, parent)
        self._model = ColumnModel(self)
        self.setModel(self._model)
        self.setItemDelegate(ColumnCells(self, self._model))
        self.setAccessibleName("Columns and what becomes of them")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._arrange()
        self.clicked.connect(self._on_clicked)
        self.selectionModel().currentRowChanged.connect(self._on_row_changed)

    def set_columns(self, names: Sequence[str], state: Callable[[int], ColumnState]) -> None:
        """Show other columns; `state` takes the index of one in `names` and returns what is shown of it."""
        self._model.set_columns(names, state)
        self._fit()

    def refresh(self) -> None:
        """Show the same columns with other choices; position and selection stay."""
        self._model.refresh()

    def show_matching(self, text: str) -> None:
        """Show only the columns whose names have `text` in them."""
        self._model.show_matching(text)
        self._fit()

    def current_column(self) -> str | None:
        """Return the name of the column that the keyboard is at."""
        index = self.currentIndex()
        return self._model.name(index.row()) if index.isValid() else None

    def go_to(self, name: str) -> None:
        """Make a column the current one and scroll to it; one that is not on show is ignored."""
        row = self._model.row_of(name)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row, Field.NAME))

    def resizeEvent(self, event: QResizeEvent) -> None:
        # The first rows stand below anyway; what becomes of a column stands only here.
        self.setColumnHidden(Field.SAMPLE, event.size().width() < _ROOM_FOR_SAMPLES)
        super().resizeEvent(event)

    def choices_menu(self, row: int, field: Field) -> QMenu | None:
        """Return the list of what can be chosen in a field, or None where there is nothing to choose."""
        state = self._model.state(row)
        if not state.options(field):
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for name, title, hint in state.options(field):
            action = menu.addAction(title)
            action.setToolTip(hint)
            action.setCheckable(True)
            action.setChecked(name == state.chosen(field))
            action.setData((row, int(field), name))
        menu.triggered.connect(self._on_option_triggered)
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in keys and index.isValid() and not event.modifiers():
            self._act(index)
        else:
            super().keyPressEvent(event)

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Keep several rows selected while one of their choices is opened, or the keyboard moves along the row."""
        selected = index.isValid() and self.selectionModel().isRowSelected(index.row(), QModelIndex())
        along = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        choice = index.column() in (Field.USE, Field.MISSING)
        opens = choice and isinstance(event, QMouseEvent) and not event.modifiers()
        if selected and (along or opens):
            return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)

    def sizeHint(self) -> QSize:
        return QSize(640, min(self.maximumHeight(), _ROW_HEIGHT * _ROWS_AT_BEST))

    def _fit(self) -> None:
        """Take no more room than the rows need."""
        self.setMinimumHeight(_ROW_HEIGHT * min(self._model.rowCount() + 1, _ROWS_AT_LEAST) + _FRAME)
        rows = min(self._model.rowCount(), _ROWS_AT_MOST)
        self.setMaximumHeight(self.horizontalHeader().sizeHint().height() + _ROW_HEIGHT * rows + _FRAME)
        self.updateGeometry()

    def _arrange(self) -> None:
        head = self.horizontalHeader()
        self.verticalHeader().hide()
        head.setMinimumSectionSize(24)
        for field in Field:
            if field in _WIDTHS:
                head.resizeSection(field, _WIDTHS[field])
            else:
                head.setSectionResizeMode(field, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(Field.TARGET, QHeaderView.ResizeMode.Fixed)

    def _act(self, index: QModelIndex) -> None:
        """Do what a click on a cell means: pick the target, or open a list."""
        field = Field(index.column())
        if field is Field.TARGET:
            self.target_chosen.emit(self._model.name(index.row()))
        elif (menu := self.choices_menu(index.row(), field)) is not None:
            below = self.visualRect(index).bottomLeft() + QPoint(1, 0)
            for action in menu.actions():
                if action.isChecked():
                    menu.setActiveAction(action)
            menu.popup(self.viewport().mapToGlobal(below))

    @Slot(QAction)
    def _on_option_triggered(self, action: QAction) -> None:
        row, number, choice = action.data()
        field = Field(number)
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        wanted = rows if row in rows else [row]
        fitting = [each for each in wanted if choice in {name for name, _, _ in self._model.state(each).options(field)}]
        what = "use" if field is Field.USE else "missing"
        self.choice_made.emit([self._model.name(each) for each in fitting], what, choice)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._act(index)

    @Slot(QModelIndex, QModelIndex)
    def _on_row_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.column_changed.emit(self._model.name(index.row()))
