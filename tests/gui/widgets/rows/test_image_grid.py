"""Thumbnails: the right pixels at the right places, only those in view, and reached by keys."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lab.gui.widgets.rows import image_grid
from lab.gui.widgets.rows.image_grid import ImageGrid, pictures_of

NAMES = ("cat", "dog")


@pytest.fixture
def grid(qtbot: QtBot) -> ImageGrid:
    widget = ImageGrid()
    qtbot.addWidget(widget)
    widget.resize(420, 330)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def fill(grid: ImageGrid, count: int = 60_000) -> None:
    """Show images of 2 x 2 pixels, each of the brightness of its row."""
    x = np.repeat((np.arange(count) % 251).astype(np.uint8)[:, None], 4, axis=1)
    grid.set_format((2, 2), 255, NAMES)
    grid.set_rows(x, np.arange(count), np.arange(count) % 2)


def test_bytes_are_pixels_as_they_are() -> None:
    x = np.arange(24, dtype=np.uint8).reshape(2, 12)
    assert pictures_of(x, (2, 2, 3), 255).tolist() == x.reshape(2, 2, 2, 3).tolist()


def test_the_highest_value_is_white_and_what_lies_outside_is_clipped() -> None:
    found = pictures_of(np.array([[0.0, 8.0, 16.0, 20.0], [-3.0, np.nan, 1.0, 16.0]]), (2, 2), 16)
    assert found.tolist() == [[[0, 128], [255, 255]], [[0, 0], [16, 255]]]


def test_an_image_is_painted_where_its_place_is(grid: ImageGrid) -> None:
    fill(grid)
    image = grid.viewport().grab().toImage()
    for place in (0, 1, 5):
        box = grid.cell_rect(place)
        assert image.pixelColor(box.center().x(), box.y() + 30).red() == place


def test_colours_are_red_green_and_blue(grid: ImageGrid) -> None:
    grid.set_format((1, 1, 3), 255, NAMES)
    grid.set_rows(np.array([[250, 120, 10]], np.uint8), np.array([0]), np.array([1]))
    colour = grid.viewport().grab().toImage().pixelColor(grid.cell_rect(0).center().x(), grid.cell_rect(0).y() + 30)
    assert (colour.red(), colour.green(), colour.blue()) == (250, 120, 10)


def test_only_what_is_in_view_is_made_into_pictures(grid: ImageGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def counted(x: NDArray[np.uint8], shape: tuple[int, ...], highest: float) -> NDArray[np.uint8]:
        made.append(len(x))
        return pictures_of(x, shape, highest)

    monkeypatch.setattr(image_grid, "pictures_of", counted)
    fill(grid)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    made.clear()
    grid.viewport().grab()
    assert 0 < max(made) < 40


def test_the_last_image_can_be_scrolled_to(grid: ImageGrid) -> None:
    fill(grid)
    grid.set_current(59_999)
    assert grid.viewport().rect().contains(grid.cell_rect(59_999))
    assert grid.index_at(grid.cell_rect(59_999).center()) == 59_999


@pytest.mark.parametrize("width", [60, 200, 420, 900])
def test_a_point_of_a_cell_leads_back_to_its_image(grid: ImageGrid, width: int) -> None:
    grid.resize(width, 330)
    fill(grid, 50)
    for place in range(50):
        assert grid.index_at(grid.cell_rect(place).center()) == place
    assert grid.index_at(QPoint(2, 2)) == -1
    assert grid.index_at(grid.cell_rect(50).center()) == -1


def test_keys_move_the_cursor_and_it_is_told(grid: ImageGrid, qtbot: QtBot) -> None:
    fill(grid, 30)
    columns = sum(grid.cell_rect(place).y() == grid.cell_rect(0).y() for place in range(30))
    keys = [Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up]
    places = []
    for key in keys:
        qtbot.keyClick(grid, key)
        places.append(grid.current())
    assert places == [0, 1, 1 + columns, columns, 0]
    qtbot.keyClick(grid, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert grid.current() == 29
    assert grid.accessibleDescription() == "row 30: dog"
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current() == 29


def test_a_click_puts_the_cursor_on_an_image(grid: ImageGrid, qtbot: QtBot) -> None:
    fill(grid)
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.cell_rect(4).center())
    assert grid.current() == 4


def test_a_wrong_image_says_what_it_is_taken_for_and_its_loss(grid: ImageGrid) -> None:
    grid.set_format((1, 1), 255, NAMES)
    grid.set_rows(
        np.zeros((3, 1), np.uint8), np.array([2, 0]), np.array([0, 1]), np.array([1, 0]), np.array([2.5, 0.5])
    )
    assert grid.label(0) == "cat → dog"
    assert grid.text(0) == "row 3: cat → dog, loss 2.500"


def test_an_image_says_where_it_comes_from(grid: ImageGrid) -> None:
    grid.set_format((1, 1), 255, NAMES)
    x, rows = np.zeros((2, 1), np.uint8), np.array([1, 0])
    grid.set_rows(x, rows, np.array([0, 1]), place=lambda index: ("cat/tom.png", "dog/rex.png")[index])
    assert [grid.text(0), grid.text(1)] == ["cat/tom.png: cat", "dog/rex.png: dog"]


def test_labels_may_be_numbers(grid: ImageGrid) -> None:
    grid.set_format((1, 1), 255, ())
    grid.set_rows(np.zeros((1, 1), np.uint8), np.array([0]), np.array([0.25]))
    assert grid.label(0) == "0.2500"


def test_fewer_images_keep_the_cursor_among_them(grid: ImageGrid) -> None:
    fill(grid, 30)
    grid.set_current(29)
    fill_rows = np.arange(3)
    grid.set_rows(np.zeros((30, 4), np.uint8), fill_rows, np.zeros(3, np.int64))
    assert grid.current() == 2
    grid.set_rows(np.zeros((30, 4), np.uint8), np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert grid.current() == -1
    assert not grid.viewport().grab().isNull()


@pytest.mark.parametrize("shape", [(1, 300), (200, 3), (84, 84), (85, 20)])
def test_a_thumbnail_is_never_larger_than_its_cell(grid: ImageGrid, shape: tuple[int, int]) -> None:
    grid.set_format(shape, 1.0, NAMES)
    grid.set_rows(np.ones((1, shape[0] * shape[1])), np.array([0]), np.array([0]))
    image, cell = grid.viewport().grab().toImage(), grid.cell_rect(0)
    white = [(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y) == "white"]
    assert all(cell.contains(QPoint(*place)) for place in white)
    assert white
