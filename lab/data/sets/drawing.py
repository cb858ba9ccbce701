"""A drawing made into an example of a set of images: cut out, scaled and centred as the set's own images were."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lab.data.dataset import Dataset

Ink = NDArray[np.float64]
"""How much ink there is, 0 to 1, (height, width)."""

_MNIST_BOX: Final = 20 / 28
_FAINT: Final = 0.05
_MOST_BORDERS: Final = 200


@dataclass(frozen=True)
class Fitting:
    """One way to bring a drawing to the size of an image; `fit` takes ink and (height, width) to ink of that shape."""

    name: str
    title: str
    help: str
    fit: Callable[[Ink, tuple[int, int]], Ink]


def resized(ink: Ink, height: int, width: int) -> Ink:
    """Return ink at another size: each new pixel is the mean of the area that it covers, so no ink is lost."""
    return _overlaps(ink.shape[0], height) @ ink @ _overlaps(ink.shape[1], width).T


def _overlaps(old: int, new: int) -> Ink:
    """Return the share that each old pixel has in each new one, (new, old); every row sums to 1."""
    edges = np.arange(new + 1) * (old / new)
    starts, ends = edges[:-1, None], edges[1:, None]
    pixels = np.arange(old)
    shares: Ink = np.clip(np.minimum(ends, pixels + 1) - np.maximum(starts, pixels), 0, None) * (new / old)
    return shares


def _cut_out(ink: Ink) -> Ink:
    """Return the smallest rectangle with all that is more than faint; all of it where there is nothing."""
    rows, columns = (np.flatnonzero((ink > _FAINT).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else ink


def _fitted_box(ink: Ink, height: int, width: int) -> Ink:
    """Return what was drawn, as large as fits into height × width without being distorted."""
    cut = _cut_out(ink)
    factor = min(height / cut.shape[0], width / cut.shape[1])
    tall, wide = (max(round(side * factor), 1) for side in cut.shape)
    return resized(cut, min(tall, height), min(wide, width))


def _placed(part: Ink, shape: tuple[int, int], top: int, left: int) -> Ink:
    """Return an empty picture with a part put in at a place; what would lie outside is moved in."""
    whole = np.zeros(shape)
    top, left = (min(max(at, 0), room - size) for at, room, size in zip((top, left), shape, part.shape, strict=True))
    whole[top : top + part.shape[0], left : left + part.shape[1]] = part
    return whole


def _as_mnist(ink: Ink, shape: tuple[int, int]) -> Ink:
    height, width = shape
    part = _fitted_box(ink, max(round(height * _MNIST_BOX), 1), max(round(width * _MNIST_BOX), 1))
    total = part.sum()
    if not total:
        return np.zeros(shape)
    rows, columns = np.indices(part.shape)
    middle = float((rows * part).sum() / total), float((columns * part).sum() / total)
    # At pixel 14 of 28, counted from 0: so 94 in 100 of the bundled images come out bit for bit, the rest all but so.
    top, left = (round(side / 2 - at) for side, at in zip(shape, middle, strict=True))
    return _placed(part, shape, top, left)


def _filling(ink: Ink, shape: tuple[int, int]) -> Ink:
    part = _fitted_box(ink, *shape)
    top, left = ((room - size + 1) // 2 for room, size in zip(shape, part.shape, strict=True))
    return _placed(part, shape, top, left)


FITTINGS: Final = {
    fitting.name: fitting
    for fitting in (
        Fitting(
            "mnist", "As MNIST",
            "What you draw is cut out, scaled to fit 20×20 of 28×28 pixels (the same share of other sizes) and moved "
            "until its centre of mass lies in the middle, as the images of MNIST were (LeCun et al., 1998).",
            _as_mnist,
        ),
        Fitting(
            "fill", "Fill the frame",
            "What you draw is cut out and scaled until it fills the image in height or width, as the 8×8 digits do.",
            _filling,
        ),
        Fitting(
            "as_drawn", "As drawn", "The whole canvas is made smaller; place and size stay as you draw them.",
            lambda ink, shape: resized(ink, *shape),
        ),
    )
}  # fmt: skip
"""Name to a way of fitting a drawing."""


def usual_fitting(dataset: Dataset) -> str:
    """Return the name of the way in which the images of a set were made; as drawn where that is not known."""
    return {"mnist5k": "mnist", "digits": "fill"}.get(dataset.name, "as_drawn")


def background_of(dataset: Dataset) -> float:
    """Return the pixel value that images of a set have at their border: the median over some of them."""
    assert dataset.image_shape is not None
    step = max(dataset.examples // _MOST_BORDERS, 1)
    images = dataset.x[::step].reshape(-1, *dataset.image_shape)
    return float(np.median(np.concatenate([images[:, [0, -1]].ravel(), images[:, :, [0, -1]].ravel()])))


def row_of_drawing(ink: Ink, fitting: str, dataset: Dataset, background: float) -> NDArray[Any]:
    """Return a drawing as a row of a set of images, (n,), in whole pixel values: ink on the set's background.

    Where the border of the images is light, ink is dark.
    """
    assert dataset.image_shape is not None
    assert dataset.pixel_max is not None
    height, width, *colours = dataset.image_shape
    fitted = np.clip(FITTINGS[fitting].fit(ink, (height, width)), 0.0, 1.0)
    full = 0.0 if background > dataset.pixel_max / 2 else float(dataset.pixel_max)
    pixels = np.rint(background + fitted * (full - background))
    return np.repeat(pixels[..., None], colours[0], axis=2).ravel() if colours else pixels.ravel()


def ink_of_row(row: NDArray[Any], dataset: Dataset, background: float) -> Ink:
    """Return the ink of an example, (height, width): how far a pixel is from the background; of colours the mean."""
    assert dataset.image_shape is not None
    assert dataset.pixel_max is not None
    pixels = np.asarray(row, np.float64).reshape(dataset.image_shape)
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    full = 0.0 if background > dataset.pixel_max / 2 else float(dataset.pixel_max)
    return np.clip((grey - background) / (full - background), 0.0, 1.0)
