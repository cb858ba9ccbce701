"""A heatmap paints signs and magnitudes where its cells are, and tells of pointer and keys."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.drawing.cell_marks import frozen_marks
from lab.gui.widgets.matrix.heatmap import Heatmap

Picture = Callable[[QWidget], QImage]


@pytest.fixture
def heatmap(qtbot: QtBot) -> Heatmap:
    widget = Heatmap()
    qtbot.addWidget(widget)
    widget.resize(280, 250)
    return widget


def colour_at(image: QImage, heatmap: Heatmap, row: int, column: int) -> str:
    return image.pixelColor(heatmap.cell_rect(row, column).center()).name()


@pytest.mark.parametrize("name", ["dark", "light"])
def test_cells_have_the_colours_of_their_values(
    heatmap: Heatmap, picture: Picture, dressed: Callable[[str], None], name: str
) -> None:
    dressed(name)
    heatmap.set_matrix(np.array([[-2.0, 0.0, 2.0], [np.nan, np.inf, 1.0]]))
    image, one = picture(heatmap), theme.current()
    assert [colour_at(image, heatmap, 0, c) for c in range(3)] == [one.negative, one.zero, one.positive]
    assert colour_at(image, heatmap, 1, 0) == colour_at(image, heatmap, 1, 1) == one.invalid
    half = theme.diverging_lut(one)[128 + 64].tolist()
    assert colour_at(image, heatmap, 1, 2) == QColor(*half).name()


def test_theme_repaints_the_matrix_that_is_shown(
    heatmap: Heatmap, picture: Picture, dressed: Callable[[str], None]
) -> None:
    dressed("dark")
    heatmap.set_matrix([[1.0, -1.0]])
    picture(heatmap)
    dressed("light")
    assert colour_at(picture(heatmap), heatmap, 0, 1) == theme.current().negative


def test_every_pixel_of_the_plot_belongs_to_the_cell_that_is_painted_there(heatmap: Heatmap, picture: Picture) -> None:
    values = np.zeros((7, 11))
    for row, column in ((0, 0), (3, 5), (6, 10), (2, 9)):
        values[:] = 0
        values[row, column] = 1
        heatmap.set_matrix(values)
        image, plot = picture(heatmap), heatmap.plot_rect()
        for x in range(plot.left(), plot.right() + 1):
            for y in range(plot.top(), plot.bottom() + 1, 5):
                lit = image.pixelColor(x, y).name() == theme.current().positive
                assert lit == (heatmap.cell_at(QPoint(x, y)) == (row, column))


def test_lonely_spike_in_a_large_matrix_is_seen(heatmap: Heatmap, picture: Picture) -> None:
    values = np.zeros((1900, 1300), dtype=np.float32)
    values[1873, 1291] = -1e-3
    heatmap.set_matrix(values)
    assert colour_at(picture(heatmap), heatmap, 1873, 1291) == theme.current().negative


def test_cells_are_stretched_but_never_huge(heatmap: Heatmap) -> None:
    heatmap.set_matrix(np.ones(3))
    assert heatmap.plot_rect().width() == 3 * 28
    assert heatmap.plot_rect().height() == 28
    heatmap.set_matrix(np.ones((28, 16)))
    assert heatmap.plot_rect().width() > 260
    assert heatmap.plot_rect().height() > 230


@pytest.mark.parametrize("columns", [1, 3, 16, 64, 700])
def test_strip_lies_column_by_column_below_its_heatmap(heatmap: Heatmap, qtbot: QtBot, columns: int) -> None:
    strip = Heatmap()
    qtbot.addWidget(strip)
    strip.resize(280, 20)
    heatmap.set_axis_names("28 examples", "units")
    heatmap.set_matrix(np.ones((28, columns)))
    strip.set_matrix(np.ones(columns))
    for column in {0, columns // 2, columns - 1}:
        above, below = heatmap.cell_rect(27, column), strip.cell_rect(0, column)
        assert (above.left(), above.right()) == (below.left(), below.right())


def test_pointer_tells_each_cell_once_and_that_it_left(
    heatmap: Heatmap, qtbot: QtBot, hover: Callable[[QWidget, QPoint], None]
) -> None:
    heatmap.set_matrix(np.ones((4, 5)))
    told: list[tuple[int, int]] = []
    heatmap.cell_hovered.connect(lambda row, column: told.append((row, column)))
    inside = heatmap.cell_rect(2, 3)
    for point in (inside.topLeft(), inside.center(), heatmap.cell_rect(0, 0).center()):
        hover(heatmap, point)
    assert told == [(2, 3), (0, 0)]
    with qtbot.waitSignal(heatmap.cursor_left):
        hover(heatmap, QPoint(279, 249))
    hover(heatmap, inside.center())
    with qtbot.waitSignal(heatmap.cursor_left):
        QApplication.sendEvent(heatmap, QEvent(QEvent.Type.Leave))


def test_click_tells_the_cell_and_puts_the_cursor_there(heatmap: Heatmap, qtbot: QtBot) -> None:
    heatmap.set_matrix(np.ones((4, 5)))
    with qtbot.waitSignal(heatmap.cell_chosen) as told:
        qtbot.mouseClick(heatmap, Qt.MouseButton.LeftButton, pos=heatmap.cell_rect(1, 4).center())
    assert told.args == [1, 4]
    assert heatmap.cursor_cell() == (1, 4)
    with qtbot.assertNotEmitted(heatmap.cell_chosen):
        qtbot.mouseClick(heatmap, Qt.MouseButton.LeftButton, pos=QPoint(279, 249))


def test_keys_move_the_cursor_and_tell_of_it(heatmap: Heatmap, qtbot: QtBot) -> None:
    heatmap.set_matrix(np.arange(20.0).reshape(4, 5))
    told: list[tuple[int, int]] = []
    heatmap.cell_chosen.connect(lambda row, column: told.append((row, column)))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_End):
        qtbot.keyClick(heatmap, key)
    assert told == [(0, 0), (0, 1), (1, 1), (1, 4)]
    assert heatmap.accessibleDescription() == "[1, 4]  +9.000"
    with qtbot.waitSignal(heatmap.cell_chosen) as clicked:
        qtbot.keyClick(heatmap, Qt.Key.Key_Return)
    assert clicked.args == [1, 4]


def test_cursor_lives_on_with_the_shape_and_ends_with_it(heatmap: Heatmap) -> None:
    heatmap.set_matrix(np.ones((4, 5)))
    heatmap.set_cursor(3, 4)
    heatmap.set_matrix(np.zeros((4, 5)))
    assert heatmap.cursor_cell() == (3, 4)
    heatmap.set_matrix(np.zeros((3, 5)))
    assert heatmap.cursor_cell() is None


def test_cursor_is_drawn_around_its_cell(heatmap: Heatmap, picture: Picture) -> None:
    heatmap.set_matrix(np.zeros((10, 10)))
    before = picture(heatmap)
    heatmap.set_cursor(4, 6)
    after, box = picture(heatmap), heatmap.cell_rect(4, 6)
    assert after.pixelColor(box.center()) == before.pixelColor(box.center())
    assert after.pixelColor(box.topLeft()).name() == theme.current().ink


@pytest.mark.parametrize("values", [None, np.zeros((0, 5)), np.zeros(0)])
def test_without_values_nothing_is_hit(heatmap: Heatmap, picture: Picture, qtbot: QtBot, values: object) -> None:
    heatmap.set_matrix(np.ones((4, 5)))
    heatmap.set_matrix(values)  # type: ignore[arg-type]
    picture(heatmap)
    qtbot.keyClick(heatmap, Qt.Key.Key_Right)
    assert heatmap.cell_at(QPoint(20, 20)) is None
    assert heatmap.cursor_cell() is None


@pytest.mark.parametrize("size", [(1, 1), (8, 4), (40, 18), (30, 400)])
@pytest.mark.parametrize("shape", [(1, 1), (900, 3), (2, 900)])
def test_any_size_can_be_painted(
    heatmap: Heatmap, picture: Picture, size: tuple[int, int], shape: tuple[int, int]
) -> None:
    heatmap.set_axis_names("rows", "columns")
    heatmap.set_matrix(np.ones(shape))
    heatmap.resize(*size)
    assert not picture(heatmap).isNull()
    assert heatmap.plot_rect().width() >= 1


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64, np.bool_])
def test_every_real_dtype_is_shown(heatmap: Heatmap, picture: Picture, dtype: type) -> None:
    heatmap.set_matrix(np.array([[0, 1]], dtype=dtype))
    assert colour_at(picture(heatmap), heatmap, 0, 1) == theme.current().positive


def test_transposed_view_is_painted_like_its_copy(heatmap: Heatmap, picture: Picture) -> None:
    values = np.random.default_rng(1).standard_normal((6, 9)).astype(np.float32)
    heatmap.set_matrix(values.T)
    view = picture(heatmap)
    heatmap.set_matrix(values.T.copy())
    assert picture(heatmap) == view


def test_frozen_cells_have_a_corner_or_lines_where_they_are_small() -> None:
    for shape in ((4, 4), (300, 400)):
        mask = np.zeros(shape, bool)
        mask[shape[0] // 2 :, shape[1] // 2 :] = True
        marks = frozen_marks(mask, None)
        assert marks is not None
        image = marks.image(QSize(200, 120), 1.0, "#0080ff")
        alpha = np.array([[image.pixelColor(x, y).alpha() for x in range(200)] for y in range(120)]) > 0
        assert alpha[60:, 100:].any()
        assert not alpha[:60, 100:].any()
        assert not alpha[60:, :100].any()
        assert frozen_marks(mask.copy(), marks) is marks


# looking closer


def turn_wheel(heatmap: Heatmap, place: QPoint, notches: int) -> None:
    at, none = QPointF(place), Qt.MouseButton.NoButton
    turned, phase = QPoint(0, 120 * notches), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        at, heatmap.mapToGlobal(at), QPoint(), turned, none, Qt.KeyboardModifier.NoModifier, phase, False
    )
    QApplication.sendEvent(heatmap, event)


@pytest.fixture
def large(qtbot: QtBot) -> Heatmap:
    """A heatmap of 40 × 60 cells, each with a number of its own, that has the keyboard."""
    widget = Heatmap()
    qtbot.addWidget(widget)
    widget.resize(300, 200)
    widget.set_matrix(np.arange(2400.0).reshape(40, 60))
    widget.show()
    widget.activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    return widget


def test_the_wheel_looks_closer_at_the_cell_under_the_pointer(large: Heatmap) -> None:
    place = large.cell_rect(10, 45).center()
    before = large.cell_at(place)
    turn_wheel(large, place, 1)
    _, _, rows, columns = large.part_in_view()
    assert (rows, columns) == (28, 42)
    now = large.cell_at(place)
    assert before is not None
    assert now is not None
    assert abs(now[0] - before[0]) <= 1
    assert abs(now[1] - before[1]) <= 1
    for _ in range(30):
        turn_wheel(large, place, 1)
    assert large.part_in_view()[2:] == (1, 1)
    for _ in range(40):
        turn_wheel(large, place, -1)
    assert not large.is_zoomed()


def test_without_the_keyboard_the_wheel_is_not_for_the_heatmap(large: Heatmap) -> None:
    large.clearFocus()
    turn_wheel(large, QPoint(50, 50), 1)
    assert not large.is_zoomed()


def test_keys_zoom_and_show_all_again(large: Heatmap, qtbot: QtBot) -> None:
    for key, zoomed in ((Qt.Key.Key_Plus, True), (Qt.Key.Key_Minus, False), (Qt.Key.Key_Plus, True)):
        qtbot.keyClick(large, key)
        assert large.is_zoomed() is zoomed
    qtbot.keyClick(large, Qt.Key.Key_0)
    assert not large.is_zoomed()


def test_a_drag_moves_what_is_in_view_and_chooses_nothing(large: Heatmap, qtbot: QtBot) -> None:
    large.show_part((10, 10, 20, 30))
    chosen: list[tuple[int, int]] = []
    large.cell_chosen.connect(lambda row, column: chosen.append((row, column)))
    begin, end = large.cell_rect(20, 20).center(), large.cell_rect(15, 14).center()
    qtbot.mousePress(large, Qt.MouseButton.LeftButton, pos=begin)
    held, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        large, QMouseEvent(QEvent.Type.MouseMove, QPointF(end), large.mapToGlobal(QPointF(end)), held, held, no_keys)
    )
    qtbot.mouseRelease(large, Qt.MouseButton.LeftButton, pos=end)
    assert large.part_in_view() == (15, 16, 20, 30)
    assert not chosen
    qtbot.mouseClick(large, Qt.MouseButton.LeftButton, pos=large.cell_rect(16, 20).center())
    assert chosen == [(16, 20)]


def test_a_double_click_shows_all_again(large: Heatmap, qtbot: QtBot) -> None:
    large.show_part((10, 10, 4, 4))
    qtbot.mouseDClick(large, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert not large.is_zoomed()


def test_a_cursor_that_moves_out_of_view_takes_the_view_along(large: Heatmap, qtbot: QtBot) -> None:
    large.show_part((0, 0, 5, 5))
    large.set_cursor(4, 4)
    qtbot.keyClick(large, Qt.Key.Key_Down)
    row, _, rows, _ = large.part_in_view()
    assert row <= 5 < row + rows


@pytest.mark.parametrize("part", [(-5, -5, 4, 4), (39, 59, 4, 4), (0, 0, 400, 4), (3, 3, 0, 0)])
def test_a_part_stays_inside_the_matrix(large: Heatmap, part: tuple[int, int, int, int]) -> None:
    large.show_part(part)
    row, column, rows, columns = large.part_in_view()
    assert 0 <= row <= row + rows <= 40
    assert 0 <= column <= column + columns <= 60
    assert min(rows, columns) >= 1
    assert not large.grab().isNull()


def test_the_part_in_view_is_painted_as_that_part_alone_would_be(large: Heatmap) -> None:
    large.set_range("symmetric")
    large.show_part((4, 6, 8, 12))
    whole = large._matrix
    zoomed = large.grab().toImage()
    large.set_matrix(whole[4:12, 6:18])
    assert not large.is_zoomed()  # of another shape
    assert large.grab().toImage() == zoomed


def test_what_is_no_number_has_a_legend(large: Heatmap) -> None:
    large.set_axis_names("inputs", "units")
    matrix = np.ones((40, 60))
    before = large.grab()
    large.set_matrix(matrix)
    plain = large.grab().toImage()
    matrix = matrix.copy()
    matrix[39, 0] = np.nan
    large.set_matrix(matrix)
    corner = large.plot_rect().topRight() + QPoint(-40, 8)
    assert large.grab().toImage().pixelColor(corner) != plain.pixelColor(corner)
    assert not before.isNull()


def test_lines_divide_tiles(large: Heatmap) -> None:
    plain = large.grab().toImage()
    large.set_rules(10, 20)
    ruled = large.grab().toImage()
    line = large.cell_rect(10, 0).topLeft() + QPoint(30, 0)
    assert ruled.pixelColor(line) == QColor(theme.current().edge)
    assert ruled != plain
