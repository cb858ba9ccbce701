"""The fields of a file's layout show what was found and tell what is set."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab.gui.widgets.importing.layout_fields import LayoutFields

_CHOICES = {"delimiter": ("Delimiter", "Between fields", [(",", "Comma", ""), (";", "Semicolon", "")])}
_FOUND: dict[str, object] = {
    "delimiter": ";", "header": 1, "skip_above": 2, "skip_below": None, "quote": '"', "comment": "", "widths": (3, 4),
    "names": (), "index": True,
}  # fmt: skip


@pytest.fixture
def fields(qtbot: QtBot) -> LayoutFields:
    one = LayoutFields(_CHOICES)
    for part in (one, one.opener):
        qtbot.addWidget(part)
    one.show_layout(_FOUND)
    return one


def test_what_was_found_is_shown_when_the_fields_are_opened(fields: LayoutFields, qtbot: QtBot) -> None:
    assert not fields.boxes["delimiter"].isVisible()
    qtbot.mouseClick(fields.opener, Qt.MouseButton.LeftButton)
    assert fields.boxes["delimiter"].isVisible()
    assert fields.boxes["delimiter"].currentText() == "Semicolon"
    assert (fields.numbers["skip_above"].value(), fields.numbers["skip_below"].value()) == (2, 0)
    assert (fields.texts["widths"].text(), fields.texts["quote"].text()) == ("3, 4", '"')
    assert fields.index.isChecked()


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [("widths", "10 4, 8", (10, 4, 8)), ("names", "a, b c", ("a", "b c")), ("comment", "#", "#"), ("quote", "", "")],
)
def test_a_text_is_told_as_what_the_field_holds(
    fields: LayoutFields, qtbot: QtBot, name: str, typed: str, value: object
) -> None:
    text = fields.texts[name]
    text.setText("")
    text.setModified(True)
    text.insert(typed)
    with qtbot.waitSignal(fields.field_set) as told:
        text.editingFinished.emit()
    assert told.args == [name, value]


def test_a_text_that_was_not_edited_tells_nothing(fields: LayoutFields, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(fields.field_set):
        fields.texts["widths"].editingFinished.emit()


def test_numbers_lists_and_the_index_tell_their_field(fields: LayoutFields, qtbot: QtBot) -> None:
    told: list[tuple[str, object]] = []
    fields.field_set.connect(lambda name, value: told.append((name, value)))
    fields.numbers["header"].setValue(0)
    fields.boxes["delimiter"].activated.emit(0)
    fields.index.click()
    assert told == [("header", 0), ("delimiter", ","), ("index", False)]


def test_for_a_file_that_is_no_text_there_is_nothing_to_open(fields: LayoutFields) -> None:
    fields.opener.click()
    fields.show_layout(None)
    assert fields.isHidden()
    assert fields.opener.isHidden()
