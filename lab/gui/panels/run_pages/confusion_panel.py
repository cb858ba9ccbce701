"""Which class is taken for which: on which part of the data, and by the network of which epoch."""

from collections.abc import Iterable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.experiment.readings.confusion import ConfusionCounts
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.matrix.confusion_matrix import ConfusionMatrix
from lab.gui.workspace.workspace import Workspace

_COUNTS = ConfusionCounts()


class ConfusionPanel(ViewerPanel):
    """Shows the confusion matrix of the run's last epoch, or of the weights that early stopping brought back."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.matrix = ConfusionMatrix()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addWidget(self.matrix)

    def readings(self) -> Iterable[AnyReading]:
        """Return the counts."""
        return (_COUNTS,)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the counts with the names of the classes."""
        found = snapshot.get(_COUNTS)
        if found is None or self._run.facts is None:
            self.clear()
            return
        when = f"epoch {count_text(found.epoch)}" + (", brought back by early stopping" if found.is_put_back else "")
        names = list(self._run.facts.dataset.class_names)
        self.matrix.set_counts(found.counts, names, f"{found.part} part, {when}")

    def clear(self) -> None:
        """Show no counts."""
        self.matrix.set_counts(None, [])
