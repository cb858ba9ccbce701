"""The equations of the chosen layer, each with the shapes that it has in the present step."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lab.core.explain.cell import superscript
from lab.experiment.equations import Equation, equations
from lab.experiment.explanation_text import explanation_text
from lab.experiment.matrices import MATRICES
from lab.experiment.readings.cell import ExplainedCell
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.stack import stack_rows
from lab.gui.panels.viewer_panel import ViewerPanel, same_basis
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.elided_label import ElidedLabel
from lab.gui.widgets.fields.scrolled import Scrolled
from lab.gui.widgets.fields.segmented import Segmented
from lab.gui.widgets.matrix.equation_row import EquationRow
from lab.gui.workspace.workspace import Workspace

_NO_STEP = "no step yet"
_HOW = "Click a cell of the matrix in the inspector to see the sum that it is."


def _no_sum(cell: ExplainedCell) -> str:
    place = f"{MATRICES[cell.matrix].symbol}{superscript(cell.layer + 1)}[{cell.row}, {cell.column}]"
    return f"{place} is no sum in this step: it has no such cell, or no step has made it yet."


class EquationsPanel(ViewerPanel):
    """Lists forward, error, gradients and update of one layer; choosing one shows its matrix."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.title = ElidedLabel(60)
        set_role(self.title, "title")
        self.step = ElidedLabel(60, "step 99 999 · batch 99 of 99")
        self.step.setText(_NO_STEP)
        self.step.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self.step, "chip")
        self.step.setToolTip("The step that all matrices and shapes on show belong to")
        self.form = Segmented()
        self.form.set_items(["m examples", "1 example"], ["An example a row", "The example as a column"])
        self.form.setToolTip("Write the equations for a batch, an example a row, or for one example as a column")
        self.sum = QLabel(_HOW)
        self.sum.setWordWrap(True)
        self.sum.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sum.setAccessibleName("The chosen cell as a sum")
        set_role(self.sum, "dim small")
        self._rows: list[EquationRow] = []
        self._shown: tuple[list[Equation], int] = ([], -1)
        self._basis: tuple[object, ...] = ()
        """What the equations on show were made from: they are the same for nearly every picture."""
        self._lay_out()
        self.form.current_changed.connect(self._on_form_chosen)
        workspace.selection.matrix_changed.connect(self._on_matrix_changed)
        workspace.selection.form_changed.connect(self._on_form_changed)
        workspace.selection.cell_changed.connect(self._on_cell_changed)
        workspace.draft.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.step)
        head.addWidget(self.form)  # at the end, so that it stays where it is as the number of the step grows
        inner = QWidget()
        inner.setObjectName("equations")
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(1)
        self._list.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addLayout(head)
        equations = Scrolled(inner)
        equations.scroll_sideways(260)
        layout.addWidget(equations, 1)
        box = QFrame()
        box.setProperty("role", "outline")
        inside = QVBoxLayout(box)
        inside.setContentsMargins(9, 6, 9, 6)
        inside.addWidget(self.sum)
        layout.addWidget(box)

    # what it shows of the run

    def _chosen_cell(self) -> ExplainedCell | None:
        chosen = self._workspace.selection
        if chosen.cell is None:
            return None
        return ExplainedCell(chosen.layer, chosen.matrix, *chosen.cell, chosen.one_example)

    def readings(self) -> Iterable[AnyReading]:
        """Return the chosen cell, where there is one."""
        cell = self._chosen_cell()
        return () if cell is None else (cell,)

    def show_figures(self, snapshot: Snapshot) -> None:
        """Show the step, the shapes of its batch and the chosen cell as a sum."""
        at = snapshot.progress
        text = f"step {count_text(at.step)} · batch {at.batch} of {at.batches}"
        self.step.setText(text if at.step else _NO_STEP)
        cell = self._chosen_cell()
        explanation = None if cell is None else snapshot.get(cell)
        if explanation is not None:
            self._say(explanation_text(explanation), "mono")
        else:
            self._say(_HOW if cell is None or not at.step else _no_sum(cell), "dim small")
        self._refresh()

    def clear(self) -> None:
        """Show the equations of the new run, and no numbers yet."""
        self.step.setText(_NO_STEP)
        self._say(_HOW, "dim small")
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    # what is chosen

    @Slot()
    def _on_cell_changed(self) -> None:
        if self._workspace.selection.cell is None:
            self._say(_HOW, "dim small")
        self._run.refresh()

    def _say(self, text: str, role: str) -> None:
        self.sum.setText(text)
        set_role(self.sum, role)

    @Slot(int)
    def _on_form_chosen(self, index: int) -> None:
        self._workspace.selection.choose_form(index == 1)

    @Slot(bool)
    def _on_form_changed(self, one_example: bool) -> None:
        self.form.set_current(int(one_example))
        self._run.refresh()
        self._refresh()

    @Slot(int, str)
    def _on_matrix_changed(self, _layer: int, _matrix: str) -> None:
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        workspace = self._workspace
        experiment, facts = workspace.shown, workspace.run.facts or workspace.draft.facts
        if facts is None:
            return
        layer = min(workspace.selection.layer, len(experiment.layers) - 1)
        snapshot = workspace.run.snapshot
        m = (snapshot.progress.m if snapshot is not None else 0) or experiment.training.batch_size
        chosen = workspace.selection
        basis = (experiment, facts, layer, m, chosen.one_example, chosen.matrix)
        if same_basis(basis, self._basis):
            return
        self._basis = basis
        stack = stack_rows(experiment, facts.dataset.inputs, facts.dataset.classes)
        wanted = equations(experiment, stack, layer, m, workspace.selection.one_example)
        if self._shown != (wanted, layer):
            self._shown = (wanted, layer)
            self.title.setText(f"EQUATIONS · LAYER {layer + 1} OF {len(experiment.layers)}")
            self._show(wanted)
        for row, equation in zip(self._rows, wanted, strict=True):
            row.set_selected(equation.matrix == workspace.selection.matrix)

    def _show(self, wanted: list[Equation]) -> None:
        while len(self._rows) > len(wanted):
            row = self._rows.pop()
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self._rows) < len(wanted):
            row = EquationRow()
            row.chosen.connect(partial(self._choose, len(self._rows)))
            self._list.insertWidget(len(self._rows), row)
            self._rows.append(row)
        for number, (row, equation) in enumerate(zip(self._rows, wanted, strict=True), start=1):
            row.set_equation(f"{number} {equation.name}", equation.formula, equation.shapes, equation.note)

    def _choose(self, row: int) -> None:
        matrix = self._shown[0][row].matrix
        if matrix is not None:
            self._workspace.selection.choose(self._shown[1], matrix)
