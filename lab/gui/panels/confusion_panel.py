"""Which class is taken for which, on the validation examples at the end of the last epoch."""

from collections.abc import Iterable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.experiment.readings.confusion import ConfusionCounts
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.widgets.matrix.confusion_matrix import ConfusionMatrix
from lab.gui.workspace.workspace import Workspace

_COUNTS = ConfusionCounts()


class ConfusionPanel(ViewerPanel):
    """Shows the confusion matrix of the run's last epoch."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.matrix = ConfusionMatrix()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addWidget(self.matrix)

    def readings(self) -> Iterable[AnyReading]:
        """Return the counts of the last epoch's end."""
        return (_COUNTS,)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the counts with the names of the classes."""
        counts = snapshot.get(_COUNTS)
        if counts is not None and self._run.facts is not None:
            self.matrix.set_counts(counts, list(self._run.facts.dataset.class_names))

    def clear(self) -> None:
        """Show no counts."""
        self.matrix.set_counts(None, [])
