"""While a file is read there is a way out, and after it failed a way to try again."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab.gui.widgets.importing.reading_page import ReadingPage


@pytest.fixture
def page(qtbot: QtBot) -> ReadingPage:
    widget = ReadingPage()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_progress_is_shown_with_a_way_out(page: ReadingPage, qtbot: QtBot) -> None:
    page.show_progress("Reading pets.csv…", 0.25)
    assert page.sentence.text() == "Reading pets.csv…"
    assert page.bar.isVisible()
    assert page.bar.value() / page.bar.maximum() == 0.25
    assert not page.again.isVisible()
    assert page.out.text() == "Cancel"
    with qtbot.waitSignal(page.cancel_wanted):
        qtbot.mouseClick(page.out, Qt.MouseButton.LeftButton)


def test_a_failure_is_shown_with_a_way_to_try_again(page: ReadingPage, qtbot: QtBot) -> None:
    page.show_progress("Reading pets.csv…", 0.25)
    page.show_failure("pets.csv is empty; choose <another>.", "Back")
    assert page.sentence.text() == "pets.csv is empty; choose <another>."
    assert page.sentence.textFormat() == Qt.TextFormat.PlainText
    assert page.sentence.property("role") == "error"
    assert not page.bar.isVisible()
    assert page.out.text() == "Back"
    with qtbot.waitSignal(page.retry_wanted):
        qtbot.mouseClick(page.again, Qt.MouseButton.LeftButton)
    page.show_progress("Reading pets.csv…", 0.0)
    assert page.sentence.property("role") != "error"
