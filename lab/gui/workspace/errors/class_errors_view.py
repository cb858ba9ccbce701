"""What a network confuses: the matrix, the ROC of every class, their figures, and the examples of a chosen cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from lab.experiment.class_errors import ClassErrors, rows_of_cell
from lab.gui.widgets.curves.plane_plot import Curve, PlanePlot
from lab.gui.widgets.fields.segmented import Segmented
from lab.gui.widgets.matrix.confusion_matrix import ConfusionMatrix
from lab.gui.widgets.rows.row_model import LeadColumn, RowLabels
from lab.gui.widgets.rows.row_table import RowTable
from lab.gui.workspace.example_rows import CLASS_ROLES, ExampleRows

if TYPE_CHECKING:
    from lab.data.dataset import Dataset
    from lab.experiment.readings.part_outputs import Outputs

_MOST_SHOWN: Final = 200
_ROOM: Final = QSize(520, 430)
_MACRO: Final = "mean (macro)"
_ASK: Final = "Choose a cell of the matrix: its examples are shown here, the surest first."
_FIGURES: Final = {
    "precision": "Of what was taken for the class, the share that is it: TP / (TP + FP)",
    "recall": "Of what is the class, the share that was recognised: TP / (TP + FN)",
    "F1": "The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN)",
    "AUC": "The chance that an example of the class gets a larger share of it than another one: 0.5 is a guess",
    "examples": "How many examples of the class the part has",
}


class ClassErrorsView(QWidget):
    """Shows the errors of a part; the chosen cell and class stay while new ones come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._outputs: Outputs | None = None
        self.matrix, self.roc = ConfusionMatrix(), PlanePlot()
        self.figures, self.which = RowTable(), Segmented()
        self.examples = ExampleRows("Examples of the chosen cell")
        self.beneath = QStackedWidget()
        self._lay_out()
        self.matrix.cell_chosen.connect(self._on_cell_chosen)
        self.which.current_changed.connect(self.beneath.setCurrentIndex)

    def _lay_out(self) -> None:
        self.which.set_items(
            ["Figures", "Examples"],
            ["Precision, recall, F1 and AUC of every class", "The examples that the chosen cell of the matrix counts"],
        )
        self.which.setAccessibleName("Beneath the matrix")
        self.figures.setAccessibleName("Figures of each class")
        self.roc.setAccessibleName("ROC of each class against the rest")
        self.roc.setToolTip(
            "For every threshold on a class's share: how many of the class pass it (up), how many others do (right). "
            "The nearer to the corner above the dashed diagonal of a guess, the better; AUC is the area beneath."
        )
        self.matrix.setMinimumSize(240, 200)
        self.beneath.addWidget(self.figures)
        self.beneath.addWidget(self.examples)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.matrix, 0, 0)
        layout.addWidget(self.roc, 0, 1)
        layout.addWidget(self.which, 1, 0)
        layout.addWidget(self.beneath, 2, 0, 1, 2)
        for column in range(2):
            layout.setColumnStretch(column, 1)
        layout.setRowStretch(0, 3)
        layout.setRowStretch(2, 2)

    def sizeHint(self) -> QSize:
        return QSize(_ROOM)

    def set_data(self, dataset: Dataset) -> None:
        """Begin with other data: nothing is known yet."""
        self._dataset, self._outputs = dataset, None
        self.matrix.set_counts(None, [])
        self.matrix.set_cursor(-1, -1)
        self.figures.set_rows(np.zeros((0, 0)), np.zeros(0, np.int64), ())
        self.roc.show_nothing("")
        self.examples.set_data(dataset)
        self.examples.caption.setText(_ASK)

    def show_outputs(self, outputs: Outputs, about: str) -> None:
        """Show the errors of a part; about: which part and when, in words."""
        data, errors = self._dataset, outputs.errors
        assert data is not None
        assert isinstance(errors, ClassErrors)
        self._outputs = outputs
        self.matrix.set_counts(errors.counts, list(data.class_names), about)
        self._tabulate(errors, data.class_names)
        self._draw(errors, data.class_names)
        self._show_examples()

    def _tabulate(self, errors: ClassErrors, names: tuple[str, ...]) -> None:
        known = errors.auc[~np.isnan(errors.auc)]
        columns = {
            "precision": np.append(errors.precision, errors.precision.mean()),
            "recall": np.append(errors.recall, errors.recall.mean()),
            "F1": np.append(errors.f1, errors.f1.mean()),
            "AUC": np.append(errors.auc, known.mean() if len(known) else np.nan),
            "examples": np.append(errors.examples, errors.examples.sum()),
        }
        rows = len(names) + 1
        roles = tuple(CLASS_ROLES[number % len(CLASS_ROLES)] for number in range(len(names)))
        lead = [
            LeadColumn(
                "class", "The class, and last the mean of all", np.arange(rows), (*names, _MACRO), (*roles, "panel")
            )
        ]
        lead += [LeadColumn(name, _FIGURES[name], values) for name, values in columns.items()]
        labels = RowLabels(np.arange(1, rows + 1), lambda row: (*names, _MACRO)[row])
        self.figures.set_rows(np.zeros((rows, 0)), np.arange(rows), (), tuple(lead), labels)

    def _draw(self, errors: ClassErrors, names: tuple[str, ...]) -> None:
        curves = [
            Curve(f"{name}  {errors.auc[number]:.3f}", false, true, CLASS_ROLES[number % len(CLASS_ROLES)], 1.6)
            for number, (name, (false, true)) in enumerate(zip(names, errors.roc, strict=True))
            if len(false)
        ]
        if not curves:
            self.roc.show_nothing("A ROC needs examples of a class and of another one; this part has one kind alone.")
            return
        areas = (f"{name} {area:.3f}" for name, area in zip(names, errors.auc, strict=True) if not np.isnan(area))
        told = f"Area under the curve: {', '.join(areas)}"
        self.roc.show_curves(curves, ("false positives", "true positives"), told)

    @Slot(int, int)
    def _on_cell_chosen(self, _row: int, _column: int) -> None:
        self.which.set_current(1)
        self._show_examples()

    def _show_examples(self) -> None:
        """Show the rows that the chosen cell counts."""
        cell, outputs, data = self.matrix.cursor_cell(), self._outputs, self._dataset
        if cell is None or outputs is None or data is None:
            self.examples.caption.setText(_ASK)
            return
        places = rows_of_cell(outputs.true, outputs.values, cell)
        shown = places[:_MOST_SHOWN]
        true, taken = cell
        sure, right = outputs.values[shown, taken], outputs.values[shown, true]
        first = f", the {_MOST_SHOWN} surest" if len(places) > _MOST_SHOWN else ""
        caption = f"{self.matrix.cell_text(*cell)}{first}.{' Point at one for its share.' if len(places) else ''}"
        told = [f"{share:.1%} for {data.class_names[taken]}" for share in sure.tolist()]
        lead = [
            LeadColumn(f"p({data.class_names[taken]})", "The share that the network gives what it took it for", sure)
        ]
        if true != taken:
            lead.append(LeadColumn(f"p({data.class_names[true]})", "The share of the class that it is", right))
        predicted = None if true == taken else np.full(len(shown), taken)
        self.examples.show_rows(caption, outputs.rows[shown], lead, told, predicted)
