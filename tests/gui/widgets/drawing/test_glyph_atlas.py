"""Stamped numbers look as written ones do, stand at the right of their cells, and have every character they need."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication

from lab.gui.theme import mono
from lab.gui.widgets.drawing import glyph_atlas
from lab.gui.widgets.drawing.glyph_atlas import GlyphAtlas, shaded
from lab.gui.widgets.drawing.number_text import NUMBER_CHARACTERS, number_text

HEIGHT, PADDING = 18, 4
BLACK, WHITE, RED = (QColor(name) for name in ("black", "white", "red"))


@pytest.fixture
def width(application: QApplication) -> int:
    """A cell's width in the bundled font."""
    return QFontMetrics(mono(10)).horizontalAdvance("0") * NUMBER_CHARACTERS + 2 * PADDING


def ink(text: str, width: int, ratio: float = 1.0) -> np.ndarray:
    """Return where a cell with a text is not its background, (height, width)."""
    atlas = GlyphAtlas(mono(10), width, HEIGHT, PADDING, ratio)
    pixels = atlas.pixels([text], np.zeros((1, 1), np.int64), shaded([BLACK], [WHITE]))
    return pixels != 0xFF000000


@given(st.floats(), st.booleans())
def test_every_number_can_be_stamped(value: float, signed: bool) -> None:
    assert set(number_text(value, signed)) <= set(glyph_atlas._CHARACTERS)


@given(st.floats(width=32))
def test_every_number_of_a_float32_matrix_has_room(value: float) -> None:
    assert len(number_text(value)) <= NUMBER_CHARACTERS


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_number_stands_at_the_right_with_its_characters_side_by_side(width: int, ratio: float) -> None:
    advance = QFontMetrics(mono(10)).horizontalAdvance("0") * ratio
    for text in ("8", "888", "8888888888"):
        across = np.flatnonzero(ink(text, width, ratio).any(axis=0))
        right = round((width - PADDING) * ratio)
        assert right - advance / 2 <= across[-1] + 1 <= right
        assert abs((across[-1] - across[0]) - (len(text) * advance - advance / 4)) < advance / 2


def test_characters_differ_and_blanks_are_blank(width: int) -> None:
    seen = {ink(character, width).tobytes() for character in glyph_atlas._CHARACTERS}
    assert len(seen) >= len(glyph_atlas._CHARACTERS) - 1  # a minus and a hyphen may look the same
    assert not ink("", width).any()


def test_cells_have_their_own_backgrounds_and_places(width: int) -> None:
    atlas = GlyphAtlas(mono(10), width, HEIGHT, PADDING, 1.0)
    backs = np.array([[0, 1, 0], [1, 0, 1]])
    image = atlas.pixels(["1.5", "", "2", "", "3", ""], backs, shaded([BLACK, RED], [WHITE, WHITE]))
    assert image.shape == (2 * HEIGHT, 3 * width)
    for row in range(2):
        for column in range(3):
            cell = image[row * HEIGHT : (row + 1) * HEIGHT, column * width : (column + 1) * width]
            assert cell[0, 0] == (0xFFFF0000 if backs[row, column] else 0xFF000000)
            assert (len(np.unique(cell)) > 1) == (backs[row, column] == 0)


def test_full_ink_is_the_ink(width: int) -> None:
    assert shaded([BLACK], [QColor(1, 2, 3)])[0, -1] == 0xFF010203
    assert shaded([QColor(9, 8, 7)], [WHITE])[0, 0] == 0xFF090807
