"""The legend shows every curve in its colour, and while something is read out every number whole, in a fixed room."""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import pytest
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui.theme import mono
from lab.gui.widgets.curves import curve_legend
from lab.gui.widgets.curves.curve_legend import CurveLegend, Entry

TITLES = {"Batch loss": "#ff0000", "Training loss (smoothed)": "#00ff00", "Validation loss": "#0000ff"}
NUMBERS = ("0.1630", "1.234e-12", "−1.234e-38")


class Written(NamedTuple):
    """A text that was painted, and where."""

    text: str
    top: int
    left: int
    width: int


def entries(numbers: tuple[str, ...] = ("", "", "")) -> list[Entry]:
    return [Entry(title, QColor(name), text) for (title, name), text in zip(TITLES.items(), numbers, strict=True)]


@pytest.fixture
def legend(qtbot: QtBot) -> CurveLegend:
    widget = CurveLegend()
    qtbot.addWidget(widget)
    widget.set_entries(entries())
    widget.resize(2000, widget.height())
    return widget


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Written]:
    """Note every text that is painted, with its place and its width."""
    texts: list[Written] = []

    class Noting(QPainter):
        def drawText(self, box: object, flags: object, text: str) -> None:
            texts.append(Written(text, box.y(), box.x(), QFontMetrics(self.font()).horizontalAdvance(text)))
            super().drawText(box, flags, text)

    monkeypatch.setattr(curve_legend, "QPainter", Noting)
    return texts


def dots(image: QImage) -> list[str]:
    """Return the pure colours of the first line, from left to right, once each."""
    names = [image.pixelColor(x, 11).name() for x in range(image.width())]
    return list(dict.fromkeys(name for name in names if name in TITLES.values()))


def widths(legend: CurveLegend) -> list[int]:
    return [legend.minimumSizeHint().width(), 420, 700, 2000]


@pytest.mark.parametrize("choice", range(4))
def test_every_curve_stands_in_its_order_in_its_colour(
    legend: CurveLegend, picture: Callable[[QWidget], QImage], choice: int
) -> None:
    legend.resize(widths(legend)[choice], legend.height())
    assert dots(picture(legend)) == list(TITLES.values())


@pytest.mark.parametrize("choice", range(4))
def test_numbers_are_all_there_whole_and_apart(
    legend: CurveLegend, picture: Callable[[QWidget], QImage], written: list[Written], choice: int
) -> None:
    legend.resize(widths(legend)[choice], legend.height())
    legend.set_entries(entries(NUMBERS), "Step 123 456")
    picture(legend)
    told = sorted((each for each in written if each.text in (*NUMBERS, "Step 123 456")), key=lambda each: each[1:])
    assert [each.text for each in told] == ["Step 123 456", *NUMBERS]
    assert all(each.left + each.width <= legend.width() for each in told)
    assert all(a.top < b.top or a.left + a.width <= b.left for a, b in pairwise(told))


@pytest.mark.parametrize("choice", range(4))
def test_nothing_moves_when_numbers_come(
    legend: CurveLegend, picture: Callable[[QWidget], QImage], written: list[Written], choice: int
) -> None:
    legend.resize(widths(legend)[choice], legend.height())
    picture(legend)
    titles = [each for each in written if each.text]
    del written[:]
    hint, height = legend.minimumSizeHint(), legend.height()
    legend.set_entries(entries(NUMBERS), "Step 123 456")
    picture(legend)
    assert [entry for entry in written if entry in titles] == titles
    assert (legend.minimumSizeHint(), legend.height()) == (hint, height)


def test_the_narrower_the_legend_the_more_lines_it_has_up_to_three(legend: CurveLegend) -> None:
    heights = []
    for width in (2000, 420, legend.minimumSizeHint().width()):
        legend.resize(width, legend.height())
        legend.grab()  # a widget that is not shown is told its size no sooner
        heights.append(legend.height())
    assert heights[0] < heights[1] < heights[2] < 3 * heights[0]


def test_what_is_painted_is_in_the_font_of_numbers() -> None:
    metrics = QFontMetrics(mono(11))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1  # so that a number does not jitter
