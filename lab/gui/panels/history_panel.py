"""The history of edits: what was done to the run at which step, and going back to before any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from lab.gui import theme
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text

if TYPE_CHECKING:
    from lab.experiment.timeline.timeline import HistoryLine
from lab.gui.workspace.workspace import Workspace


class HistoryPanel(QWidget):
    """Lists the edits, oldest first; undo and redo by name, and a double click goes to where an edit is the last."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.list = QListWidget()
        self.list.setAccessibleName("Edits of the run, oldest first")
        self.list.setToolTip("Double-click an edit to go to where it was the last one; those after it are taken back")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemDoubleClicked.connect(self._on_item_chosen)
        self.list.itemActivated.connect(self._on_item_chosen)
        self.note = QLabel()
        self.note.setWordWrap(True)
        set_role(self.note, "dim small")
        self.undo, self.redo = QPushButton("Undo"), QPushButton("Redo")
        self.undo.clicked.connect(workspace.edits.undo)
        self.redo.clicked.connect(workspace.edits.redo)
        buttons = QHBoxLayout()
        buttons.addWidget(self.undo)
        buttons.addWidget(self.redo)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.note)
        layout.addLayout(buttons)
        workspace.edits.changed.connect(self._on_edits_changed)
        theme.follow(self._on_theme_changed)
        self._on_edits_changed()

    @property
    def _lines(self) -> tuple[HistoryLine, ...]:
        overview = self._workspace.run.overview
        return () if overview is None else overview.lines

    @Slot()
    def _on_edits_changed(self) -> None:
        edits, lines = self._workspace.edits, self._lines
        for button, verb, name in ((self.undo, "Undo", edits.undo_name), (self.redo, "Redo", edits.redo_name)):
            button.setEnabled(name is not None)
            button.setToolTip(f"Nothing to {verb.lower()}" if name is None else f"{verb} {name}")
        self.list.clear()
        for line in lines:
            self.list.addItem(self._item(line))
        done = sum(not line.undone for line in lines)
        if done:
            self.list.scrollToItem(self.list.item(done - 1))
        gone = sum(not line.kept for line in lines)
        if gone:
            self.note.setText(f"{gone} of {len(lines)} can no longer be taken back: older states made room for newer.")
        else:
            self.note.setText("" if lines else "Edits of a run are listed here as they take effect.")
        self.note.setVisible(bool(self.note.text()))

    def _item(self, line: HistoryLine) -> QListWidgetItem:
        item = QListWidgetItem(f"{line.name}   ·   step {count_text(line.step)}")
        state = "taken back" if line.undone else ("done" if line.kept else "done; its state made room for newer ones")
        item.setToolTip(f"{line.sentence}\n{state[0].upper()}{state[1:]}")
        if line.undone or not line.kept:
            item.setForeground(QBrush(QColor(theme.current().dim)))
        if line.undone:
            font = QFont(self.list.font())
            font.setItalic(True)
            item.setFont(font)
        return item

    @Slot(object)
    def _on_item_chosen(self, item: QListWidgetItem) -> None:
        place, lines = self.list.row(item), self._lines
        done = sum(not line.undone for line in lines)
        for _ in range(done - 1 - place):
            self._workspace.edits.undo()
        for _ in range(place + 1 - done):
            self._workspace.edits.redo()

    @Slot(object)
    def _on_theme_changed(self, _theme: object = None) -> None:
        self._on_edits_changed()
