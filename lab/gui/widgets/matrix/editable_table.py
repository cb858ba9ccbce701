"""The matrix table in which numbers are typed, set to 0 and frozen: it says what is wanted and changes nothing itself.

Enter, F2 or a double click open a cell, Delete sets what is selected to 0, Ctrl+L freezes it or lets it learn again;
the same and more stands in the context menu. Frozen cells have a corner in the accent colour.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractItemModel, QPoint, QRect, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction, QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QLineEdit, QMenu, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from lab.gui.theme import current, mono, set_role
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.plain_table import Index
from lab.gui.widgets.matrix.matrix_table import MatrixTable

KEYS_HELP: Final = KeysHelp(
    "Numbers of the inspector",
    (
        ("Enter, F2", "type a number into the current cell, while training is paused"),
        ("Del", "set the selected cells to 0"),
        ("Ctrl+L", "freeze the selected cells, or let them learn again"),
    ),
)
_CORNER = 7
_ALL_DIGITS = 26
"""Characters that the longest number takes with all its digits, and some room."""
_MOST_CELLS = 10_000
"""Cells that are changed at once: each is named in the edit."""

Cells = list[tuple[int, int]]
Mask = NDArray[np.bool_]


class EditableTable(MatrixTable):
    """A table of numbers of which some matrices can be edited; rows and columns count from 0."""

    number_typed = Signal(int, int, str)  # row, column, text
    zero_wanted = Signal(object)  # Cells
    freeze_wanted = Signal(object, bool)  # Cells, whether they are to be frozen
    load_wanted = Signal()
    save_wanted = Signal()
    check_wanted = Signal()
    typing_refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frozen: Mask | None = None
        self._why_not: str | None = ""
        """Why nothing can be typed now; None where it can."""
        self._editor = _Editor(self)
        self.setItemDelegate(self._editor)
        self.type = self._action("&Type a number", ("F2", "Return", "Enter"), self._on_type)
        self.zero = self._action("Set to &0", ("Delete",), self._on_zero)
        self.freeze = self._action("&Freeze", ("Ctrl+L",), self._on_freeze)
        self.load = self._action("&Load from a file…", (), self.load_wanted)
        self.save = self._action("Save &as NPY or CSV…", (), self.save_wanted)
        self.check = self._action("&Check the gradient", (), self.check_wanted)
        self.type.setToolTip("Gives the current cell a number (Enter, F2 or a double click)")
        self.zero.setToolTip("Sets the selected cells to 0 (Delete)")
        self.freeze.setToolTip("The selected cells have no update until they are free again (Ctrl+L)")
        self.load.setToolTip("Takes the whole matrix from an .npy or .csv file of the same shape")
        self.save.setToolTip("Writes the numbers on show with all their digits")
        self.check.setToolTip("Compares backprop's gradient with differences of the loss")
        self.setToolTip("Enter types a number, Delete sets 0, Ctrl+L freezes; Ctrl+C copies for a spreadsheet.")
        self.customContextMenuRequested.connect(self._on_context_menu)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def _action(self, text: str, keys: tuple[str, ...], then: Callable[[], None] | SignalInstance) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(then)
        self.addAction(action)
        return action

    # what it is told

    def allow(self, why_not_typed: str | None, parameter: bool, loadable: bool) -> None:
        """Say why nothing can be typed now (None: it can), and whether this can be frozen, and loaded from a file."""
        self._why_not = why_not_typed
        self.freeze.setEnabled(parameter)
        self.load.setEnabled(loadable)
        for action in (self.type, self.zero):
            action.setEnabled(why_not_typed is None)

    def set_frozen(self, frozen: Mask | None) -> None:
        """Mark the frozen cells by a mask in the shape of the matrix, a vector as one row; None: there are none."""
        self._frozen = None if frozen is None else frozen.reshape((1, -1) if frozen.ndim == 1 else frozen.shape)
        self.viewport().update()

    def is_frozen(self, row: int, column: int) -> bool:
        """Return whether a cell is marked as frozen."""
        mask = self._frozen
        return mask is not None and mask.shape == self._model.matrix().shape and bool(mask[row, column])

    def text_at(self, row: int, column: int) -> str:
        """Return the number of a cell with all its digits."""
        return str(self._model.matrix()[row, column])

    def fill_menu(self, menu: QMenu) -> None:
        """Put all that can be done with the matrix into a menu."""
        self.name_freezing()
        menu.addActions([self.type, self.zero, self.freeze])
        menu.addSeparator()
        menu.addActions([self.load, self.save])
        menu.addSeparator()
        menu.addAction(self.check)
        menu.setToolTipsVisible(True)

    def selected_cells(self) -> Cells:
        """Return the selected cells, row by row; the current one where nothing is selected."""
        selection = self.selectionModel().selection()
        ranges = [selection.at(number) for number in range(selection.size())]
        cells = [
            (row, column)
            for each in ranges
            for row in range(each.top(), each.bottom() + 1)
            for column in range(each.left(), each.right() + 1)
        ]
        current = self.currentIndex()
        return sorted(cells) or ([(current.row(), current.column())] if current.isValid() else [])

    # what the user does

    def mouseDoubleClickEvent(self, event: object) -> None:
        self._on_type()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            if self.state() != self.State.EditingState:  # else it is the Return that ends typing, which a line lets by
                self._on_type()  # where the action is not enabled this says why
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_type(self) -> None:
        if self._why_not is not None:
            if self._why_not:
                self.typing_refused.emit(self._why_not)
            return
        if self.currentIndex().isValid():
            self.edit(self.currentIndex())

    @Slot()
    def _on_zero(self) -> None:
        self._tell(self.zero_wanted.emit)

    @Slot()
    def _on_freeze(self) -> None:
        frozen = all(self.is_frozen(*cell) for cell in self.selected_cells())
        self._tell(lambda cells: self.freeze_wanted.emit(cells, not frozen))

    def _tell(self, say: Callable[[Cells], None]) -> None:
        cells = self.selected_cells()
        if len(cells) > _MOST_CELLS:
            self.typing_refused.emit(
                f"{len(cells):,} cells are selected: select at most {_MOST_CELLS:,} to change them."
            )
        elif cells:
            say(cells)

    @Slot(QPoint)
    def _on_context_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(menu)
        menu.popup(self.viewport().mapToGlobal(place))

    def name_freezing(self) -> None:
        """Let the action say whether the selected cells would be frozen, or free again."""
        cells = self.selected_cells()
        frozen = bool(cells) and all(self.is_frozen(*cell) for cell in cells)
        self.freeze.setText("Un&freeze" if frozen else "&Freeze")

    # what it shows

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the numbers, then a corner on each frozen cell in view."""
        super().paintEvent(event)
        part = self._cells_in_view()
        if self._frozen is None or not part.isValid() or self._frozen.shape != self._model.matrix().shape:
            return
        painter = QPainter(self.viewport())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().accent))
        for row in range(part.top(), part.bottom() + 1):
            for column in range(part.left(), part.right() + 1):
                if self._frozen[row, column]:
                    self._paint_corner(painter, self.visualRect(self._model.index(row, column)))
        painter.end()

    def _paint_corner(self, painter: QPainter, box: QRect) -> None:
        x, y = box.left() + 1, box.top() + 1
        painter.drawPolygon(QPolygon([QPoint(x, y), QPoint(x + _CORNER, y), QPoint(x, y + _CORNER)]))


class _Editor(QStyledItemDelegate):
    """A line to type a number into, which begins with all digits of the one that is there."""

    def __init__(self, table: EditableTable) -> None:
        super().__init__(table)
        self._table = table

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index) -> QWidget:
        line = QLineEdit(parent)
        line.setFont(mono(10))
        set_role(line, "cell")
        line.setAccessibleName("The number of this cell")
        return line

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        editor.setText(self._table.text_at(index.row(), index.column()))
        editor.selectAll()

    def setModelData(self, editor: QWidget, _model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        if editor.text() != self._table.text_at(index.row(), index.column()):
            self._table.number_typed.emit(index.row(), index.column(), editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        box: QRect = option.rect
        digits = editor.fontMetrics().horizontalAdvance("0") * _ALL_DIGITS
        room = self._table.viewport().width()
        width = min(max(box.width(), digits), room)
        editor.setGeometry(min(box.x(), room - width), box.y(), width, box.height())
