"""The loss surface on screen: a job beside training, the path and the place of now on it, a race over it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui import theme
from lab.gui.panels.run_pages.surface_panel import SurfacePanel
from lab.gui.workers.commands import State
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Click = Callable[[Any], None]
Choose = Callable[[Any, object], None]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def panel(open_panel: Callable[..., Any], experiment: Make, choose: Choose) -> Any:
    made = open_panel(SurfacePanel, experiment())
    choose(made.points, "21")
    return made


def computed(qtbot: QtBot, panel: Any, click: Click) -> Any:
    click(panel.compute)
    qtbot.waitUntil(lambda: panel.workspace.surface.surface is not None and not panel.workspace.surface.is_under_way)
    return panel.workspace.surface.surface


def test_before_anything_is_computed_one_sentence_says_what_to_do(panel: Any) -> None:
    assert "press Compute" in panel.plot._empty
    assert not panel.race.isEnabled()


def test_a_surface_is_computed_beside_the_run_and_shows_its_path(
    qtbot: QtBot, panel: Any, click: Click, train: Train
) -> None:
    train(panel.workspace, 5)
    surface = computed(qtbot, panel, click)
    assert surface.losses.shape == (21, 21)
    assert "Around the weights of step 5" in panel.facts.text()
    assert [path.title for path in panel.plot._paths] == ["Run to step 5"]
    assert len(surface.path) == 6


def test_the_picture_has_the_shades_of_the_losses_and_the_path(
    qtbot: QtBot, panel: Any, click: Click, train: Train
) -> None:
    train(panel.workspace, 5)
    computed(qtbot, panel, click)
    plot = panel.plot
    image = plot.grab().toImage()
    inside = plot.plot_rect()
    seen = {
        image.pixelColor(x, y).name()
        for x in range(inside.left() + 2, inside.right() - 2, 3)
        for y in range(inside.top() + 2, inside.bottom() - 2, 3)
    }
    assert len(seen) > 30
    assert theme.current().invalid not in seen


def test_the_place_of_now_moves_with_the_run(qtbot: QtBot, panel: Any, click: Click, train: Train) -> None:
    train(panel.workspace, 3)
    surface = computed(qtbot, panel, click)
    qtbot.waitUntil(lambda: panel.plot._now is not None)
    np.testing.assert_allclose(panel.plot._now, (0, 0), atol=1e-9)
    train(panel.workspace, 4)
    taken: list[Any] = []
    panel.workspace.run.taken.connect(lambda _number, weights: taken.append(weights))
    panel.workspace.run.take(-1, lambda session: session.network.parameters.copy())
    qtbot.waitUntil(lambda: bool(taken))
    np.testing.assert_allclose(panel.plot._now, surface.plane.coordinates(taken[0][None])[0], atol=1e-9)


def test_two_weights_come_from_the_inspector_or_by_name(
    qtbot: QtBot, panel: Any, click: Click, choose: Choose, train: Train
) -> None:
    train(panel.workspace, 1)
    choose(panel.directions, "cells")
    panel.workspace.selection.choose(0, "dW")
    panel.workspace.selection.choose_cell(2, 4)
    click(panel.from_inspector[0])
    assert panel.cells[0].text() == "W1[2, 4]"
    panel.cells[1].setText("b2[1]")
    surface = computed(qtbot, panel, click)
    assert surface.plane.names == ("W¹[2, 4]", "b²[1]")
    taken: list[float] = []
    panel.workspace.run.taken.connect(lambda _number, weight: taken.append(weight))
    panel.workspace.run.take(-1, lambda session: float(session.network.layers[0].W[2, 4]))
    qtbot.waitUntil(lambda: bool(taken))
    assert panel.plot._plane.x[10] == pytest.approx(taken[0])


def test_what_is_no_weight_is_said_in_a_sentence(
    qtbot: QtBot, panel: Any, click: Click, choose: Choose, train: Train
) -> None:
    train(panel.workspace, 1)
    choose(panel.directions, "cells")
    panel.cells[1].setText("W7[0, 0]")
    with qtbot.waitSignal(panel.workspace.problem_found) as found:
        click(panel.compute)
    assert found.args == ["Loss surface: 'W7[0, 0]': there is no layer 7; the network has 2."]
    assert not panel.cancel.isVisible()


def test_optimizers_race_from_the_chosen_point(qtbot: QtBot, panel: Any, click: Click, train: Train) -> None:
    train(panel.workspace, 4)
    surface = computed(qtbot, panel, click)
    panel.plot.choose_place(float(surface.alphas[3]), float(surface.betas[17]))
    click(panel.race)
    qtbot.waitUntil(lambda: len(panel.workspace.surface.races) == 4)
    for path in panel.workspace.surface.races:
        np.testing.assert_allclose(path.places[0], (surface.alphas[3], surface.betas[17]), atol=1e-9)
    assert len(panel.plot._paths) == 5


def test_training_goes_on_meanwhile_and_a_surface_can_be_cancelled(
    qtbot: QtBot, open_panel: Callable[..., Any], endless: Make, click: Click, choose: Choose
) -> None:
    panel = open_panel(SurfacePanel, endless(hidden=(300, 300)))
    workspace = panel.workspace
    choose(panel.points, "61")
    workspace.run_or_pause()
    qtbot.waitUntil(lambda: workspace.run.state is State.RUNNING)
    click(panel.compute)
    qtbot.waitUntil(lambda: workspace.surface.progress[0] > 0)
    assert workspace.run.state is State.RUNNING
    click(panel.cancel)
    assert not panel.cancel.isVisible()
    assert workspace.surface.surface is None


def test_one_job_makes_way_for_another(qtbot: QtBot, panel: Any, click: Click, choose: Choose, train: Train) -> None:
    train(panel.workspace, 1)
    choose(panel.points, "61")
    click(panel.compute)
    panel.workspace.check_gradient()
    assert not panel.workspace.surface.is_under_way
    qtbot.waitUntil(lambda: panel.workspace.checking.report is not None)
    assert panel.workspace.surface.surface is None


def test_another_run_has_no_surface_yet(qtbot: QtBot, panel: Any, click: Click, train: Train) -> None:
    train(panel.workspace, 2)
    computed(qtbot, panel, click)
    panel.workspace.reset()
    qtbot.waitUntil(lambda: panel.workspace.run.state is State.READY)
    assert panel.workspace.surface.surface is None
    assert panel.plot._plane is None
    assert panel.facts.text() == ""
