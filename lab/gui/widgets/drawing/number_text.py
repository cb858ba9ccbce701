"""How a number is written wherever the window shows one: four significant digits, a real minus, no jitter."""

import math

NUMBER_CHARACTERS = 11
"""Characters of the longest number, such as −1.234e-308; a float32 needs ten."""

MINUS = "−"
_THIN_SPACE = "\u202f"


def number_text(value: float, signed: bool = False) -> str:
    """Return `value` with four significant digits; `signed` puts a plus before what is above zero.

    From 0.001 up to 99999 it is written out, beyond that as 1.234e-5. NaN and infinities are named.
    """
    if math.isnan(value):
        return "NaN"
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    return sign + _size_text(abs(value))


def count_text(count: int) -> str:
    """Return a whole number with its thousands set apart: 1 257."""
    return f"{count:,}".replace(",", _THIN_SPACE).replace("-", MINUS)


def share_text(part: float, whole: float) -> str:
    """Return `part` of `whole` in per cent, or a dash where there is no whole."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    return f"{percent:.0f} %" if percent in (0, 100) or 1 <= percent <= 99 else f"{percent:.1f} %"


def _size_text(size: float) -> str:
    if math.isinf(size):
        return "∞"
    if size == 0:
        return "0"
    mantissa, power = f"{size:.3e}".split("e")
    exponent = int(power)
    if -3 <= exponent <= 4:
        return f"{size:.{max(3 - exponent, 0)}f}"
    return f"{mantissa}e{exponent}"
