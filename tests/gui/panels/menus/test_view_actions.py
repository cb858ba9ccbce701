"""The View menu: panels that close and come back, and the theme."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QMenu, QWidget
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui import theme
from lab.gui.panels.menus.view_actions import ViewActions
from lab.gui.workspace.frame_clock import PICTURE_RATES
from lab.gui.workspace.workspace import Workspace


@pytest.fixture
def workspace(open_workspace: Callable[..., Workspace], experiment: Callable[..., Experiment]) -> Workspace:
    return open_workspace(experiment())


@pytest.fixture
def view(workspace: Workspace, show: Callable[..., QWidget]) -> Iterator[tuple[ViewActions, QMenu, QDockWidget]]:
    """The View menu of a window with one dock; the window is there until the test is over."""
    window = show(QMainWindow())
    dock = QDockWidget("Data", window)
    dock.setWidget(QLabel("numbers"))
    window.addDockWidget(window.dockWidgetArea(dock).LeftDockWidgetArea, dock)
    actions, menu = ViewActions(window, [dock], workspace.run), window.menuBar().addMenu("View")
    actions.fill(menu)
    yield actions, menu, dock
    assert window.isWindow()


def action(menu: QMenu, text: str) -> QAction:
    return next(each for each in menu.actions() if each.text().replace("&", "") == text)


def test_a_panel_closes_and_comes_back(view: tuple[ViewActions, QMenu, QDockWidget], qtbot: QtBot) -> None:
    _, menu, dock = view
    assert action(menu, "Data").isChecked()
    action(menu, "Data").trigger()
    assert not dock.isVisible()
    action(menu, "Data").trigger()
    assert dock.isVisible()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_theme_can_be_chosen(view: tuple[ViewActions, QMenu, QDockWidget], name: str) -> None:
    _, menu, _ = view
    action(menu, name.capitalize()).trigger()
    assert theme.current().name == name
    checked = [each.text().replace("&", "") for each in menu.actions() if each.isChecked() and each.data()]
    assert checked == [name.capitalize()]


def test_the_system_can_be_followed_again(view: tuple[ViewActions, QMenu, QDockWidget]) -> None:
    _, menu, _ = view
    action(menu, "Follow the system").trigger()
    assert theme.keeper().choice() == "system"
    assert action(menu, "Follow the system").isChecked()


def test_a_theme_that_is_chosen_elsewhere_is_marked(view: tuple[ViewActions, QMenu, QDockWidget]) -> None:
    _, menu, _ = view
    theme.apply("light")
    assert action(menu, "Light").isChecked()


def test_the_first_layout_is_asked_for(view: tuple[ViewActions, QMenu, QDockWidget], qtbot: QtBot) -> None:
    actions, menu, _ = view
    with qtbot.waitSignal(actions.layout_reset_wanted):
        action(menu, "Reset layout").trigger()


def test_pictures_can_give_way_to_training(view: tuple[ViewActions, QMenu, QDockWidget], workspace: Workspace) -> None:
    _, menu, _ = view
    pictures = action(menu, "Pictures while training").menu()
    texts = [each.text().replace("&", "") for each in pictures.actions()]
    assert texts == ["Smooth", "Balanced", "Fast"]
    for text in ("Fast", "Balanced", "Smooth"):
        action(pictures, text).trigger()
        assert workspace.run.picture_rate.name == text.lower()
    workspace.run.choose_picture_rate(PICTURE_RATES["fast"])
    assert [each.text() for each in pictures.actions() if each.isChecked()] == ["&Fast"]
