"""The page of the network: the numbers of a session alone, and one neuron beneath that opens in the inspector."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.gui.panels.run_pages.network_panel import NetworkPanel
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]
OpenPanel = Callable[..., Any]


def settle(panel: Any, qtbot: QtBot) -> None:
    """Wait until all that was asked for is there."""
    run = panel.workspace.run
    qtbot.waitUntil(lambda: bool(panel.graph._nodes) and not run.is_waiting and not run.snapshot.postponed)


@pytest.fixture
def panel(open_panel: OpenPanel, experiment: Make) -> Any:
    return open_panel(NetworkPanel, experiment(hidden=(5, 4)))


def test_before_a_run_it_says_what_to_do(panel: Any) -> None:
    assert panel.graph.columns() == ()
    assert "press Run" in panel.graph._empty


def test_it_shows_what_a_session_alone_comes_to_both_ways(panel: Any, train: Train, qtbot: QtBot) -> None:
    train(panel.workspace, 3)
    settle(panel, qtbot)
    alone = Session(panel.workspace.run.experiment)
    for _ in range(3):
        alone.step()
    graph, layers = panel.graph, alone.network.layers
    assert [column.title for column in graph.columns()] == ["inputs", "1: 5 tanh", "2: 4 tanh", "3: 3 softmax"]
    for place, layer in enumerate(layers):
        np.testing.assert_allclose(graph._nodes[place + 1], layer.a.mean(axis=0))
        W = alone.used_parameters[alone.network.slices[place]["W"]].reshape(layer.W.shape)
        np.testing.assert_array_equal(graph._edges[place], W)
    panel.way.set_current(1)
    qtbot.waitUntil(lambda: graph._nodes[0] is None)
    for place, layer in enumerate(layers):
        np.testing.assert_allclose(graph._nodes[place + 1], layer.delta.mean(axis=0))
        np.testing.assert_array_equal(graph._edges[place], layer.dW)


def test_the_neuron_with_the_ring_is_shown_in_numbers_and_opened_in_the_inspector(
    panel: Any, train: Train, qtbot: QtBot
) -> None:
    train(panel.workspace, 3)
    settle(panel, qtbot)
    graph, selection = panel.graph, panel.workspace.selection
    assert graph.current() == (1, 0)
    qtbot.keyClick(graph, Qt.Key.Key_Right)
    qtbot.keyClick(graph, Qt.Key.Key_Up)
    qtbot.keyClick(graph, Qt.Key.Key_Down)
    assert graph.current() == (2, 1)
    qtbot.waitUntil(lambda: panel.neuron.title.text().startswith("2: 4 tanh, unit 1"))
    alone = Session(panel.workspace.run.experiment)
    for _ in range(3):
        alone.step()
    qtbot.waitUntil(lambda: panel.neuron.spreads[0].histogram._values is not None)
    np.testing.assert_array_equal(panel.neuron.spreads[0].histogram._values[0], alone.network.layers[1].z[:, 1])
    qtbot.keyClick(graph, Qt.Key.Key_Return)
    assert (selection.layer, selection.matrix, selection.cell) == (1, "a", (0, 1))


def test_a_wide_layer_is_collapsed_and_says_so(
    open_panel: OpenPanel, endless: Make, train: Train, qtbot: QtBot, choose: Callable[[QComboBox, object], None]
) -> None:
    panel = open_panel(NetworkPanel, endless(hidden=(40,)))
    train(panel.workspace, 2)
    settle(panel, qtbot)
    assert [len(column.units) for column in panel.graph.columns()] == [16, 16, 10]
    assert "16 of 64 shown: the largest outgoing weights" in panel.note.text()
    assert "300" not in panel.note.text()
    image = panel.neuron.weights._matrix
    assert image.shape == (8, 8)  # the weights of a unit of the first layer are an image where the inputs are
    choose(panel.most, "64")
    qtbot.waitUntil(lambda: [len(column.units) for column in panel.graph.columns()] == [64, 40, 10])
    qtbot.waitUntil(lambda: "Of a gap the 300 strongest are drawn" in panel.note.text())


def test_two_inputs_have_maps_in_the_neurons(
    open_panel: OpenPanel, experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = open_panel(NetworkPanel, experiment(hidden=(3,), output=2, source="moons"))
    train(panel.workspace, 2)
    qtbot.waitUntil(lambda: [len(column) for column in panel.graph._maps] == [2, 3, 2])
    panel.maps.click()
    assert panel.graph._maps == []


@pytest.mark.parametrize(("hidden", "columns"), [((), 2), ((2000,), 3), ((3,) * 40, 42)])
def test_stacks_without_middle_wide_ones_and_deep_ones(
    open_panel: OpenPanel, experiment: Make, train: Train, qtbot: QtBot, hidden: tuple[int, ...], columns: int
) -> None:
    panel = open_panel(NetworkPanel, experiment(hidden=hidden))
    train(panel.workspace, 1)
    settle(panel, qtbot)
    assert len(panel.graph.columns()) == columns
    assert not panel.grab().isNull()


def test_what_somebody_is_asked_for_is_not_shown(panel: Any, train: Train, qtbot: QtBot) -> None:
    train(panel.workspace, 2)
    settle(panel, qtbot)
    panel.workspace.selection.hide_matrix((0, "a"), hides_shape=False)
    qtbot.waitUntil(lambda: panel.graph._nodes[1] is None)
    assert panel.graph._nodes[2] is not None
    qtbot.waitUntil(lambda: panel.neuron.spreads[1].histogram._values is None)
