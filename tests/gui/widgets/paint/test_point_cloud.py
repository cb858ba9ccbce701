"""The picture that grows point by point is the picture that is drawn at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from lab.gui.widgets.paint.point_cloud import REACH, PointCloud
from tests.effort import examples

COLOURS = ["#3f8cff", "#ff9d42", "#46c28e"]
SIDE = 212  # so that 0.01 is a pixel


def cloud() -> PointCloud:
    made = PointCloud()
    made.set_colours(COLOURS, "#101010")
    return made


def points(count: int, seed: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-1, 1, (2, count))
    return x, y, rng.integers(0, 3, count)


def colour_at(image: QImage, x: float, y: float) -> str:
    scale = image.width() / (2 * REACH)
    return image.pixelColor(int((x + REACH) * scale), int((REACH - y) * scale)).name()


def test_every_point_has_the_colour_of_its_class_at_its_place(qapp: QApplication) -> None:
    x, y, label = np.array([-1.0, 1.0, 0.3]), np.array([1.0, -1.0, 0.2]), np.array([0, 1, 2])
    image = cloud().picture(x, y, label, SIDE, 7)
    assert [colour_at(image, *place) for place in zip(x, y, strict=True)] == COLOURS
    assert image.pixelColor(SIDE // 4, SIDE // 4).alpha() == 0


def test_a_disc_at_the_corner_is_whole(qapp: QApplication) -> None:
    one = np.array([1.0])
    image = cloud().picture(one, one, np.array([0]), SIDE, 7)
    border = [image.pixelColor(k, 0).alpha() + image.pixelColor(SIDE - 1, k).alpha() for k in range(SIDE)]
    assert max(border) == 0
    assert colour_at(image, 1.0, 1.0) == COLOURS[0]


@examples(40)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_a_grown_picture_is_the_same_as_one_drawn_at_once(qapp: QApplication, sizes: list[int]) -> None:
    """Fewer points than before are an undo: the picture begins anew."""
    grown, (x, y, label) = cloud(), points(30)
    for size in sizes:
        image = grown.picture(x[:size], y[:size], label[:size], SIDE, 7)
        assert image == cloud().picture(x[:size], y[:size], label[:size], SIDE, 7)


def test_points_that_were_erased_or_moved_are_gone(qapp: QApplication) -> None:
    grown, (x, y, label) = cloud(), points(30)
    grown.picture(x, y, label, SIDE, 7)
    keep = np.arange(30) % 3 != 1
    assert grown.picture(x[keep], y[keep], label[keep], SIDE, 7) == cloud().picture(
        x[keep], y[keep], label[keep], SIDE, 7
    )
    assert grown.picture(y, x, label, SIDE, 7) == cloud().picture(y, x, label, SIDE, 7)
    assert grown.picture(y, x, (label + 1) % 3, SIDE, 7) == cloud().picture(y, x, (label + 1) % 3, SIDE, 7)


def test_another_size_and_another_look_are_drawn_anew(qapp: QApplication) -> None:
    grown, (x, y, label) = cloud(), points(30)
    grown.picture(x, y, label, SIDE, 7)
    assert grown.picture(x, y, label, 300, 9) == cloud().picture(x, y, label, 300, 9)
    other = PointCloud()
    for one in (grown, other):
        one.set_colours(COLOURS[::-1], "#ffffff")
    assert grown.picture(x, y, label, 300, 9) == other.picture(x, y, label, 300, 9)
