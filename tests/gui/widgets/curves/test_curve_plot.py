"""Curves fit the view, survive zeros and gaps, can be read out and zoomed, and are drawn with few points."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.curves.curve_plot import CurvePlot


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    widget = CurvePlot()
    qtbot.addWidget(widget)
    widget.resize(500, 240)
    widget.set_axis_names("step", "loss")
    widget.set_series("train", "train loss", "train", width=2)
    widget.set_series("validation", "validation loss", "validation", width=2)
    widget.show()
    return widget


def drawn(plot: CurvePlot, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return what pyqtgraph was given to draw."""
    x, y = plot._canvas.series[name].item.getData()
    return x, y


def test_view_holds_all_points_and_little_more(plot: CurvePlot) -> None:
    plot.set_points("train", [1, 50, 100], [2.0, 1.0, 0.5])
    plot.set_points("validation", [50, 120], [3.0, 0.25])
    (left, right), (low, high) = plot.view_range()
    assert left == 1
    assert 120 <= right <= 120 + 119 / 16
    assert 0.25 - 0.3 < low < 0.25
    assert 3.0 < high < 3.3


def test_view_follows_a_growing_run(plot: CurvePlot) -> None:
    for steps in (10, 100, 1000):
        plot.set_points("train", np.arange(steps), np.ones(steps))
        assert plot.view_range()[0][1] >= steps - 1


def test_log_axis_copes_with_zeros_below_and_gaps(plot: CurvePlot) -> None:
    plot.set_log(True)
    plot.set_points("train", np.arange(6), [1.0, 0.0, -2.0, 0.01, np.nan, np.inf])
    _, y = drawn(plot, "train")
    np.testing.assert_allclose(y[:4], [0, -2, -2, -2])
    assert np.isnan(y[4:]).all()
    low, high = plot.view_range()[1]
    assert -2.2 < low < -2
    assert 0 < high < 0.2


@pytest.mark.parametrize("heights", [[0.0, 0.0], [-1.0, -2.0], [np.nan, np.inf], [1e308, 1e-308], [5.0, 5.0]])
@pytest.mark.parametrize("log", [False, True])
def test_any_heights_can_be_shown(plot: CurvePlot, log: bool, heights: list[float]) -> None:
    plot.set_log(log)
    plot.set_points("train", [0, 1], heights)
    low, high = plot.view_range()[1]
    assert math.isfinite(low)
    assert low < high
    assert not plot.grab().isNull()


def test_long_curve_is_drawn_with_about_two_points_a_pixel_and_all_its_peaks(plot: CurvePlot) -> None:
    y = np.random.default_rng(5).random(200_000)
    y[123_456], y[150_001] = 7.0, -3.0
    plot.set_points("train", np.arange(200_000), y)
    _, shown = drawn(plot, "train")
    assert len(shown) <= 2 * 500 + 2
    assert shown.max() == 7.0
    assert shown.min() == -3.0


def test_points_set_before_the_window_is_shown_are_drawn_at_its_size(qtbot: QtBot) -> None:
    plot = CurvePlot()
    qtbot.addWidget(plot)
    plot.set_series("train", "train loss", "train")
    plot.set_points("train", np.arange(10_000), np.random.default_rng(6).random(10_000))
    plot.resize(900, 300)
    plot.show()
    qtbot.waitUntil(lambda: len(drawn(plot, "train")[1]) > 1000)


def test_wider_window_brings_more_points_and_lines(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_points("train", np.arange(10_000), np.random.default_rng(6).random(10_000))
    before = len(drawn(plot, "train")[1])
    plot.resize(1000, 240)
    qtbot.waitUntil(lambda: len(drawn(plot, "train")[1]) > 1.8 * before)


def test_zoomed_view_stays_until_everything_is_asked_for(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_points("train", np.arange(101), np.linspace(1, 0, 101))
    whole = plot.view_range()
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    zoomed = plot.view_range()
    assert zoomed[0][1] - zoomed[0][0] < 0.9 * (whole[0][1] - whole[0][0])
    plot.set_points("train", np.arange(201), np.linspace(1, 0, 201))
    assert plot.view_range() == zoomed
    qtbot.keyClick(plot, Qt.Key.Key_0)
    assert plot.view_range()[0][1] >= 200


def test_button_shows_everything_and_is_there_only_when_it_helps(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_points("train", np.arange(101), np.linspace(1, 0, 101))
    button = plot.findChild(QToolButton)
    assert isinstance(button, QToolButton)
    assert not button.isVisible()
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isVisible()
    assert plot.view_range()[0][0] == 0


def test_double_click_shows_everything(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_points("train", np.arange(101), np.linspace(1, 0, 101))
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    viewport = plot._canvas.area.viewport()
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=viewport.rect().center())
    assert plot.view_range()[0][0] == 0


def test_zooming_in_brings_back_the_points_that_were_left_out(plot: CurvePlot, qtbot: QtBot) -> None:
    y = np.random.default_rng(7).random(20_000)
    plot.set_points("train", np.arange(20_000), y)
    for _ in range(30):
        qtbot.keyClick(plot, Qt.Key.Key_Plus)
    x, shown = drawn(plot, "train")
    inside = np.arange(int(x[0]), int(x[-1]) + 1)
    np.testing.assert_array_equal(x, inside)
    np.testing.assert_array_equal(shown, y[inside])


def test_pointer_reads_the_nearest_point_of_every_curve(
    plot: CurvePlot, hover: Callable[[QWidget, QPoint], None]
) -> None:
    plot.set_points("train", np.arange(0, 1601), np.linspace(16, 0, 1601))
    plot.set_points("validation", [0, 700, 1600], [5.0, 0.7, 3.0])
    viewport = plot._canvas.area.viewport()
    scene = plot._canvas.view.mapViewToScene(plot._canvas.view.viewRect().center())
    hover(viewport, plot._canvas.area.mapFromScene(scene))
    place, entries = plot.reading()
    step = int(place.removeprefix("step ").replace("\u202f", ""))
    assert abs(step - 800) < 10
    assert [entry.title for entry in entries] == ["train loss", "validation loss"]
    assert float(entries[0].number) == pytest.approx(16 - step / 100, abs=5e-3)
    assert entries[1].number == "0.7000"


def test_keys_move_the_read_out(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_points("train", [10, 20, 30], [3.0, 2.0, 1.0])
    seen = []
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right):
        qtbot.keyClick(plot, key)
        seen.append((plot.reading()[0], plot.reading()[1][0].number))
    assert seen == [
        ("step 10", "3.000"), ("step 10", "3.000"), ("step 20", "2.000"), ("step 30", "1.000"),
        ("step 30", "1.000"),
    ]  # fmt: skip
    assert "train loss 1.000" in plot.accessibleDescription()


def test_without_a_pointer_nothing_is_read_out(plot: CurvePlot) -> None:
    plot.set_points("train", [10, 20], [3.0, 2.0])
    assert plot.reading()[0] == ""
    assert [entry.number for entry in plot.reading()[1]] == ["", ""]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_curves_have_the_colours_of_the_theme(
    plot: CurvePlot, picture: Callable[[QWidget], QImage], dressed: Callable[[str], None], name: str
) -> None:
    plot.set_points("train", [0, 1], [0.0, 0.0])
    dressed(name)
    image = picture(plot)
    seen = {image.pixelColor(x, y).name() for x in range(100, 400, 7) for y in range(40, 200)}
    assert theme.current().train in seen
    assert image.pixelColor(250, 60).name() == theme.current().panel


def test_points_of_an_unknown_curve_are_refused(plot: CurvePlot) -> None:
    with pytest.raises(KeyError, match="nosuch"):
        plot.set_points("nosuch", [1], [1])


def test_lengths_that_differ_are_refused_by_name(plot: CurvePlot) -> None:
    with pytest.raises(ValueError, match="'train'"):
        plot.set_points("train", [1, 2], [1])
