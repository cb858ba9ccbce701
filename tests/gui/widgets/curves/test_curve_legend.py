"""The legend shows what there is room for, the last curves first, in the curves' colours."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.curves.curve_legend import CurveLegend, Entry

ENTRIES = [Entry("train loss", QColor("#ff0000")), Entry("validation loss", QColor("#00ff00"), "0.1630")]


@pytest.fixture
def legend(qtbot: QtBot) -> CurveLegend:
    widget = CurveLegend()
    qtbot.addWidget(widget)
    widget.resize(400, 20)
    return widget


def dots(image: QImage) -> list[str]:
    """Return the pure colours across the middle, from left to right, once each."""
    names = [image.pixelColor(x, image.height() // 2).name() for x in range(image.width())]
    return list(dict.fromkeys(name for name in names if name in ("#ff0000", "#00ff00")))


def test_curves_stand_in_their_order_in_their_colours(
    legend: CurveLegend, picture: Callable[[QWidget], QImage]
) -> None:
    legend.set_entries(ENTRIES, "step 3")
    assert dots(picture(legend)) == ["#ff0000", "#00ff00"]


def test_what_finds_no_room_is_left_out(legend: CurveLegend, picture: Callable[[QWidget], QImage]) -> None:
    legend.set_entries(ENTRIES)
    legend.resize(200, 20)
    assert dots(picture(legend)) == ["#00ff00"]
    legend.resize(60, 20)
    assert dots(picture(legend)) == []


def test_new_numbers_are_painted(legend: CurveLegend, picture: Callable[[QWidget], QImage]) -> None:
    legend.set_entries(ENTRIES)
    before = picture(legend)
    legend.set_entries(ENTRIES, "step 4")
    assert picture(legend) != before
