"""A text without room ends in dots and is told whole; it never holds the window open."""

import pytest
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.elided_label import ElidedLabel

TEXT = "step 123 456 · batch 12 of 34"


@pytest.fixture
def label(qtbot: QtBot) -> ElidedLabel:
    widget = ElidedLabel(50)
    qtbot.addWidget(widget)
    widget.setText(TEXT)
    widget.resize(widget.sizeHint())
    widget.show()
    return widget


def test_with_room_the_text_is_whole(label: ElidedLabel) -> None:
    assert label.shown_text() == TEXT


def test_without_room_it_ends_in_dots_and_is_told_whole(label: ElidedLabel) -> None:
    label.resize(60, label.height())
    assert label.shown_text().endswith("…")
    assert label.text() == TEXT
    assert label.minimumSizeHint().width() <= 50 < label.sizeHint().width()


def test_with_a_widest_text_every_text_has_its_room(qtbot: QtBot) -> None:
    label = ElidedLabel(50, TEXT)
    qtbot.addWidget(label)
    room = label.sizeHint()
    for text in ("", "step 1", TEXT):
        label.setText(text)
        assert label.sizeHint() == room
        assert label.text() == text
