"""Where tiles lie: in proportion, tied by equal lengths, never over each other, with numbers where there is room."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from lab.gui.widgets.board.board_layout import NUMBER_HEIGHT, NUMBER_WIDTH, BoardLayout, lay_out, side
from lab.gui.widgets.board.board_row import BoardRow, BoardTile, Place

SIZES = st.sampled_from([1, 2, 3, 5, 10, 32, 64, 512, 784, 2048])


def product(m: int, n: int, h: int) -> BoardRow:
    """Return z = X W + b and σ(z) beside it as one row."""
    tiles = (
        BoardTile("X", (m, n)),
        BoardTile("W", (n, h), "·", is_tied=True),
        BoardTile("b", (1, h), "+"),
        BoardTile("z", (m, h), "="),
    )
    return BoardRow("1  weighted input", "z = X W + b", f"({m}×{n})·({n}×{h})", tiles)


def beside(m: int, h: int) -> BoardRow:
    """Return the row that stands beside the product."""
    tiles = (BoardTile("z", (m, h)), BoardTile("a", (m, h), "σ →"))
    return BoardRow("2  activation", "a = σ(z)", "", tiles, is_beside=True, repeats_last=True)


@pytest.fixture(autouse=True)
def _needs_fonts(application: QApplication) -> None:
    """Metrics of fonts need an application."""


@given(SIZES, SIZES, SIZES, st.integers(560, 2400), st.integers(150, 1600))
def test_tiles_lie_side_by_side_within_the_board(m: int, n: int, h: int, width: int, height: int) -> None:
    layout = lay_out([product(m, n, h), beside(m, h)], QSize(width, height))
    for placed in layout.tiles:
        assert placed.rect.left() >= layout.label_width
        assert placed.rect.right() < width
        assert min(placed.rect.width(), placed.rect.height()) > 0
        assert placed.rect.bottom() < layout.height
    for one, other in combinations(layout.tiles, 2):
        assert not one.rect.intersects(other.rect)


@given(SIZES, SIZES, SIZES, st.integers(560, 2400), st.integers(150, 1600))
def test_what_must_agree_is_equally_long_or_made_of_numbers(m: int, n: int, h: int, width: int, height: int) -> None:
    X, W, b, z, a = lay_out([product(m, n, h), beside(m, h)], QSize(width, height)).tiles
    assert X.rect.height() == z.rect.height() == a.rect.height()
    assert W.rect.width() == b.rect.width() == z.rect.width()
    if not W.has_numbers:
        assert X.rect.width() == W.rect.height()


def test_small_nets_are_a_page_of_numbers_and_large_ones_show_3_and_784() -> None:
    small = lay_out([product(4, 2, 2), beside(4, 2)], QSize(900, 700))
    assert all(placed.has_numbers for placed in small.tiles)
    for placed in small.tiles:
        rows, columns = placed.tile.shape
        assert placed.rect.width() >= NUMBER_WIDTH * columns
        assert placed.rect.height() >= NUMBER_HEIGHT * rows
    large = lay_out([product(32, 784, 3)], QSize(700, 300))
    assert not any(placed.has_numbers for placed in large.tiles if placed.tile.name in "XW")
    W = large.tiles[1]
    assert W.rect.width() >= 10
    assert W.rect.height() > 3 * W.rect.width()


@given(SIZES, SIZES, st.floats(1, 30), st.floats(0.2, 0.5))
def test_a_longer_axis_is_never_drawn_shorter(one: int, other: int, scale: float, power: float) -> None:
    assert (side(one, scale, power) <= side(other, scale, power)) or one > other


def test_a_repeated_tile_is_drawn_once_and_names_keep_their_room() -> None:
    layout = lay_out([product(4, 2, 2), beside(4, 2)], QSize(900, 700))
    assert [placed.place for placed in layout.tiles] == [*(Place(0, tile) for tile in range(4)), Place(1, 1)]

    def named(names: tuple[str, ...]) -> BoardLayout:
        tile = BoardTile("X", (2, 2), row_names=names, widest_name="1 000 · horse")
        return lay_out([BoardRow("1", "X", "", (tile,))], QSize(900, 700))

    short, long = named(("1 · cat", "2 · dog")), named(("999 · horse", "1 000 · cat"))
    assert short.tiles[0].rect == long.tiles[0].rect
    assert short.tiles[0].row_names.isValid()
