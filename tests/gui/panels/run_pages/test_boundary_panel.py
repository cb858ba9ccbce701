"""The page of the boundary: the map that a session alone comes to, for any two inputs, and nothing stale."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.gui.panels.run_pages.boundary_panel import BoundaryPanel
from lab.gui.panels.run_pages.browse_panel import BrowsePanel
from lab.gui.panels.setup.paint_panel import PaintPanel
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]
OpenPanel = Callable[..., Any]
NUMBER = {
    "seed": 1,
    "layers": [{"kind": "dense", "units": 1, "activation": "linear"}],
    "training": {"loss": "half_squared_error", "batch_size": 50},
}


@pytest.fixture
def moons(experiment: Make) -> Experiment:
    return experiment(hidden=(6,), output=2, source="moons")


def settle(panel: Any, qtbot: QtBot) -> None:
    """Wait until all that was asked for is there."""
    run = panel.workspace.run
    qtbot.waitUntil(lambda: not run.is_waiting and run.snapshot is not None and not run.snapshot.postponed)


def backdrop(panel: Any) -> Any:
    return panel.plot._backdrop


def test_before_a_run_it_says_what_to_do(open_panel: OpenPanel, moons: Experiment) -> None:
    panel = open_panel(BoundaryPanel, moons)
    assert "press Run" in panel.note.text()
    assert backdrop(panel).isNull()


def test_it_shows_the_map_of_the_step_and_rings_what_is_wrong(
    open_panel: OpenPanel, moons: Experiment, train: Train, qtbot: QtBot
) -> None:
    panel = open_panel(BoundaryPanel, moons)
    train(panel.workspace, 4)
    settle(panel, qtbot)
    alone = Session(moons)
    for _ in range(4):
        alone.step()
    results = alone.row_results("train")
    wrong = int((results.predicted != alone.dataset.y[results.rows]).sum())
    assert panel.note.text().startswith(f"Step 4. {len(results.rows)} examples; ringed: the {wrong} it gets wrong.")
    assert not backdrop(panel).isNull()
    assert int(panel.plot._wrong.sum()) == wrong
    panel.parts.switches["train"].click()
    settle(panel, qtbot)
    assert len(panel.plot.points.x) == 0
    assert not backdrop(panel).isNull()  # the map is there without any examples


def test_another_run_begins_without_a_map(open_panel: OpenPanel, moons: Experiment, train: Train, qtbot: QtBot) -> None:
    panel = open_panel(BoundaryPanel, moons)
    train(panel.workspace, 2)
    settle(panel, qtbot)
    at_start: list[bool] = []
    panel.workspace.run.started.connect(lambda: at_start.append(backdrop(panel).isNull()))
    with qtbot.waitSignal(panel.workspace.run.started):
        panel.workspace.reset()
    assert at_start == [True]


def test_many_inputs_begin_with_their_components_and_any_two_can_be_chosen(
    open_panel: OpenPanel, experiment: Make, train: Train, qtbot: QtBot, choose: Callable[[QComboBox, object], None]
) -> None:
    panel = open_panel(BoundaryPanel, experiment())
    train(panel.workspace, 3)
    qtbot.waitUntil(lambda: panel.across.currentText().startswith("Principal component 1"))
    settle(panel, qtbot)
    assert "Beyond the two axes all inputs are at their mean" in panel.note.text()
    names = panel.workspace.run.facts.dataset.feature_names
    for box, name in ((panel.across, names[2]), (panel.up, names[3])):
        choose(box, name)
        settle(panel, qtbot)
    points = panel.plot.points
    np.testing.assert_array_equal(points.x, panel.workspace.run.facts.dataset.x[points.rows, 2])
    assert (points.x_name, points.y_name) == (names[2], names[3])
    assert "The other inputs are at their mean" in panel.note.text()


def test_one_input_is_a_curve(open_panel: OpenPanel, train: Train, qtbot: QtBot) -> None:
    experiment = Experiment.model_validate({"name": "Sine", "data": {"source": "sine"}, **NUMBER})
    panel = open_panel(BoundaryPanel, experiment)
    train(panel.workspace, 2)
    settle(panel, qtbot)
    assert panel.plot._curve is not None
    assert not panel.up.isVisible()


def test_the_shading_is_painted_at_once(open_panel: OpenPanel, train: Train, qtbot: QtBot) -> None:
    experiment = Experiment.model_validate({"name": "Plane", "data": {"source": "plane"}, **NUMBER})
    panel = open_panel(BoundaryPanel, experiment)
    train(panel.workspace, 2)
    settle(panel, qtbot)
    flat = backdrop(panel)
    panel.shading.set_current(1)
    assert backdrop(panel) != flat


def test_the_painting_and_the_scatter_plot_have_it_behind_their_points(
    open_panel: OpenPanel, experiment: Make, moons: Experiment, train: Train, qtbot: QtBot
) -> None:
    points = [[0.1 * n - 0.5, 0.3 * (n % 2), n % 2] for n in range(12)]
    painted = moons.model_validate(
        moons.model_dump() | {"data": {"source": "painted", "points": points, "scaling": "none"}}
    )
    paint = open_panel(PaintPanel, painted)
    train(paint.workspace, 2)
    settle(paint, qtbot)
    assert not paint.canvas._backdrop.isNull()
    paint.boundary.click()
    assert paint.canvas._backdrop.isNull()

    browse = open_panel(BrowsePanel, moons)
    train(browse.workspace, 2)
    browse.views.set_current(browse.offered.index("Scatter"))
    browse.scatter.boundary.click()
    settle(browse, qtbot)
    assert not browse.scatter.plot._backdrop.isNull()
    browse.scatter.boundary.click()
    assert browse.scatter.plot._backdrop.isNull()
