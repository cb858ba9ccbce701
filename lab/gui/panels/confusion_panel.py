"""Which class is taken for which, on the validation examples at the end of the last epoch."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.experiment.snapshot import Request, Snapshot
from lab.gui.widgets.matrix.confusion_matrix import ConfusionMatrix
from lab.gui.workspace.workspace import Workspace


class ConfusionPanel(QWidget):
    """Shows the confusion matrix of the run's last epoch."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = workspace.run
        self.matrix = ConfusionMatrix()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addWidget(self.matrix)
        self._run.add_viewer(self._wanted)
        self._run.started.connect(self._on_started)
        self._run.snapshot_ready.connect(self._on_snapshot_ready)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run.refresh()  # hidden it asked for nothing, and the run may stand still

    def _wanted(self) -> Request | None:
        return Request(confusion=True) if self.isVisible() else None

    @Slot()
    def _on_started(self) -> None:
        self.matrix.set_counts(None, [])

    @Slot(object)
    def _on_snapshot_ready(self, snapshot: Snapshot) -> None:
        if snapshot.confusion is not None and self._run.facts is not None:
            self.matrix.set_counts(snapshot.confusion, list(self._run.facts.dataset.class_names))
