"""The images of tiles that are made together: each as if it were alone, on its own scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.array_blocks import reduce_by_magnitude
from lab.gui.theme import current
from lab.gui.widgets.board.tile_pixels import PlainTile, TileColours, TileValues, plain_pixels
from lab.gui.widgets.drawing.colour_index import colour_index, largest_finite

pytestmark = pytest.mark.usefixtures("qapp")  # the colours are those of a theme

sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))


def drawn(tiles: list[PlainTile]) -> list[np.ndarray]:
    return list(plain_pixels(tiles, TileColours(current())))


@given(
    shapes=st.lists(st.tuples(sizes, sizes, st.booleans(), st.booleans()), min_size=1, max_size=4),
    seed=st.integers(0, 999),
)
def test_each_pixel_has_the_colour_of_its_block_on_the_scale_of_its_matrix(
    shapes: list[tuple[tuple[int, int], tuple[int, int], bool, bool]], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    colours, tiles = TileColours(current()), []
    for (rows, columns), (height, width), is_turned, is_broken in shapes:
        matrix = rng.normal(size=(rows, columns)) * 10.0 ** rng.integers(-30, 30)
        if is_broken:
            matrix[rng.integers(rows), rng.integers(columns)] = rng.choice([np.nan, np.inf])
        shown = TileValues(matrix.T if is_turned else matrix)
        tiles.append(PlainTile(shown, shown.values.shape, height, width))
    for tile, image in zip(tiles, drawn(tiles), strict=True):
        rows, columns = tile.shape
        blocks, down, across = reduce_by_magnitude(tile.shown.values, tile.height, tile.width)
        expected = colours.plain[colour_index(blocks, largest_finite(blocks))]
        assert image.shape == (tile.height, tile.width)
        for y in range(tile.height):
            for x in range(tile.width):
                colour = expected[y * rows // tile.height // down, x * columns // tile.width // across]
                assert image[y, x] in (colour, colours.grid)


def test_a_matrix_and_the_same_on_its_side_show_the_same_values() -> None:
    matrix = np.random.default_rng(1).normal(size=(60, 9))
    one, other = TileValues(matrix), TileValues(matrix.T)
    images = drawn([PlainTile(one, (60, 9), 20, 30), PlainTile(other, (9, 60), 30, 20)])
    assert np.array_equal(images[0], images[1].T)


def test_no_tiles_have_no_images() -> None:
    assert drawn([]) == []
