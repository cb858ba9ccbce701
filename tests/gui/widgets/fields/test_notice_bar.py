"""A notice blocks nothing, can be read, copied and closed, and takes no room when there is none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.notice_bar import LEVELS, NoticeBar


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    QVBoxLayout(widget)
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def bar(window: QWidget) -> NoticeBar:
    notice, layout = NoticeBar(), window.layout()
    assert layout is not None
    layout.addWidget(notice)
    return notice


def test_bar_is_there_only_with_a_notice(bar: NoticeBar) -> None:
    assert not bar.isVisible()
    bar.show_notice("The last batch has 25 examples.")
    assert bar.isVisible()
    assert bar.text() == "The last batch has 25 examples."
    bar.show_notice("")
    assert not bar.isVisible()


@pytest.mark.parametrize("level", LEVELS)
def test_level_is_told_to_the_style_sheet_and_to_screen_readers(bar: NoticeBar, level: str) -> None:
    bar.show_notice("Something.", level)
    assert bar.property("level") == level
    assert bar.accessibleName() == f"{level}: Something."


def test_unknown_level_is_refused(bar: NoticeBar) -> None:
    with pytest.raises(ValueError, match="'fatal' is not one of info, warn, error"):
        bar.show_notice("Something.", "fatal")


def test_escape_closes_and_tells(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_notice("Something.")
    with qtbot.waitSignal(bar.closed):
        qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert bar.text() == ""


def test_button_closes_and_tells(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_notice("Something.")
    button = bar.findChild(QToolButton)
    assert isinstance(button, QToolButton)
    with qtbot.waitSignal(bar.closed):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_what_is_closed_is_not_closed_again(bar: NoticeBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(bar.closed):
        bar.close_notice()


def test_text_wraps_can_be_selected_and_is_not_read_as_html(bar: NoticeBar) -> None:
    bar.show_notice("<b>layers[1]</b>: 'rellu' is not one of relu, tanh.", "error")
    label = max(bar.findChildren(QLabel), key=lambda one: len(one.text()))
    assert label.wordWrap()
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    bar.resize(200, 40)
    assert bar.heightForWidth(200) > bar.heightForWidth(900)
