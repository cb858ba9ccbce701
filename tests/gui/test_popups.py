"""Lists and menus open whole: on the screen, with no entry cut off, as many at once as the box says."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QToolButton, QWidget

from lab.experiment.spec import Experiment
from lab.gui.main_window import PAGES, MainWindow


@pytest.fixture
def window(open_window: Callable[[Experiment], MainWindow], experiment: Callable[..., Experiment]) -> MainWindow:
    """The window with every page made and every card of its docks in front once."""
    made = open_window(experiment(hidden=(5, 4)))
    for page in PAGES:
        made.tabs.show_page(page.name)
        QApplication.processEvents()
    return made


def boxes(window: MainWindow) -> Iterator[QComboBox]:
    """Bring each page and card to the front, and yield the boxes that are then on show."""
    for bring in (
        *(page.content.show for page in window.tabs.pages.values()),
        *(dock.raise_ for dock in window._docks),
    ):
        bring()
        QApplication.processEvents()
        yield from (box for box in window.findChildren(QComboBox) if box.isVisible() and box.count())


def name_of(widget: QWidget) -> str:
    return widget.accessibleName() or type(widget).__name__


def cut_entries(box: QComboBox) -> list[str]:
    """Return which of the entries that the open list of a box shows at once are not whole."""
    view, cut = box.view(), []
    for place in range(min(box.count(), box.maxVisibleItems())):
        entry = view.visualRect(box.model().index(place, box.modelColumn()))
        inside = view.viewport().rect()
        if entry.isEmpty() or not (inside.top() <= entry.top() and entry.bottom() <= inside.bottom()):
            cut.append(f"{name_of(box)}: {box.itemText(place)}")
    return cut


def test_no_list_of_choices_cuts_off_an_entry(window: MainWindow) -> None:
    seen, wrong = set(), []
    for box in boxes(window):
        if box in seen:
            continue
        seen.add(box)
        box.setCurrentIndex(box.currentIndex())
        box.showPopup()
        QApplication.processEvents()
        box.view().scrollToTop()
        wrong += cut_entries(box)
        popup = box.view().window()
        if not popup.screen().availableGeometry().contains(popup.frameGeometry()):
            wrong.append(f"{name_of(box)}: the list leaves the screen")
        box.hidePopup()
    assert len(seen) > 10
    assert wrong == []


def test_no_menu_cuts_off_an_entry(window: MainWindow) -> None:
    menus = [menu for menu in window.findChildren(QMenu) if menu.actions()]
    menus += [button.menu() for button in window.findChildren(QToolButton) if button.menu() is not None]
    wrong = []
    for menu in menus:
        menu.popup(window.pos())
        QApplication.processEvents()
        for action in menu.actions():
            place = menu.actionGeometry(action)
            if action.isVisible() and not QRect(menu.rect()).contains(place):
                wrong.append(action.text())
        if not menu.screen().availableGeometry().contains(menu.frameGeometry()):
            wrong.append(f"{menu.title()} leaves the screen")
        menu.close()
    assert len(menus) > 6
    assert wrong == []
