"""Which colour a number has: even on both sides of zero, from the lowest to the highest, or by powers of ten."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.gui.widgets.drawing.array_types import Matrix
from lab.gui.widgets.drawing.colour_index import ZERO, colour_index, largest_finite
from lab.gui.widgets.drawing.number_text import number_text

DECADES: Final = 4.0
"""How many powers of ten a logarithmic range tells apart; what is smaller has the colour of zero."""
_SIDE = 127

Coloured = tuple[NDArray[np.uint8], str]
"""Rows of the diverging colour table, as `colour_index` has them, and what the scale spans in words."""


@dataclass(frozen=True)
class ColourRange:
    """One row of the table: how a matrix becomes rows of the colour table."""

    name: str
    title: str
    help: str
    colour: Callable[[Matrix, Matrix], Coloured]
    """Is given the cells to colour, and those that the ends of the scale come from."""


def _symmetric(matrix: Matrix, measured: Matrix) -> Coloured:
    level = largest_finite(measured)
    return colour_index(matrix, level), "±" + number_text(level)


def _free(matrix: Matrix, measured: Matrix) -> Coloured:
    finite = measured[np.isfinite(measured)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    middle = low / 2 + high / 2
    half = high / 2 - low / 2
    with np.errstate(invalid="ignore"):  # infinity less a number is infinity, and has its own colour
        away = matrix.astype(np.float64) - middle
    return colour_index(away, half), f"{number_text(low)} … {number_text(high)}"


def _by_decades(matrix: Matrix, measured: Matrix) -> Coloured:
    level = largest_finite(measured)
    values = matrix.astype(np.float64)
    sizes = np.abs(values) / (level or 1.0)
    finite = np.isfinite(sizes)
    decades = np.full(values.shape, -np.inf)
    np.log10(sizes, out=decades, where=finite & (sizes > 0))
    share = np.clip(decades / DECADES + 1, 0, 1)
    index = ZERO + np.rint(np.sign(np.where(finite, values, 0)) * share * _SIDE)
    rows: NDArray[np.uint8] = np.where(finite, index, 0).astype(np.uint8)
    return rows, f"±{number_text(level)}, {DECADES:.0f} powers of ten"


COLOUR_RANGES: Final = {
    each.name: each
    for each in (
        ColourRange("symmetric", "Even around zero", "Zero is the background, the largest size the end", _symmetric),
        ColourRange("free", "Lowest to highest", "The lowest number is the bluest, the highest the most orange", _free),
        ColourRange(
            "log", "By powers of ten", "Small numbers are seen beside large ones, with their sign", _by_decades
        ),
    )
}
"""Name to how colours are spread, in the order of the menu."""
