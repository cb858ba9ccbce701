"""Cards have a title and a body; rows tie a label to its field."""

from PySide6.QtWidgets import QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from lab.gui.widgets.card import Card, labelled_row


def test_title_stands_in_capitals_and_goes_when_it_is_empty(qtbot: QtBot) -> None:
    card = Card("Layer stack")
    qtbot.addWidget(card)
    title = card.findChild(QLabel)
    assert isinstance(title, QLabel)
    assert (title.text(), card.accessibleName()) == ("LAYER STACK", "Layer stack")
    card.set_title("")
    assert title.isHidden()


def test_widget_at_the_title_is_at_its_right(qtbot: QtBot) -> None:
    card, chip, inside = Card("Inspector"), QLabel("chip"), QLabel("body")
    qtbot.addWidget(card)
    card.add_to_title(chip)
    card.body.addWidget(inside)
    card.resize(300, 120)
    card.show()
    assert chip.geometry().right() > 280
    assert inside.geometry().top() > chip.geometry().bottom()


def test_row_ties_label_and_field_together(qtbot: QtBot) -> None:
    field = QSpinBox()
    row = labelled_row("&Batch m", field, "Examples in one step")
    qtbot.addWidget(row)
    label = row.findChild(QLabel)
    assert isinstance(label, QLabel)
    assert label.buddy() is field
    assert (label.toolTip(), field.toolTip()) == ("Examples in one step",) * 2
    assert field.accessibleName() == "Batch m"
    row.resize(260, 30)
    row.show()
    assert label.geometry().left() == 0
    assert field.geometry().right() == 259


def test_row_keeps_a_name_that_the_field_has(qtbot: QtBot) -> None:
    field = QLineEdit()
    field.setAccessibleName("Learning rate")
    row = labelled_row("η", field)
    qtbot.addWidget(row)
    assert field.accessibleName() == "Learning rate"
