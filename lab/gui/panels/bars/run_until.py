"""The small window "Run until": train to an epoch, until validation no longer improves, or for some minutes."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.workspace.workspace import Workspace

_MOST = 1_000_000_000
_MOST_MINUTES = 100_000
_PATIENCE, _MINUTES = 10, 5


class RunUntil(QDialog):
    """Three places to stop at, each with a number and a button; it stays open beside the window, which goes on."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Run until")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 12, 14, 12)
        self._grid.setHorizontalSpacing(10)
        self.epoch = self._row("Epoch", _MOST, "is done", workspace.run_to_epoch, "A shorter run gets more epochs")
        self.patience = self._row(
            "No lower validation loss for", _MOST, "epochs", workspace.run_until_no_better,
            "The best epoch from now on counts; a run that comes to its end before that gets more epochs",
        )  # fmt: skip
        self.minutes = self._row("For", _MOST_MINUTES, "minutes", self._run_for_minutes, "Counted from now on")
        shown = workspace.run.snapshot
        done = 0 if shown is None else shown.progress.epoch
        self.epoch.setValue(max(workspace.shown.training.epochs, done + 1))
        self.patience.setValue(_PATIENCE)
        self.minutes.setValue(_MINUTES)
        self.epoch.setFocus()
        self.epoch.selectAll()

    def _row(self, text: str, highest: int, unit: str, run: Callable[[int], None], help_text: str) -> WholeBox:
        field, button, before, after = WholeBox(1, highest), QPushButton("Run"), QLabel(text), QLabel(unit)
        before.setBuddy(field)
        field.setAccessibleName(f"{text} … {unit}")
        field.setMinimumWidth(72)
        button.setAccessibleName(f"Run: {text} … {unit}")
        button.setAutoDefault(False)
        for label in (before, after):
            set_role(label, "dim")
        for each in (before, field, after, button):
            each.setToolTip(help_text)
        button.clicked.connect(lambda: run(field.value()))
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            pressed = QShortcut(QKeySequence(key), field)
            pressed.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            pressed.activated.connect(button.setFocus)  # which completes the number
            pressed.activated.connect(button.click)
        row = self._grid.rowCount()
        for column, widget in enumerate((before, field, after, button)):
            self._grid.addWidget(widget, row, column)
        return field

    @Slot(int)
    def _run_for_minutes(self, minutes: int) -> None:
        self._workspace.run_for(60.0 * minutes)
