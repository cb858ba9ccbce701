"""The gradient flow on screen: figures of every layer, a verdict in words that names the layer, marks on the curves."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lab import paths
from lab.core.diagnostics import diagnose
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, changed, load_experiment
from lab.gui.panels.bars.status_line import StatusLine
from lab.gui.panels.run_pages.curves_panel import CurvesPanel
from lab.gui.panels.run_pages.flow_panel import SHOWN, FlowPanel
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]
OpenPanel = Callable[..., FlowPanel]

VANISHING = paths.resources() / "experiments" / "vanishing-gradient.toml"


def test_every_layer_has_its_figures_and_a_healthy_net_is_told_so(
    open_panel: OpenPanel, experiment: Make, train: Train
) -> None:
    panel = open_panel(FlowPanel, experiment(hidden=(5, 4)))
    assert "Nothing is sampled yet" in panel.verdict.text()
    train(panel.workspace, 1)
    assert "Nothing is wrong" in panel.verdict.text()
    alone = Session(panel.workspace.run.experiment)
    alone.step()
    figures = diagnose(alone.network)
    model = panel.table.rows
    assert [lead.title for lead in model.lead] == ["layer", *(shown.title for shown in SHOWN.values())]
    for row, one in enumerate(figures):
        for column, name in enumerate(SHOWN, start=1):
            assert float(model.lead[column].values[row]) == pytest.approx(getattr(one, name), nan_ok=True), name
    assert [model.text(row, 0) for row in range(3)] == ["Dense, Tanh", "Dense, Tanh", "Dense, Softmax"]
    assert model.headerData(3, Qt.Orientation.Horizontal) == "ΔW / W"
    assert "guide" in model.headerData(3, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def test_ten_sigmoid_layers_are_told_that_the_gradient_vanishes_and_where(
    open_panel: OpenPanel, experiment: Make, train: Train
) -> None:
    panel = open_panel(FlowPanel, experiment(hidden=(12,) * 10, activation="sigmoid"))
    train(panel.workspace, 1)
    assert panel.verdict.text().startswith("⚠ Since step 1: The gradient vanishes")
    assert "layer 1 (Dense, Sigmoid)" in panel.verdict.text()
    assert "5 of 11 layers are drawn" in panel.facts.text()


def test_a_fault_is_marked_on_the_curves_and_noted_in_the_status_line(
    open_panel: Callable[..., CurvesPanel], train: Train, show: Callable[..., Any]
) -> None:
    curves = open_panel(CurvesPanel, load_experiment(VANISHING))
    line = show(StatusLine(curves.workspace))
    _ = curves.loss
    train(curves.workspace, 1)
    QTest.keyClick(curves.loss, Qt.Key.Key_Home)
    assert "The gradient vanishes" in curves.loss.reading()[0]
    assert line.note.toolTip().startswith("Gradient flow: The gradient vanishes")


def test_the_guide_is_drawn_beside_the_ratio_of_the_steps_alone(
    open_panel: OpenPanel, experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = open_panel(FlowPanel, experiment())
    train(panel.workspace, 1)
    assert "guide 0.001" not in [entry.title for entry in panel.plot.reading()[1]]
    panel.figure.setCurrentIndex(panel.figure.findData("update_ratio"))
    qtbot.waitUntil(lambda: "guide 0.001" in [entry.title for entry in panel.plot.reading()[1]])
    panel.figure.setCurrentIndex(panel.figure.findData("dead"))
    qtbot.waitUntil(lambda: "guide 0.001" not in [entry.title for entry in panel.plot.reading()[1]])
    assert [entry.title for entry in panel.plot.reading()[1]] == ["layer 1", "layer 2"]


def test_switched_off_it_says_so_and_a_fresh_run_begins_empty(
    open_panel: OpenPanel, experiment: Make, train: Train
) -> None:
    panel = open_panel(FlowPanel, changed(experiment(), {"training": {"diagnostics": False}}))
    train(panel.workspace, 1)
    assert "switched off" in panel.verdict.text()
    assert panel.table.rows.rowCount() == 0


def test_a_layer_more_begins_the_figures_anew(
    open_panel: OpenPanel, experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = open_panel(FlowPanel, experiment())
    train(panel.workspace, 2)
    panel.workspace.draft.add_layer(1)
    run = panel.workspace.run
    qtbot.waitUntil(lambda: panel.table.rows.rowCount() == 0 and run.snapshot is not None)
    assert "Nothing is sampled yet" in panel.verdict.text()
    train(panel.workspace, 1)
    assert panel.table.rows.rowCount() == 3
