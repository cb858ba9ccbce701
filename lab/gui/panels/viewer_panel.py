"""The base of panels that show something of the run: asks for what they need while they are visible."""

from collections.abc import Iterable

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.gui.workspace.workspace import Workspace


class ViewerPanel(QWidget):
    """A view of the run: override `readings`, `show_snapshot` and `clear`. Hidden it asks for nothing.

    `show_snapshot` gets every snapshot that comes while the panel is visible, `clear` is called when a run begins.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._run = workspace.run
        self._run.add_viewer(self._needed)
        self._run.started.connect(self._on_run_started)
        self._run.snapshot_ready.connect(self._on_snapshot_ready)

    def readings(self) -> Iterable[AnyReading]:
        """Return what the panel needs to know of the run now."""
        return ()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the answers; one that is missing was not asked for yet, or comes with a later snapshot."""

    def clear(self) -> None:
        """Show nothing of the run that was: another one begins."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run.refresh()  # hidden it asked for nothing, and the run may stand still

    def _needed(self) -> Iterable[AnyReading]:
        return self.readings() if self.isVisible() else ()

    @Slot()
    def _on_run_started(self) -> None:
        self.clear()

    @Slot(object)
    def _on_snapshot_ready(self, snapshot: Snapshot) -> None:
        if self.isVisible():
            self.show_snapshot(snapshot)
