"""Fields of an example's inputs: sliders over the range of training, typed numbers beyond it, choices by name."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QSlider
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.feature_fields import FeatureFields, Field

FIELDS = [Field("weight", 2.0, 10.0), Field("colour", options=("red", "black")), Field("constant", 3.0, 3.0)]


@pytest.fixture
def fields(qtbot: QtBot, application: Any) -> FeatureFields:
    made = FeatureFields()
    qtbot.addWidget(made)
    made.set_fields(FIELDS)
    made.set_values((4.0, 1.0, 3.0))
    made.show()
    return made


def _told(fields: FeatureFields) -> list[tuple[int, float]]:
    told: list[tuple[int, float]] = []
    fields.changed.connect(lambda number, value: told.append((number, value)))
    return told


def test_values_are_shown_without_a_signal_and_a_slider_tells_its_number(fields: FeatureFields) -> None:
    told = _told(fields)
    slider = next(each for each in fields.findChildren(QSlider) if each.accessibleName() == "weight")
    assert slider.value() == 250
    slider.setValue(500)
    assert told == [(0, 6.0)]
    fields.set_values((9.0, 0.0, 3.0))
    assert told == [(0, 6.0)]
    assert not next(each for each in fields.findChildren(QSlider) if each.accessibleName() == "constant").isEnabled()


def test_a_number_outside_the_range_can_be_typed_and_another_text_is_refused(fields: FeatureFields) -> None:
    told, refused = _told(fields), []
    fields.refused.connect(refused.append)
    edit = next(each for each in fields.findChildren(QLineEdit) if each.accessibleName() == "weight, typed")
    for text in ("12,5", "heavy"):
        edit.setText(text)
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert told == [(0, 12.5)]
    assert refused == ["weight: 'heavy' found, a number such as 0.25 expected."]
    assert edit.text() == "12.5"
    assert edit.property("role") == "warn"


def test_a_choice_tells_its_number(fields: FeatureFields) -> None:
    told = _told(fields)
    (box,) = fields.findChildren(QComboBox)
    assert box.currentText() == "black"
    box.activated.emit(0)
    assert told == [(1, 0.0)]
