"""A fitted label shows the longest text that fits, whole, and tells the longest of all otherwise."""

import pytest
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.fitted_label import FittedLabel

TEXTS = ("W 784×64 · b 64 · 50 240", "W 784×64 · b 64", "W 784×64")


@pytest.fixture
def label(qtbot: QtBot) -> FittedLabel:
    made = FittedLabel()
    qtbot.addWidget(made)
    made.set_texts(TEXTS)
    return made


def test_the_longest_text_that_fits_is_shown_and_none_is_cut(label: FittedLabel) -> None:
    shown = []
    for width in range(label.sizeHint().width(), label.minimumSizeHint().width() - 1, -1):
        label.resize(width, 20)
        assert label.fontMetrics().horizontalAdvance(label.shown_text()) <= width
        shown.append(label.shown_text())
    assert tuple(dict.fromkeys(shown)) == TEXTS
    assert label.text() == label.accessibleName() == TEXTS[0]
