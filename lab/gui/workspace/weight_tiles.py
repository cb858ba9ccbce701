"""First-layer weights as images: the column of each unit folded to the shape of the images that the network sees."""

from math import ceil, prod, sqrt

import numpy as np

from lab.core.types import Array

Cell = tuple[int, int]


class WeightTiles:
    """The tiles of a matrix (inputs, units) side by side; the channels of a coloured image lie beside each other.

    Raises ValueError for an image shape that is neither (height, width) nor (height, width, channels).
    """

    def __init__(self, image_shape: tuple[int, ...], units: int, aspect: float = 1.6) -> None:
        """`aspect` is the width of the room for all tiles over its height."""
        if len(image_shape) not in (2, 3):
            raise ValueError(f"image_shape: {image_shape} found, (height, width) or (height, width, channels) expected")
        self._image = image_shape
        self._units = units
        self.height = image_shape[0]
        """Pixels of a tile from top to bottom."""
        self.width = prod(image_shape[1:])
        """Pixels of a tile from left to right, all channels."""
        self._across = min(ceil(sqrt(aspect * units * self.height / self.width)), units)
        self._down = ceil(units / self._across)

    @property
    def matrix_shape(self) -> Cell:
        """The shape of the matrix that is folded."""
        return self.height * self.width, self._units

    def mosaic(self, matrix: Array) -> Array:
        """Return all tiles as one matrix; where a row of tiles is not full there is 0."""
        height, width, across, down = self.height, self.width, self._across, self._down
        tiles = np.zeros((down * across, height, width), matrix.dtype)
        tiles[: self._units] = self._channels_beside(matrix.T.reshape(self._units, *self._image))
        placed = tiles.reshape(down, across, height, width).swapaxes(1, 2)
        return placed.reshape(down * height, across * width)

    def _channels_beside(self, images: Array) -> Array:
        return images if len(self._image) == 2 else np.moveaxis(images, 3, 2).reshape(self._units, self.height, -1)

    def cell_of_matrix(self, row: int, column: int) -> Cell | None:
        """Return the input and the unit of a pixel of the mosaic, None where no unit is."""
        (down, y), (across, x) = divmod(row, self.height), divmod(column, self.width)
        unit = down * self._across + across
        if unit >= self._units:
            return None
        if len(self._image) == 2:
            return y * self.width + x, unit
        channel, x = divmod(x, self._image[1])
        return (y * self._image[1] + x) * self._image[2] + channel, unit

    def cell_drawn(self, row: int, column: int) -> Cell:
        """Return the pixel of the mosaic for an input and a unit."""
        down, across = divmod(column, self._across)
        if len(self._image) == 2:
            y, x = divmod(row, self.width)
        else:
            pixel, channel = divmod(row, self._image[2])
            y, x = divmod(pixel, self._image[1])
            x += channel * self._image[1]
        return down * self.height + y, across * self.width + x
