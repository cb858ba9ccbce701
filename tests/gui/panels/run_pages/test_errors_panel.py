"""The errors on screen: of the part that is chosen, the test part only when asked for, the examples behind a cell."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lab.experiment.session import Session
from lab.experiment.spec import Experiment, changed
from lab.gui.panels.run_pages.errors_panel import ErrorsPanel
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]
Reach = Callable[[Run, State], None]
OpenPanel = Callable[..., ErrorsPanel]


def _trained(panel: ErrorsPanel, reach: Reach) -> Session:
    """Train to the end, in the window and beside it."""
    panel.workspace.run_or_pause()
    reach(panel.workspace.run, State.FINISHED)
    alone = Session(panel.workspace.run.experiment)
    while not alone.finished:
        alone.run_epoch()
    return alone


def test_it_counts_what_a_session_counts_and_tells_of_which_step(
    open_panel: OpenPanel, experiment: Make, reach: Reach
) -> None:
    panel = open_panel(ErrorsPanel, experiment(rate=0.5))
    assert "Nothing is predicted yet" in panel.nothing.text()
    alone = _trained(panel, reach)
    assert alone.validation is not None
    counts, names = alone.validation.confusion, alone.dataset.class_names
    assert counts is not None
    matrix = panel.classes.matrix
    for true, taken in np.ndindex(3, 3):
        words = f"{names[true]} taken for {names[taken]}" if true != taken else f"{names[true]} recognised"
        assert matrix.cell_text(true, taken).startswith(f"{words}: {counts[true, taken]} of")
    assert f"{counts.trace()} of {counts.sum()} right" in matrix.accuracy_text()
    assert f"validation part, after step {alone.steps}" in matrix.accuracy_text()
    figures = panel.classes.figures.rows
    assert [figures.title(column) for column in range(6)] == ["class", "precision", "recall", "F1", "AUC", "examples"]
    assert figures.rowCount() == 4
    assert float(figures.lead[2].values[0]) == pytest.approx(counts[0, 0] / counts[0].sum())


def test_the_test_part_is_asked_once_for_each_press(
    qtbot: QtBot, open_panel: OpenPanel, experiment: Make, reach: Reach, train: Train
) -> None:
    panel = open_panel(ErrorsPanel, experiment())
    train(panel.workspace, 1)
    panel.part.setCurrentIndex(2)
    reach(panel.workspace.run, State.PAUSED)
    assert "look once" in panel.about.text()
    assert panel.pages.currentWidget() is panel.nothing
    QTest.mouseClick(panel.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "looked at once" in panel.about.text())
    asked = panel.classes.matrix.accuracy_text()
    assert "test part, after step 1" in asked
    train(panel.workspace, 2)
    assert panel.classes.matrix.accuracy_text() == asked
    QTest.mouseClick(panel.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "looked at 2 times" in panel.about.text())
    assert "after step 3" in panel.classes.matrix.accuracy_text()


def test_a_cell_opens_its_examples(open_panel: OpenPanel, experiment: Make, reach: Reach) -> None:
    panel = open_panel(ErrorsPanel, experiment(rate=0.5))
    _trained(panel, reach)
    view = panel.classes
    assert "Choose a cell" in view.examples.caption.text()
    outputs = view._outputs
    assert outputs is not None
    view.matrix.setFocus()
    for _ in range(2):
        QTest.keyClick(view.matrix, Qt.Key.Key_Home)
    rows = view.examples.rows.rows
    expected = outputs.rows[(outputs.true == 0) & (outputs.values.argmax(axis=1) == 0)]
    assert sorted(rows.rows.tolist()) == sorted(expected.tolist())
    assert rows.title(0) == f"p({panel.workspace.run.facts.dataset.class_names[0]})"  # type: ignore[union-attr]
    assert list(rows.lead[0].values) == sorted(rows.lead[0].values, reverse=True)


def test_the_roc_is_drawn_and_told(open_panel: OpenPanel, experiment: Make, reach: Reach) -> None:
    panel = open_panel(ErrorsPanel, experiment(rate=0.5))
    _trained(panel, reach)
    assert panel.classes.roc.accessibleDescription().startswith("Area under the curve: setosa ")
    panel.grab()


def test_numbers_have_two_plots_and_every_dot_is_told(open_panel: OpenPanel, experiment: Make, reach: Reach) -> None:
    small = experiment(output=1, source="diabetes")
    layers = [layer.model_dump() for layer in small.layers]
    layers[-1]["activation"] = "linear"
    panel = open_panel(ErrorsPanel, changed(small, {"layers": layers, "training": {"loss": "half_squared_error"}}))
    alone = _trained(panel, reach)
    assert panel.pages.currentWidget() is panel.numbers
    assert alone.validation is not None
    assert f"R² {alone.validation.score:.3f}"[:6] in panel.numbers.figures.text()
    plot = panel.numbers.pairs
    across, up = plot._pixels(plot._dots.x, plot._dots.y)  # type: ignore[union-attr]
    told = plot.text_at(QPointF(across[0], up[0]))
    assert "predicted" in told
    assert plot.text_at(QPointF(-500.0, -500.0)) == ""
    panel.grab()


def test_a_part_without_examples_and_a_fresh_run_are_empty(
    open_panel: OpenPanel, experiment: Make, train: Train, reach: Reach
) -> None:
    panel = open_panel(ErrorsPanel, changed(experiment(), {"data": {"split": [0.8, 0.2, 0.0]}}))
    train(panel.workspace, 1)
    assert panel.pages.currentWidget() is panel.classes
    panel.part.setCurrentIndex(2)
    assert "no examples" in panel.nothing.text()
    assert not panel.ask.isEnabled()
    panel.part.setCurrentIndex(0)
    panel.workspace.reset()
    reach(panel.workspace.run, State.READY)
    assert panel.pages.currentWidget() is panel.nothing


def test_hidden_it_asks_for_nothing(open_workspace: Callable[..., Any], experiment: Make, reach: Reach) -> None:
    workspace = open_workspace(experiment())
    panel = ErrorsPanel(workspace)
    workspace.run_or_pause()
    reach(workspace.run, State.FINISHED)
    assert workspace.run.snapshot.answers == {}
    panel.deleteLater()


def test_the_training_part_is_told_as_such(qtbot: QtBot, open_panel: OpenPanel, experiment: Make, train: Train) -> None:
    panel = open_panel(ErrorsPanel, experiment())
    train(panel.workspace, 2)
    panel.part.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "training part, after step 2" in panel.classes.matrix.accuracy_text())
