"""The inspector's second matrix, pinned matrices, weights as images, colours, and its picture as a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui.panels.inspector_panel import InspectorPanel
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]
Click = Callable[[Any], None]


@pytest.fixture
def panel(open_panel: Callable[..., Any], experiment: Make, train: Train) -> Any:
    """The inspector after two steps on the digits, 64 inputs, 12 units, 10 classes."""
    made = open_panel(InspectorPanel, experiment(hidden=(12,), output=10, source="digits", batch_size=28))
    train(made.workspace, 2)
    made.workspace.selection.choose(0, "W")
    return made


def weights(panel: Any, qtbot: QtBot, name: str = "W") -> np.ndarray:
    taken: list[np.ndarray] = []
    run = panel.workspace.run
    run.taken.connect(lambda number, matrix: taken.append(matrix) if number == -7 else None)
    run.take(-7, lambda session: (session.used_parameters, session.network.layers[0].dW.copy()))
    qtbot.waitUntil(lambda: bool(taken))
    return taken[0][0][:768].reshape(64, 12) if name == "W" else taken[0][1]


def entry(menu: Any, text: str) -> Any:
    return next(action for action in menu.actions() if action.text().replace("&", "") == text)


def test_weights_of_the_first_layer_can_be_seen_as_images(panel: Any, qtbot: QtBot) -> None:
    matrix = weights(panel, qtbot)
    assert panel.view.images.isEnabled()
    panel.view.images.trigger()
    qtbot.waitUntil(lambda: panel.heatmap._matrix is not None and panel.heatmap.shape() != (64, 12))
    tiles = panel._tiles()
    np.testing.assert_array_equal(panel.heatmap._matrix[:8, :8], matrix[:, 0].reshape(8, 8))
    panel.heatmap.cell_chosen.emit(*tiles.cell_drawn(13, 5))
    assert panel.workspace.selection.cell == (13, 5)
    assert panel.heatmap.cursor_cell() == tiles.cell_drawn(13, 5)
    assert panel.stats._cell == (13, 5)
    panel.workspace.selection.choose(1, "W")  # no images there
    assert not panel.view.images.isEnabled()
    qtbot.waitUntil(lambda: panel.heatmap.shape() == (12, 10))


def test_of_a_table_there_are_no_images(open_panel: Callable[..., Any], experiment: Make, train: Train) -> None:
    made = open_panel(InspectorPanel, experiment())
    train(made.workspace, 1)
    made.workspace.selection.choose(0, "W")
    assert not made.view.images.isEnabled()


def test_a_second_matrix_stands_beside_the_first_of_the_same_step(panel: Any, qtbot: QtBot, train: Train) -> None:
    entry(panel.view.beside, "∂L/∂W¹").trigger()
    qtbot.waitUntil(lambda: panel.others.picture._matrix is not None)
    assert panel.others.beside.isVisible()
    np.testing.assert_array_equal(panel.others.picture._matrix, weights(panel, qtbot, "dW"))
    np.testing.assert_array_equal(panel.heatmap._matrix, weights(panel, qtbot))
    panel.heatmap.show_part((3, 2, 10, 5))
    assert panel.others.picture.part_in_view() == (3, 2, 10, 5)
    panel.others.picture.show_part(None)
    assert not panel.heatmap.is_zoomed()
    panel.heatmap.cell_chosen.emit(9, 4)
    assert panel.others.picture.cursor_cell() == (9, 4)
    assert panel.others.title.text() == f"∂L/∂W¹  {panel.others.picture.cell_text(9, 4)}"
    train(panel.workspace, 1)
    np.testing.assert_array_equal(panel.others.picture._matrix, weights(panel, qtbot, "dW"))
    entry(panel.view.beside, "Nothing").trigger()
    assert not panel.others.beside.isVisible()


def test_pinned_matrices_stay_live_and_lead_back(panel: Any, qtbot: QtBot, train: Train, click: Click) -> None:
    panel.view.pin.trigger()
    panel.workspace.selection.choose(1, "delta")
    panel.view.pin.trigger()
    assert list(panel.others.pins.pictures()) == [(0, "W"), (1, "delta")]
    train(panel.workspace, 1)
    qtbot.waitUntil(lambda: panel.others.pins.pictures()[0, "W"]._matrix is not None)
    np.testing.assert_array_equal(panel.others.pins.pictures()[0, "W"]._matrix, weights(panel, qtbot))
    large, cross = panel.others.pins.buttons((0, "W"))
    click(large)
    assert (panel.workspace.selection.layer, panel.workspace.selection.matrix) == (0, "W")
    click(cross)
    assert list(panel.others.pins.pictures()) == [(1, "delta")]


def test_a_pinned_matrix_that_the_network_has_no_more_goes(panel: Any, qtbot: QtBot) -> None:
    panel.workspace.selection.choose(1, "W")
    panel.view.pin.trigger()
    panel.workspace.draft.remove_layer(0)
    qtbot.waitUntil(lambda: not panel.others.pins.pictures())


def test_no_more_than_six_are_pinned(panel: Any, qtbot: QtBot) -> None:
    said: list[str] = []
    panel.workspace.problem_found.connect(said.append)
    for layer, name in [(0, "W"), (0, "b"), (0, "z"), (0, "a"), (0, "delta"), (1, "W"), (1, "b")]:
        panel.workspace.selection.choose(layer, name)
        panel.view.pin.trigger()
    assert len(panel.others.pins.pictures()) == 6
    assert said == ["6 matrices are pinned already: let one go first."]


def test_what_somebody_is_asked_for_is_not_shown_elsewhere(panel: Any, qtbot: QtBot, train: Train) -> None:
    panel.view.pin.trigger()
    panel.workspace.selection.choose(0, "dW")
    entry(panel.view.beside, "W¹").trigger()
    panel.workspace.selection.hide_matrix((0, "W"), False)
    train(panel.workspace, 1)
    assert panel.others.picture._matrix is None
    assert panel.others.pins.pictures()[0, "W"]._matrix is None


def test_colours_are_remembered_by_name(panel: Any, show: Callable[..., Any]) -> None:
    entry(panel.view.menu(), "Colours: by powers of ten").trigger()
    assert panel.heatmap._range.name == panel.others.picture._range.name == "log"
    assert show(InspectorPanel(panel.workspace)).heatmap._range.name == "log"


def test_the_picture_can_be_saved(panel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "w.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_: (str(file), "")))
    panel.view.save.trigger()
    assert file.read_bytes().startswith(b"\x89PNG")
