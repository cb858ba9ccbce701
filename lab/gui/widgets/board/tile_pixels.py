"""A tile's pixels: values through the colour table into an image, with numbers from the glyph atlas where they fit."""

from collections.abc import Iterator, Sequence
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
from lab.gui.widgets.drawing.colour_index import colour_index, colour_indices, largest_finite
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


@dataclass(frozen=True, eq=False)
class PlainTile:
    """A tile without numbers that is to be drawn.

    shape: rows and columns of the tile. height, width: of its image, in pixels of the screen.
    """

    shown: TileValues
    shape: tuple[int, int]
    height: int
    width: int


def plain_pixels(tiles: Sequence[PlainTile], colours: TileColours) -> Iterator[Pixels]:
    """Yield the image of each tile, (height, width), as 0xffRRGGBB.

    All go through the colour table at once, and a matrix that stands in several places, perhaps on its side, once.
    """
    found: dict[tuple[int, ...], int] = {}
    blocks: list[Matrix] = []
    steps: list[tuple[int, int]] = []
    places: list[tuple[int, bool]] = []
    for tile in tiles:
        values = tile.shown.values
        is_turned = not values.flags.c_contiguous
        base, room = (values.T, (tile.width, tile.height)) if is_turned else (values, (tile.height, tile.width))
        key = (base.__array_interface__["data"][0], *base.strides, *base.shape, *room)
        if key not in found:
            reduced, row_step, column_step = reduce_by_magnitude(base, *room)
            found[key] = len(blocks)
            blocks.append(reduced)
            steps.append((row_step, column_step))
        places.append((found[key], is_turned))
    if not blocks:
        return
    coloured = np.split(colours.plain.take(colour_indices(blocks)), np.cumsum([block.size for block in blocks[:-1]]))
    for tile, (number, is_turned) in zip(tiles, places, strict=True):
        image = coloured[number].reshape(blocks[number].shape)
        down, across = steps[number]
        yield _enlarged(tile, *((image.T, across, down) if is_turned else (image, down, across)), colours)


def _enlarged(tile: PlainTile, image: Pixels, row_step: int, column_step: int, colours: TileColours) -> Pixels:
    """Return blocks enlarged to a tile's pixels, with lines between the cells where there is room."""
    (rows, columns), shown = tile.shape, tile.shown
    across = image.take(_blocks_of(tile.width, columns, shown.column_step * column_step), axis=1)
    pixels: Pixels = across.take(_blocks_of(tile.height, rows, shown.row_step * row_step), axis=0)
    if min(tile.height / rows, tile.width / columns) >= _LEAST_GRID and image.shape == tile.shape:
        pixels[_edges(tile.height, rows)] = colours.grid
        pixels[:, _edges(tile.width, columns)] = colours.grid
    return pixels


def cells_with_numbers(values: Matrix, size: QSize, ratio: float, colours: TileColours) -> Pixels:
    """Return the image of a tile whose cells all show their numbers, of this size in pixels of the window."""
    height, width = round(size.height() * ratio), round(size.width() * ratio)
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
