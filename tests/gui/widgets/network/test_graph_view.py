"""The picture of a network: edges in the colours of their weights, neurons that the pointer and the keys find."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.drawing.colour_index import ZERO
from lab.gui.widgets.network.edge_picture import MOST_EDGES, EdgePicture
from lab.gui.widgets.network.graph_layout import NARROWEST, GraphColumn
from lab.gui.widgets.network.graph_view import GraphView

TABLE = np.arange(256, dtype=np.uint32) + np.uint32(0xFF000000)


@pytest.fixture
def graph(qtbot: QtBot, dressed: Callable[[str], None]) -> GraphView:
    view = GraphView()
    qtbot.addWidget(view)
    view.resize(500, 300)
    with qtbot.waitExposed(view):
        view.show()
    view.set_columns([GraphColumn("inputs", 2, (0, 1), ("x1", "x2")), GraphColumn("1: 3 tanh", 3, (0, 1, 2))])
    return view


def row_of(picture: object, x: int, y: int) -> int:
    return picture.pixel(x, y) & 0xFF


def test_the_strongest_edge_lies_on_top_and_zero_is_the_background() -> None:
    edges = EdgePicture(np.array([10.0, 90.0]), np.array([10.0, 90.0]), 100, 100)
    picture = edges.draw(np.array([[1.0, 0.0], [0.0, -0.5]]), TABLE)
    assert row_of(picture, 50, 10) == 255
    assert row_of(picture, 50, 90) in (64, 65)
    assert row_of(picture, 50, 50) == ZERO  # the two that cross there are 0
    crossed = edges.draw(np.array([[0.0, 1.0], [-0.6, 0.0]]), TABLE)
    assert row_of(crossed, 50, 50) == 255
    assert row_of(crossed, 5, 86) < ZERO


def test_not_a_number_has_its_own_colour() -> None:
    edges = EdgePicture(np.array([10.0]), np.array([10.0]), 40, 20)
    assert row_of(edges.draw(np.array([[np.nan]]), TABLE), 20, 10) == 0


def test_only_so_many_of_the_strongest_are_drawn() -> None:
    heights = np.arange(40.0)
    edges = EdgePicture(heights, heights, 60, 40)
    matrix = np.full((40, 40), 0.2)
    matrix[0, 39] = 1.0
    seen = {row_of(edges.draw(matrix, TABLE), x, y) for x in range(60) for y in range(40)}
    assert 255 in seen
    assert MOST_EDGES < 40 * 40


def test_the_picture_has_the_weights_colours(graph: GraphView) -> None:
    weights = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0]])
    graph.set_numbers([None, np.zeros(3)], [weights])
    layout = graph.layout_now()
    image = graph.grab().toImage()
    wanted = theme.diverging_lut(theme.current())
    for (before, after), row in {(0, 1): 255, (1, 2): 1}.items():
        start, end = layout.middle(0, before), layout.middle(1, after)
        middle = (start + end) / 2
        near = [image.pixelColor(round(middle.x()), round(middle.y()) + dy) for dy in (-2, -1, 0, 1, 2)]
        assert QColor(*wanted[row, :3].tolist()) in near


def test_a_neuron_has_the_colour_of_its_number_and_only_nan_has_that_of_nan(graph: GraphView) -> None:
    layout, lut = graph.layout_now(), theme.diverging_lut(theme.current())
    for values, rows in (([-1.0, 0.0, 1.0], [4, ZERO, 252]), ([-1.0, -0.98, np.nan], [4, 4, 0])):
        graph.set_numbers([None, np.array(values)], [None])
        image = graph.grab().toImage()
        for place, row in enumerate(rows):
            wanted = QColor(theme.current().invalid) if row == 0 else QColor(*lut[row, :3].tolist())
            assert image.pixelColor(layout.middle(1, place).toPoint()) == wanted


def test_the_pointer_and_the_keys_find_neurons(graph: GraphView, qtbot: QtBot) -> None:
    pointed: list[tuple[int, int]] = []
    chosen: list[tuple[int, int]] = []
    graph.neuron_pointed.connect(lambda *at: pointed.append(at))
    graph.neuron_chosen.connect(lambda *at: chosen.append(at))
    at = graph.layout_now().middle(1, 2).toPoint()
    qtbot.mouseClick(graph, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseClick(graph, Qt.MouseButton.LeftButton, pos=QPoint(250, 5))
    assert (pointed, chosen) == ([(1, 2)], [(1, 2)])
    for key, wanted in (
        (Qt.Key.Key_Up, (1, 1)), (Qt.Key.Key_Left, (0, 0)), (Qt.Key.Key_Left, (0, 0)), (Qt.Key.Key_Down, (0, 1)),
        (Qt.Key.Key_Down, (0, 1)), (Qt.Key.Key_Right, (1, 1)),
    ):  # fmt: skip
        qtbot.keyClick(graph, key)
        assert graph.current() == wanted
    qtbot.keyClick(graph, Qt.Key.Key_Space)
    assert chosen[-1] == graph.current()


def test_more_layers_than_have_room_ask_for_more(graph: GraphView) -> None:
    graph.set_columns([GraphColumn(str(number), 2, (0, 1)) for number in range(42)])
    assert graph.minimumWidth() > 40 * NARROWEST
    assert not graph.grab().isNull()
