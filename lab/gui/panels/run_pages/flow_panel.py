"""The gradient flow: how large errors, gradients, steps and activations are in every layer, and what is wrong there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lab.experiment.readings.gradient_flow import FIGURES, Flow, GradientFlow
from lab.experiment.readings.progress import Progress
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.training.faults import GUIDE, Finding
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import set_role
from lab.gui.widgets.curves.curve_plot import CurvePlot
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.rows.row_model import LeadColumn, RowLabels
from lab.gui.widgets.rows.row_table import RowTable
from lab.gui.workspace.workspace import Workspace

_MOST_DRAWN: Final = 5
"""Layers that have a curve each; of more layers the first, the last and some between."""
_FEW: Final = 64
"""Samples up to which the last one is drawn too, at the price of drawing all of them anew with the next."""
_NOT_DRAWN: Final = "edge"
_LAYER_HELP: Final = "The layer, with the colour of its curve; grey where it has none"


@dataclass(frozen=True)
class _Shown:
    """A figure as it is shown: its title, whether its axis is logarithmic, and what it teaches."""

    title: str
    is_log: bool
    help: str


SHOWN: Final = {
    "delta_norm": _Shown("‖δ‖", True, "Size of the error that reaches the layer: shrinking downwards it vanishes"),
    "dW_norm": _Shown("‖∂L/∂W‖", True, "Size of the weights' gradient: what the layer is taught"),
    "update_ratio": _Shown(
        "ΔW / W", True, "Size of the last step beside that of the weights: about 0.001 is a good guide, see the line"
    ),
    "dead": _Shown("dead", False, "Share of units without any slope for the whole batch: they learn nothing from it"),
    "saturated": _Shown("saturated", False, "Share of cells whose slope is nearly 0; half of a ReLU layer is usual"),
    "z_mean": _Shown("mean z", False, "Mean of z over units and examples"),
    "z_std": _Shown("std z", True, "Spread of z: about 1 is healthy, far above it sigmoids saturate"),
    "a_mean": _Shown("mean a", False, "Mean of the layer's outputs"),
    "a_std": _Shown("std a", True, "Spread of the layer's outputs: 0 means that all examples look alike to it"),
    "W_norm": _Shown("‖W‖", True, "Size of the weights"),
}
"""The figures of LayerDiagnostics that are shown, in the order of the columns."""
_COLUMNS: Final = [FIGURES.index(name) for name in SHOWN]


class FlowPanel(ViewerPanel):
    """A verdict in words, one figure of the layers over time, and all figures of the last sample as a table."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.verdict, self.facts = QLabel(), QLabel()
        self.figure = choice_box((name, f"{shown.title} of each layer", shown.help) for name, shown in SHOWN.items())
        self.plot, self.table = CurvePlot(), RowTable()
        self._drawn: tuple[tuple[str, ...], str] = ((), "")
        """Layers and figure of the curves."""
        self._steps: NDArray[np.int64] = np.zeros(0, np.int64)
        """The steps whose samples are drawn."""
        self._marked: tuple[Finding, ...] = ()
        self._lay_out()
        self.figure.currentIndexChanged.connect(self._on_figure_chosen)
        self.clear()

    def _lay_out(self) -> None:
        for label, name in ((self.verdict, "What is wrong with the gradients"), (self.facts, "About the samples")):
            label.setWordWrap(True)
            label.setAccessibleDescription(name)
        set_role(self.facts, "dim small")
        self.figure.setAccessibleName("Figure over time")
        self.figure.setToolTip("Which figure of the layers is drawn over the steps")
        self.plot.setAccessibleName("A figure of each layer over the steps")
        self.plot.setMinimumHeight(140)
        self.table.setAccessibleName("Figures of each layer at the last sample")
        self.table.setMinimumHeight(110)
        head = QHBoxLayout()
        head.addWidget(self.figure)
        head.addWidget(self.facts, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addWidget(self.verdict)
        layout.addLayout(head)
        layout.addWidget(self.plot, 3)
        layout.addWidget(self.table, 2)

    def readings(self) -> Iterable[AnyReading]:
        """Return the chosen figure over time."""
        return (self._asked(),)

    def _asked(self) -> GradientFlow:
        return GradientFlow(self.figure.currentData())

    @Slot()
    def _on_figure_chosen(self) -> None:
        self._run.refresh()

    def show_figures(self, snapshot: Snapshot) -> None:
        """Show the verdict, the curves and the table."""
        flow = snapshot.get(self._asked())
        self._show_verdict(snapshot.progress, flow)
        if flow is not None:
            self._draw(flow)
            self._tabulate(flow)
        elif self._asked() not in snapshot.postponed:
            self._forget()
        if snapshot.progress.findings != self._marked:
            self._marked = snapshot.progress.findings
            self.plot.set_notes(tuple((float(one.step), one.sentence) for one in self._marked))

    def _show_verdict(self, at: Progress, flow: Flow | None) -> None:
        if at.fault is not None:
            self.verdict.setText(f"⚠ Since step {count_text(at.fault.step)}: {at.fault.text()}")
            set_role(self.verdict, "error")
            return
        set_role(self.verdict, "strong")
        if flow is None:
            is_on = self._workspace.shown.training.diagnostics
            self.verdict.setText(_WAITING if is_on else _SWITCHED_OFF)
        else:
            earlier = f" Earlier faults: {len(at.findings)}, marked on the curves." if at.findings else ""
            self.verdict.setText(f"✓ Nothing is wrong with the gradients by the last samples.{earlier}")

    def _draw(self, flow: Flow) -> None:
        name = self.figure.currentData()
        if (flow.layers, name) != self._drawn or not np.array_equal(flow.steps[: len(self._steps)], self._steps):
            self._begin(flow, name)
        # The last sample of all stays only where it is as far from the one before as the others are.
        end = len(flow.steps) if len(flow.steps) <= _FEW else len(flow.steps) - 1
        new = slice(len(self._steps), end)
        if new.start < end:
            steps = flow.steps[new].astype(np.float64)
            for layer in _drawn_layers(len(flow.layers)):
                self.plot.append_points(str(layer), steps, flow.values[new, layer])
            self._steps = flow.steps[:end]
            if name == "update_ratio" and end > 1:
                self.plot.set_points("guide", self._steps[[0, -1]].astype(np.float64), np.full(2, GUIDE))

    def _begin(self, flow: Flow, name: str) -> None:
        """Make the curves of a figure anew."""
        for curve in (*map(str, range(len(self._drawn[0]))), "guide"):
            self.plot.remove_series(curve)
        self._drawn, self._steps = (flow.layers, name), np.zeros(0, np.int64)
        if name == "update_ratio":
            self.plot.set_series("guide", f"guide {GUIDE:g}", "dim")
        for layer, role in zip(_drawn_layers(len(flow.layers)), _ROLES, strict=False):
            self.plot.set_series(str(layer), f"layer {layer + 1}", role, 2)
        self.plot.set_axis_names("Step", SHOWN[name].title)
        self.plot.set_log(SHOWN[name].is_log)

    def _tabulate(self, flow: Flow) -> None:
        layers = len(flow.layers)
        drawn = _drawn_layers(layers)
        roles = [_NOT_DRAWN] * layers
        for layer, role in zip(drawn, _ROLES, strict=False):
            roles[layer] = role
        name = LeadColumn("layer", _LAYER_HELP, np.arange(layers), flow.layers, tuple(roles))
        figures = (
            LeadColumn(shown.title, shown.help, flow.last[:, column])
            for shown, column in zip(SHOWN.values(), _COLUMNS, strict=True)
        )
        numbers = RowLabels(np.arange(1, layers + 1), lambda row: f"layer {row + 1}")
        self.table.set_rows(np.zeros((layers, 0)), np.arange(layers), (), (name, *figures), numbers)
        some = f" · {len(drawn)} of {layers} layers are drawn" if len(drawn) < layers else ""
        every = "each step" if flow.every == 1 else f"every {count_text(flow.every)} steps"
        last = count_text(int(flow.steps[-1]))
        self.facts.setText(f"Sampled {every} to keep training fast; the table is of step {last}{some}.")

    def clear(self) -> None:
        """Show nothing: another run begins."""
        self._forget()
        self.verdict.setText(_WAITING)
        set_role(self.verdict, "strong")
        self._marked = ()
        self.plot.set_notes(())

    def _forget(self) -> None:
        self.plot.clear()
        self._steps = np.zeros(0, np.int64)
        self.table.set_rows(np.zeros((0, 0)), np.zeros(0, np.int64), ())
        self.facts.clear()


_WAITING: Final = "Nothing is sampled yet: take a step, or press Run, and every layer has its figures here."
_SWITCHED_OFF: Final = "The diagnostics of this experiment are switched off (diagnostics = false): nothing is sampled."
_ROLES: Final = tuple(f"class_{number}" for number in range(_MOST_DRAWN))


def _drawn_layers(layers: int) -> list[int]:
    """Return the layers that have a curve: all of them, or some evenly spaced from the first to the last."""
    places = np.linspace(0, layers - 1, min(layers, _MOST_DRAWN)).round()
    return [int(place) for place in places]
