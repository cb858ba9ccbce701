"""The curves of a run: training and validation loss by step, and the validation accuracy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from lab.experiment.readings.losses import LossesAfter
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.training.faults import Finding
from lab.experiment.training.history import EpochRecord
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.widgets.curves.smoothing import Smoothing
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.gui.widgets.curves.curve_plot import CurvePlot


class CurvesPanel(ViewerPanel):
    """Draws what a run has shown so far; asks only for the steps and epochs that it has not seen yet.

    The plots are made just after the panel was first painted: the library below them takes long to load, and the
    window is there sooner without it.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._plots: tuple[CurvePlot, CurvePlot] | None = None
        self._forget()
        workspace.run.edited.connect(self._on_edits_changed)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(8, 6, 8, 6)

    def _forget(self) -> None:
        self._steps = self._epochs = 0
        """How much of the run has come."""
        self._records: tuple[EpochRecord, ...] = ()
        """Epochs that are not drawn yet."""
        self._smoothing = Smoothing()
        self._findings: tuple[Finding, ...] = ()
        """The faults that are marked."""

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
            loss.set_series("train", "Training (smoothed)", "train", width=2)
            loss.set_series("validation", "Validation loss", "validation", width=2)
            loss.setAccessibleName("Loss curves")
            self._name_score(accuracy)
            self._layout.addWidget(loss, 3)
            self._layout.addWidget(accuracy, 2)
            self._turn()
            self._on_edits_changed()
        return self._plots

    def _name_score(self, plot: CurvePlot) -> None:
        experiment = self._workspace.shown
        name = "R²" if experiment.data.is_regression else "Accuracy"
        plot.set_axis_names("Epoch", name)
        plot.set_series("validation", f"Validation {name if name == 'R²' else 'accuracy'}", "validation", width=2)
        plot.setAccessibleName(f"{name} curve")

    def minimumSizeHint(self) -> QSize:
        """Return what the plots need one above the other: a panel that is wider has them side by side."""
        least = super().minimumSizeHint()
        margins = self._layout.contentsMargins()
        widest = max((plot.minimumSizeHint().width() for plot in self._plots or ()), default=0)
        return QSize(widest + margins.left() + margins.right(), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """Lay the plots side by side where there is room, else one above the other."""
        widths = [plot.minimumSizeHint().width() for plot in self._plots or ()]
        margins = self._layout.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._layout.spacing()
        beside = QBoxLayout.Direction.LeftToRight if sum(widths) <= room else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(beside)

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
        return LossesAfter(self._steps, self._epochs)

    @Slot()
    def _on_edits_changed(self) -> None:
        """Mark the edits, and show what the last undo or reset took away as a pale line."""
        overview = self._workspace.run.overview
        if self._plots is None or overview is None:
            return
        loss, _ = self._plots
        self._mark()
        taken = overview.taken[-1] if overview.taken else None
        if taken is None:
            loss.remove_series("taken")
            return
        loss.set_series("taken", "Taken away", "dim", dim=True)
        first = taken.step + 1
        loss.set_points("taken", np.arange(first, first + len(taken.losses), dtype=np.float64), taken.losses)

    def _mark(self) -> None:
        """Mark the edits, and the steps at which a fault of the gradients began to show."""
        overview, shown = self._workspace.run.overview, self._workspace.run.snapshot
        marks = () if overview is None else tuple((float(step), name) for step, name in overview.marks)
        self._findings = () if shown is None else shown.progress.findings
        faults = tuple((float(finding.step), finding.sentence) for finding in self._findings)
        self.loss.set_notes((*marks, *faults))

    def clear(self) -> None:
        """Empty the curves, and name the score that the new run has."""
        self._forget()
        if self._plots is not None:
            self._name_score(self._plots[1])
            for plot in self._plots:
                plot.clear()
            self._on_edits_changed()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Lengthen the curves of steps by what has come since the last snapshot."""
        new = snapshot.get(self._unseen())
        if self._plots is None or new is None or not len(new.losses):
            return
        loss = self._plots[0]
        steps = np.arange(self._steps + 1, self._steps + len(new.losses) + 1, dtype=np.float64)
        self._steps += len(new.losses)
        self._epochs += len(new.epochs)
        self._records += new.epochs
        self._append_smoothed(loss, new.losses)
        loss.append_points("batch", steps, new.losses)

    def show_figures(self, snapshot: Snapshot) -> None:
        """Lengthen the curves of epochs, of which a small set has dozens a second, and mark new faults."""
        if self._plots is not None and snapshot.progress.findings != self._findings:
            self._mark()
        if self._plots is None or not self._records:
            return
        loss, accuracy = self._plots
        records, self._records = self._records, ()
        loss.append_points("validation", [r.step for r in records], [r.validation_loss for r in records])
        accuracy.append_points("validation", [r.epoch for r in records], [r.validation_score for r in records])

    def _append_smoothed(self, plot: CurvePlot, losses: NDArray[np.float64]) -> None:
        smoothing = self._smoothing
        length, windows = smoothing.length, len(smoothing.means)
        smoothing.append(losses)
        if smoothing.length == length:
            plot.append_points("train", smoothing.middles()[windows:], smoothing.means[windows:])
        else:  # two windows each have become one
            plot.set_points("train", smoothing.middles(), smoothing.means)
