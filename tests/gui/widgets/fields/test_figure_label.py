"""A figure's label keeps its size while its text changes, so nothing around it is laid out again."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lab.gui.theme import set_role
from lab.gui.widgets.fields.figure_label import FigureLabel


class Layouts(QObject):
    """Counts the times that a widget is asked to lay itself out."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def row(qtbot: QtBot, application: QApplication) -> tuple[FigureLabel, Layouts]:
    """A shown label in a row, and the count of the row's layouts."""
    box, label, layouts = QWidget(), FigureLabel("9 999"), Layouts()
    QHBoxLayout(box).addWidget(label)
    qtbot.addWidget(box)
    box.show()
    QApplication.processEvents()
    box.installEventFilter(layouts)
    label.destroyed.connect(box.deleteLater)
    label.box, label.layouts = box, layouts
    return label, layouts


def test_texts_that_fit_lay_nothing_out(row: tuple[FigureLabel, Layouts]) -> None:
    label, layouts = row
    size = label.size()
    for number in range(0, 9999, 111):
        label.setText(str(number))
        QApplication.processEvents()
    assert (label.size(), layouts.count) == (size, 0)


def test_a_wider_text_gets_the_room_it_needs_and_keeps_it(row: tuple[FigureLabel, Layouts]) -> None:
    label, layouts = row
    label.setText("12 345 678")
    QApplication.processEvents()
    wide = label.width()
    assert wide >= label.fontMetrics().horizontalAdvance("12 345 678")
    assert layouts.count > 0
    label.setText("1")
    assert label.width() == wide
    assert label.text() == "1"


def test_another_font_has_its_own_room(row: tuple[FigureLabel, Layouts]) -> None:
    label, _ = row
    before = label.width()
    set_role(label, "formula")
    assert label.width() > before
    assert label.text() == ""
