"""ScatterPoints lie where their numbers say, have the colour of their class or number, and can be read one by one."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.drawing.markers import MARKERS, MarkerStyle, marker
from lab.gui.widgets.rows.scatter_plot import ScatterPlot
from lab.gui.widgets.rows.scatter_points import ScatterPoints

Picture = Callable[[QWidget], QImage]


@pytest.fixture
def plot(qtbot: QtBot) -> ScatterPlot:
    widget = ScatterPlot()
    qtbot.addWidget(widget)
    widget.resize(600, 360)
    widget.show()
    return widget


def points(**changes: object) -> ScatterPoints:
    """Return three points of two classes."""
    usual = {
        "x": np.array([0.0, 10.0, 5.0]), "y": np.array([-1.0, 1.0, 0.0]), "rows": np.array([7, 0, 3]),
        "values": np.array([0, 1, 1]), "names": ("cat", "dog"), "x_name": "length", "y_name": "width",
    }  # fmt: skip
    return ScatterPoints(**(usual | changes))  # type: ignore[arg-type]


def test_x_grows_to_the_right_and_y_upwards(plot: ScatterPlot) -> None:
    plot.set_points(points())
    across, down = plot.pixels()
    assert across[0] < across[2] < across[1]
    assert down[0] > down[2] > down[1]
    middle = plot.plot_rect().center()
    assert (across[2], down[2]) == pytest.approx((middle.x(), middle.y()), abs=1.5)
    assert all(plot.plot_rect().contains(QPoint(round(x), round(y))) for x, y in zip(across, down, strict=True))


def test_a_class_has_its_colour(plot: ScatterPlot, picture: Picture) -> None:
    plot.set_points(points())
    image, (across, down) = picture(plot), plot.pixels()
    found = [image.pixelColor(round(x), round(y)).name() for x, y in zip(across, down, strict=True)]
    colours = theme.class_colours()
    assert found == [colours[0], colours[1], colours[1]]


def test_a_number_has_its_place_between_blue_and_orange(plot: ScatterPlot, picture: Picture) -> None:
    plot.set_points(points(values=np.array([100.0, 120.0, 110.0]), names=(), value_name="price"))
    image, (across, down) = picture(plot), plot.pixels()
    found = [image.pixelColor(round(x), round(y)).name() for x, y in zip(across, down, strict=True)]
    one = theme.current()
    assert found == [one.negative, one.positive, one.zero]


def test_a_point_is_found_near_it_only_and_read_out(plot: ScatterPlot) -> None:
    plot.set_points(points())
    across, down = plot.pixels()
    place = QPoint(round(across[0]) + 3, round(down[0]) - 3)
    assert plot.point_at(place) == 0
    assert plot.point_at(place + QPoint(30, -30)) == -1
    assert plot.text(0) == "row 8: cat · length 0 · width −1.000"
    plot.set_points(points(place=lambda point: f"cat/{point}.png"))
    assert plot.text(0) == "cat/0.png: cat · length 0 · width −1.000"


def test_keys_go_from_left_to_right(plot: ScatterPlot, qtbot: QtBot) -> None:
    plot.set_points(points())
    told = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home):
        qtbot.keyClick(plot, key)
        told.append(plot.accessibleDescription().split(":")[0])
    assert told == ["row 8", "row 4", "row 1", "row 1", "row 8"]


def test_a_current_point_is_ringed(plot: ScatterPlot, picture: Picture, qtbot: QtBot) -> None:
    plot.set_points(points())
    before = picture(plot)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    across, down = plot.pixels()
    at = (round(across[0] + 8), round(down[0]))
    assert picture(plot).pixelColor(*at) != before.pixelColor(*at)


@pytest.mark.parametrize(
    "made",
    [
        ScatterPoints(),
        points(x=np.zeros(3), y=np.full(3, 1e30)),
        points(values=np.zeros(3), names=(), value_name="flat"),
        points(values=np.array([0, 30, 99]), names=tuple(f"class {number}" * 9 for number in range(100))),
        ScatterPoints(names=("none", "at all")),
    ],
    ids=["nothing", "constant", "one number", "many names", "no rows"],
)
@pytest.mark.parametrize("size", [(60, 40), (320, 180), (900, 700)])
def test_everything_can_be_painted(
    plot: ScatterPlot, picture: Picture, qtbot: QtBot, made: ScatterPoints, size: tuple[int, int]
) -> None:
    plot.resize(*size)
    plot.set_points(made)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert not picture(plot).isNull()


def test_another_theme_paints_anew(plot: ScatterPlot, picture: Picture, dressed: Callable[[str], None]) -> None:
    dressed("dark")
    plot.set_points(points())
    corners = []
    for name in ("dark", "light"):
        dressed(name)
        corners.append(picture(plot).pixelColor(3, 3).name())
        assert corners[-1] == theme.current().panel
    assert corners[0] != corners[1]


def test_shapes_are_all_different(qtbot: QtBot) -> None:
    images = [marker(MarkerStyle("#ff0000", shape, "#000000"), 12, 1.0).toImage() for shape in range(MARKERS)]
    assert all(one != other for place, one in enumerate(images) for other in images[:place])


def test_seventy_classes_look_different() -> None:
    styles = {(number % theme.CLASS_COLOURS, number % MARKERS) for number in range(70)}
    assert len(styles) == 70
