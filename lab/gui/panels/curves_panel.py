"""The curves of a run: training and validation loss by step, and the validation accuracy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lab.experiment.snapshot import Request, Snapshot
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.gui.widgets.curves.curve_plot import CurvePlot

_WINDOWS = 32
"""At least that many means make up the smoothed curve, so that it keeps the shape of the run."""


class CurvesPanel(QWidget):
    """Draws what a run has shown so far; asks only for the steps and epochs that it has not seen yet.

    The plots are made just after the panel was first painted: the library below them takes long to load, and the
    window is there sooner without it.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._run = workspace.run
        self._plots: tuple[CurvePlot, CurvePlot] | None = None
        self._forget()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(8, 6, 8, 6)
        workspace.run.add_viewer(self._wanted)
        workspace.run.started.connect(self._on_started)
        workspace.run.snapshot_ready.connect(self._on_snapshot_ready)

    def _forget(self) -> None:
        self._losses: NDArray[np.float64] = np.empty(0)
        self._epochs: NDArray[np.float64] = np.empty((0, 4))
        """epoch, step, validation loss and accuracy, a row an epoch"""

    @property
    def loss(self) -> CurvePlot:
        """The losses by step."""
        return self._made()[0]

    @property
    def accuracy(self) -> CurvePlot:
        """The validation accuracy by epoch."""
        return self._made()[1]

    def _made(self) -> tuple[CurvePlot, CurvePlot]:
        if self._plots is None:
            from lab.gui.widgets.curves.curve_plot import CurvePlot

            loss, accuracy = self._plots = CurvePlot(), CurvePlot()
            loss.set_axis_names("Step", "Loss per example")
            loss.set_log(True)
            loss.set_series("batch", "Batch loss", "train", dim=True)
            loss.set_series("train", "Training loss (smoothed)", "train", width=2)
            loss.set_series("validation", "Validation loss", "validation", width=2)
            loss.setAccessibleName("Loss curves")
            self._name_score(accuracy)
            self._layout.addWidget(loss, 3)
            self._layout.addWidget(accuracy, 2)
        return self._plots

    def _name_score(self, plot: CurvePlot) -> None:
        experiment = self._workspace.shown
        name = "R²" if experiment.data.is_regression else "Accuracy"
        plot.set_axis_names("Epoch", name)
        plot.set_series("validation", f"Validation {name if name == 'R²' else 'accuracy'}", "validation", width=2)
        plot.setAccessibleName(f"{name} curve")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._plots is None:
            QTimer.singleShot(0, self, self._on_painted)

    @Slot()
    def _on_painted(self) -> None:
        self._made()
        self._run.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run.refresh()  # hidden it asked for nothing, and the run may stand still

    def _wanted(self) -> Request | None:
        if self._plots is None or not self.isVisible():
            return None
        return Request(since=len(self._losses), since_epoch=len(self._epochs))

    @Slot()
    def _on_started(self) -> None:
        self._forget()
        if self._plots is not None:
            self._name_score(self._plots[1])
        self._draw()

    @Slot(object)
    def _on_snapshot_ready(self, snapshot: Snapshot) -> None:
        seen = (snapshot.since, snapshot.since_epoch)
        if snapshot.losses is None or not len(snapshot.losses) or seen != (len(self._losses), len(self._epochs)):
            return
        self._losses = np.concatenate([self._losses, snapshot.losses])
        if snapshot.epochs:
            rows = [(r.epoch, r.step, r.validation_loss, r.validation_score) for r in snapshot.epochs]
            self._epochs = np.concatenate([self._epochs, np.array(rows, float)])
        self._draw()

    def _draw(self) -> None:
        if self._plots is None:
            return
        epoch, step, loss, accuracy = self._epochs.T
        self.loss.set_points("batch", np.arange(1, len(self._losses) + 1, dtype=float), self._losses)
        self.loss.set_points("train", *smoothed(self._losses))
        self.loss.set_points("validation", step, loss)
        self.accuracy.set_points("validation", epoch, accuracy)


def smoothed(losses: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return means over windows of the losses, and the steps (from 1) at the middle of each.

    Windows are as long as a power of two, so that those that are complete stay what they were while a run grows; each
    is averaged on its own, so that one enormous loss does not blot out all that follow.
    """
    length = 1 << max(0, (len(losses) // _WINDOWS).bit_length() - 1)
    complete = len(losses) // length
    means: NDArray[np.float64] = losses[: complete * length].reshape(complete, length).mean(axis=1)
    return np.arange(complete, dtype=np.float64) * length + (length + 1) / 2, means
