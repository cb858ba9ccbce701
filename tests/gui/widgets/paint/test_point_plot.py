"""A plot of points is a square in the middle of its widget, with each point where the axes say."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.paint.point_plot import PointPlot

Picture = Callable[[QWidget], QImage]


@pytest.fixture
def plot(qtbot: QtBot) -> PointPlot:
    widget = PointPlot()
    qtbot.addWidget(widget)
    widget.resize(420, 400)
    return widget


@pytest.mark.parametrize("size", [(420, 420), (900, 300), (300, 900), (180, 180), (1600, 1200)])
def test_plot_is_a_square_in_the_middle_at_any_size(plot: PointPlot, size: tuple[int, int]) -> None:
    plot.resize(*size)
    square = plot.plot_rect()
    assert square.width() == square.height() > min(size) - 60
    assert plot.rect().contains(square)
    assert abs(square.center().x() - size[0] / 2) < 12
    assert abs(square.center().y() - size[1] / 2) < 12


def test_place_and_pixel_lead_to_each_other_and_up_is_up(plot: PointPlot) -> None:
    for place in ((0.0, 0.0), (-1.0, 1.0), (0.3, -0.7)):
        assert plot.to_point(plot.to_pixel(*place)) == pytest.approx(place)
    assert plot.to_pixel(0, 1).y() < plot.to_pixel(0, -1).y()
    assert plot.to_pixel(1, 0).x() > plot.to_pixel(-1, 0).x()
    assert plot.to_pixel(0, 0) == QPointF(plot.plot_rect().x(), plot.plot_rect().y()) + QPointF(
        plot.plot_rect().width() / 2, plot.plot_rect().height() / 2
    )


@pytest.mark.parametrize("name", ["dark", "light"])
def test_points_have_the_colours_of_their_classes(
    plot: PointPlot, picture: Picture, dressed: Callable[[str], None], name: str
) -> None:
    dressed(name)
    x, y, label = np.linspace(-1, 1, 6), np.linspace(1, -1, 6) * 0.77, np.arange(6)
    plot.set_points(x, y, label)
    image = picture(plot)
    seen = [image.pixelColor(plot.to_pixel(*place).toPoint()).name() for place in zip(x, y, strict=True)]
    assert seen == theme.class_colours()[:6]


def test_theme_repaints_the_points_that_are_shown(
    plot: PointPlot, picture: Picture, dressed: Callable[[str], None]
) -> None:
    dressed("dark")
    plot.set_points(np.array([0.5]), np.array([0.5]), np.array([1]))
    picture(plot)
    dressed("light")
    assert picture(plot).pixelColor(plot.to_pixel(0.5, 0.5).toPoint()).name() == theme.class_colours()[1]


def test_hint_is_seen_only_while_there_are_no_points(plot: PointPlot, picture: Picture) -> None:
    bare = picture(plot)
    plot.set_hint("Drag here to paint.")
    assert picture(plot) != bare
    one = np.array([0.9])
    plot.set_points(one, one, np.array([0]))
    with_point = picture(plot)
    plot.set_hint("")
    assert picture(plot) == with_point
