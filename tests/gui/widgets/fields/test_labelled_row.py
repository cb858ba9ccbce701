"""A row ties a label to its field."""

from PySide6.QtWidgets import QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.labelled_row import labelled_row


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
