"""The drawing canvas: ink where the pointer or the cross went, none where the eraser went, and sharp large pixels."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lab.gui.widgets.paint.ink_canvas import InkCanvas


@pytest.fixture
def canvas(qtbot: QtBot, application: Any) -> InkCanvas:
    made = InkCanvas()
    made.set_shape(28, 28, False)
    qtbot.addWidget(made)
    made.resize(284, 284)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _drag(canvas: InkCanvas, start: tuple[int, int], end: tuple[int, int]) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*start))
    QTest.mouseMove(canvas, QPoint(*end))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*end))


def test_a_stroke_leaves_ink_along_its_way_and_tells_of_it(canvas: InkCanvas) -> None:
    told: list[None] = []
    canvas.drawn.connect(lambda: told.append(None))
    _drag(canvas, (52, 142), (232, 142))
    ink = canvas.ink()
    assert ink.shape == (280, 280)
    assert (ink[140, 60:220] == 1.0).all()
    assert not ink[:100].any()
    assert not ink[180:].any()
    assert len(told) == 2
    canvas.choose(erases=True)
    _drag(canvas, (52, 142), (232, 142))
    assert not canvas.ink()[140, 60:220].any()


def test_it_is_drawn_with_the_keys_too(canvas: InkCanvas) -> None:
    for key in (Qt.Key.Key_Space, *[Qt.Key.Key_Right] * 4, Qt.Key.Key_Space, *[Qt.Key.Key_Down] * 4):
        QTest.keyClick(canvas, key)
    ink = canvas.ink()
    assert (ink[140, 140:195] == 1.0).all()
    assert not ink[160:].any()
    assert "lifted" in canvas.accessibleDescription()
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert not canvas.ink().any()


def test_an_image_is_shown_with_sharp_pixels(canvas: InkCanvas) -> None:
    image = np.random.default_rng(0).integers(0, 2, (28, 28)).astype(float)
    canvas.set_ink(image)
    assert np.array_equal(canvas.ink(), np.kron(image, np.ones((10, 10))))


@pytest.mark.parametrize("shape", [(8, 8), (13, 29), (400, 300), (1, 1)])
def test_images_of_any_shape_have_a_canvas(canvas: InkCanvas, shape: tuple[int, int]) -> None:
    canvas.set_shape(*shape, True)
    canvas.set_ink(np.ones(shape))
    assert (canvas.ink() == 1.0).all()
    assert canvas.ink().shape[0] % shape[0] == 0
    assert canvas.grab().width() == 284
