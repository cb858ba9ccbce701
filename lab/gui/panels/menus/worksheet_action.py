"""The door to the worksheet: asks for a file, then writes the step on show as two pages, questions and key."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget

from lab.experiment.expect.worksheet import Worksheet
from lab.experiment.readings.reading import AnyReading
from lab.experiment.readings.worksheet import SheetOfStep
from lab.experiment.snapshot import Snapshot
from lab.gui.workspace.dialog_folders import DialogFolders
from lab.gui.workspace.worksheet_pdf import write_worksheet
from lab.gui.workspace.workspace import Workspace


class WorksheetAction(QObject):
    """Holds the menu's action."""

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._window = workspace, window
        self._folders = DialogFolders(self)
        self._asked: tuple[SheetOfStep, Path] | None = None
        self.action = QAction("&Worksheet of this step…", window)
        self.action.setToolTip("Two printed pages from the net and batch on screen: questions, and their key")
        self.action.triggered.connect(self._on_wanted)
        workspace.run.add_viewer(self._readings)
        workspace.run.figures_ready.connect(self._on_figures_ready)

    def _readings(self) -> Iterable[AnyReading]:
        return () if self._asked is None else (self._asked[0],)

    @Slot()
    def _on_wanted(self) -> None:
        if self._workspace.run.snapshot is None or not self._workspace.run.snapshot.progress.m:
            self._workspace.problem_found.emit("A worksheet is made from a step: take one first.")
            return
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Write a worksheet", str(self._folders.of("worksheet") / "worksheet.pdf"), "PDF (*.pdf)"
        )
        if name:
            file = Path(name) if name.lower().endswith(".pdf") else Path(f"{name}.pdf")
            self._folders.remember("worksheet", file.parent)
            self._asked = SheetOfStep(self._workspace.selection.example), file
            self._workspace.run.refresh()

    @Slot(object)
    def _on_figures_ready(self, snapshot: Snapshot) -> None:
        if self._asked is None or (sheet := snapshot.get(self._asked[0])) is None:
            return
        (_, file), self._asked = self._asked, None
        if not isinstance(sheet, Worksheet):
            self._workspace.problem_found.emit(f"No worksheet: {sheet}.")
            return
        try:
            write_worksheet(sheet, file)
        except OSError as error:
            self._workspace.problem_found.emit(f"{file} cannot be written ({error.strerror}): choose another folder.")
        else:
            self._workspace.noted.emit(f"Wrote {file.name}: questions and key")
