"""The three parts of the bar have the proportions of the counts."""

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.fields.split_bar import SplitBar


@pytest.fixture
def bar(qtbot: QtBot) -> SplitBar:
    widget = SplitBar()
    qtbot.addWidget(widget)
    widget.resize(200, 26)
    return widget


def widths(image: QImage) -> Counter[str]:
    return Counter(image.pixelColor(x, 4).name() for x in range(image.width()))


def test_widths_are_in_proportion(bar: SplitBar, picture: Callable[[QWidget], QImage]) -> None:
    bar.set_counts(1257, 270, 270)
    seen, one = widths(picture(bar)), theme.current()
    assert seen[one.train] == pytest.approx(140, abs=3)
    assert seen[one.validation] == pytest.approx(30, abs=3)
    assert seen[one.test] == pytest.approx(30, abs=3)


def test_part_without_examples_has_no_width(bar: SplitBar, picture: Callable[[QWidget], QImage]) -> None:
    bar.set_counts(10, 0, 10)
    assert theme.current().validation not in widths(picture(bar))


def test_no_examples_at_all_leave_an_empty_bar(bar: SplitBar, picture: Callable[[QWidget], QImage]) -> None:
    bar.set_counts(0, 0, 0)
    assert widths(picture(bar))[theme.current().grid] > 190


def test_counts_are_told_in_words(bar: SplitBar) -> None:
    bar.set_counts(1257, 270, 270)
    said = bar.accessibleDescription()
    assert said == "train: 1\u202f257 (70 %), validation: 270 (15 %), test: 270 (15 %)"
    assert "validation: 270" in bar.toolTip()


def test_negative_counts_are_refused(bar: SplitBar) -> None:
    with pytest.raises(ValueError, match="below 0"):
        bar.set_counts(3, -1, 0)
