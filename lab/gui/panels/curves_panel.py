"""The curves of a run: training and validation loss by step, and the validation accuracy."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lab.experiment.history import EpochRecord
from lab.experiment.snapshot import Request, Snapshot
from lab.gui.widgets.curve_plot import CurvePlot
from lab.gui.workspace.workspace import Workspace

_WINDOWS = 32
"""At least that many means make up the smoothed curve, so that it keeps the shape of the run."""


class CurvesPanel(QWidget):
    """Draws what a run has shown so far; asks only for the steps that it has not seen yet."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = workspace.run
        self._losses: NDArray[np.float64] = np.empty(0)
        self.loss = CurvePlot()
        self.loss.set_axis_names("Step", "Loss per example")
        self.loss.set_log(True)
        self.loss.set_series("batch", "Batch loss", "train", dim=True)
        self.loss.set_series("train", "Training loss (smoothed)", "train", width=2)
        self.loss.set_series("validation", "Validation loss", "validation", width=2)
        self.loss.setAccessibleName("Loss curves")
        self.accuracy = CurvePlot()
        self.accuracy.set_axis_names("Epoch", "Accuracy")
        self.accuracy.set_series("validation", "Validation accuracy", "validation", width=2)
        self.accuracy.setAccessibleName("Accuracy curve")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addWidget(self.loss, 3)
        layout.addWidget(self.accuracy, 2)
        workspace.run.add_viewer(self._wanted)
        workspace.run.started.connect(self._on_started)
        workspace.run.snapshot_ready.connect(self._on_snapshot_ready)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run.refresh()  # hidden it asked for nothing, and the run may stand still

    def _wanted(self) -> Request | None:
        return Request(since=len(self._losses)) if self.isVisible() else None

    @Slot()
    def _on_started(self) -> None:
        self._losses = np.empty(0)
        for name in ("batch", "train", "validation"):
            self.loss.set_points(name, np.empty(0), np.empty(0))
        self.accuracy.set_points("validation", np.empty(0), np.empty(0))

    @Slot(object)
    def _on_snapshot_ready(self, snapshot: Snapshot) -> None:
        if snapshot.losses is None or snapshot.since != len(self._losses):
            return
        if not len(snapshot.losses):
            return
        self._losses = np.concatenate([self._losses, snapshot.losses])
        steps = np.arange(1, len(self._losses) + 1, dtype=float)
        self.loss.set_points("batch", steps, self._losses)
        self.loss.set_points("train", *smoothed(self._losses))
        self._show_epochs(snapshot.epochs)

    def _show_epochs(self, epochs: tuple[EpochRecord, ...]) -> None:
        steps = np.array([record.step for record in epochs], float)
        self.loss.set_points("validation", steps, np.array([record.validation_loss for record in epochs]))
        numbers = np.array([record.epoch for record in epochs], float)
        accuracies = np.array([record.validation_accuracy for record in epochs])
        self.accuracy.set_points("validation", numbers, accuracies)


def smoothed(losses: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return means over windows of the losses, and the steps (from 1) at the middle of each.

    Windows are as long as a power of two, so that those that are complete stay what they were while a run grows; each
    is averaged on its own, so that one enormous loss does not blot out all that follow.
    """
    length = 1 << max(0, (len(losses) // _WINDOWS).bit_length() - 1)
    complete = len(losses) // length
    means: NDArray[np.float64] = losses[: complete * length].reshape(complete, length).mean(axis=1)
    return np.arange(complete, dtype=np.float64) * length + (length + 1) / 2, means
