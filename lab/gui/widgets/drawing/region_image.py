"""Pictures of a map that lie behind points: regions of classes, or the surface of a number; one pixel for each cell."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from lab.gui.theme import Theme, class_colours, diverging_lut
from lab.gui.widgets.drawing.array_types import Floats, Integers
from lab.gui.widgets.drawing.colour_index import colour_index

_FLAT: Final = 0.38
"""How much of its colour a region has: points of the same colour are to stand out from it."""
_FAINT, _FULL = 0.04, 0.6
_SURFACE: Final = 0.7
_BROKEN: Final = 0.6
BANDS: Final = 5
"""Steps on either side of the mean where the surface of a number is shown in steps."""


def map_image(
    classes: Integers | None,
    certainty: Floats | None,
    values: Floats | None,
    scale: tuple[float, float],
    theme: Theme,
    is_smooth: bool,
) -> QImage:
    """Return the picture of a map: of classes with their certainty, or of values on a scale (its middle, its reach)."""
    if values is not None:
        return number_image(values, *scale, theme, is_smooth)
    if classes is None or certainty is None:
        return QImage()
    return class_image(classes, certainty, class_colours(), theme.invalid, is_smooth)


def class_image(classes: Integers, certainty: Floats, colours: Sequence[str], invalid: str, is_smooth: bool) -> QImage:
    """Return regions in the colours of their classes, (rows, columns), the first row at the bottom.

    Smooth regions fade out where the network is less certain, from 1 down to 0. Where certainty is not a number the
    colour is `invalid`.
    """
    palette = np.array([_rgb(colour) for colour in colours])
    alpha = _FAINT + (_FULL - _FAINT) * np.nan_to_num(certainty) if is_smooth else np.full(classes.shape, _FLAT)
    rgb = palette[classes % len(palette)]
    broken = ~np.isfinite(certainty)
    rgb[broken], alpha[broken] = _rgb(invalid), _BROKEN
    return _image(rgb, alpha)


def number_image(values: Floats, centre: float, reach: float, theme: Theme, is_smooth: bool) -> QImage:
    """Return the surface of numbers, (rows, columns), the first row at the bottom: zero's colour is that of `centre`.

    The ends of the colours are `reach` away from it; without `is_smooth` they go in steps, like lines of equal height.
    """
    scaled = (values - centre) / (reach or 1.0)
    if not is_smooth:
        scaled = np.round(scaled * BANDS) / BANDS
    rgb = diverging_lut(theme)[colour_index(scaled, 1.0), :3].astype(np.float64)
    alpha = np.full(values.shape, _SURFACE)
    broken = ~np.isfinite(values)
    rgb[broken], alpha[broken] = _rgb(theme.invalid), _BROKEN
    return _image(rgb, alpha)


def _image(rgb: Floats, alpha: Floats) -> QImage:
    rows, columns = alpha.shape
    pixels: NDArray[np.uint8] = np.empty((rows, columns, 4), np.uint8)
    pixels[..., :3] = np.rint(rgb[..., ::-1] * alpha[..., None])  # blue comes first in the bytes of a pixel
    pixels[..., 3] = np.rint(255 * alpha)
    flipped = np.ascontiguousarray(pixels[::-1])
    return QImage(flipped.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _rgb(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
