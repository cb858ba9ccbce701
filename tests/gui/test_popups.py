"""Lists and menus open whole: on the screen, with no entry cut off, and all entries at once where there is room."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QScrollArea, QToolButton, QWidget

from lab.experiment.spec import Experiment
from lab.gui import theme
from lab.gui.main_window import PAGES, MainWindow
from lab.gui.widgets.fields.choices import ChoiceBox, choice_box


@pytest.fixture
def window(open_window: Callable[[Experiment], MainWindow], experiment: Callable[..., Experiment]) -> MainWindow:
    """The window with every page made."""
    made = open_window(experiment(hidden=(5, 4)))
    made.resize(960, 700)  # the offscreen screen has 800 × 800
    for page in PAGES:
        made.tabs.show_page(page.name)
        QApplication.processEvents()
    return made


def boxes(window: MainWindow) -> Iterator[QComboBox]:
    """Bring each page and card to the front, and yield the boxes that are then on show, each once."""
    seen: set[QComboBox] = set()
    pages = [page.content.show for page in window.tabs.pages.values()]
    for bring in (*pages, *(dock.raise_ for dock in window._docks)):
        bring()
        QApplication.processEvents()
        on_show = {box for box in window.findChildren(QComboBox) if box.isVisible() and box.count()} - seen
        seen |= on_show
        for box in on_show:
            _scroll_to(box)
            yield box


def _scroll_to(box: QComboBox) -> None:
    around = box.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(box)
        around = around.parentWidget()


def whole_entries(box: QComboBox) -> int:
    """Return how many entries of an open list are seen whole."""
    room = box.view().viewport().rect()
    places = [box.view().visualRect(box.model().index(row, box.modelColumn())) for row in range(box.count())]
    return sum(
        1 for place in places if place.isValid() and room.top() <= place.top() and place.bottom() <= room.bottom()
    )


def is_on_screen(popup: QWidget) -> bool:
    return popup.screen().availableGeometry().contains(popup.frameGeometry())


def test_every_list_of_choices_and_every_menu_is_whole(window: MainWindow) -> None:
    wrong, lists = [], 0
    for box in boxes(window):
        box.showPopup()
        popup = box.view().window()
        if whole_entries(box) < box.count() or not is_on_screen(popup):
            wrong.append(f"{box.accessibleName()}: {whole_entries(box)} of {box.count()}")
        box.hidePopup()
        lists += 1
    buttons = [button.menu() for button in window.findChildren(QToolButton) if button.menu() is not None]
    menus = [menu for menu in (*window.findChildren(QMenu), *buttons) if menu.actions()]
    for menu in menus:
        menu.popup(window.pos())
        places = [menu.actionGeometry(action) for action in menu.actions() if action.isVisible()]
        if not is_on_screen(menu) or not all(menu.rect().contains(place) for place in places):
            wrong.append(menu.title())
        menu.close()
    assert lists > 10
    assert len(menus) > 6
    assert wrong == []


@pytest.mark.parametrize("top", [0, 300, 700])
def test_a_list_that_is_too_long_for_the_screen_shows_whole_rows(
    show: Callable[..., ChoiceBox], application: QApplication, top: int
) -> None:
    box = show(choice_box((str(number), f"Choice {number}", "") for number in range(200)))
    box.resize(200, 26)
    box.move(20, top)
    box.setMaxVisibleItems(200)
    box.showPopup()
    room, view = box.view().viewport().rect(), box.view()
    seen = [view.visualRect(box.model().index(row, 0)) for row in range(200)]
    inside = [place for place in seen if place.top() <= room.bottom() and place.bottom() >= 0]
    assert len(inside) == whole_entries(box) > 5
    assert is_on_screen(view.window())
    box.hidePopup()


def test_another_theme_leaves_nothing_behind(show: Callable[..., ChoiceBox], application: QApplication) -> None:
    box = show(choice_box([("a", "A", ""), ("b", "B", "")]))
    box.showPopup()
    box.hidePopup()
    counts = []
    for name in ("light", "dark", "light", "dark", "light", "dark"):
        theme.apply(name)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        counts.append(len(box.findChildren(QObject)))
    assert counts == counts[:1] * len(counts)
