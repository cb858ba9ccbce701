"""The history of edits: what was done to the run at which step, going back to any of it, and taking one edit out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QBrush, QColor, QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from lab.gui import theme
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.labelled_row import labelled_row
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.workspace.run import LEAST_STATES, MOST_STATES

if TYPE_CHECKING:
    from lab.experiment.timeline.timeline import HistoryLine
from lab.gui.workspace.workspace import Workspace

_LEAST_LIST = 44
_EARLIER = "The first {count} were made before the run was opened: its file has the last state only."


class HistoryPanel(QWidget):
    """Lists the edits, oldest first: undo and redo by name, a double click goes to where an edit is the last.

    Delete takes the chosen edit out of the middle. The states to go back to may take as much memory as a field says.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWhatsThis("What was done to the run and at which step, and the way back")
        self._workspace = workspace
        self.list = QListWidget()
        self.list.setAccessibleName("Edits of the run, oldest first")
        self.list.setToolTip("Double-click an edit to go to where it was the last one; those after it are taken back")
        self.list.setWordWrap(True)
        self.list.setMinimumHeight(_LEAST_LIST)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemDoubleClicked.connect(self._on_item_chosen)
        self.list.itemActivated.connect(self._on_item_chosen)
        self.note = QLabel()
        self.note.setWordWrap(True)
        set_role(self.note, "dim small")
        self.undo, self.redo, self.out = QPushButton("Undo"), QPushButton("Redo"), QPushButton("Take out")
        self.undo.clicked.connect(workspace.edits.undo)
        self.redo.clicked.connect(workspace.edits.redo)
        self.out.clicked.connect(self._on_out_clicked)
        self.list.currentRowChanged.connect(self._show_out)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.out.click)
        self.limit = WholeBox(LEAST_STATES, MOST_STATES)
        self.limit.setValue(workspace.run.most_kept)
        self.limit.valueChanged.connect(workspace.run.keep_states)
        workspace.run.states_limit_changed.connect(self._on_states_limit_changed)
        buttons = QHBoxLayout()
        for button in (self.undo, self.redo, self.out):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.note)
        layout.addLayout(buttons)
        layout.addWidget(
            labelled_row(
                "Kept states, MB",
                self.limit,
                "Every edit keeps the state before it, for undo. Where these take more, the oldest go first.",
            )
        )
        workspace.edits.changed.connect(self._on_edits_changed)
        theme.follow(self._on_theme_changed)
        self._on_edits_changed()

    @property
    def _lines(self) -> tuple[HistoryLine, ...]:
        overview = self._workspace.run.overview
        return () if overview is None else overview.lines

    @property
    def _earlier(self) -> tuple[tuple[int, str], ...]:
        overview = self._workspace.run.overview
        return () if overview is None else overview.earlier

    @Slot()
    def _on_edits_changed(self) -> None:
        edits, lines = self._workspace.edits, self._lines
        for button, verb, name in ((self.undo, "Undo", edits.undo_name), (self.redo, "Redo", edits.redo_name)):
            button.setEnabled(name is not None)
            button.setToolTip(f"Nothing to {verb.lower()}" if name is None else f"{verb} {name}")
        chosen, before = self.list.currentRow(), len(self._earlier)
        self.list.clear()
        for step, name in self._earlier:
            self.list.addItem(self._earlier_item(step, name))
        for line in lines:
            self.list.addItem(self._item(line))
        done = sum(not line.undone for line in lines)
        self.list.setCurrentRow(min(chosen, before + len(lines) - 1))
        if before + done:
            self.list.scrollToItem(self.list.item(before + done - 1))
        gone = sum(not (line.kept or line.undone) for line in lines)
        if gone:
            text = f"{gone} of {len(lines)} can no longer be taken back: older states made room for newer."
        elif any(line.waits for line in lines):
            text = "The run is trained again; what waits is done when its step comes."
        else:
            text = "" if lines or before else "Edits of a run are listed here as they take effect."
        if before:
            text = f"{_EARLIER.format(count=before)} {text}".strip()
        overview = self._workspace.run.overview
        if lines and overview is not None:
            text += f"{' ' if text else ''}Kept states take {overview.kept_bytes / 1e6:,.1f} MB."
        self.note.setText(text)
        self._show_out()

    @Slot()
    def _show_out(self) -> None:
        """Let the chosen edit be taken out where that is possible, and say what that does."""
        place, lines = self.list.currentRow() - len(self._earlier), self._lines
        line = lines[place] if 0 <= place < len(lines) else None
        self.out.setEnabled(line is not None and line.kept and not (line.undone or line.waits))
        which = "the chosen edit" if line is None else line.name
        self.out.setToolTip(
            f"Take out {which}: the run is trained again from before it, with the edits that followed,\n"
            "as if it had never been made; undo brings back what was (Delete)"
        )

    @Slot()
    def _on_out_clicked(self) -> None:
        self.list.setFocus()  # the button is about to be dead, and its focus would go to the field of the limit
        self._workspace.edits.take_out(self.list.currentRow() - len(self._earlier))

    @Slot()
    def _on_states_limit_changed(self) -> None:
        self.limit.setValue(self._workspace.run.most_kept)

    def _earlier_item(self, step: int, name: str) -> QListWidgetItem:
        from lab.experiment.timeline.timeline import HistoryLine  # a run is there, so it is loaded

        return self._item(HistoryLine(name, step, "", False, False), "from before the run was opened")

    def _item(self, line: HistoryLine, why_gone: str = "its state made room for newer ones") -> QListWidgetItem:
        gone = not (line.kept or line.undone)
        item = QListWidgetItem(f"{line.name}   ·   step {count_text(line.step)}{'   ·   no way back' if gone else ''}")
        state = why_gone if gone else "done"
        state = "taken back" if line.undone else ("waits for its step" if line.waits else state)
        item.setToolTip(f"{line.sentence}\n{state[0].upper()}{state[1:]}".strip())
        if line.undone or line.waits or not line.kept:
            item.setForeground(QBrush(QColor(theme.current().dim)))
        if line.undone or line.waits:
            font = QFont(self.list.font())
            font.setItalic(True)
            item.setFont(font)
        return item

    @Slot(object)
    def _on_item_chosen(self, item: QListWidgetItem) -> None:
        place = self.list.row(item) - len(self._earlier)
        if place >= -1:  # the last of the earlier ones: where the run was opened
            self._workspace.edits.go_to(place)

    @Slot(object)
    def _on_theme_changed(self, _theme: object = None) -> None:
        self._on_edits_changed()
