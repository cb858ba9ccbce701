"""What is shown belongs to the shown step of the shown run, or is empty: a panel that saw it all looks like a new one.

A panel that is made now knows nothing but the present snapshot, so it tells what may be shown.
"""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui.main_window import PAGES
from lab.gui.panels.board_panel import BoardPanel
from lab.gui.panels.inspector_panel import InspectorPanel
from lab.gui.panels.run_pages.activation_panel import ActivationPanel
from lab.gui.panels.run_pages.boundary_panel import BoundaryPanel
from lab.gui.panels.run_pages.browse_panel import BrowsePanel
from lab.gui.panels.run_pages.curves_panel import CurvesPanel
from lab.gui.panels.run_pages.errors_panel import ErrorsPanel
from lab.gui.panels.run_pages.flow_panel import FlowPanel
from lab.gui.panels.run_pages.network_panel import NetworkPanel
from lab.gui.panels.run_pages.surface_panel import SurfacePanel
from lab.gui.panels.run_pages.try_panel import TryPanel
from lab.gui.panels.setup.paint_panel import PaintPanel
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.widgets.curves.curve_plot import CurvePlot
from lab.gui.widgets.matrix.heatmap import Heatmap
from lab.gui.workers.commands import State
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]
Act = Callable[[Workspace], None]

PANELS = (
    BrowsePanel,
    ErrorsPanel,
    TryPanel,
    CurvesPanel,
    FlowPanel,
    BoardPanel,
    InspectorPanel,
    BoundaryPanel,
    PaintPanel,
    NetworkPanel,
    ActivationPanel,
    SurfacePanel,
)


def _edit_stack(workspace: Workspace) -> None:
    workspace.edit_layer(0, units=7)


def _take_layer_out(workspace: Workspace) -> None:
    workspace.draft.remove_layer(0)


def _undo(workspace: Workspace) -> None:
    workspace.edits.undo()


def _drop_penalty(workspace: Workspace) -> None:
    workspace.edit_optimizer(l2=0.0)


def _other_loss(workspace: Workspace) -> None:
    workspace.edit_training(loss="half_squared_error")


def _other_split(workspace: Workspace) -> None:
    workspace.change_data(split=(0.5, 0.3, 0.2))


def _other_data(workspace: Workspace) -> None:
    workspace.change_data(source="wine")


EVENTS: dict[str, tuple[Act, ...]] = {
    "reset": (Workspace.reset,),
    "reset and undo": (Workspace.reset, _undo),
    "other data": (_other_data,),
    "other data and reset": (_other_data, Workspace.reset),
    "other split": (_other_split,),
    "wider layer": (_edit_stack,),
    "wider layer and undo": (_edit_stack, _undo),
    "layer taken out": (_take_layer_out,),
    "no penalty": (_drop_penalty,),
    "other loss": (_other_loss,),
    "smaller batch": (Workspace.step_epoch,),
    "reset and a step": (Workspace.reset, Workspace.step_batch),
    "other data and a step": (_other_data, Workspace.step_batch),
}
CELLS = {"z": ("z", 9, 4), "delta": ("delta", 3, 1), "penalty": ("penalty_W", 2, 4), "update": ("update_W", 0, 1)}
OTHERS = [cell for cell in CELLS if cell != "z"]


def prepare(panel: ViewerPanel) -> None:
    """Let a panel show as much of the run as it can."""
    if isinstance(panel, BrowsePanel) and panel.filter.isEnabled():
        panel.filter.set_current(1)
        panel.filter.current_changed.emit(1)
    if isinstance(panel, ActivationPanel):
        panel.unit.setValue(0)  # it follows a chosen cell, and stays where it is when none is chosen any more


def seen(panel: QWidget) -> list[object]:
    """Return all that a panel says: texts, what a screen reader is told, the numbers of tables, pictures and curves."""
    said: list[object] = []
    for widget in [panel, *panel.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
        said.append((type(widget).__name__, text, widget.accessibleName(), widget.accessibleDescription()))
        if isinstance(widget, QTableView) and (model := widget.model()) is not None:
            size = min(model.rowCount(), 20), min(model.columnCount(), 8)
            said.append([model.data(model.index(*cell)) for cell in np.ndindex(size)])
        if isinstance(widget, Heatmap):
            said.append([widget.cell_text(*cell) for cell in np.ndindex(widget._shape)])
        if isinstance(widget, CurvePlot):
            QTest.keyClick(widget, Qt.Key.Key_End)
            place, entries = widget.reading()
            curves = sorted((entry.title, entry.number) for entry in entries if entry.number)
            said.append((np.array(widget.view_range(), float).round(6).tolist(), place, curves))
    return sorted(map(repr, said))


def settle(workspace: Workspace, qtbot: QtBot) -> None:
    """Wait until nothing is under way: no data, no edit and no picture."""
    run = workspace.run
    quiet = (State.EMPTY, State.READY, State.PAUSED, State.FINISHED)
    qtbot.waitUntil(lambda: not workspace.draft.reading and run.state in quiet)
    for _ in range(2):  # what comes first may tell of an edit, after which another picture is asked for
        run.refresh()
        with qtbot.waitSignal(run.snapshot_ready):
            pass
    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in run.findChildren(QTimer)))


def test_every_viewer_is_looked_at(open_workspace: Callable[..., Workspace], experiment: Make, qtbot: QtBot) -> None:
    workspace = open_workspace(experiment())
    for page in PAGES:
        panel = page.make(workspace)
        qtbot.addWidget(panel)
        assert not isinstance(panel, ViewerPanel) or type(panel) in PANELS


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize(
    ("kind", "cell"),
    [(kind, "z") for kind in PANELS] + [(kind, cell) for kind in (BoardPanel, InspectorPanel) for cell in OTHERS],
)
def test_what_is_shown_is_of_the_shown_step(
    kind: type[ViewerPanel], event: str, cell: str, open_workspace: Callable[..., Workspace], experiment: Make,
    show: Callable[..., ViewerPanel], train: Train, qtbot: QtBot,
) -> None:  # fmt: skip
    optimizer = {"kind": "sgd", "learning_rate": 0.1, "l2": 0.1}
    workspace = open_workspace(experiment(hidden=(5, 4), optimizer=optimizer))
    panel = show(kind(workspace))
    workspace.step_epoch()
    settle(workspace, qtbot)
    train(workspace, 2)
    name, row, column = CELLS[cell]
    workspace.selection.choose(1 if name == "delta" else 0, name)
    workspace.selection.choose_cell(row, column)
    prepare(panel)
    settle(workspace, qtbot)
    for act in EVENTS[event]:
        act(workspace)
        settle(workspace, qtbot)
    fresh = show(kind(workspace))
    prepare(panel)  # a page goes back to all rows where others come
    prepare(fresh)
    settle(workspace, qtbot)
    for _ in range(30):  # the scroll bars of a table come and go some turns of the loop after its rows
        if seen(panel) == seen(fresh):
            break
        QApplication.processEvents()
    assert seen(panel) == seen(fresh)
