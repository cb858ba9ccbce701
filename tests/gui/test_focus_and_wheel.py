"""Tab in the real window: every stop is on the screen and looks like it; the wheel edits nothing that is not in use."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui import theme
from lab.gui.main_window import MainWindow
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Window = Callable[[Experiment], MainWindow]
Train = Callable[[Workspace, int], None]

MOST_STOPS = 200
SIZES = [(1280, 720), (1920, 1080)]


@pytest.fixture
def window(open_window: Window, experiment: Make, train: Train) -> MainWindow:
    """A window in which a step was trained, so that every view has something to show."""
    one = open_window(experiment(hidden=(6, 5)))
    train(one.workspace, 1)
    one.activateWindow()
    return one


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def described(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or widget.objectName() or widget.toolTip()!r}"


def on_screen(widget: QWidget) -> bool:
    """Return whether any of a widget can be seen; an area that scrolls is covered by its viewport."""
    part = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    return not part.visibleRegion().isEmpty()


def seen(widget: QWidget) -> QImage:
    """Return what the screen shows around a widget."""
    window = widget.window()
    box = QRect(widget.mapTo(window, QPoint()), widget.size()).adjusted(-3, -3, 3, 3)
    return window.grab(box & window.rect()).toImage()


def stops(qtbot: QtBot, window: MainWindow) -> Iterator[QWidget]:
    """Press Tab until it comes round, and yield what has the keyboard on the way."""
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Tab)
    found: list[QWidget] = []
    while focused() not in found:
        found.append(focused())
        assert len(found) < MOST_STOPS
        yield found[-1]
        found[-1].setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(found[-1], Qt.Key.Key_Tab)


def fronted(window: MainWindow, page: str, card: str) -> None:
    """Bring a page and a card to the front."""
    window.tabs.show_page(page)
    dock = window.findChild(QDockWidget, f"dock_{card}")
    assert dock is not None
    dock.raise_()
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("page", "card"), [("curves", "training"), ("errors", "refine"), ("browse", "layer"), ("paint", "training")]
)
def test_every_stop_of_tab_is_on_the_screen(window: MainWindow, qtbot: QtBot, page: str, card: str) -> None:
    for size in SIZES:
        window.resize(*size)
        fronted(window, page, card)
        assert [described(stop) for stop in stops(qtbot, window) if not on_screen(stop)] == []


@pytest.mark.parametrize(
    ("page", "card"), [("curves", "training"), ("errors", "refine"), ("browse", "layer"), ("paint", "training")]
)
def test_every_stop_of_tab_looks_like_it(
    window: MainWindow, qtbot: QtBot, dressed: Callable[[str], None], page: str, card: str
) -> None:
    fronted(window, page, card)
    alike = []
    for name in ("dark", "light"):
        dressed(name)
        for stop in stops(qtbot, window):
            with_focus = seen(stop)
            stop.clearFocus()
            if seen(stop) == with_focus:
                alike.append(f"{described(stop)}, {name}")
    assert alike == []


@pytest.fixture
def dressed(application: QApplication) -> Callable[[str], None]:
    """Apply a theme by name; the next test that needs one applies its own."""
    return theme.apply


def test_no_field_of_a_card_in_the_back_takes_keys(window: MainWindow, qtbot: QtBot) -> None:
    fronted(window, "curves", "training")
    before = window.workspace.draft.experiment
    for panel in (window.refine, window.layer):
        assert not any(field.isVisible() for field in panel.findChildren(QAbstractSpinBox))
        assert panel.visibleRegion().isEmpty()
    fronted(window, "curves", "refine")
    assert window.refine.l1.isVisible()
    assert not window.training.rate.isVisible()
    window.refine.l1.setFocus()
    qtbot.keyClick(window.refine.l1, Qt.Key.Key_Up)
    assert window.workspace.draft.experiment != before


def test_the_wheel_edits_nothing_that_is_not_in_use(window: MainWindow) -> None:
    for page in window.tabs.pages:
        window.tabs.show_page(page)
        QApplication.processEvents()
    window.setFocus()
    kinds = (QAbstractSpinBox, QComboBox, QAbstractSlider, QTabBar)
    fields = [w for w in window.findChildren(QWidget) if isinstance(w, kinds) and not isinstance(w, QScrollBar)]
    assert len(fields) > 30
    before = window.workspace.draft.experiment
    taken = []
    for field in fields:
        for notches in (-1, 1):
            event = wheel(field, notches)
            QApplication.sendEvent(field, event)
            if event.isAccepted() or field.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                taken.append(described(field))
    assert taken == []
    assert window.workspace.draft.experiment == before


def test_a_turn_of_the_wheel_is_one_step_back(window: MainWindow, qtbot: QtBot) -> None:
    field, draft = window.training.rate, window.workspace.draft
    before = draft.experiment
    field.setFocus()
    for _ in range(5):
        QApplication.sendEvent(field, wheel(field, 1))
    qtbot.waitUntil(lambda: draft.experiment != before)
    assert draft.experiment.training.optimizer.learning_rate == field.value() != before.training.optimizer.learning_rate
    qtbot.waitUntil(window.files.undo.isEnabled)
    window.files.undo.trigger()
    qtbot.waitUntil(lambda: draft.experiment == before)


def wheel(field: QWidget, notches: int) -> QWheelEvent:
    place = QPointF(field.rect().center())
    return QWheelEvent(
        place, field.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
