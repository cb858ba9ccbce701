"""Numbers for narrow cells: all cells of a tile have the same decimals, as many as fit, and can be compared."""

import math

from lab.gui.widgets.drawing.number_text import MINUS

MOST_DECIMALS = 4
LEAST_CHARACTERS = 5
"""Characters that a cell has at least: −0.12, 1e-12, −1e-5."""


def decimals_for(largest: float, characters: int) -> int:
    """Return how many decimals fit beside a sign and the digits of the largest |value|; -1 where not all digits do."""
    if not math.isfinite(largest):
        return 0
    digits = len(f"{largest:.0f}")
    left = characters - 1 - digits - 1
    if left >= 1:
        return min(left, MOST_DECIMALS)
    return 0 if digits + 1 <= characters else -1


def cell_number(value: float, decimals: int, characters: int) -> str:
    """Return a number in that many decimals; what would be 0 then, or is too long, as a power of ten: 2e-7, −1e12.

    A zero is "0". Where not even the power fits, the number is left out: part of one is never shown.
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return MINUS + "∞" if value < 0 else "∞"
    if value == 0:
        return "0"
    if decimals >= 0 and abs(value) >= 0.5 * 10.0**-decimals:
        text = f"{abs(value):.{decimals}f}"
        if len(text) + (value < 0) <= characters:
            return MINUS + text if value < 0 else text
    return _power(value, characters)


def _power(value: float, characters: int) -> str:
    for digits in range(2, -1, -1):
        mantissa, exponent = f"{abs(value):.{digits}e}".split("e")
        text = f"{MINUS if value < 0 else ''}{mantissa}e{int(exponent)}"
        if len(text) <= characters:
            return text
    return ""
