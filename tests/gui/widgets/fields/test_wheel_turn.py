"""The wheel over a field without focus scrolls what is around it; with focus a turn of many notches is one change."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.rate_box import RateBox
from lab.gui.widgets.fields.wheel_turn import scroll_past
from lab.gui.widgets.fields.whole_box import WholeBox

NOTCH = 120


class Page(QScrollArea):
    """A long page with one field of each kind at its top."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = choice_box((name, name, "") for name in "abcdefgh")
        self.whole, self.decimal, self.rate = WholeBox(0, 100), RateBox(0, 1, step=0.05), RateBox(0, zero="0")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        scroll_past(self.slider)
        self.whole.setValue(50)
        self.decimal.setValue(0.5)
        self.rate.set_value(0.1)
        self.slider.setValue(50)
        inner = QWidget()
        inner.setMinimumHeight(3000)
        column = QVBoxLayout(inner)
        for field in self.fields():
            column.addWidget(field)
        column.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)

    def fields(self) -> list[QWidget]:
        return [self.choice, self.whole, self.decimal, self.rate, self.slider]


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    widget = Page()
    qtbot.addWidget(widget)
    widget.resize(300, 400)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    widget.setFocus()
    qtbot.waitUntil(lambda: widget.verticalScrollBar().maximum() > 0)
    return widget


def turn(field: QWidget, notches: int) -> None:
    """Turn the wheel down over a field, as the system reports it to the window."""
    window = field.window()
    place = QPointF(field.mapTo(window, field.rect().center()))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, -NOTCH * notches))
    QApplication.processEvents()


def shown(field: QWidget) -> float:
    if isinstance(field, QComboBox):
        return field.currentIndex()
    assert isinstance(field, WholeBox | RateBox | QSlider)
    return field.value()


@pytest.mark.parametrize("number", range(5))
def test_without_focus_the_page_scrolls_and_the_field_stays(page: Page, number: int) -> None:
    field = page.fields()[number]
    before = shown(field)
    turn(field, 1)
    assert shown(field) == before
    assert page.verticalScrollBar().value() > 0
    assert not field.hasFocus()


@pytest.mark.parametrize("number", range(5))
def test_with_focus_the_field_takes_it_and_the_page_stays(page: Page, number: int) -> None:
    field = page.fields()[number]
    field.setFocus()
    before = shown(field)
    turn(field, 1)
    assert shown(field) != before
    assert page.verticalScrollBar().value() == 0


def _told(field: QWidget) -> list[object]:
    told: list[object] = []
    if isinstance(field, RateBox):
        field.value_chosen.connect(told.append)
    elif isinstance(field, QComboBox):
        field.activated.connect(told.append)
    elif isinstance(field, WholeBox | RateBox):
        field.valueChanged.connect(told.append)
    return told


@pytest.mark.parametrize("number", range(4))
def test_a_turn_is_told_once_with_where_it_ended(page: Page, number: int, qtbot: QtBot) -> None:
    field = page.fields()[number]
    field.setFocus()
    told = _told(field)
    for _ in range(4):
        turn(field, 1)
    assert not told
    qtbot.waitUntil(lambda: bool(told))
    assert told == [shown(field)]


@pytest.mark.parametrize("end", ["key", "focus", "hide"])
def test_whatever_comes_next_finds_the_turn_told(page: Page, qtbot: QtBot, end: str) -> None:
    page.whole.setFocus()
    told = _told(page.whole)
    turn(page.whole, 2)
    ends: dict[str, Callable[[], object]] = {
        "key": lambda: qtbot.keyClick(page.whole, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier),
        "focus": page.rate.setFocus,
        "hide": page.whole.hide,
    }
    ends[end]()
    assert told == [shown(page.whole)]


def test_at_the_end_of_its_range_a_field_in_use_keeps_the_wheel(page: Page) -> None:
    page.whole.setFocus()
    page.whole.setValue(0)
    told = _told(page.whole)
    turn(page.whole, 3)
    assert page.verticalScrollBar().value() == 0
    assert not told
