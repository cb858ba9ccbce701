"""A tile's pixels: values through the colour table into an image, with numbers from the glyph atlas where they fit."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from lab.array_blocks import reduce_by_magnitude
from lab.gui.theme import Theme, diverging_lut, mono
from lab.gui.widgets.board.cell_number import cell_number, decimals_for
from lab.gui.widgets.drawing.array_types import Matrix
from lab.gui.widgets.drawing.colour_index import colour_index, largest_finite
from lab.gui.widgets.drawing.glyph_atlas import GlyphAtlas, Pixels, shaded

_FONT_PIXELS, _SMALL_FONT_PIXELS = 11, 9
_SMALL_BELOW = 46
_PADDING = 3
_LEAST_GRID = 7
"""Pixels of the screen that a cell must have for a line beside it."""


@dataclass(frozen=True, eq=False)
class TileValues:
    """The values of a tile as it is drawn, each block of cells by its value of the largest magnitude.

    values: (blocks down, blocks across). row_step, column_step: cells of a block each way; the last ones may have
    fewer.
    """

    values: Matrix
    row_step: int = 1
    column_step: int = 1


class TileColours:
    """The colour table of one theme, for cells with and without numbers."""

    def __init__(self, theme: Theme) -> None:
        rgba = diverging_lut(theme).astype(np.uint32)
        packed = (rgba[:, 3] << 24) | (rgba[:, 0] << 16) | (rgba[:, 1] << 8) | rgba[:, 2]
        self.plain: NDArray[np.uint32] = packed.astype(np.uint32)
        self.plain[0] = QColor(theme.invalid).rgb()
        backs = [QColor(int(colour)) for colour in self.plain & 0xFFFFFF]
        self.with_numbers = shaded(backs, [_ink_on(back) for back in backs])
        self.grid = np.uint32(QColor(theme.panel).rgb())


def tile_pixels(shown: TileValues, shape: tuple[int, int], size: QSize, has_numbers: bool, ratio: float,
                colours: TileColours) -> Pixels:  # fmt: skip
    """Return a tile's image, (height, width) in pixels of the screen, as 0xffRRGGBB.

    shape: rows and columns of the tile; size: of its image, in pixels of the window.
    """
    height, width = round(size.height() * ratio), round(size.width() * ratio)
    if has_numbers and shown.values.shape == shape:
        return _cells_with_numbers(shown.values, size, height, width, ratio, colours)
    values, row_step, column_step = reduce_by_magnitude(shown.values, height, width)
    index = colour_index(values, largest_finite(values))
    across = index.take(_blocks_of(width, shape[1], shown.column_step * column_step), axis=1)
    image: Pixels = colours.plain.take(across).take(_blocks_of(height, shape[0], shown.row_step * row_step), axis=0)
    if min(height / shape[0], width / shape[1]) >= _LEAST_GRID and values.shape == shape:
        image[_edges(height, shape[0])] = colours.grid
        image[:, _edges(width, shape[1])] = colours.grid
    return image


def _cells_with_numbers(values: Matrix, size: QSize, height: int, width: int, ratio: float,
                        colours: TileColours) -> Pixels:  # fmt: skip
    rows, columns = values.shape
    atlas = _atlas(size.width() // columns, size.height() // rows, ratio)
    level = largest_finite(values)
    decimals = 0 if (values == np.rint(values)).all() else decimals_for(level, atlas.characters)
    texts = [cell_number(value, decimals, atlas.characters) for value in values.ravel().tolist()]
    image = atlas.pixels(texts, colour_index(values, level).astype(np.int64), colours.with_numbers)
    image[:: image.shape[0] // rows] = colours.grid
    image[:, :: image.shape[1] // columns] = colours.grid
    return image[:height, :width]


@lru_cache(maxsize=64)
def _atlas(width: int, height: int, ratio: float) -> GlyphAtlas:
    pixels = _SMALL_FONT_PIXELS if width < _SMALL_BELOW else _FONT_PIXELS
    return GlyphAtlas(mono(pixels), width, height, _PADDING, ratio)


@lru_cache(maxsize=256)
def _blocks_of(pixels: int, cells: int, step: int) -> NDArray[np.intp]:
    """Return which block each pixel along an axis shows."""
    return (np.arange(pixels) * cells // pixels) // step


@lru_cache(maxsize=256)
def _edges(pixels: int, cells: int) -> NDArray[np.intp]:
    """Return the first pixel of every cell along an axis."""
    return -(-np.arange(cells) * pixels // cells)


def _ink_on(back: QColor) -> QColor:
    """Return black or white, whichever stands out more from a colour (its luminance as WCAG 2 has it)."""
    sizes = (back.redF(), back.greenF(), back.blueF())
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in sizes]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return QColor("black") if luminance > 0.179 else QColor("white")
