"""The curves of a run: training and validation loss by step, and the validation accuracy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lab.experiment.readings.losses import LossesAfter
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.gui.widgets.curves.curve_plot import CurvePlot

_WINDOWS = 32
"""At least that many means make up the smoothed curve, so that it keeps the shape of the run."""


class CurvesPanel(ViewerPanel):
    """Draws what a run has shown so far; asks only for the steps and epochs that it has not seen yet.

    The plots are made just after the panel was first painted: the library below them takes long to load, and the
    window is there sooner without it.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._plots: tuple[CurvePlot, CurvePlot] | None = None
        self._forget()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(8, 6, 8, 6)

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

    def readings(self) -> Iterable[AnyReading]:
        """Return the losses that are not drawn yet."""
        return () if self._plots is None else (self._unseen(),)

    def _unseen(self) -> LossesAfter:
        return LossesAfter(len(self._losses), len(self._epochs))

    def clear(self) -> None:
        """Empty the curves, and name the score that the new run has."""
        self._forget()
        if self._plots is not None:
            self._name_score(self._plots[1])
        self._draw()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Lengthen the curves by what has come since the last snapshot."""
        new = snapshot.get(self._unseen())
        if new is None or not len(new.losses):
            return
        self._losses = np.concatenate([self._losses, new.losses])
        if new.epochs:
            rows = [(r.epoch, r.step, r.validation_loss, r.validation_score) for r in new.epochs]
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
