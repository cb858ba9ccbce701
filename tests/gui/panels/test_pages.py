"""Pages: made when first shown, there when they are available; and one is added by a row, a panel and a reading."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lab.experiment.readings.reading import AnyReading, Reading
from lab.experiment.session import Session
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import Experiment
from lab.gui import main_window
from lab.gui.main_window import PAGES, MainWindow
from lab.gui.panels.pages import Page, PageTabs
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Open = Callable[..., Workspace]
Reach = Callable[[Run, State], None]
Train = Callable[[Workspace, int], None]
Show = Callable[..., PageTabs]


# the toy page: what a new one consists of


@dataclass(frozen=True)
class WeightNorm(Reading[float]):
    """The length of all parameters as one vector."""

    power: int

    def read(self, session: Session) -> float:
        return float(np.linalg.norm(session.network.parameters, self.power))


class NormPanel(ViewerPanel):
    """Shows the length of the weights."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.number = QLabel("–")
        QVBoxLayout(self).addWidget(self.number)

    def readings(self) -> Iterable[AnyReading]:
        return (WeightNorm(2),)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        norm = snapshot.get(WeightNorm(2))
        if norm is not None:
            self.number.setText(f"{norm:.12f}")

    def clear(self) -> None:
        self.number.setText("–")


def is_wide(workspace: Workspace) -> bool:
    """Tell whether the first layer that is on show has 9 units or more."""
    return workspace.shown.layers[0].units >= 9


NORM = Page("norm", "Norm", "How long the weights are", NormPanel, with_board=True)


@pytest.fixture
def window(
    open_window: Callable[[Experiment], MainWindow], experiment: Make, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """A window with one page more."""
    monkeypatch.setattr(main_window, "PAGES", (*PAGES, NORM))
    return open_window(experiment())


def test_a_new_page_is_a_row_a_panel_and_a_reading(
    window: MainWindow, train: Train, reach: Reach, qtbot: QtBot
) -> None:
    window.tabs.setCurrentIndex(window.tabs.count() - 1)
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Norm"
    assert window.board.isVisible()
    panel = window.tabs.pages["norm"].content
    assert panel.number.text() == "–"
    train(window.workspace, 2)
    alone = Session(window.workspace.run.experiment)
    alone.step()
    alone.step()
    assert panel.number.text() == f"{np.linalg.norm(alone.network.parameters):.12f}"
    window.tabs.show_page("curves")
    train(window.workspace, 1)
    assert WeightNorm(2) not in window.workspace.run.snapshot.answers  # hidden it costs nothing
    window.tabs.show_page("norm")
    reach(window.workspace.run, State.PAUSED)
    alone.step()
    assert panel.number.text() == f"{np.linalg.norm(alone.network.parameters):.12f}"
    at_the_start: list[str] = []
    window.workspace.run.started.connect(lambda: at_the_start.append(panel.number.text()))
    with qtbot.waitSignal(window.workspace.run.started):
        window.workspace.reset()
    assert at_the_start == ["–"]


# the tabs


@pytest.fixture
def tabs(open_panel: Callable[..., PageTabs], experiment: Make) -> Callable[..., PageTabs]:
    """Show the tabs of some pages; the workspace is their `workspace`."""
    return lambda *pages: open_panel(lambda workspace: PageTabs(workspace, pages), experiment())


def page(name: str, **more: object) -> Page:
    return Page(name, name.capitalize(), f"About {name}", lambda _workspace: QLabel(name), **more)


def titles(tabs: PageTabs) -> list[str]:
    return [tabs.tabText(index) for index in range(tabs.count()) if tabs.isTabVisible(index)]


def test_a_panel_is_made_when_its_page_is_first_shown(tabs: Callable[..., PageTabs]) -> None:
    made: list[str] = []

    def make(_workspace: Workspace) -> QWidget:
        made.append("second")
        return QLabel("second")

    shown = tabs(page("first"), Page("second", "Second", "", make))
    assert made == []
    shown.show_page("second")
    shown.show_page("first")
    shown.show_page("second")
    assert made == ["second"]
    assert shown.current.name == "second"


def test_a_page_is_there_while_it_is_available(tabs: Callable[..., PageTabs]) -> None:
    shown = tabs(page("first"), page("wide", is_available=is_wide), page("last"))
    assert titles(shown) == ["First", "Last"]
    shown.show_page("wide")
    assert shown.current.name == "first"
    shown.workspace.draft.edit_layer(0, units=9)
    assert titles(shown) == ["First", "Wide", "Last"]
    shown.show_page("wide")
    shown.workspace.draft.undo()
    assert titles(shown) == ["First", "Last"]
    assert shown.current.name == "first"


def test_a_page_that_goes_away_is_followed_by_another(tabs: Callable[..., PageTabs]) -> None:
    shown = tabs(page("first"), page("wide", is_available=is_wide, followed_by="last"), page("last"))
    shown.workspace.draft.edit_layer(0, units=9)
    shown.show_page("wide")
    told: list[Page] = []
    shown.page_shown.connect(told.append)
    shown.workspace.draft.undo()
    assert shown.current.name == "last"
    assert told[-1].name == "last"


def test_a_page_that_goes_away_behind_another_leaves_that_one_in_front(tabs: Callable[..., PageTabs]) -> None:
    shown = tabs(page("first"), page("wide", is_available=is_wide, followed_by="last"), page("last"))
    shown.workspace.draft.edit_layer(0, units=9)
    shown.workspace.draft.undo()
    assert shown.current.name == "first"


def test_a_signal_brings_its_page_to_the_front(tabs: Callable[..., PageTabs]) -> None:
    shown = tabs(page("first"), page("second", opens_on=lambda workspace: workspace.painting_wanted))
    shown.workspace.painting_wanted.emit()
    assert shown.current.name == "second"


# the table


def test_every_page_has_a_name_of_its_own_a_title_and_a_help_text() -> None:
    assert len({each.name for each in PAGES}) == len({each.title for each in PAGES}) == len(PAGES)
    assert all(each.title and each.help for each in PAGES)
    assert {each.followed_by for each in PAGES} <= {"", *(each.name for each in PAGES)}


def test_a_page_s_panel_can_be_made_on_its_own(open_workspace: Open, experiment: Make, show: Show) -> None:
    workspace = open_workspace(experiment())
    for each in PAGES:
        show(each.make(workspace))


def test_the_list_of_pages_names_those_that_are_available_and_leads_to_them(tabs: Callable[..., PageTabs]) -> None:
    shown = tabs(page("first"), page("wide", is_available=is_wide), page("last"))
    shown.all_pages.aboutToShow.emit()
    listed = {action.text(): action for action in shown.all_pages.actions()}
    assert list(listed) == ["First", "Last"]
    assert listed["First"].isChecked()
    listed["Last"].trigger()
    assert shown.current.name == "last"
