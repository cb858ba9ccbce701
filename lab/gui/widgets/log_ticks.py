"""Where a logarithmic axis has its lines, and what is written there."""

import math

from lab.gui.widgets.number_text import number_text

Tick = tuple[float, str]

_FEW_DECADES = 1.2
_SOME_DECADES = 3.0
_MOST_LINES = 7


def log_ticks(low: float, high: float) -> list[Tick]:
    """Return (place, text) of the lines between two places, both being log10 of the value.

    Many decades have a line every one or every few; three or less 1 and 3 in each; one or less 1, 2, 3, 5; where
    not even two of those are in view the values themselves are divided evenly.
    """
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return []
    if span > _SOME_DECADES:
        step = math.ceil(span / _MOST_LINES)
        places = [float(p) for p in range(math.ceil(low), math.floor(high) + 1) if p % step == 0]
        return [(place, _text(place)) for place in places]
    factors = (1, 3) if span > _FEW_DECADES else (1, 2, 3, 5)
    places = [d + math.log10(f) for d in range(math.floor(low), math.floor(high) + 1) for f in factors]
    inside = [place for place in places if low <= place <= high]
    return [(place, _text(place)) for place in inside] if len(inside) > 1 else _even(low, high)


def _even(low: float, high: float) -> list[Tick]:
    bottom, top = 10.0**low, 10.0**high
    raw = (top - bottom) / 4
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(unit * f for f in (1, 2, 5, 10) if unit * f >= raw * 0.999)
    values = [step * k for k in range(math.ceil(bottom / step), math.floor(top / step) + 1)]
    return [(math.log10(value), f"{value:.4g}") for value in values]


def _text(place: float) -> str:
    """Write 10^place short: 0.03, 2, 1e-6."""
    value = 10.0**place
    if -4 < place < 4:
        return f"{value:.3g}"
    return number_text(value).replace(".000e", "e")
