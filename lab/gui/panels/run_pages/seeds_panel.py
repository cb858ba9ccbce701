"""Several seeds: the draft trained with each, their figures in a table, and their curves as a mean with a band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSplitter, QVBoxLayout, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.curves.curve_plot import CurvePlot
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.widgets.rows.row_model import LeadColumn, RowLabels
from lab.gui.widgets.rows.row_table import RowTable
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.sweep.seed_runs import SeedRun

_MOST = 1000
_USUAL = 10
_WIDE = 760
"""From this width on the curves have room beside the table."""
_NOTHING = "One seed says little: train the same stack with several, and see how far they lie apart."
_CURVES = (
    ("train_loss", "Training, mean ± sd", "train"),
    ("validation_loss", "Validation, mean ± sd", "validation"),
)


class SeedsPanel(QWidget):
    """Starts and cancels a sweep; shows what has come of it so far, and opens any of its runs."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._sweep = workspace, workspace.seeds
        self.count, self.run, self.cancel = WholeBox(2, _MOST), QPushButton(), QPushButton("Cancel")
        self.open = QPushButton("Open the chosen run")
        self.progress = QProgressBar()
        self.verdict, self.facts = QLabel(), QLabel()
        self.table, self.curve = RowTable(), CurvePlot()
        self._lay_out()
        self._name()
        self.count.setValue(_USUAL)
        self.count.valueChanged.connect(self._show_head)
        self.run.clicked.connect(self._on_run)
        self.cancel.clicked.connect(self._sweep.cancel)
        self.open.clicked.connect(self._on_open)
        self.table.doubleClicked.connect(self._on_open)
        self.table.selectionModel().currentChanged.connect(self._on_current_changed)
        self._sweep.changed.connect(self._show_state)
        workspace.draft.changed.connect(self._show_head)
        self._show_state()

    def _lay_out(self) -> None:
        label = QLabel("Seeds")
        label.setBuddy(self.count)
        set_role(label, "dim")
        head = QHBoxLayout()
        for widget in (label, self.count, self.run):
            head.addWidget(widget)
        head.addWidget(self.progress, 1)
        head.addWidget(self.cancel)
        head.addStretch(0)
        head.addWidget(self.open)
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.progress.setMaximumHeight(14)
        set_role(self.verdict, "strong")
        set_role(self.facts, "dim small")
        both = self._both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(self.table)
        both.addWidget(self.curve)
        both.setStretchFactor(0, 1)
        both.setStretchFactor(1, 1)
        both.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        for text in (self.verdict, self.facts):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(text)
        layout.addWidget(both, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = event.size().width() >= _WIDE
        self._both.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)

    def _name(self) -> None:
        self.count.setAccessibleName("Number of seeds")
        self.count.setToolTip("From the experiment's own seed on; it decides split, first weights, order and dropout")
        self.run.setToolTip(
            "Trains the experiment as it is set now from its start, each seed in a process of low priority"
        )
        self.cancel.setToolTip("Ends the processes; the seeds that are done stay")
        self.open.setToolTip("Goes on with that seed's run in this window; undo brings the present one back")
        self.progress.setAccessibleName("Seeds that are done")
        self.table.setAccessibleName("Figures of each seed")
        self.table.verticalHeader().hide()
        self.table.setMinimumSize(260, 110)
        self.curve.setMinimumHeight(150)
        self.curve.setAccessibleName("Losses over the seeds: mean, and a band of one standard deviation")
        self.curve.set_axis_names("Epoch", "Loss per example")
        for figure, title, role in _CURVES:
            self.curve.set_series(figure, title, role, width=2)

    # what the user does

    @Slot()
    def _on_run(self) -> None:
        self._sweep.begin(self.count.value())

    @Slot()
    @Slot(QModelIndex)
    def _on_open(self, _index: QModelIndex | None = None) -> None:
        run = self._chosen()
        if run is not None and run.kept is not None:
            self._workspace.open_run(run.kept)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._enable_open()

    def _chosen(self) -> SeedRun | None:
        row, runs = self.table.currentIndex().row(), self._sweep.runs
        return runs[row] if 0 <= row < len(runs) else None

    def _enable_open(self) -> None:
        run = self._chosen()
        self.open.setEnabled(run is not None and run.kept is not None)

    # what is shown

    @Slot()
    def _show_state(self) -> None:
        self._show_head()
        self._show_words()
        self._show_table()
        self._show_curves()
        self._enable_open()

    @Slot()
    def _show_head(self) -> None:
        sweep, reason = self._sweep, self._workspace.draft.problem()
        self.run.setText(f"Run {self.count.value()} seeds")
        self.run.setEnabled(not sweep.is_under_way and not reason)
        self.count.setEnabled(not sweep.is_under_way)
        for widget in (self.progress, self.cancel):
            widget.setVisible(sweep.is_under_way)
        self.progress.setRange(0, max(1, len(sweep.seeds)))
        self.progress.setValue(len(sweep.runs))

    def _show_words(self) -> None:
        sweep = self._sweep
        if not sweep.seeds:
            self.verdict.setText(_NOTHING)
            self.facts.setText("They train side by side, apart from the run in this window, which goes on.")
            return
        from lab.sweep.seed_table import TITLES, spread_text
        from lab.sweep.spread import spreads

        found = {name: spread for name, spread in spreads(sweep.runs).items() if not name.startswith("test")}
        told = [f"{TITLES[name]} {spread_text(spread)}" for name, spread in found.items()]
        self.verdict.setText("Median (range): " + ", ".join(told) if told else "No seed has come to its end yet.")
        failed = [f"seed {run.seed}: {run.problem}" for run in sweep.runs if run.report is None]
        which = (
            f"{sweep.name}, seeds {sweep.seeds[0]} to {sweep.seeds[-1]}: {len(sweep.runs)} of {len(sweep.seeds)} done"
        )
        self.facts.setText("; ".join([which, *failed]))

    def _show_table(self) -> None:
        sweep = self._sweep
        if not sweep.runs:  # columns are fitted when they come, to what is in them
            self.table.set_rows(np.zeros((0, 0)), np.zeros(0, np.int64), ())
            return
        score = "val_r2" if sweep.is_regression else "val_accuracy"
        names = ("val loss", "val R²" if sweep.is_regression else "val accuracy", "train loss", "epochs")
        fields = ("val_loss", score, "train_loss", "epochs")
        values = np.full((len(sweep.runs), len(fields)), np.nan)
        for row, run in enumerate(sweep.runs):
            if run.report is not None:
                values[row] = [getattr(run.report, field) for field in fields]
        rows = np.arange(len(sweep.runs))
        seeds = np.array([run.seed for run in sweep.runs], np.int64)
        lead = LeadColumn("seed", "The seed of the run", rows, tuple(str(seed) for seed in seeds))
        self.table.set_rows(values, rows, names, (lead,), RowLabels(seeds, lambda place: f"seed {seeds[place]}"))

    def _show_curves(self) -> None:
        for figure, _, role in _CURVES:
            found = self._sweep.band(figure)
            self.curve.set_points(figure, found.epoch, found.mean)
            if len(found.epoch):
                self.curve.set_band(figure, found.epoch, found.mean - found.spread, found.mean + found.spread, role)
            else:
                self.curve.remove_band(figure)
