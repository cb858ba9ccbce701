"""Pointer and keys do the same: a stroke begins, its tool is used where it passes, and it ends."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QImage, QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.paint.paint_canvas import PaintCanvas
from lab.gui.widgets.paint.paint_tools import GAP, LARGEST, SMALLEST

Place = tuple[float, float]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def canvas(qtbot: QtBot) -> PaintCanvas:
    widget = PaintCanvas(np.random.default_rng(1))
    qtbot.addWidget(widget)
    widget.resize(460, 440)
    widget.show()
    return widget


@pytest.fixture
def heard(canvas: PaintCanvas) -> list[tuple[Any, ...]]:
    """What the canvas has told, each with its signal's name."""
    told: list[tuple[Any, ...]] = []
    for name in ("stroke_begun", "stroke_finished", "undo_wanted", "redo_wanted"):
        getattr(canvas, name).connect(lambda name=name: told.append((name,)))
    for name in ("painted", "tool_chosen", "class_chosen", "radius_chosen"):
        getattr(canvas, name).connect(lambda value, name=name: told.append((name, value)))
    canvas.erased.connect(lambda *values: told.append(("erased", *values)))
    canvas.sprayed.connect(lambda *values: told.append(("sprayed", *values)))
    return told


def send(canvas: PaintCanvas, kind: QEvent.Type, place: Place, held: Qt.MouseButton = LEFT) -> None:
    point = canvas.to_pixel(*place)
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    glob = QPointF(canvas.mapToGlobal(QPoint())) + point
    event = QMouseEvent(kind, point, glob, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def drag(canvas: PaintCanvas, *places: Place) -> None:
    send(canvas, QEvent.Type.MouseButtonPress, places[0])
    for place in places[1:]:
        send(canvas, QEvent.Type.MouseMove, place)
    send(canvas, QEvent.Type.MouseButtonRelease, places[-1], NONE)


def names(heard: list[tuple[Any, ...]]) -> list[str]:
    return [each[0] for each in heard]


def painted(heard: list[tuple[Any, ...]]) -> np.ndarray:
    return np.concatenate([each[1] for each in heard if each[0] == "painted"])


# the pointer


def test_a_drag_is_one_stroke_of_evenly_spaced_points(canvas: PaintCanvas, heard: list[tuple[Any, ...]]) -> None:
    drag(canvas, (-0.5, 0.5), (-0.1, 0.5), (0.5, 0.5))
    assert names(heard) == ["stroke_begun", "painted", "painted", "painted", "stroke_finished"]
    points = painted(heard)
    np.testing.assert_allclose(points[:, 0], -0.5 + GAP * np.arange(26), atol=1e-9)
    np.testing.assert_allclose(points[:, 1], 0.5, atol=1e-9)


def test_a_click_drops_one_point_where_it_is(canvas: PaintCanvas, heard: list[tuple[Any, ...]]) -> None:
    drag(canvas, (0.25, -0.75))
    np.testing.assert_allclose(painted(heard), [(0.25, -0.75)], atol=1e-9)


def test_moving_without_a_button_paints_nothing(canvas: PaintCanvas, heard: list[tuple[Any, ...]]) -> None:
    send(canvas, QEvent.Type.MouseMove, (0.3, 0.3), NONE)
    assert heard == []
    assert canvas.point == pytest.approx((0.3, 0.3))
    send(canvas, QEvent.Type.MouseMove, (1.2, 0.3), NONE)
    assert canvas.point is None


def test_a_press_beside_the_plot_begins_nothing(canvas: PaintCanvas, heard: list[tuple[Any, ...]]) -> None:
    drag(canvas, (1.1, 0.0), (0.0, 0.0))
    assert heard == []


def test_a_stroke_goes_on_beyond_the_plot_and_comes_back(canvas: PaintCanvas, heard: list[tuple[Any, ...]]) -> None:
    drag(canvas, (0.8, 0.0), (1.2, 0.0), (1.2, 0.4), (0.8, 0.4))
    assert names(heard).count("stroke_finished") == 1
    assert np.abs(painted(heard)[-1] - (0.8, 0.4)).max() < GAP


def test_the_eraser_passes_over_the_whole_way(canvas: PaintCanvas, heard: list[tuple[Any, ...]]) -> None:
    canvas.set_tool("eraser")
    canvas.set_radius(0.2)
    drag(canvas, (-0.5, 0.0), (0.5, 0.0))
    assert names(heard) == ["stroke_begun", *["erased"] * 11, "stroke_finished"]
    np.testing.assert_allclose(
        [each[1:] for each in heard[1:-1]], [(-0.5 + 0.1 * k, 0, 0.2) for k in range(11)], atol=1e-9
    )


def test_the_spray_goes_on_while_it_is_held(qtbot: QtBot, canvas: PaintCanvas, heard: list[tuple[Any, ...]]) -> None:
    canvas.set_tool("spray")
    send(canvas, QEvent.Type.MouseButtonPress, (0.5, 0.5))
    qtbot.waitUntil(lambda: names(heard).count("sprayed") >= 4)
    assert all(each[1:3] == pytest.approx((0.5, 0.5)) for each in heard if each[0] == "sprayed")
    send(canvas, QEvent.Type.MouseButtonRelease, (0.5, 0.5), NONE)
    assert names(heard)[-1] == "stroke_finished"
    assert not any(timer.isActive() for timer in canvas.findChildren(QTimer))


def test_a_release_that_was_never_seen_does_not_join_two_strokes(
    canvas: PaintCanvas, heard: list[tuple[Any, ...]]
) -> None:
    send(canvas, QEvent.Type.MouseButtonPress, (0.0, 0.0))
    drag(canvas, (0.5, 0.5))
    assert names(heard) == ["stroke_begun", "painted", "stroke_finished"] * 2


def test_the_right_button_paints_nothing(qtbot: QtBot, canvas: PaintCanvas, heard: list[tuple[Any, ...]]) -> None:
    qtbot.mouseClick(canvas, Qt.MouseButton.RightButton, pos=canvas.to_pixel(0, 0).toPoint())
    assert heard == []


# the keys


def test_arrows_move_the_cross_and_space_drops_a_point(
    qtbot: QtBot, canvas: PaintCanvas, heard: list[tuple[Any, ...]]
) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(canvas, key)  # the first of them shows the cross in the middle
    qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.point == pytest.approx((0.0, 0.09))
    assert canvas.accessibleDescription() == "The cross is at x1 0.00, x2 0.09"
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert names(heard) == ["stroke_begun", "painted", "stroke_finished"]
    np.testing.assert_allclose(painted(heard), [(0.0, 0.09)])


def test_the_cross_stays_inside_the_square(qtbot: QtBot, canvas: PaintCanvas) -> None:
    for _ in range(25):
        qtbot.keyClick(canvas, Qt.Key.Key_Left)
        qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.point == (-1.0, -1.0)
    assert canvas.accessibleDescription() == "The cross is at x1 −1.00, x2 −1.00"


@pytest.mark.parametrize(("tool", "does"), [("eraser", "erased"), ("spray", "sprayed")])
def test_space_uses_any_tool(
    qtbot: QtBot, canvas: PaintCanvas, heard: list[tuple[Any, ...]], tool: str, does: str
) -> None:
    canvas.set_tool(tool)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert names(heard) == ["stroke_begun", does, "stroke_finished"]


def test_letters_choose_the_tool_and_digits_the_class(
    qtbot: QtBot, canvas: PaintCanvas, heard: list[tuple[Any, ...]]
) -> None:
    qtbot.keyClicks(canvas, "eSb16")
    assert heard == [
        ("tool_chosen", "eraser"), ("tool_chosen", "spray"), ("tool_chosen", "brush"),
        ("class_chosen", 0), ("class_chosen", 5),
    ]  # fmt: skip
    assert canvas.tool == "brush"


def test_brackets_change_the_radius_of_the_tool_alone_within_its_limits(
    qtbot: QtBot, canvas: PaintCanvas, heard: list[tuple[Any, ...]]
) -> None:
    first = canvas.radius
    canvas.set_tool("eraser")
    for key, limit in (("]", LARGEST), ("[", SMALLEST)):
        qtbot.keyClicks(canvas, key * 30)
        assert canvas.radius == limit
        assert heard[-1] == ("radius_chosen", limit)
    canvas.set_tool("brush")
    assert canvas.radius == first


def test_undo_and_redo_are_the_canvas_own_before_they_are_the_windows(
    qtbot: QtBot, canvas: PaintCanvas, heard: list[tuple[Any, ...]]
) -> None:
    window, taken = QMainWindow(), []
    qtbot.addWidget(window)
    window.setCentralWidget(canvas)
    for keys in ("Ctrl+Z", "Ctrl+Y", "Ctrl+B", "S"):
        action = QAction(keys, window)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked, keys=keys: taken.append(keys))
        window.addAction(action)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    canvas.setFocus()
    keyboard = window.windowHandle()  # the way of a real key, past the shortcuts
    for key in (Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_B):
        QTest.keyClick(keyboard, key, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(keyboard, Qt.Key.Key_S)
    assert heard == [("undo_wanted",), ("redo_wanted",), ("tool_chosen", "spray")]
    assert taken == ["Ctrl+B"]
    window.takeCentralWidget()  # the canvas outlives the window


# the picture


def test_ring_has_the_radius_and_the_colour_of_the_class(
    canvas: PaintCanvas, picture: Callable[[QWidget], QImage]
) -> None:
    canvas.set_radius(0.3)
    canvas.set_class(1)
    send(canvas, QEvent.Type.MouseMove, (0.2, 0.2), NONE)
    image = picture(canvas)
    colour = theme.class_colours()[1]
    at = canvas.to_pixel(0.2 + 0.3, 0.2).toPoint()
    assert colour in {image.pixelColor(at.x() + k, at.y()).name() for k in (-1, 0, 1)}
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert canvas.point is None
    assert picture(canvas) != image


def test_an_unknown_tool_is_refused(canvas: PaintCanvas) -> None:
    with pytest.raises(KeyError):
        canvas.set_tool("bucket")


def test_canvas_teaches_its_keys(canvas: PaintCanvas) -> None:
    for word in ("space", "arrows", "1 to 6", "Ctrl+Z", "[, ]"):
        assert word in canvas.toolTip()
    assert canvas.accessibleName()
