"""First-layer weights as images: every weight has one pixel, and the pixel knows its weight."""

import numpy as np
import pytest

from lab.gui.workspace.weight_tiles import WeightTiles


@pytest.mark.parametrize("image", [(2, 3), (3, 2, 3), (1, 5)])
@pytest.mark.parametrize("units", [1, 4, 7])
def test_every_weight_lies_at_the_pixel_that_it_is_said_to(image: tuple[int, ...], units: int) -> None:
    inputs = int(np.prod(image))
    matrix = np.arange(1.0, inputs * units + 1).reshape(inputs, units)
    tiles = WeightTiles(image, units)
    mosaic = tiles.mosaic(matrix)
    for row in range(inputs):
        for column in range(units):
            pixel = tiles.cell_drawn(row, column)
            assert mosaic[pixel] == matrix[row, column]
            assert tiles.cell_of_matrix(*pixel) == (row, column)
    assert (mosaic != 0).sum() == matrix.size
    for row, column in np.argwhere(mosaic == 0).tolist():
        assert tiles.cell_of_matrix(row, column) is None


def test_a_tile_is_the_image_that_excites_its_unit_most() -> None:
    images = np.random.default_rng(1).random((4, 6, 5))
    mosaic = WeightTiles((6, 5), 4).mosaic(images.reshape(4, -1).T)
    np.testing.assert_array_equal(mosaic[:6, :5], images[0])
    np.testing.assert_array_equal(mosaic[:6, 5:10], images[1])


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(ValueError, match="image_shape"):
        WeightTiles((784,), 3)
