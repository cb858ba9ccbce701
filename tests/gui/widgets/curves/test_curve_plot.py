"""Curves fit the view, survive zeros and gaps, can be read out and zoomed, and are drawn with few points."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
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


def painted(plot: CurvePlot) -> int:
    """Paint, and return how many lines of pixels the painter was handed for the curves."""
    plot.grab()
    return plot._canvas.item.layer.lines_drawn


def image(plot: CurvePlot) -> QImage:
    """Return the picture of the curves alone, without axes."""
    plot.grab()
    view = plot._canvas.view
    return plot._canvas.item.layer.drawn(plot._canvas.view_of(round(view.width()), round(view.height())), 1).toImage()


def coloured(picture: QImage, colour: str) -> np.ndarray:
    """Return which pixels have a colour, (rows, columns)."""
    wanted = QColor(colour).rgb()
    return np.array(
        [[picture.pixel(x, y) == wanted for x in range(picture.width())] for y in range(picture.height())], dtype=bool
    )


def test_view_holds_all_points_and_little_more(plot: CurvePlot) -> None:
    plot.set_points("train", [1, 50, 100], [2.0, 1.0, 0.5])
    plot.set_points("validation", [50, 120], [3.0, 0.25])
    (left, right), (low, high) = plot.view_range()
    assert left == 1
    assert 120 <= right <= 120 + 119 / 8
    assert 0.25 - 0.3 < low < 0.25
    assert 3.0 < high < 3.3


def test_view_follows_a_growing_run(plot: CurvePlot) -> None:
    for steps in (10, 100, 1000):
        plot.set_points("train", np.arange(steps), np.ones(steps))
        assert plot.view_range()[0][1] >= steps - 1


def test_log_axis_copes_with_zeros_below_and_gaps(plot: CurvePlot) -> None:
    plot.set_log(True)
    plot.set_points("train", np.arange(6), [1.0, 0.0, -2.0, 0.01, np.nan, np.inf])
    low, high = plot.view_range()[1]
    assert -2.3 < low < -2
    assert 0 < high < 0.3
    line = coloured(image(plot), theme.current().train)
    assert not line[:, line.shape[1] // 10 : line.shape[1] // 2].any()  # zero and below have no place
    assert line[:, line.shape[1] // 2 :].any()
    assert plot.reading()[1][0].title == "train loss (2 values up to 0 not drawn)"
    plot.set_log(False)
    assert plot.reading()[1][0].title == "train loss"


def test_a_loss_that_is_always_zero_is_said_in_the_legend(plot: CurvePlot) -> None:
    plot.set_log(True)
    for step in range(1, 4):
        plot.append_points("train", [step], [0.0])
    assert plot.reading()[1][0].title == "train loss (3 zeros not drawn)"
    assert not coloured(image(plot), theme.current().train).any()


def test_a_growing_curve_with_zeros_on_a_log_axis_looks_as_one_drawn_at_once(plot: CurvePlot) -> None:
    plot.set_log(True, x=True)
    y = np.random.default_rng(3).integers(0, 3, 400).astype(float)
    plot.set_points("validation", [1, 1000], [0.5, 3.0])
    for start in range(0, 400, 7):
        part = y[start : start + 7]
        plot.append_points("train", np.arange(start + 1, start + 1 + len(part)), part)
        plot.grab()
    grown = image(plot)
    plot.set_series("train", "train loss", "train", width=2)
    assert image(plot) == grown


def test_a_band_is_filled_beneath_the_curves(plot: CurvePlot) -> None:
    plot.set_points("train", [0, 100], [1.0, 1.0])
    plot.set_points("validation", [0, 100], [0.0, 2.0])
    before = image(plot)
    plot.set_band("seeds", [20, 80], [0.5, 0.5], [1.5, 1.5], "train")
    picture = image(plot)
    ground = theme.current().panel
    middle, top = picture.width() // 2, picture.height() // 3
    assert picture.pixelColor(middle, top).name() not in (ground, theme.current().train)
    assert picture.pixelColor(picture.width() // 20, top).name() == ground
    assert coloured(picture, theme.current().train).any()
    plot.remove_band("seeds")
    assert image(plot) == before


def test_a_band_of_no_points_draws_nothing(plot: CurvePlot) -> None:
    plot.set_points("train", [0, 100], [1.0, 2.0])
    before = image(plot)
    plot.set_band("seeds", [], [], [], "train")
    assert image(plot) == before


def test_the_wheel_zooms_only_where_the_keyboard_is(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_points("train", np.arange(101), np.linspace(1, 0, 101))
    area, before = plot._canvas.area.viewport(), plot.view_range()

    def turn() -> None:
        place = QPointF(area.rect().center())
        none, over = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(
            place, area.mapToGlobal(place), QPoint(), QPoint(0, 240), none, Qt.KeyboardModifier.NoModifier, over, False
        )
        QApplication.sendEvent(area, event)

    plot.clearFocus()
    turn()
    assert plot.view_range() == before
    plot.activateWindow()
    plot.setFocus()
    qtbot.waitUntil(plot.hasFocus)
    turn()
    assert plot.view_range() != before


@pytest.mark.parametrize("heights", [[0.0, 0.0], [-1.0, -2.0], [np.nan, np.inf], [1e308, 1e-308], [5.0, 5.0]])
@pytest.mark.parametrize("log", [False, True])
def test_any_heights_can_be_shown(plot: CurvePlot, log: bool, heights: list[float]) -> None:
    plot.set_log(log)
    plot.set_points("train", [0, 1], heights)
    low, high = plot.view_range()[1]
    assert math.isfinite(low)
    assert low < high
    assert not plot.grab().isNull()


def test_what_is_painted_does_not_grow_with_the_run(plot: CurvePlot) -> None:
    handed = []
    y = np.random.default_rng(5).random(1_000_000)
    for start, end in ((0, 1000), (1000, 100_000), (100_000, 1_000_000)):
        plot.append_points("train", np.arange(start, end), y[start:end])
        handed.append(painted(plot))
    assert max(handed) <= 500


def test_new_points_draw_only_their_end_of_the_curve(plot: CurvePlot) -> None:
    y = np.random.default_rng(5).random(1_000_000)
    plot.set_points("train", np.arange(930_000), y[:930_000])
    assert painted(plot) > 300
    plot.append_points("train", np.arange(930_000, 930_500), y[:500])
    assert 0 < painted(plot) < 20
    assert painted(plot) == 0  # a picture without anything new


@given(st.lists(st.integers(1, 700), min_size=1, max_size=12), st.integers(0, 9))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_curve_that_grew_looks_as_one_drawn_at_once(plot: CurvePlot, pieces: list[int], seed: int) -> None:
    y = np.random.default_rng(seed).random(sum(pieces))
    y[:: 1 + seed * 40] = np.nan
    plot.clear()
    for start, size in zip(np.cumsum([0, *pieces]), pieces, strict=False):
        plot.append_points("train", np.arange(start, start + size), y[start : start + size])
        plot.append_points("validation", [start + size], [y[start]])
        plot.grab()
    grown = image(plot)
    plot.set_series("train", "train loss", "train", width=2)  # which has everything drawn again
    assert image(plot) == grown


def test_points_set_before_the_window_is_shown_are_drawn_at_its_size(qtbot: QtBot) -> None:
    plot = CurvePlot()
    qtbot.addWidget(plot)
    plot.set_series("train", "train loss", "train")
    plot.set_points("train", np.arange(10_000), np.random.default_rng(6).random(10_000))
    plot.resize(900, 300)
    plot.show()
    assert painted(plot) > 700


def test_wider_window_brings_more_lines(plot: CurvePlot) -> None:
    plot.set_points("train", np.arange(10_000), np.random.default_rng(6).random(10_000))
    before = painted(plot)
    plot.resize(1000, 240)
    assert painted(plot) > 1.8 * before


def test_a_single_step_is_seen(plot: CurvePlot) -> None:
    plot.set_points("train", [1], [0.7])
    assert coloured(image(plot), theme.current().train).sum() > 8


@pytest.mark.parametrize("log", [False, True])
def test_axes_do_not_keep_the_range_of_an_old_run(plot: CurvePlot, log: bool, qtbot: QtBot) -> None:
    plot.set_log(log)
    plot.set_points("train", np.arange(5000), np.full(5000, 900.0))
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    plot.clear()
    assert plot.view_range() == ((0, 1), (0, 1))
    assert not coloured(image(plot), theme.current().train).any()
    plot.append_points("train", [1, 2], [0.5, 0.4])
    (left, right), (low, high) = plot.view_range()
    assert (left, right) == (1, 2)
    assert -1 < low < high < 1


def test_axes_are_made_anew_only_when_their_range_changes(plot: CurvePlot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    draw_axes = plot._canvas.draw_axes
    monkeypatch.setattr(plot._canvas, "draw_axes", lambda: (made.append(1), draw_axes()))
    y = np.exp(-np.arange(20_000) / 9000) * np.random.default_rng(8).random(20_000)
    for start in range(0, 20_000, 50):
        plot.append_points("train", np.arange(start, start + 50), y[start : start + 50])
    assert len(made) < 400 / 3


@pytest.mark.parametrize(("height", "name"), [(400, "Loss per example"), (110, "Loss")])
def test_no_name_of_an_axis_is_cut(plot: CurvePlot, height: int, name: str) -> None:
    plot.set_axis_names("Step", "Loss per example")
    plot.resize(500, height)
    plot.grab()
    left = plot._canvas._axes["left"]
    assert (left.labelText if left.label.isVisible() else "") == name
    assert left.label.boundingRect().width() <= left.size().height() + 12  # a text item has margins


@pytest.mark.parametrize("size", [(500, 240), (300, 110), (900, 500)])
@pytest.mark.parametrize("log", [False, True])
def test_no_number_of_an_axis_is_cut(plot: CurvePlot, size: tuple[int, int], log: bool) -> None:
    plot.set_log(log)
    plot.set_points("train", np.arange(1.0, 100_001.0, 1000), np.geomspace(1e-6, 1.0, 100))
    plot.resize(*size)
    plot.grab()
    canvas = plot._canvas
    canvas.view.setRange(xRange=(0.0, 100_000.0), yRange=(-6.0, 0.0) if log else (-1.0, 1.0), padding=0)
    room = QRectF(canvas.area.viewport().rect())
    for axis in canvas._axes.values():
        assert len(axis.ticks) > 1
        boxes = {text: axis.mapRectToScene(axis.text_box(value, text)) for value, text in axis.ticks}
        assert [text for text, box in boxes.items() if not room.contains(box)] == []


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
    y = np.zeros(20_480)
    y[10_238:10_243] = 1.0
    y[10_240] = 0.0  # too narrow to be seen from afar
    plot.set_points("train", np.arange(20_480), y)
    seen = []
    for _ in range(40):
        qtbot.keyClick(plot, Qt.Key.Key_Plus)
        line = coloured(image(plot), theme.current().train)
        across = line[line.shape[0] // 2]  # half way up, where each flank is crossed once
        seen.append(int((np.diff(across.astype(int)) == 1).sum()))
    assert seen[0] == 1
    assert max(seen) == 4  # up, down, up and down again


def test_pointer_reads_the_nearest_point_of_every_curve(
    plot: CurvePlot, hover: Callable[[QWidget, QPoint], None]
) -> None:
    plot.set_points("train", np.arange(0, 1601), np.linspace(16, 0, 1601))
    plot.set_points("validation", [0, 900, 1600], [5.0, 0.7, 3.0])
    viewport = plot._canvas.area.viewport()
    scene = plot._canvas.view.mapViewToScene(plot._canvas.view.viewRect().center())
    hover(viewport, plot._canvas.area.mapFromScene(scene))
    place, entries = plot.reading()
    step = int(place.removeprefix("step ").replace("\u202f", ""))
    (left, right), _ = plot.view_range()
    assert abs(step - (left + right) / 2) < 10
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


def test_new_points_paint_the_curves_without_the_scene(plot: CurvePlot, monkeypatch: pytest.MonkeyPatch) -> None:
    plot.set_points("train", np.arange(900), np.linspace(1, 0.5, 900))
    QApplication.processEvents()
    whole, paint = [], pg.GraphicsView.paintEvent
    monkeypatch.setattr(pg.GraphicsView, "paintEvent", lambda area, event: (whole.append(area), paint(area, event))[1])
    before = image(plot)
    whole.clear()
    plot.append_points("train", [900, 901, 903], [0.5, 0.9, 0.5])
    QApplication.processEvents()
    assert not whole
    assert plot._canvas.item.layer.lines_drawn > 0
    assert image(plot) != before


def test_points_where_the_curve_already_is_paint_nothing(plot: CurvePlot, monkeypatch: pytest.MonkeyPatch) -> None:
    heights = np.tile([1.0, 0.5], 45_000)
    plot.set_points("train", np.arange(90_000), heights)
    plot.grab()
    asked: list[QRect] = []
    monkeypatch.setattr(plot._canvas.area.viewport(), "update", asked.append)
    plot.append_points("train", np.arange(90_000, 90_010), heights[:10])
    assert not asked
    for outside, place in ((2.0, 90_010), (0.25, 90_011), (np.nan, 90_012)):
        plot.append_points("train", [place], [outside])
        assert asked
        asked.clear()
        plot.grab()
    plot.append_points("train", np.arange(90_013, 90_900), heights[:887])  # beyond the pixels of the last point
    assert asked


@given(
    st.lists(st.lists(st.floats(0.1, 9) | st.just(math.nan), min_size=1, max_size=60), min_size=2, max_size=6),
    st.integers(1, 40),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_painted_in_pieces_is_what_is_painted_at_once(
    plot: CurvePlot, pieces: list[list[float]], repeats: int
) -> None:
    plot.clear()
    plot.set_points("validation", [0, 3000], [0.1, 9])  # so that the range stays
    start = 0
    for piece in pieces:
        heights = np.repeat(piece, repeats)
        plot.append_points("train", np.arange(start, start + len(heights)), heights)
        start += len(heights)
        QApplication.processEvents()
    grown = plot._canvas.item.layer._pixmap.toImage()
    plot._canvas.item.layer.view = None
    assert image(plot) == grown


def test_what_is_on_the_screen_is_what_is_painted_at_once(plot: CurvePlot) -> None:
    plot.set_points("validation", [0, 3000], [0.1, 9])
    heights = 5 + np.sin(np.arange(900) / 7)
    for start in range(0, 900, 60):
        plot.append_points("train", np.arange(start, start + 60), heights[start : start + 60])
        QApplication.processEvents()
    screen = plot.backingStore().paintDevice()
    assert isinstance(screen, QImage)
    kept = screen.copy()
    plot.repaint()
    plot._canvas.area.viewport().repaint()
    assert kept == plot.backingStore().paintDevice().copy()


def test_the_place_of_the_curves_follows_the_plot(plot: CurvePlot) -> None:
    plot.set_log(True)
    area = plot._canvas.area
    for width, least in ((500, 0.5), (730, 1e-9), (420, 0.5)):
        plot.resize(width, width // 2)
        plot.set_points("train", [0, 10], [1.0, least])
        plot.grab()
        place = area.viewportTransform().mapRect(plot._canvas.item.sceneBoundingRect())
        assert area.plot_rect() == place.toAlignedRect().adjusted(1, 1, -1, -1)


def test_a_curve_that_is_taken_away_is_neither_in_the_legend_nor_read_out(plot: CurvePlot) -> None:
    plot.set_series("away", "Taken away", "dim", dim=True)
    plot.set_points("away", [1, 2], [3.0, 4.0])
    assert "Taken away" in [entry.title for entry in plot.reading()[1]]
    plot.remove_series("away")
    plot.remove_series("away")
    assert "Taken away" not in [entry.title for entry in plot.reading()[1]]
    with pytest.raises(KeyError):
        plot.set_points("away", [1], [3.0])


def test_numbers_of_a_narrow_axis_do_not_touch(plot: CurvePlot) -> None:
    plot.set_log(True, x=True)
    plot.set_points("train", np.arange(1, 400), np.geomspace(1, 1e-3, 399))
    plot.resize(150, 160)
    plot.grab()
    axis = plot._canvas._axes["bottom"]
    boxes = [axis.text_box(value, text) for value, text in axis.ticks]
    assert len(boxes) > 1
    assert all(one.right() < other.left() for one, other in itertools.pairwise(boxes))
