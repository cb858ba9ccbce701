"""The page of an activation: the layer that is chosen anywhere, in words and curves; a sentence where there is none."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.gui.panels.run_pages.activation_panel import ActivationPanel
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def panel(open_panel: Callable[..., Any], experiment: Make) -> Any:
    return open_panel(ActivationPanel, experiment(hidden=(5, 4), activation="relu"))


def test_it_says_what_a_session_alone_comes_to(panel: Any, train: Train, qtbot: QtBot) -> None:
    assert "press Run" in panel.plot._empty
    train(panel.workspace, 3)
    qtbot.waitUntil(lambda: panel.note.text().startswith("Step 3, ReLU"))
    alone = Session(panel.workspace.run.experiment)
    for _ in range(3):
        alone.step()
    z = alone.network.layers[0].z
    assert f"{100 * (z <= 0).mean():.0f} % of all z lie where σ′ = 0" in panel.note.text()
    assert f"mean z {number_text(float(z[:, 0].mean()), signed=True)} becomes" in panel.note.text()
    assert not panel.grab().isNull()
    panel.unit.setValue(3)
    qtbot.waitUntil(lambda: f"Unit 3: mean z {number_text(float(z[:, 3].mean()), signed=True)}" in panel.note.text())


def test_the_layer_is_that_of_the_whole_window_and_a_softmax_has_a_sentence(
    panel: Any, train: Train, qtbot: QtBot, choose: Callable[[QComboBox, object], None]
) -> None:
    train(panel.workspace, 2)
    selection = panel.workspace.selection
    selection.choose(1, "a")
    selection.choose_cell(0, 2)
    qtbot.waitUntil(lambda: panel.layer.currentText() == "2: 4 relu" and "Unit 2:" in panel.note.text())
    choose(panel.layer, "3: 3 softmax")
    assert selection.layer == 2
    qtbot.waitUntil(lambda: "depends on all z" in panel.plot._empty)
    assert panel.note.text() == ""


def test_what_somebody_is_asked_for_is_not_shown(panel: Any, train: Train, qtbot: QtBot) -> None:
    train(panel.workspace, 2)
    qtbot.waitUntil(lambda: panel.note.text().startswith("Step 2"))
    panel.workspace.selection.hide_matrix((0, "z"), hides_shape=False)
    qtbot.waitUntil(lambda: "what you are asked for" in panel.plot._empty)
