"""Bars of counts: in proportion, in the colours of the classes, and told in words."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui.theme import class_colours
from lab.gui.widgets.rows.count_bars import CountBars


@pytest.fixture
def bars(qtbot: QtBot) -> CountBars:
    widget = CountBars()
    qtbot.addWidget(widget)
    widget.resize(400, 120)
    widget.show()
    return widget


def widths(image: QImage) -> list[int]:
    """Return how many pixels there are of each of the first three colours in the middle of their lines."""
    colours = class_colours()
    return [
        sum(image.pixelColor(x, 12 + 20 * line).name() == colours[line] for x in range(image.width()))
        for line in range(3)
    ]


def test_bars_are_in_proportion_and_nothing_has_no_bar(bars: CountBars, picture: Callable[[QWidget], QImage]) -> None:
    bars.set_counts(["a", "b", "c"], [100, 50, 0])
    found = widths(picture(bars.viewport()))
    assert found[0] == pytest.approx(2 * found[1], abs=1)
    assert found[0] > 100
    assert found[2] == 0


def test_lines_have_the_share_of_all(bars: CountBars) -> None:
    bars.set_counts(["cat", "dog"], [3000, 1000])
    assert bars.lines() == [("cat", "3\u202f000", "75 %"), ("dog", "1\u202f000", "25 %")]
    assert bars.accessibleDescription() == "cat 3\u202f000 75 %, dog 1\u202f000 25 %"


def test_a_thousand_classes_can_be_scrolled_through(bars: CountBars) -> None:
    bars.set_counts([f"class {number}" for number in range(1000)], list(range(1000)))
    assert bars.accessibleDescription().endswith("and 980 more")
    bar = bars.verticalScrollBar()
    assert bar.maximum() + bars.viewport().height() >= 1000 * 20
    bar.setValue(bar.maximum())
    assert not bars.viewport().grab().isNull()


@pytest.mark.parametrize(("names", "counts"), [(["a"], []), (["a"], [-1])])
def test_what_does_not_fit_is_refused(bars: CountBars, names: list[str], counts: list[int]) -> None:
    with pytest.raises(ValueError, match="counts"):
        bars.set_counts(names, counts)


@pytest.mark.parametrize("width", [10, 90, 400])
def test_nothing_and_zeros_can_be_painted(bars: CountBars, width: int) -> None:
    bars.resize(width, 60)
    for names, counts in (([], []), (["a", "b"], [0, 0]), (["x" * 300], [10**9])):
        bars.set_counts(names, counts)
        assert not bars.viewport().grab().isNull()
