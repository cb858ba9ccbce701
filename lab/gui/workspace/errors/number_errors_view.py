"""How far off predicted numbers are: predicted against true, the residuals, and the figures of both in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lab.experiment.class_errors import NumberErrors
from lab.experiment.example_names import example_place
from lab.gui.theme import set_role
from lab.gui.widgets.curves.plane_plot import Dots, PlanePlot
from lab.gui.widgets.drawing.number_text import count_text, number_text
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.elided_label import ElidedLabel

if TYPE_CHECKING:
    from lab.data.dataset import Dataset
    from lab.experiment.readings.part_outputs import Outputs

_MOST_DOTS: Final = 1500


class NumberErrorsView(QWidget):
    """Shows one of the target numbers, in its own unit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._outputs: Outputs | None = None
        self.target, self.figures = choice_box(), ElidedLabel()
        self.pairs, self.residuals = PlanePlot(), PlanePlot()
        self.target.setAccessibleName("Target number")
        self.target.setToolTip("Which of the target numbers is shown")
        self.figures.setToolTip(
            "RMSE: the root of the mean squared error. MAE: the mean size of an error. R²: 1 at best, 0 for always "
            "saying the mean."
        )
        self.pairs.setAccessibleName("Predicted against true numbers")
        self.pairs.setToolTip("Each dot is an example; on the dashed line predicted and true are the same")
        self.residuals.setAccessibleName("Residuals against predicted numbers")
        self.residuals.setToolTip(
            "Residual = predicted − true. A healthy cloud lies evenly about the dashed line; a bend or a funnel says "
            "what the network has not learnt"
        )
        set_role(self.figures, "strong")
        head = QHBoxLayout()
        head.addWidget(self.target)
        head.addWidget(self.figures, 1)
        plots = QHBoxLayout()
        plots.addWidget(self.pairs, 1)
        plots.addWidget(self.residuals, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addLayout(plots, 1)
        self.target.currentIndexChanged.connect(self._on_target_chosen)

    def set_data(self, dataset: Dataset) -> None:
        """Begin with other data: nothing is known yet."""
        self._dataset, self._outputs = dataset, None
        self.target.blockSignals(True)
        self.target.clear()
        self.target.addItems(list(dataset.target_names))
        self.target.blockSignals(False)
        self.target.setVisible(len(dataset.target_names) > 1)
        self.figures.setText("")
        for plot in (self.pairs, self.residuals):
            plot.show_nothing("")

    def show_outputs(self, outputs: Outputs) -> None:
        """Show the errors of a part."""
        self._outputs = outputs
        self._show()

    @Slot(int)
    def _on_target_chosen(self, _index: int) -> None:
        self._show()

    def _show(self) -> None:
        data, outputs, place = self._dataset, self._outputs, max(self.target.currentIndex(), 0)
        if data is None or outputs is None:
            return
        assert isinstance(outputs.errors, tuple)
        errors: NumberErrors = outputs.errors[place]
        name, true, values = data.target_names[place], outputs.true[:, place], outputs.values[:, place]
        known = np.flatnonzero(np.isfinite(values))
        chosen = known[np.linspace(0, len(known) - 1, min(len(known), _MOST_DOTS)).round().astype(int)]
        figures = (
            f"RMSE {number_text(errors.rmse)} · MAE {number_text(errors.mae)} · R² {number_text(errors.r_squared)}"
        )
        some = f" · {count_text(len(chosen))} of {count_text(len(known))} examples are drawn"
        self.figures.setText(figures + (some if len(chosen) < len(known) else ""))
        texts = [
            f"{example_place(data, int(outputs.rows[at]))}: predicted {values[at]:.4g}, true {true[at]:.4g}"
            for at in chosen.tolist()
        ]
        x, y = true[chosen], values[chosen]
        self.pairs.show_dots(Dots(x, y, "train", texts), (f"true {name}", "predicted"), True, figures)
        self.residuals.show_dots(Dots(y, y - x, "train", texts), (f"predicted {name}", "residual"), False, figures)
