"""The gradient check: backprop's gradients beside differences of the loss, how far apart they are, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lab.core.explain.matrices import MATRICES
from lab.gui.theme import set_role
from lab.gui.widgets.curves.curve_plot import CurvePlot
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.short_button import ShortButton
from lab.gui.widgets.fields.two_parts import TwoParts, part_of
from lab.gui.widgets.matrix.sampled_heatmap import SampledHeatmap
from lab.gui.widgets.rows.row_model import LeadColumn, RowLabels
from lab.gui.widgets.rows.row_table import RowTable
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.experiment.gradient_report import GradientReport, ParameterCheck

_NOTHING = "Nothing is checked yet: choose what to check. Training goes on meanwhile."
_COLUMNS = ("backprop", "differences", "relative error")


class GradientPanel(QWidget):
    """Starts and cancels checks, and shows the report of the last one."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._checking = workspace.checking
        self._shown: GradientReport | None = None
        self._check: ParameterCheck | None = None
        self.check_shown = ShortButton("Check the shown matrix", "Shown matrix")
        self.check_all = ShortButton("Check all parameters", "All parameters")
        self.every_cell = QCheckBox("Every cell")
        self.cancel = QPushButton("Cancel")
        self.progress = QProgressBar()
        self.verdict, self.facts, self.cell = QLabel(), QLabel(), QLabel()
        self.parameter = choice_box()
        self.heatmap = SampledHeatmap("a slope jumps within reach: left out")
        self.table = RowTable()
        self.curve = CurvePlot()
        self._lay_out()
        self._connect()
        self._show_state()

    def _lay_out(self) -> None:
        set_role(self.verdict, "strong")
        set_role(self.facts, "dim small")
        set_role(self.cell, "mono")
        for label in (self.verdict, self.facts, self.cell):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.cell.setAccessibleName("The chosen cell in numbers")
        self.verdict.setAccessibleName("Verdict")
        self.every_cell.setToolTip("Checks every cell of a large matrix too, not some of its rows and columns")
        self.check_shown.setToolTip("Compares the gradient of the parameter that the inspector shows")
        self.check_all.setToolTip("Compares the gradients of every W, b and other parameter of the network")
        self.cancel.setToolTip("Lets go of the check; the last report stays")
        self.progress.setAccessibleName("Progress of the check")
        self.progress.setMaximumHeight(14)
        self.progress.setTextVisible(False)
        self.heatmap.setAccessibleName("Relative errors as a picture")
        self.heatmap.setMinimumSize(120, 90)
        self.table.setAccessibleName("Both gradients of each cell")
        self.table.setMinimumSize(270, 110)
        self.curve.setAccessibleName("Relative error of the worst cell against the step")
        self.curve.setMinimumHeight(180)
        self.curve.set_series("error", "relative error of the worst cell", "train", 2)
        self.curve.set_axis_names("log₁₀ ε", "")
        self.curve.set_log(True)
        self.parameter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.parameter.setAccessibleName("Parameter")
        self.parameter.setToolTip("Whose cells are shown, with the largest relative error of each")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addWidget(self._head())
        layout.addWidget(self.verdict)
        layout.addWidget(self.facts)
        layout.addLayout(self._results(), 1)

    def _head(self) -> QWidget:
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        buttons, course = (self.check_shown, self.check_all), (self.every_cell, self.progress, self.cancel)
        return TwoParts(part_of(buttons), part_of(course, filling=self.progress), (0, 1))

    def _results(self) -> QGridLayout:
        title = QLabel("Relative error against the step ε: rounding at the left, the curve of L at the right")
        set_role(title, "dim small")
        title.setWordWrap(True)
        grid = QGridLayout()
        grid.addWidget(self.parameter, 0, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(TwoParts(self.heatmap, self.table, (2, 3)), 1, 0, 1, 2)
        for row, widget in enumerate((self.cell, title, self.curve), start=2):
            grid.addWidget(widget, row, 0, 1, 2)
        for widget in (self.heatmap, self.table, self.curve):  # they take what there is, and the page does not scroll
            widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        grid.setRowStretch(1, 1)
        grid.setRowStretch(4, 1)
        return grid

    def _connect(self) -> None:
        self.check_shown.clicked.connect(self._on_check_shown)
        self.check_all.clicked.connect(self._on_check_all)
        self.cancel.clicked.connect(self._checking.cancel)
        self._checking.changed.connect(self._show_state)
        self._workspace.selection.matrix_changed.connect(self._on_matrix_changed)
        self.parameter.activated.connect(self._on_parameter_activated)
        self.heatmap.cell_chosen.connect(self._on_cell_chosen)
        self.table.clicked.connect(self._on_row_chosen)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_chosen)

    # what the user does

    @Slot()
    def _on_check_shown(self) -> None:
        self._workspace.check_gradient(shown_only=True, every_cell=self.every_cell.isChecked())

    @Slot()
    def _on_check_all(self) -> None:
        self._workspace.check_gradient(every_cell=self.every_cell.isChecked())

    @Slot(int, str)
    def _on_matrix_changed(self, _layer: int, _matrix: str) -> None:
        self._show_state()

    @Slot(int)
    def _on_parameter_activated(self, place: int) -> None:
        if self._shown is not None:
            self._show_check(self._shown.checks[place])

    @Slot(int, int)
    def _on_cell_chosen(self, row: int, column: int) -> None:
        if self._check is not None:
            self._show_cell(row * len(self._check.columns) + column)

    @Slot(QModelIndex)
    @Slot(QModelIndex, QModelIndex)
    def _on_row_chosen(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        if self._check is not None and 0 <= index.row() < len(self._order):
            self._show_cell(int(self._order[index.row()]))

    # what is shown

    @Slot()
    def _show_state(self) -> None:
        checking, parameter = self._checking, self._workspace.shown_parameter
        if parameter is None:
            self.check_shown.set_texts("Check the shown matrix", "Shown matrix")
        else:
            layer, name = parameter
            symbol = MATRICES[f"d{name}"].at(layer + 1)
            self.check_shown.set_texts(f"Check {symbol}", symbol)
        self.check_shown.setEnabled(parameter is not None)
        done, total = checking.progress
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        for widget in (self.progress, self.cancel):
            widget.setVisible(checking.is_under_way)
        if checking.report is not self._shown or checking.report is None:
            self._show_report(checking.report)

    def _show_report(self, report: GradientReport | None) -> None:
        self._shown = report
        self.parameter.clear()
        for widget in (self.parameter, self.heatmap, self.table, self.curve, self.cell):
            widget.setEnabled(report is not None)
        if report is None:
            self.verdict.setText(_NOTHING)
            set_role(self.verdict, "strong")
            self.facts.setText("In float64, with the weights, the batch and the dropout masks of the step on show.")
            self.cell.setText("")
            self.heatmap.set_sample(None)
            self.curve.clear()
            self._check = None
            self.table.set_rows(np.zeros((0, 3)), np.zeros(0, np.int64), _COLUMNS)
            return
        self.verdict.setText(report.verdict)
        set_role(self.verdict, "ok" if report.agrees and report.worst else "error")
        left = "; pink: a slope jumps within reach, so a difference means nothing" if report.kinks else ""
        cells = f"{count_text(report.cells)} cells compared in float64"
        self.facts.setText(f"Step {count_text(report.step)}, {report.m} examples, {cells}{left}")
        for check in report.checks:
            self.parameter.addItem(f"{check.symbol}   {check.error_text}")
        self._show_curve(report)
        chosen = report.checks[0] if report.worst is None else report.worst[0]
        self.parameter.setCurrentIndex(report.checks.index(chosen))
        self._show_check(chosen)

    def _show_curve(self, report: GradientReport) -> None:
        from lab.experiment.gradient_report import CURVE_EPSILONS

        self.curve.clear()
        if len(report.curve):
            order = np.argsort(CURVE_EPSILONS)
            self.curve.set_points("error", np.log10(CURVE_EPSILONS[order]), report.curve[order])
            used = float(np.log10(report.checks[0].found.epsilon))
            self.curve.set_notes(((used, "the step of the check"),))

    def _show_check(self, check: ParameterCheck) -> None:
        self._check = check
        found = check.found
        self.heatmap.set_axis_names(*(("", "units") if len(check.shape) == 1 else ("inputs", "units")))
        self.heatmap.set_sample(check.errors, check.rows, check.columns)
        errors = np.where(found.kink, np.nan, found.relative_error)
        self._order = np.argsort(-np.where(np.isnan(errors), -1.0, errors), kind="stable")
        values = np.column_stack([found.analytic, found.numeric, errors])
        names = tuple(check.cell_text(number) for number in range(len(values)))
        lead = LeadColumn("cell", "A cell of the gradient", self._order, names)
        labels = RowLabels(np.arange(1, len(values) + 1), lambda place: names[int(self._order[place])])
        self.table.set_rows(values, self._order, _COLUMNS, (lead,), labels)
        self._show_cell(int(self._order[0]))

    def _show_cell(self, number: int) -> None:
        """Write out how both gradients of a cell come about, and mark it in the picture."""
        from lab.experiment.gradient_report import explained

        check = self._check
        assert check is not None
        self.heatmap.set_cursor(*divmod(number, len(check.columns)))
        self.cell.setText(explained(check, number))
