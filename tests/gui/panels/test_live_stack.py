"""The stack panel while a run goes on: text, presets, handles and switches act at once, and say what they keep."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.experiment.stack.stack_text import stack_text
from lab.gui.panels.setup.stack_panel import StackPanel
from lab.gui.workspace.workspace import Workspace


@pytest.fixture
def panel(
    open_workspace: Callable[..., Workspace],
    show: Callable[..., StackPanel],
    experiment: Callable[..., Experiment],
    train: Callable[[Workspace, int], None],
) -> StackPanel:
    workspace = open_workspace(experiment(hidden=(5, 6)))
    shown = show(StackPanel(workspace))
    train(workspace, 2)
    return shown


def _run(panel: StackPanel) -> str:
    running = panel._workspace.run.experiment
    assert running is not None
    return stack_text(running.layers)


def _type(qtbot: QtBot, panel: StackPanel, text: str) -> None:
    panel.line.line.setFocus()
    panel.line.line.selectAll()
    qtbot.keyClicks(panel.line.line, text)


def test_the_line_is_the_stack_and_enter_makes_the_run_follow(panel: StackPanel, qtbot: QtBot) -> None:
    assert panel.line.line.text() == "5 tanh, 6 tanh → 3 softmax"
    _type(qtbot, panel, "32 tanh, 16 tanh")
    qtbot.waitUntil(lambda: "units keep their weights" in panel.line.note.text())
    assert _run(panel) == "5 tanh, 6 tanh → 3 softmax"
    qtbot.keyClick(panel.line.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _run(panel) == "32 tanh, 16 tanh → 3 softmax")
    assert panel.line.line.text() == "32 tanh, 16 tanh → 3 softmax"
    assert panel._workspace.run.snapshot is None or panel._workspace.run.snapshot.progress.step == 2


def test_a_mistake_in_the_line_is_told_and_changes_nothing(panel: StackPanel, qtbot: QtBot) -> None:
    _type(qtbot, panel, "32 tanhh")
    qtbot.waitUntil(lambda: "did you mean tanh?" in panel.line.note.text())
    qtbot.keyClick(panel.line.line, Qt.Key.Key_Return)
    assert _run(panel) == "5 tanh, 6 tanh → 3 softmax"
    qtbot.keyClick(panel.line.line, Qt.Key.Key_Escape)
    assert panel.line.line.text() == "5 tanh, 6 tanh → 3 softmax"
    assert panel.line.note.text() == ""


def test_a_preset_is_taken_while_the_run_goes_on(panel: StackPanel, qtbot: QtBot) -> None:
    panel.line.preset_chosen.emit("Perceptron")
    qtbot.waitUntil(lambda: _run(panel) == "→ 3 softmax")


def test_a_button_says_what_it_would_keep_before_it_is_pressed(panel: StackPanel, qtbot: QtBot) -> None:
    QApplication.sendEvent(panel.rows[0].remove, QEvent(QEvent.Type.Enter))
    qtbot.waitUntil(lambda: "the output changes" in panel.line.note.text())
    QApplication.sendEvent(panel.rows[0].remove, QEvent(QEvent.Type.Leave))
    assert panel.line.note.text() == ""
    assert _run(panel) == "5 tanh, 6 tanh → 3 softmax"


def test_a_layer_is_frozen_by_its_switch(panel: StackPanel, qtbot: QtBot, click: Callable[..., None]) -> None:
    qtbot.waitUntil(panel.rows[0].freeze.isVisible)
    click(panel.rows[0].freeze)
    qtbot.waitUntil(lambda: panel._workspace.run.overview.frozen == (True, False, False))
    assert panel.rows[0].freeze.isChecked()
    panel._workspace.edits.undo()
    qtbot.waitUntil(lambda: not panel.rows[0].freeze.isChecked())


def test_the_handle_of_the_units_is_dragged(panel: StackPanel, qtbot: QtBot) -> None:
    handle = panel.rows[1].handle
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    qtbot.mouseMove(handle, QPoint(62, 2))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(62, 2))
    qtbot.waitUntil(lambda: _run(panel) == "5 tanh, 10 tanh → 3 softmax")


def test_a_row_is_dragged_to_another_place(panel: StackPanel, qtbot: QtBot) -> None:
    badge = panel.rows[0].badge
    down = QPoint(2, panel.rows[1].y() + panel.rows[1].height() - panel.rows[0].y())
    qtbot.mousePress(badge, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    qtbot.mouseRelease(badge, Qt.MouseButton.LeftButton, pos=down)
    qtbot.waitUntil(lambda: _run(panel) == "6 tanh, 5 tanh → 3 softmax")


def test_fresh_layers_are_a_choice(panel: StackPanel, qtbot: QtBot, enter: Callable[..., None]) -> None:
    panel.fresh.setChecked(True)
    enter(panel.rows[0].units, "9")
    qtbot.waitUntil(lambda: _run(panel) == "9 tanh, 6 tanh → 3 softmax")
    assert "begin anew" in panel._workspace.run.overview.lines[0].sentence
